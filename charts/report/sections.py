"""The sections of the page, in their order, each from what the run left behind."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pyarrow as pa
from bokeh.models import CustomJS, Range1d

from charts.report.assumptions import assumptions_table
from charts.report.costs import costs
from charts.report.counts import HONESTY, exits_table, honesty_table, reasons
from charts.report.curves import Curve, account_curves, exposure_curve
from charts.report.fitting import fit_heights
from charts.report.markup import Section, drawn, missing, side_by_side
from charts.report.metric_names import Metrics, metric_tables
from charts.report.months import month_table, monthly_returns
from charts.report.plays import plays_table
from charts.report.price_figure import price_curve
from charts.report.price_path import PricePath
from charts.report.provenance import provenance
from charts.report.trade_figures import excursion_figure, result_figures

Prices = Mapping[str, PricePath | None]

_ACCOUNT = "Figures over time move together: drag over a stretch to see it closer, double-click to go back."
_MONTHS = "In percent, UTC. A month with a star was covered in part; a year is its months compounded."
_COSTS = "From what the trades would have made without costs to what they made."
_HONESTY = "How often the simulation had to guess, refuse or do without."
_ASSUMPTIONS = (
    "Every setting of the run, and what the simulator takes for granted. The last column says which way the result "
    "errs: in favour means that real trading would likely have brought less."
)
_ORIGIN = "The same inputs give the same result hash, on every machine."


@attrs.frozen(kw_only=True, eq=False)
class RunTables:
    """The tables of a run that the page draws from."""

    equity: pa.Table
    trades: pa.Table
    fills: pa.Table


@attrs.frozen(kw_only=True, eq=False)
class CurvesOverTime:
    """Everything over `times`; `exposure` is None without a position, a price without fills and candles."""

    times: Range1d
    account: tuple[Curve, Curve | None]
    exposure: Curve | None
    prices: Mapping[str, Curve | None]

    def fit(self) -> CustomJS:
        """What fits the heights to the view."""
        all_ = (*self.account, self.exposure, *self.prices.values())
        curves = [curve for curve in all_ if curve is not None]
        crowds = [crowd for curve in curves for crowd in curve.crowds]
        return fit_heights(self.times, [curve.fit for curve in curves], crowds)


def curves_over_time(
    run: Mapping[str, Any], metrics: Metrics, tables: RunTables, prices: Prices, times: Range1d
) -> CurvesOverTime:
    """All that is drawn over `times`."""
    return CurvesOverTime(
        times=times,
        account=account_curves(tables.equity, metrics.values, times),
        exposure=exposure_curve(tables.equity, times),
        prices={
            symbol: price_curve(symbol, tables.fills, tables.trades, prices.get(symbol), times)
            for symbol in run["symbols"]
        },
    )


def sections(
    run: Mapping[str, Any], document: Mapping[str, Any], metrics: Metrics, tables: RunTables, curves: CurvesOverTime
) -> Iterator[Section]:
    """From the account over trades and costs to assumptions and origin; `document` is that of metrics.json."""
    per_play, by_reason = document["per_play"], document["by_reason"]
    yield _account(curves)
    yield _months(tables.equity)
    if len(per_play) > 1:
        yield Section(
            anchor="plays", title="Plays", lead="One account, a row for each.", pieces=[plays_table(per_play)]
        )
    yield _trades(tables.trades, by_reason)
    yield _prices(curves)
    yield Section(anchor="costs", title="Costs", lead=_COSTS, pieces=costs(metrics))
    honest = [honesty_table(metrics), *reasons(by_reason)]
    yield Section(anchor="honesty", title="How far to trust it", lead=_HONESTY, pieces=honest)
    yield Section(anchor="assumptions", title="Assumptions", lead=_ASSUMPTIONS, pieces=[assumptions_table(run)])
    every = metric_tables(metrics, frozenset(HONESTY))
    yield Section(anchor="metrics", title="All metrics", pieces=[every])
    yield Section(anchor="origin", title="Origin", lead=_ORIGIN, pieces=provenance(run))


def _account(curves: CurvesOverTime) -> Section:
    equity, drawdown = curves.account
    exposure = curves.exposure
    if drawdown is None:
        never = missing("Drawdown", "The equity was never below its peak at the close of an exec bar.")
        pieces = [*drawn("Equity, USDT", equity.figure, equity.note), *never]
    else:
        pieces = [*drawn("Equity, USDT", equity.figure, ""), *drawn("Drawdown", drawdown.figure, equity.note)]
    if exposure is None:
        pieces += missing("Exposure", "No position was open at the close of an exec bar.")
    else:
        pieces += drawn("Exposure, multiples of the equity", exposure.figure, exposure.note)
    return Section(anchor="account", title="Account", lead=_ACCOUNT, pieces=pieces)


def _months(equity: pa.Table) -> Section:
    months = monthly_returns(equity)
    pieces = [month_table(months)] if months else missing("No month", "The run has a single point of equity.")
    return Section(anchor="months", title="Monthly returns", lead=_MONTHS, pieces=pieces)


def _trades(trades: pa.Table, by_reason: Mapping[str, Any]) -> Section:
    exits = by_reason["exits"]
    table = [exits_table(exits)] if exits else missing("Exits by reason", "No trade was closed.")
    pieces = [*side_by_side(*result_figures(trades)), *side_by_side(excursion_figure(trades), table)]
    return Section(anchor="trades", title="Trades", pieces=pieces)


def _prices(curves: CurvesOverTime) -> Section:
    pieces = [
        piece
        for symbol, curve in curves.prices.items()
        for piece in (
            missing(symbol, "Nothing was traded, and no candles were given: there is no price to draw.")
            if curve is None
            else drawn(symbol, curve.figure, curve.note)
        )
    ]
    return Section(anchor="price", title="Price and fills", pieces=pieces)
