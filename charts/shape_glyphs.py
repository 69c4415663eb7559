"""Boxes, lines and marks of structures as glyphs: a few arrays for each structure, never an object for each shape."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource

from charts.chart import Sketch
from charts.colours import FAINT_INK, of_direction
from charts.parts import Part, Rule, make_part
from charts.shapes import Box, Line, Mark
from charts.structure_styles import STYLES, Style

# A box, or a part of it: the box, and the ms at which the part begins and ends.
Span = tuple[Box, float, float]
# What is left of a box's tint after its first touch.
_TOUCHED = 0.4
# Where a box has a faint border or none, the part before it was known has one.
_LEAST_LEAD_ALPHA = 0.3
_HATCH_ALPHA = 0.18
_SIZES = {0: 6, 1: 7, 2: 10}
_SIGN_ALPHAS = {0: 0.35, 1: 0.75, 2: 0.95}
# The distance of a label from the sign below it, in distances of a sign from its price.
_LABEL_DISTANCE = 0.9
_LABEL: dict[str, Any] = {"text_font_size": "10px", "text_font_style": "normal"}


class ShapePainter:
    """Draws sketches on the price pane. `hoverable` collects what has a text for the pointer, `parts` the data."""

    def __init__(self, figure: Any, unit: float, exec_ms: int) -> None:
        self._figure = figure
        self._exec_ms = exec_ms
        # The distance of a sign from its price: part of a usual bar's range.
        self._unit = unit
        self.hoverable: list[Any] = []
        self.parts: list[Part] = []

    def paint(self, sketch: Sketch) -> list[Any]:
        """Draw a sketch and return its renderers."""
        style, drawing = STYLES[sketch.type], sketch.drawing
        parts = [
            *self._boxes(drawing.boxes, style),
            *self._boxes(drawing.candles, style),
            *self._lines(drawing.lines, style),
            *self._marks(drawing.marks, style, sketch.interval_ms),
        ]
        return [part for part in parts if part is not None]

    def _boxes(self, boxes: Sequence[Box], style: Style) -> Iterable[Any]:
        if not boxes:
            return
        fresh = [(box, box.start_ms, box.end_ms if box.touched_ms is None else box.touched_ms) for box in boxes]
        stale = [(box, box.touched_ms, box.end_ms) for box in boxes if box.touched_ms is not None]
        early = [(box, box.origin_ms, box.start_ms) for box in boxes if box.origin_ms < box.start_ms]
        whole = [(box, box.start_ms, box.end_ms) for box in boxes]
        yield self._tints(fresh, style.fill_alpha, style.hatch)
        yield self._tints(stale, style.fill_alpha * _TOUCHED, None)
        yield self._borders(early, max(style.border_alpha, _LEAST_LEAD_ALPHA), "dotted")
        yield self._borders(whole, style.border_alpha, style.border_dash)
        yield self._hover_areas(whole)
        yield self._labels(
            [
                (box.start_ms, box.upper, box.label, of_direction(box.direction))
                for box in boxes
                if box.label and box.end_ms - box.start_ms >= style.fewest_labelled_bars * self._exec_ms
            ],
            anchor="top_left",
        )

    def _tints(self, spans: Sequence[Span], alpha: float, hatch: str | None) -> Any:
        return self._figure.quad(
            left="left",
            right="right",
            bottom="bottom",
            top="top",
            fill_color="colour",
            fill_alpha=alpha,
            line_color=None,
            hatch_pattern=hatch,
            hatch_color="colour",
            hatch_alpha=_HATCH_ALPHA,
            hatch_scale=8,
            source=self._spans(_edges(spans), "left", "right"),
        )

    def _borders(self, spans: Sequence[Span], alpha: float, dash: str) -> Any:
        """The four sides as lines of their own: a box that is cut off by the view's edge has none there."""
        if not spans or not alpha:
            return None
        edges = _edges(spans)
        left, right, bottom, top = (edges[name] for name in ("left", "right", "bottom", "top"))
        columns = {
            "x0": np.concatenate([left, left, left, right]),
            "x1": np.concatenate([right, right, left, right]),
            "y0": np.concatenate([bottom, top, bottom, bottom]),
            "y1": np.concatenate([bottom, top, top, top]),
            "colour": edges["colour"] * 4,
            "left": np.tile(left, 4),
            "right": np.tile(right, 4),
        }
        look: dict[str, Any] = {"line_color": "colour", "line_alpha": alpha, "line_dash": dash}
        return self._figure.segment("x0", "y0", "x1", "y1", source=self._spans(columns, "left", "right"), **look)

    def _hover_areas(self, spans: Sequence[Span]) -> Any:
        columns = {**_edges(spans), "text": [box.text for box, _, _ in spans]}
        areas = self._figure.quad(
            left="left",
            right="right",
            bottom="bottom",
            top="top",
            fill_alpha=0.0,
            line_color=None,
            source=self._spans(columns, "left", "right"),
        )
        self.hoverable.append(areas)
        return areas

    def _lines(self, lines: Sequence[Line], style: Style) -> Iterable[Any]:
        if not lines:
            return
        columns = {
            "x0": _numbers(line.start_ms for line in lines),
            "y0": _numbers(line.start_price for line in lines),
            "x1": _numbers(line.end_ms for line in lines),
            "y1": _numbers(line.end_price for line in lines),
            "colour": [of_direction(line.direction) for line in lines],
            "text": [line.text for line in lines],
        }
        segments = self._figure.segment(
            "x0",
            "y0",
            "x1",
            "y1",
            line_color="colour",
            line_width=style.line_width,
            line_alpha=style.line_alpha,
            line_dash=style.line_dash,
            source=self._spans(columns, "x0", "x1"),
        )
        self.hoverable.append(segments)
        yield segments
        shortest_ms = style.fewest_labelled_bars * self._exec_ms
        labelled = [line for line in lines if line.label and line.end_ms - line.start_ms >= shortest_ms]
        yield self._labels(
            [(line.end_ms, line.end_price, line.label, of_direction(line.direction)) for line in labelled],
            anchor="bottom_right",
        )

    def _marks(self, marks: Sequence[Mark], style: Style, interval_ms: int) -> Iterable[Any]:
        if not marks:
            return
        if style.has_signs:
            yield self._signs(marks)
        if style.shows_known:
            yield self._known(marks, interval_ms)
        away = self._unit * (1.0 + _LABEL_DISTANCE)
        for place, anchor in ((1, "bottom_center"), (-1, "top_center")):
            texts = [
                (mark.ts_ms, mark.price + place * away, mark.label, of_direction(mark.direction))
                for mark in marks
                if mark.place == place and mark.label
            ]
            yield self._labels(texts, anchor=anchor)

    def _signs(self, marks: Sequence[Mark]) -> Any:
        columns = {
            "x": _numbers(mark.ts_ms for mark in marks),
            "y": _numbers(mark.price + mark.place * self._unit for mark in marks),
            "sign": ["inverted_triangle" if mark.place == 1 else "triangle" for mark in marks],
            "size": _numbers(_SIZES[mark.weight] for mark in marks),
            "alpha": _numbers(_SIGN_ALPHAS[mark.weight] for mark in marks),
            "colour": [of_direction(mark.direction) for mark in marks],
            "text": [mark.text for mark in marks],
        }
        look: dict[str, Any] = {"size": "size", "fill_alpha": "alpha", "fill_color": "colour", "line_color": None}
        signs = self._figure.scatter("x", "y", marker="sign", source=self._points(columns), **look)
        self.hoverable.append(signs)
        return signs

    def _known(self, marks: Sequence[Mark], interval_ms: int) -> Any:
        columns = {
            "x": _numbers(mark.known_ms - interval_ms / 2 for mark in marks),
            "y": _numbers(mark.price for mark in marks),
        }
        look: dict[str, Any] = {"marker": "x", "size": 5, "line_color": FAINT_INK, "line_alpha": 0.6}
        return self._figure.scatter("x", "y", source=self._points(columns, "labels"), **look)

    def _labels(self, texts: Sequence[tuple[float, float, str, str]], *, anchor: str) -> Any:
        if not texts:
            return None
        x, y, words, colours = zip(*texts, strict=True)
        columns = {"x": _numbers(x), "y": _numbers(y), "words": list(words), "colour": list(colours)}
        look: dict[str, Any] = {"text_color": "colour", "anchor": anchor, **_LABEL}
        return self._figure.text("x", "y", "words", source=self._points(columns, "labels"), **look)

    def _spans(self, columns: dict[str, Any], left: str, right: str) -> ColumnDataSource:
        self.parts.append(make_part(columns, left, right, "spans"))
        return self.parts[-1].view

    def _points(self, columns: dict[str, Any], rule: Rule = "points") -> ColumnDataSource:
        self.parts.append(make_part(columns, "x", "x", rule))
        return self.parts[-1].view


def _edges(spans: Sequence[Span]) -> dict[str, Any]:
    return {
        "left": _numbers(left for _, left, _ in spans),
        "right": _numbers(right for _, _, right in spans),
        "bottom": _numbers(box.lower for box, _, _ in spans),
        "top": _numbers(box.upper for box, _, _ in spans),
        "colour": [of_direction(box.direction) for box, _, _ in spans],
    }


def _numbers(values: Iterable[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.fromiter(values, dtype=np.float64)
