"""The page: panes, legends, readout and overview, as one HTML file that needs no network."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.events import DocumentReady
from bokeh.layouts import column, gridplot
from bokeh.models import Div, HoverTool, LegendItem, Range1d, RangeTool
from bokeh.plotting import figure
from bokeh.resources import INLINE

from charts.browser import fill_and_fit, read_out
from charts.candles import draw_candles
from charts.chart import Chart
from charts.colours import BACKGROUND, FAINT_INK, INK, RULE
from charts.execution_glyphs import Drawn, draw_executions
from charts.figures import add_legend, decimals_of, format_amounts, format_prices, make_figures, time_range
from charts.line_glyphs import LinePainter
from charts.parts import Bars, make_bars
from charts.series import PRICE_PANE, VOLUME_PANE
from charts.shape_glyphs import ShapePainter

_PRICE_PX, _VOLUME_PX, _PANE_PX, _OVERVIEW_PX = 520, 84, 116, 64
_OVERVIEW_POINTS = 2_000
_READOUT_STYLES: dict[str, Any] = {"font": "12px system-ui, sans-serif", "color": INK, "min-height": "34px"}
_FONT = "font-family: system-ui, sans-serif; color: " + INK
# The distance of a sign from its price, in usual ranges of a bar.
_SIGN_DISTANCE = 0.45


def write_page(chart: Chart, path: Path) -> None:
    """Write the chart to `path`. The chart must have at least one bar."""
    document = Document()
    document.title = chart.title
    _build(chart, document)
    path.write_text(file_html(document, resources=INLINE, title=chart.title), encoding="utf-8")


def _build(chart: Chart, document: Document) -> None:
    """Draw everything, then let the browser fill in what is in view."""
    times = time_range(chart.columns["ts"], chart.interval_ms)
    panes = [PRICE_PANE, VOLUME_PANE, *chart.lines.panes]
    figures = make_figures(panes, [_PRICE_PX, _VOLUME_PX, *[_PANE_PX] * len(chart.lines.panes)], times)
    bars = _bars(chart)
    draw_candles(figures[PRICE_PANE], figures[VOLUME_PANE], bars.view)
    structures, items = _draw_structures(chart, figures[PRICE_PANE])
    lines = LinePainter(figures, bars)
    lines.paint(chart.lines)
    run = draw_executions(figures[PRICE_PANE], chart.executions)
    for name in panes:
        over = [*items, *_run_items(run)] if name == PRICE_PANE else []
        add_legend(figures[name], [*lines.legend_items(name), *over], is_above=name == PRICE_PANE)
        format_amounts(figures[name])
    decimals = decimals_of(chart.columns["close"])
    format_prices(figures[PRICE_PANE], decimals)
    _add_pointer(figures[PRICE_PANE], [*structures.hoverable, *([run.levels, run.entries, run.exits] if run else [])])
    parts = [*structures.parts, *lines.parts, *(run.parts if run else ())]
    drawn = [(one, lines.renderers[one.name]) for one in chart.lines.series]
    fill = fill_and_fit(figures, times, bars, parts, drawn, chart.lines.panes, [run.levels] if run else [])
    readout = Div(text="", styles=_READOUT_STYLES, sizing_mode="stretch_width")
    read = read_out(figures, readout, bars, drawn, chart.lines.left_out, decimals)
    document.js_on_event(DocumentReady, fill, read)
    document.add_root(_layout(chart, figures, times, readout))


def _bars(chart: Chart) -> Bars:
    names = (*(one.name for one in chart.lines.series), *chart.lines.left_out)
    signs = tuple(one.name for one in chart.lines.series if one.form == "columns")
    return make_bars(chart.columns, names, signs, chart.interval_ms)


def _draw_structures(chart: Chart, price: Any) -> tuple[ShapePainter, list[LegendItem]]:
    usual_range = float(np.median(chart.columns["high"] - chart.columns["low"]))
    painter = ShapePainter(price, _SIGN_DISTANCE * usual_range, chart.interval_ms)
    painted = [(sketch.key, painter.paint(sketch)) for sketch in chart.sketches]
    return painter, [LegendItem(label=key, renderers=renderers) for key, renderers in painted if renderers]


def _run_items(run: Drawn | None) -> list[LegendItem]:
    if run is None:
        return []
    return [
        LegendItem(label="entries, exits", renderers=[run.passages, run.entries, run.exits]),
        LegendItem(label="stops, targets", renderers=[run.levels]),
    ]


def _layout(chart: Chart, figures: dict[str, Any], times: Range1d, readout: Div) -> Any:
    title = f"<b style='font-size: 17px'>{escape(chart.title)}</b>"
    heading = f"<div style='{_FONT}'>{title} &nbsp; {escape(chart.subtitle)}</div>"
    grid = gridplot(
        [[one] for one in figures.values()],
        merge_tools=True,
        toolbar_location="right",
        toolbar_options={"logo": None},
        sizing_mode="stretch_width",
    )
    notes = "".join(f"<div>{escape(note)}</div>" for note in chart.notes)
    return column(
        Div(text=heading, sizing_mode="stretch_width"),
        readout,
        grid,
        _overview(chart, times),
        Div(text=f"<div style='{_FONT}; font-size: 12px'>{notes}</div>", sizing_mode="stretch_width"),
        sizing_mode="stretch_width",
    )


def _overview(chart: Chart, times: Range1d) -> Any:
    """The whole stretch in small, with the part in view, which can be dragged."""
    ts = chart.columns["ts"]
    every = slice(None, None, -(-len(ts) // _OVERVIEW_POINTS))
    made: Any = figure(
        height=_OVERVIEW_PX,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        x_range=Range1d(start=float(ts[0]), end=float(ts[-1]) + chart.interval_ms),
        tools="",
        toolbar_location=None,
        background_fill_color=BACKGROUND,
        outline_line_color=RULE,
        min_border_left=8,
        min_border_right=112,
    )
    made.line(ts[every].astype(np.float64), chart.columns["close"][every], line_color=FAINT_INK)
    made.yaxis.visible = False
    made.grid.grid_line_color = None
    made.axis.axis_line_color = None
    made.axis.major_label_text_color = FAINT_INK
    tool = RangeTool(x_range=times)
    tool.overlay.fill_alpha = 0.12
    made.add_tools(tool)
    return made


def _add_pointer(price: Any, renderers: Sequence[Any]) -> None:
    """Show the text of the shape under the pointer."""
    if renderers:
        tooltips = "<div style='max-width: 420px; font-size: 12px; overflow-wrap: anywhere'>@text</div>"
        price.add_tools(HoverTool(renderers=list(renderers), tooltips=tooltips, point_policy="follow_mouse"))
