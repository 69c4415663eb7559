"""The account over time: equity, drawdown, and how much of the equity was in the market."""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
from bokeh.models import BoxAnnotation, ColumnDataSource, Range1d

from charts.colours import DOWN
from charts.report.fitting import Crowd, Fit
from charts.report.look import GREY, LINE, SECOND_LINE, add_legend, add_pointer, format_axis, over_time
from charts.report.thinning import extremes, kept_rows, spans
from play_engine.bars import Floats

_EQUITY_PX, _DRAWDOWN_PX, _EXPOSURE_PX = 300, 150, 190
# Stretches into which long curves are cut. Exposure jumps, so of it fewer means are easier to read.
_EQUITY_STRETCHES, _EXPOSURE_STRETCHES = 700, 160
# Fewer points than this are drawn as points, too.
_FEW_POINTS = 3


@attrs.frozen(kw_only=True, eq=False)
class Curve:
    """A figure, how it is fitted, how it is to be read, and what of it is left out of a wide view."""

    fit: Fit
    note: str
    crowds: tuple[Crowd, ...] = ()

    @property
    def figure(self) -> Any:
        """The figure itself."""
        return self.fit.figure


def column_of(table: pa.Table, name: str) -> Floats:
    """A column as float64, NaN where it has nothing."""
    return np.asarray(table[name].to_numpy(), dtype=np.float64)


def account_curves(equity: pa.Table, values: Mapping[str, Any], times: Range1d) -> tuple[Curve, Curve | None]:
    """Equity with its range within bars, and drawdown below it; the deepest one is tinted in both.

    There is no drawdown to draw where the equity never fell below its peak.
    """
    names = ("ts", "equity", "wallet", "equity_low", "equity_high", "drawdown")
    columns = {name: column_of(equity, name) for name in names}
    for name in ("equity_low", "equity_high"):
        columns[name] = np.where(np.isnan(columns[name]), columns["equity"], columns[name])
    columns["under"] = -columns["drawdown"]
    rows = kept_rows([columns["equity"], columns["drawdown"]], _EQUITY_STRETCHES)
    reach = extremes(columns["equity_low"], columns["equity_high"], rows)
    drawn = {name: column[rows] for name, column in columns.items()} | {"equity_low": reach[0], "equity_high": reach[1]}
    source = ColumnDataSource(drawn)
    fell = bool(np.any(columns["drawdown"] > 0.0))
    note = _thinned(len(columns["ts"]), len(rows), fell=fell)
    above = attrs.evolve(_equity(source, times, is_short=len(rows) < _FEW_POINTS), note=note)
    if not fell:
        return above, None
    below = _drawdown(source, times)
    above.figure.xaxis.visible = False
    for curve in (above, below):
        _tint_deepest(curve.figure, values)
    return above, below


def _equity(source: ColumnDataSource, times: Range1d, *, is_short: bool) -> Curve:
    made = over_time(times, _EQUITY_PX)
    format_axis(made.yaxis, "0,0.[00]")
    tint: dict[str, Any] = {"fill_color": LINE, "fill_alpha": 0.18, "step_mode": "before"}
    band = made.varea_step("ts", "equity_low", "equity_high", source=source, **tint)
    line = made.line("ts", "equity", source=source, line_color=LINE, line_width=1.6)
    wallet = made.line("ts", "wallet", source=source, line_color=GREY, line_width=1, line_dash="dotted", visible=False)
    made.scatter("ts", "equity", source=source, size=5, fill_color=LINE, line_color=None, visible=is_short)
    add_legend(made, ("equity", [line]), ("its range between the points", [band]), ("wallet", [wallet]))
    tips = [("", "@ts{%F %H:%M}"), ("equity", "@equity{0,0.00}"), ("wallet", "@wallet{0,0.00}")]
    add_pointer(made, line, [*tips, ("below peak", "@drawdown{0.00 %}")], in_time=True)
    return Curve(fit=Fit(figure=made, source=source, low="equity_low", high="equity_high"), note="")


def _drawdown(source: ColumnDataSource, times: Range1d) -> Curve:
    made = over_time(times, _DRAWDOWN_PX)
    format_axis(made.yaxis, "0.[00] %")
    made.varea("ts", 0.0, "under", source=source, fill_color=DOWN, fill_alpha=0.28)
    line = made.line("ts", "under", source=source, line_color=DOWN, line_width=1.1)
    add_pointer(made, line, [("", "@ts{%F %H:%M}"), ("below peak", "@drawdown{0.00 %}")], in_time=True)
    return Curve(fit=Fit(figure=made, source=source, low="under", high="under", with_zero=True), note="")


def _tint_deepest(made: Any, values: Mapping[str, Any]) -> None:
    start_ms = values.get("max_drawdown_peak_ts")
    if start_ms is not None:
        end_ms = values.get("max_drawdown_recovery_ts")
        sides: dict[str, Any] = {"left": start_ms} if end_ms is None else {"left": start_ms, "right": end_ms}
        sides |= {"level": "underlay"}
        made.add_layout(BoxAnnotation(fill_color=DOWN, fill_alpha=0.07, line_color=None, **sides))


def _thinned(points: int, drawn: int, *, fell: bool) -> str:
    notes = ["The tinted stretch is the deepest drawdown, from its peak to its recovery."] if fell else []
    if drawn < points:
        notes.append(f"{drawn:,} of {points:,} points are drawn, highest and lowest of every stretch among them.")
    return " ".join(notes)


def exposure_curve(equity: pa.Table, times: Range1d) -> Curve | None:
    """Value of all positions (gross) and of longs less shorts (net) over the equity; None if there never was any."""
    table = {name: column_of(equity, name) for name in ("ts", "equity", "gross_value", "net_value")}
    solvent = table["equity"] > 0.0
    table = {name: column[solvent] for name, column in table.items()}
    if not np.any(table["gross_value"] > 0.0):
        return None
    gross = spans(table["gross_value"] / table["equity"], _EXPOSURE_STRETCHES)
    net = spans(table["net_value"] / table["equity"], _EXPOSURE_STRETCHES)
    columns = {"ts": table["ts"][gross.last], "least": np.minimum(net.mean, 0.0)}
    columns |= {"gross": gross.mean, "gross_low": gross.low, "gross_high": gross.high}
    columns |= {"net": net.mean, "net_low": net.low, "net_high": net.high}
    has_shorts = bool(np.any(table["net_value"] < table["gross_value"]))
    return _exposure(ColumnDataSource(columns), times, gross.longest, has_shorts=has_shorts)


def _exposure(source: ColumnDataSource, times: Range1d, longest: int, *, has_shorts: bool) -> Curve:
    made = over_time(times, _EXPOSURE_PX)
    format_axis(made.yaxis, "0.[00]")
    band = made.varea("ts", "gross_low", "gross_high", source=source, fill_color=LINE, fill_alpha=0.14)
    gross = made.line("ts", "gross", source=source, line_color=LINE, line_width=1.5)
    net = made.line("ts", "net", source=source, line_color=SECOND_LINE, line_width=1.4, visible=has_shorts)
    tips = [("", "@ts{%F %H:%M}"), ("gross", "@gross{0.00}× (@gross_low{0.00} to @gross_high{0.00})")]
    add_pointer(made, gross, [*tips, ("net", "@net{0.00}× (@net_low{0.00} to @net_high{0.00})")], in_time=True)
    note = "Gross is the value of all positions over the equity, net counts shorts as negative; at closes of exec bars."
    note += "" if has_shorts else " There were no shorts: net is gross."
    items: list[tuple[str, list[Any]]] = [("gross", [gross]), ("net", [net])] if has_shorts else [("gross", [gross])]
    if longest > 1:
        note += f" Lines are means of up to {longest:,} bars, the tint reaches from the least to the most of them."
        items.append(("range of gross", [band]))
    add_legend(made, *items)
    return Curve(fit=Fit(figure=made, source=source, low="least", high="gross_high", with_zero=True), note=note)
