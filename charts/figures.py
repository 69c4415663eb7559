"""The panes of a chart: figures that share one time axis."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from bokeh.models import (
    BoxZoomTool,
    CrosshairTool,
    Legend,
    LegendItem,
    NumeralTickFormatter,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    Span,
    WheelPanTool,
    WheelZoomTool,
)
from bokeh.plotting import figure
from numpy.typing import NDArray

from charts.colours import BACKGROUND, FAINT_INK, INK, RULE

# Bars that are shown at first, and the fewest that can be.
_FIRST_BARS, _FEWEST_BARS = 240, 8
_AXIS_PX, _MARGIN_PX = 82, 8
_FONT = "11px"
_LEGEND_COLUMNS = 12
_LEGEND: dict[str, Any] = {
    "click_policy": "hide",
    "label_text_font_size": _FONT,
    "label_text_color": INK,
    "border_line_color": None,
    "background_fill_alpha": 0.6,
    "padding": 3,
    "spacing": 8,
    "margin": 2,
    "glyph_width": 16,
    "glyph_height": 12,
    "label_height": 12,
    "inactive_fill_alpha": 0.7,
}


def time_range(ts: np.ndarray[Any, Any], interval_ms: int) -> Range1d:
    """The time axis, at first on the last bars; it cannot leave the data by more than a few bars."""
    first, last = float(ts[0]), float(ts[-1]) + interval_ms
    start = max(first, last - _FIRST_BARS * interval_ms)
    margin = 5 * interval_ms
    return Range1d(
        start=start,
        end=last + margin,
        bounds=(first - margin, last + margin),
        min_interval=_FEWEST_BARS * interval_ms,
    )


def make_figures(names: Iterable[str], heights: Iterable[int], times: Range1d) -> dict[str, Any]:
    """A figure for each pane, from top to bottom; the last one has the labels of the time axis."""
    crosshair = Span(dimension="height", line_color=FAINT_INK, line_dash="dotted", line_width=1)
    made = {name: _figure(times, height, crosshair) for name, height in zip(list(names), list(heights), strict=True)}
    for one in list(made.values())[:-1]:
        one.xaxis.visible = False
        one.min_border_bottom = 0
    return made


def _figure(times: Range1d, height: int, crosshair: Span) -> Any:
    made: Any = figure(
        height=height,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        y_axis_location="right",
        x_range=times,
        y_range=Range1d(start=0.0, end=1.0),
        tools="",
        toolbar_location=None,
        background_fill_color=BACKGROUND,
        border_fill_color=BACKGROUND,
        outline_line_color=RULE,
        min_border_right=_AXIS_PX,
        min_border_left=_MARGIN_PX,
        min_border_top=2,
        lod_threshold=None,
    )
    _add_tools(made, crosshair)
    made.grid.grid_line_color = RULE
    made.axis.axis_line_color = RULE
    made.axis.major_tick_line_color = RULE
    made.axis.minor_tick_line_color = None
    made.axis.major_label_text_color = INK
    made.axis.major_label_text_font_size = _FONT
    made.yaxis.ticker.desired_num_ticks = max(3, height // 60)
    return made


def _add_tools(made: Any, crosshair: Span) -> None:
    pan, zoom = PanTool(dimensions="width"), WheelZoomTool(dimensions="width", maintain_focus=False)
    line = Span(dimension="width", line_color=FAINT_INK, line_dash="dotted", line_width=1)
    made.add_tools(
        pan,
        zoom,
        PanTool(dimensions="height"),
        WheelPanTool(dimension="width"),
        BoxZoomTool(dimensions="width"),
        ResetTool(),
        SaveTool(),
        CrosshairTool(overlay=(crosshair, line)),
    )
    made.toolbar.active_drag = pan
    made.toolbar.active_scroll = zoom
    made.toolbar.logo = None


def add_legend(made: Any, items: list[LegendItem], *, is_above: bool) -> None:
    """Over the pane in rows, or inside; a click on an entry hides what it names."""
    if not items:
        return
    legend = Legend(items=items, orientation="horizontal", **_LEGEND)
    legend.ncols = min(_LEGEND_COLUMNS, len(items))
    legend.location = "left" if is_above else "top_left"
    made.add_layout(legend, "above" if is_above else "center")


def decimals_of(prices: NDArray[Any]) -> int:
    """How many decimals prices are shown with: enough for the finest of them, up to eight."""
    for decimals in range(9):
        if np.allclose(prices, np.round(prices, decimals), rtol=0.0, atol=10.0 ** -(decimals + 4)):
            return decimals
    return 8


def format_prices(made: Any, decimals: int) -> None:
    """Label the axis with prices."""
    made.yaxis.formatter = NumeralTickFormatter(format="0,0." + "0" * decimals if decimals else "0,0")


def format_amounts(made: Any) -> None:
    """Label the axis with amounts, short: `1.2k`."""
    made.yaxis.formatter = NumeralTickFormatter(format="0.[00]a")
