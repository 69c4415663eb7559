"""Lines, steps, levels, dots, columns and bands of features, with a legend entry for each feature."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from bokeh.models import LegendItem, Span
from bokeh.transform import linear_cmap
from numpy.typing import NDArray

from charts.colours import CANDLE_DOWN, CANDLE_UP, FAINT_INK
from charts.parts import Bars, Part, make_part
from charts.seen import runs
from charts.series import PRICE_PANE, VOLUME_PANE, Lines, Pane, Series

_BAND_ALPHA = 0.06
_MAIN_WIDTH, _OTHER_WIDTH, _LEVEL_WIDTH = 1.5, 1.1, 1.4


class LinePainter:
    """Draws series. `renderers` has what draws each column, `parts` the data of those that do not read the bars."""

    def __init__(self, figures: Mapping[str, Any], bars: Bars) -> None:
        self._figures = figures
        self._bars = bars
        self._entries: dict[str, dict[str, list[Any]]] = {pane: {} for pane in figures}
        self.renderers: dict[str, Any] = {}
        self.parts: list[Part] = []

    def paint(self, lines: Lines) -> None:
        """Draw everything, columns below lines."""
        for one in sorted(lines.series, key=lambda one: one.form != "columns"):
            self.renderers[one.name] = self._draw(self._figures[one.pane], one)
            entry = one.group if one.pane in (PRICE_PANE, VOLUME_PANE) else one.name
            self._entries[one.pane].setdefault(entry, []).append(self.renderers[one.name])
        for group, (lower, upper) in lines.bands.items():
            one = next(one for one in lines.series if one.name == lower)
            self._tint(one, group, lower, upper)
        for pane, rules in lines.panes.items():
            _rule(self._figures[pane], rules)

    def legend_items(self, pane: str) -> list[LegendItem]:
        """An entry for each feature of a pane that it shares, for each column of its own."""
        return [LegendItem(label=label, renderers=parts) for label, parts in self._entries[pane].items()]

    def _draw(self, figure: Any, one: Series) -> Any:
        look: dict[str, Any] = {"source": self._bars.view, "line_color": one.colour}
        width = _MAIN_WIDTH if one.is_main else _OTHER_WIDTH
        match one.form:
            case "line":
                return figure.line("x", one.name, line_width=width, **look)
            case "step":
                return figure.step("x", one.name, line_width=width, mode="center", **look)
            case "level":
                return self._draw_levels(figure, one)
            case "dots":
                return figure.scatter("x", one.name, size=3, fill_color=one.colour, **look)
            case "columns":
                tint = linear_cmap(f"{one.name} rises", (CANDLE_DOWN, CANDLE_UP), 0, 1)
                shape: dict[str, Any] = {"x": "x", "top": one.name, "width": "width"}
                return figure.vbar(fill_color=tint, line_color=None, source=self._bars.view, **shape)

    def _draw_levels(self, figure: Any, one: Series) -> Any:
        stored: Any = self._bars.store.data
        part = make_part(_level_columns(stored["x"], stored[one.name], self._bars.interval_ms), "x0", "x1", "spans")
        self.parts.append(part)
        look: dict[str, Any] = {"line_color": one.colour, "line_width": _LEVEL_WIDTH}
        return figure.segment("x0", "y", "x1", "y", source=part.view, **look)

    def _tint(self, one: Series, group: str, lower: str, upper: str) -> None:
        look: dict[str, Any] = {"fill_color": one.colour, "fill_alpha": _BAND_ALPHA, "level": "underlay"}
        tint = self._figures[one.pane].varea(x="x", y1=lower, y2=upper, source=self._bars.view, **look)
        entries = self._entries[one.pane]
        entries.setdefault(group, []).append(tint)


def _level_columns(x: NDArray[Any], values: NDArray[Any], interval_ms: int) -> dict[str, NDArray[Any]]:
    """A line for each stretch over which the value stays the same, as wide as its bars."""
    known = [span for span in runs(values) if not np.isnan(values[span[0]])]
    spans = np.array(known, dtype=np.int64).reshape(-1, 2)
    first, last = spans[:, 0], spans[:, 1] - 1
    return {"x0": x[first] - interval_ms / 2, "x1": x[last] + interval_ms / 2, "y": values[first]}


def _rule(figure: Any, pane: Pane) -> None:
    look: dict[str, Any] = {"line_color": FAINT_INK, "line_alpha": 0.5, "line_dash": "dashed"}
    for guide in pane.guides:
        figure.add_layout(Span(location=guide, dimension="width", **look))
    if pane.scale is not None:
        low, high = pane.scale
        margin = (high - low) * 0.05
        figure.y_range.start, figure.y_range.end = low - margin, high + margin
