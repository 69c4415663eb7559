"""All metrics of a run, computed from its records as they come."""

from typing import Any

import attrs
import numpy as np

from exchange.simulated.records import Records, Rows
from play_engine.bars import Floats
from play_engine.errors import InternalError
from play_engine.intervals import DAY_MS
from results.benchmark import BenchmarkAccumulator, benchmark_metrics
from results.costs import Costs
from results.counters import honesty_metrics, refusals, refusals_of, risk_metrics
from results.curve_metrics import drawdown_metrics, month_metrics, result_metrics, total_return
from results.daily_ratios import daily_ratios
from results.equity_curve import EquityCurve
from results.held_times import OpenTrades, exposure_metrics
from results.measure import NO_DRAWDOWN, Measures, ratio, split
from results.order_counts import OrderCounts
from results.play_metrics import play_metrics
from results.summary import RunSummary
from results.trade_statistics import TRADE_COLUMNS, Trades, exits_by_reason, kept_columns, trade_metrics


@attrs.define
class MetricsAccumulator:
    """Takes the records of a run chunk by chunk; keeps sums, daily samples and a few columns of the trades."""

    curve: EquityCurve = attrs.field(factory=EquityCurve)
    costs: Costs = attrs.field(factory=Costs)
    orders: OrderCounts = attrs.field(factory=OrderCounts)
    open_trades: OpenTrades = attrs.field(factory=OpenTrades)
    _trades: list[Trades] = attrs.field(factory=list)

    def add(self, records: Records) -> None:
        """Append records in the order of their events."""
        self.curve.add(records.equity)
        self.costs.add_fills(records.fills)
        self.costs.add_ledger(records.ledger)
        self.orders.add(records.orders)
        self.open_trades.add(records.fills, records.trades)
        if len(records.trades):
            self._trades.append(kept_columns(records.trades))

    def metrics_of(self, summary: RunSummary) -> dict[str, Any]:
        """`{"values", "undefined", "by_reason", "per_play"}`: fractions and USDT, None with a reason where undefined.

        Of `summary` the Plays' names, the counters and the benchmark are read. Raises InternalError when no equity
        point was added: such a run has no result.
        """
        if self.curve.points == 0:
            raise InternalError("no equity point was recorded, so there is no result; discard the run instead")
        trades = np.concatenate(self._trades) if self._trades else np.empty(0, dtype=TRADE_COLUMNS)
        held = self.open_trades.held(trades, self.curve.last_ts)
        return {
            **split(self._measures(trades, held, summary)),
            "by_reason": {
                "exits": exits_by_reason(trades),
                "gate_refusals": refusals(summary.counters) or {},
                **self.orders.by_reason(),
            },
            "per_play": {
                staged.instance: play_metrics(
                    trades[trades["play"] == code],
                    self._exposure(held[held["play"] == code]),
                    refusals_of(summary.counters, code, len(summary.plays)),
                )
                for code, staged in enumerate(summary.plays)
            },
        }

    def _measures(self, trades: Trades, held: Rows, summary: RunSummary) -> Measures:
        curve, gross_pnl = self.curve, float(np.sum(trades["gross_pnl"]))
        deposits = self.costs.deposits - curve.first_equity if self.costs.deposits else 0.0
        net_pnl = curve.last_equity - curve.first_equity - deposits
        return {
            **result_metrics(curve, deposits=deposits, gross_pnl=gross_pnl),
            **drawdown_metrics(curve),
            **self._daily_measures(summary.benchmark),
            **trade_metrics(trades),
            "recovery_factor": ratio(net_pnl, curve.max_drawdown_abs, NO_DRAWDOWN),
            **self.costs.metrics(gross_pnl=gross_pnl, mean_equity=curve.equity_sum / curve.points),
            **self._exposure(held),
            **risk_metrics(summary.counters),
            **self.orders.metrics(),
            **honesty_metrics(summary.counters),
            "ambiguous_exits": int(np.count_nonzero(trades["ambiguous"])),
            "liquidations": self.costs.liquidations,
        }

    def _exposure(self, held: Rows) -> Measures:
        return exposure_metrics(held, self.curve.first_ts, self.curve.last_ts)

    def _daily_measures(self, benchmark: BenchmarkAccumulator | None) -> Measures:
        days, ts = self.curve.daily(), self.curve.daily_ts()
        whole_day = self.curve.span_ms >= DAY_MS
        growth: Floats | None = benchmark.growth(ts) if benchmark else None
        return {
            **daily_ratios(days, whole_day=whole_day),
            **month_metrics(days, ts),
            **benchmark_metrics(days, growth, total_return=total_return(self.curve), whole_day=whole_day),
        }
