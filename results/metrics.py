"""All metrics of a run, computed from its records as they come."""

from typing import Any

import attrs
import numpy as np

from exchange.simulated.records import CODED_COLUMNS, Records
from play_engine.bars import Floats
from play_engine.errors import InternalError
from play_engine.intervals import DAY_MS
from results.benchmark import BenchmarkAccumulator, benchmark_metrics
from results.costs import Costs
from results.counters import Counters, exposure_metrics, honesty_metrics
from results.curve_metrics import drawdown_metrics, month_metrics, result_metrics, total_return
from results.daily_ratios import daily_ratios
from results.equity_curve import EquityCurve
from results.measure import NO_DRAWDOWN, Measures, ratio, split
from results.order_counts import OrderCounts
from results.summary import RunSummary
from results.trade_statistics import TRADE_COLUMNS, Trades, kept_columns, trade_metrics

_EXIT_REASONS = CODED_COLUMNS["trades"]["exit_reason"]


@attrs.define
class MetricsAccumulator:
    """Takes the records of a run chunk by chunk; keeps sums, daily samples and a few columns of the trades."""

    curve: EquityCurve = attrs.field(factory=EquityCurve)
    costs: Costs = attrs.field(factory=Costs)
    orders: OrderCounts = attrs.field(factory=OrderCounts)
    _trades: list[Trades] = attrs.field(factory=list)

    def add(self, records: Records) -> None:
        """Append records in the order of their events."""
        self.curve.add(records.equity)
        self.costs.add_fills(records.fills)
        self.costs.add_ledger(records.ledger)
        self.orders.add(records.orders)
        if len(records.trades):
            self._trades.append(kept_columns(records.trades))

    def metrics_of(self, summary: RunSummary) -> dict[str, Any]:
        """`{"values", "undefined", "by_reason", "per_play"}`: fractions and USDT, None with a reason where undefined.

        Of `summary` the Plays' names, the counters and the benchmark are read. Raises InternalError when no equity
        point was added: such a run has no result.
        """
        counters = summary.counters
        if self.curve.points == 0:
            raise InternalError("no equity point was recorded, so there is no result; discard the run instead")
        trades = np.concatenate(self._trades) if self._trades else np.empty(0, dtype=TRADE_COLUMNS)
        return {
            **split(self._measures(trades, counters, summary.benchmark)),
            "by_reason": {
                "exits": _exits(trades),
                "gate_refusals": {name: int(count) for name, count in counters.get("gate_refusals", {}).items()},
                **self.orders.by_reason(),
            },
            "per_play": {
                staged.instance: split(trade_metrics(trades[trades["play"] == code]))
                for code, staged in enumerate(summary.plays)
            },
        }

    def _measures(self, trades: Trades, counters: Counters, benchmark: BenchmarkAccumulator | None) -> Measures:
        curve, gross_pnl = self.curve, float(np.sum(trades["gross_pnl"]))
        deposits = self.costs.deposits - curve.first_equity if self.costs.deposits else 0.0
        result = result_metrics(curve, deposits=deposits, gross_pnl=gross_pnl)
        net_pnl = curve.last_equity - curve.first_equity - deposits
        return {
            **result,
            **drawdown_metrics(curve),
            **self._daily_measures(benchmark),
            **trade_metrics(trades),
            "recovery_factor": ratio(net_pnl, curve.max_drawdown_abs, NO_DRAWDOWN),
            **self.costs.metrics(gross_pnl=gross_pnl, mean_equity=curve.equity_sum / curve.points),
            **exposure_metrics(counters, curve.span_ms),
            **self.orders.metrics(),
            **honesty_metrics(counters),
            "ambiguous_exits": int(np.count_nonzero(trades["ambiguous"])),
            "liquidations": self.costs.liquidations,
        }

    def _daily_measures(self, benchmark: BenchmarkAccumulator | None) -> Measures:
        days, ts = self.curve.daily(), self.curve.daily_ts()
        whole_day = self.curve.span_ms >= DAY_MS
        growth: Floats | None = benchmark.growth(ts) if benchmark else None
        return {
            **daily_ratios(days, whole_day=whole_day),
            **month_metrics(days, ts),
            **benchmark_metrics(days, growth, total_return=total_return(self.curve), whole_day=whole_day),
        }


def _exits(trades: Trades) -> dict[str, dict[str, float]]:
    """Trades, winners and net result in USDT by exit reason, for the reasons that occurred."""
    groups: dict[str, dict[str, float]] = {}
    for code in np.unique(trades["exit_reason"]).tolist():
        net = trades["net_pnl"][trades["exit_reason"] == code]
        groups[_EXIT_REASONS[code]] = {
            "trades": len(net),
            "wins": int(np.count_nonzero(net > 0)),
            "net_pnl": float(np.sum(net)),
        }
    return groups
