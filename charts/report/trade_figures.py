"""Trades as pictures: how their results are distributed, and how far the price went for and against each."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from bokeh.models import ColumnDataSource, Slope

from charts.colours import DOWN, UP
from charts.report.curves import column_of
from charts.report.look import GREY, add_legend, add_pointer, format_axis, plain_figure
from charts.report.markup import Piece, drawn, missing
from play_engine.bars import Floats

_HEIGHT_PX, _SCATTER_PX = 260, 340
_FEWEST_BINS, _MOST_BINS = 20, 60
# Money is booked in steps of this size, so what reaches less far is nothing.
_SMALLEST_REACH = 1e-8
# Size and strength of points, by how many there are.
_MANY, _VERY_MANY = 300, 3_000


def result_figures(trades: pa.Table) -> tuple[list[Piece], list[Piece]]:
    """Histograms of net PnL and of multiples of the initial risk."""
    net, risk = column_of(trades, "net_pnl"), column_of(trades, "r_multiple")
    if len(net) == 0:
        return missing("Net PnL of trades", "No trade was closed."), missing("Results in R", "No trade was closed.")
    known = risk[np.isfinite(risk)]
    by_risk = missing("Results in R", "No trade had a stop at its entry, so none has an initial risk.")
    if len(known):
        without = len(risk) - len(known)
        note = f"Without {without:,} trades that had no stop at their entry." if without else ""
        by_risk = drawn("Results in R", _histogram(known, "net PnL / initial risk", "0.[0]"), note)
    return drawn("Net PnL of trades", _histogram(net, "net PnL, USDT", "0,0.[00]"), ""), by_risk


def _histogram(values: Floats, label: str, format_: str) -> Any:
    made = plain_figure(_HEIGHT_PX, label, "trades")
    edges = bin_edges(values)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    left, right = edges[:-1], edges[1:]
    colours = [UP if end > 0.0 else DOWN for end in right]
    source = ColumnDataSource({"left": left, "right": right, "trades": counts, "colour": colours})
    bars = made.quad("left", "right", "trades", 0, source=source, fill_color="colour", line_color=None, fill_alpha=0.8)
    format_axis(made.xaxis, format_)
    format_axis(made.yaxis, "0,0")
    made.y_range.start = 0
    made.yaxis.ticker.min_interval = 1
    made.xgrid.grid_line_color = None
    add_pointer(made, bars, [("from", "@left{0,0.00}"), ("to", "@right{0,0.00}"), ("trades", "@trades{0,0}")])
    return made


def bin_edges(values: Floats) -> Floats:
    """Edges of bins of one width, 0 among them, so that no bin has winners and losers; a 0 counts as a winner's bin.

    The width is that of Freedman and Diaconis, within limits for the number of bins.
    """
    low, high = min(float(np.min(values)), 0.0), max(float(np.max(values)), 0.0)
    reach = high - low
    if reach < _SMALLEST_REACH:
        return np.array([-1.0, 0.0, 1.0])
    quarter, three_quarters = np.percentile(values, (25, 75))
    width = 2.0 * float(three_quarters - quarter) / len(values) ** (1.0 / 3.0)
    width = min(max(width, reach / _MOST_BINS), reach / _FEWEST_BINS)
    return np.arange(np.floor(low / width), np.floor(high / width) + 2.0) * width


def excursion_figure(trades: pa.Table) -> list[Piece]:
    """Each trade's greatest move against it and for it, winners and losers apart."""
    title = "How far the price went against and for each trade"
    if trades.num_rows == 0:
        return missing(title, "No trade was closed.")
    made = plain_figure(_SCATTER_PX, "against it (MAE), of the entry price", "for it (MFE), of the entry price")
    net = column_of(trades, "net_pnl")
    size, alpha = (8, 0.8) if len(net) <= _MANY else (5, 0.5) if len(net) <= _VERY_MANY else (3.5, 0.35)
    items: list[tuple[str, list[Any]]] = []
    for label, chosen, colour in (("losers", net <= 0.0, DOWN), ("winners", net > 0.0, UP)):
        source = ColumnDataSource(_excursions(trades.filter(pa.array(chosen))))
        look: dict[str, Any] = {"fill_color": colour, "fill_alpha": alpha, "line_color": None, "size": size}
        points = made.scatter("mae", "mfe", source=source, **look)
        add_pointer(made, points, _tips())
        items.append((f"{int(np.count_nonzero(chosen)):,} {label}", [points]))
    made.add_layout(Slope(gradient=1, y_intercept=0, line_color=GREY, line_alpha=0.5, line_dash="dashed"))
    format_axis(made.xaxis, "0.[0] %")
    format_axis(made.yaxis, "0.[0] %")
    made.x_range.start = made.y_range.start = 0
    add_legend(made, *reversed(items))
    return drawn(title, made, "On the dashed line both were equal. The pointer names the trade, as in trades.parquet.")


def _tips() -> list[tuple[str, str]]:
    return [
        ("trade", "@trade @side, @entry{%F %H:%M}"),
        ("net", "@net{+0,0.00} USDT, @risk"),
        ("against, for", "@mae{0.00 %}, @mfe{0.00 %}"),
        ("exit", "@reason"),
    ]


def _excursions(trades: pa.Table) -> dict[str, Any]:
    return {
        "mae": column_of(trades, "mae"),
        "mfe": column_of(trades, "mfe"),
        "trade": column_of(trades, "trade_id"),
        "entry": column_of(trades, "entry_ts"),
        "net": column_of(trades, "net_pnl"),
        "risk": ["no stop" if risk is None else f"{risk:+.2f} R" for risk in trades["r_multiple"].to_pylist()],
        "side": ["long" if side > 0 else "short" for side in trades["side"].to_pylist()],
        "reason": pc.cast(trades["exit_reason"], pa.string()).to_pylist(),
    }
