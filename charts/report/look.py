"""How the figures of a report look: quiet axes without ground, so that a light and a dark page both carry them."""

from typing import Any

from bokeh.models import (
    BoxZoomTool,
    CustomJS,
    HoverTool,
    Legend,
    LegendItem,
    NumeralTickFormatter,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    WheelZoomTool,
)
from bokeh.plotting import figure

# Strong enough on white and on near black.
LINE, SECOND_LINE = "#3f7ac0", "#c8822f"
ENTRY_LONG, ENTRY_SHORT = "#2a7bd3", "#cf3c78"
GREY = "#808791"
_INKS, _PAPERS = ("#4a515a", "#b6bdc7"), ("#ffffff", "#14171b")
_GRID_ALPHA = 0.22
_FONT, _FONT_SIZE = "system-ui, sans-serif", "11px"
_LEFT_PX, _RIGHT_PX = 8, 84

_FOLLOW_SCHEME = """
const query = window.matchMedia("(prefers-color-scheme: dark)");
const colour = () => {
  const ink = inks[query.matches ? 1 : 0], paper = papers[query.matches ? 1 : 0];
  for (const axis of axes) axis.setv({major_label_text_color: ink, axis_label_text_color: ink});
  for (const legend of legends) legend.setv({label_text_color: ink, inactive_fill_color: paper});
};
query.addEventListener("change", colour);
colour();
"""


def time_range(start_ms: float, end_ms: float) -> Range1d:
    """The time axis that figures over time share, from the start of the run to its end."""
    margin = max((end_ms - start_ms) * 0.01, 1.0)
    bounds = (start_ms - margin, end_ms + margin)
    return Range1d(start=bounds[0], end=bounds[1], bounds=bounds)


def over_time(times: Range1d, height_px: int) -> Any:
    """A figure over time, whose heights are fitted to what is in view by `charts.report.fitting`."""
    made = _figure(
        height_px,
        dimension="width",
        x_range=times,
        y_range=Range1d(start=0.0, end=1.0),
        x_axis_type="datetime",
        y_axis_location="right",
        min_border_left=_LEFT_PX,
        min_border_right=_RIGHT_PX,
    )
    made.xgrid.grid_line_color = None
    return made


def plain_figure(height_px: int, across: str, up: str) -> Any:
    """A figure with two axes of numbers, named `across` and `up`."""
    made = _figure(height_px, dimension="both", min_border_right=16)
    made.xaxis.axis_label, made.yaxis.axis_label = across, up
    return made


def format_axis(axis: Any, text: str) -> None:
    """Numbers of an axis in the form of numeral.js, such as `0.0 %`."""
    axis.formatter = NumeralTickFormatter(format=text)


def add_pointer(made: Any, renderer: Any, tooltips: list[tuple[str, str]], *, in_time: bool = False) -> None:
    """Say what lies under the pointer; `in_time` also when it is only above or below."""
    mode: dict[str, Any] = {"mode": "vline", "line_policy": "nearest"} if in_time else {"point_policy": "follow_mouse"}
    formats: dict[str, Any] = {f"@{name}": "datetime" for name in ("ts", "entry", "exit")}
    made.add_tools(HoverTool(renderers=[renderer], tooltips=tooltips, formatters=formats, **mode))


def add_legend(made: Any, *items: tuple[str, list[Any]]) -> Legend:
    """A legend above the figure; a click on an entry hides what it names."""
    look: dict[str, Any] = {"padding": 0, "margin": 4, "spacing": 14}
    legend = Legend(
        items=[LegendItem(label=label, renderers=renderers) for label, renderers in items],
        orientation="horizontal",
        location="left",
        click_policy="hide",
        label_text_font=_FONT,
        label_text_font_size=_FONT_SIZE,
        label_text_color=_INKS[0],
        background_fill_color=None,
        border_line_color=None,
        glyph_width=16,
        glyph_height=12,
        label_height=12,
        **look,
    )
    made.add_layout(legend, "above")
    return legend


def follow_scheme(figures: list[Any]) -> CustomJS:
    """Texts of figures in the ink of the page, light or dark, also when that changes."""
    axes = [axis for made in figures for axis in (*made.xaxis, *made.yaxis)]
    legends = [legend for made in figures for legend in made.legend]
    colours = {"inks": _INKS, "papers": _PAPERS}
    return CustomJS(args={"axes": axes, "legends": legends, **colours}, code=_FOLLOW_SCHEME)


def _figure(height_px: int, dimension: Any, **options: Any) -> Any:
    made: Any = figure(
        height=height_px,
        sizing_mode="stretch_width",
        tools="",
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        **options,
    )
    zoom = BoxZoomTool(dimensions=dimension)
    made.add_tools(zoom, PanTool(dimensions=dimension), WheelZoomTool(dimensions=dimension), ResetTool(), SaveTool())
    made.toolbar.active_drag = zoom
    # A page that is read by scrolling keeps the wheel.
    made.toolbar.active_scroll = None
    made.toolbar.logo = None
    made.toolbar.autohide = True
    made.grid.grid_line_color = GREY
    made.grid.grid_line_alpha = _GRID_ALPHA
    made.axis.axis_line_color = None
    made.axis.major_tick_line_color = None
    made.axis.minor_tick_line_color = None
    made.axis.major_label_text_color = _INKS[0]
    made.axis.axis_label_text_color = _INKS[0]
    made.axis.major_label_text_font = made.axis.axis_label_text_font = _FONT
    made.axis.major_label_text_font_size = made.axis.axis_label_text_font_size = _FONT_SIZE
    made.axis.axis_label_text_font_style = "normal"
    made.yaxis.ticker.desired_num_ticks = max(3, height_px // 50)
    return made
