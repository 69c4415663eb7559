"""Entries, exits, stops and targets as glyphs."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np

from charts.colours import DOWN, LONG, SHORT, STOP, TARGET, UP
from charts.executions import Execution, Executions, Level, Passage
from charts.parts import Part, make_part

_COLOURS = {1: LONG, -1: SHORT}
_LEVEL_COLOURS = {"stop": STOP, "target": TARGET}


@attrs.frozen(kw_only=True, eq=False)
class Drawn:
    """What draws a run, with its data. The pointer shows a text over all but `passages`."""

    levels: Any
    passages: Any
    entries: Any
    exits: Any
    parts: tuple[Part, ...]


def draw_executions(figure: Any, executions: Executions) -> Drawn | None:
    """Draw a run; None without fills."""
    if not executions.fills:
        return None
    levels = make_part(_level_columns(executions.levels), "x0", "x1", "nothing")
    passages = make_part(_passage_columns(executions.passages), "x0", "x1", "nothing")
    entries = make_part(_fill_columns([one for one in executions.fills if one.is_entry], 1), "x", "x", "nothing")
    exits = make_part(_fill_columns([one for one in executions.fills if not one.is_entry], -1), "x", "x", "nothing")
    line: dict[str, Any] = {"line_color": "colour"}
    sign: dict[str, Any] = {"marker": "sign", "size": 12, "line_width": 1.6, **line}
    return Drawn(
        levels=figure.segment("x0", "y", "x1", "y", source=levels.view, line_width=1.6, **line),
        passages=figure.segment("x0", "y0", "x1", "y1", source=passages.view, line_dash="dashed", **line),
        entries=figure.scatter("x", "y", source=entries.view, fill_color="colour", **sign),
        exits=figure.scatter("x", "y", source=exits.view, fill_color="white", **sign),
        parts=(levels, passages, entries, exits),
    )


def _fill_columns(fills: Sequence[Execution], way: int) -> dict[str, Any]:
    """`way` 1: signs point the way of the position, as entries do; −1: the other way."""
    return {
        "x": _numbers(fill.ts_ms for fill in fills),
        "y": _numbers(fill.price for fill in fills),
        "sign": ["triangle" if fill.side == way else "inverted_triangle" for fill in fills],
        "colour": [_COLOURS[fill.side] for fill in fills],
        "text": [fill.text for fill in fills],
    }


def _level_columns(levels: Sequence[Level]) -> dict[str, Any]:
    return {
        "x0": _numbers(level.start_ms for level in levels),
        "x1": _numbers(level.end_ms for level in levels),
        "y": _numbers(level.price for level in levels),
        "colour": [_LEVEL_COLOURS[level.kind] for level in levels],
        "text": [level.text for level in levels],
    }


def _passage_columns(passages: Sequence[Passage]) -> dict[str, Any]:
    return {
        "x0": _numbers(one.start_ms for one in passages),
        "y0": _numbers(one.start_price for one in passages),
        "x1": _numbers(one.end_ms for one in passages),
        "y1": _numbers(one.end_price for one in passages),
        "colour": [UP if one.pnl > 0.0 else DOWN for one in passages],
    }


def _numbers(values: Iterable[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.fromiter(values, dtype=np.float64)
