"""A trend: the waves between turning points, coloured by the trend's direction, and whether each turn is a higher or
lower high or low."""

from itertools import pairwise

import attrs

from charts.seen import Seen, rows_where
from charts.shapes import Drawing, Line, Mark
from charts.wording import price_text, time_text

_NAMES = {1: "up", -1: "down", 0: "undecided"}


@attrs.frozen(kw_only=True)
class _Turn:
    """A turning point: its side (1 high, −1 low), bar and price, and the row on which it became known."""

    side: int
    idx: int
    price: float
    row: int


def waves(seen: Seen) -> Drawing:
    """Waves and labels (HH, LH, HL, LL) from the pivots of the swing that the trend reads."""
    turns = _turns(seen)
    lines = [_wave(seen, before, turn) for before, turn in pairwise(turns)]
    marks = [_mark(seen, turn) for turn in turns]
    return Drawing(lines=tuple(lines), marks=tuple(mark for mark in marks if mark.label))


def _turns(seen: Seen) -> list[_Turn]:
    """The turning points; of pivots of one kind in a row only the farthest counts, as it does for the trend."""
    swing = seen.uses["swing"]
    turns: list[_Turn] = []
    for row in rows_where(swing["high_accepted"] | swing["low_accepted"]):
        for side, name in ((1, "high"), (-1, "low")):
            if not swing[f"{name}_accepted"][row]:
                continue
            price = float(swing[f"{name}_level"][row])
            turn = _Turn(side=side, idx=int(swing[f"{name}_idx"][row]), price=price, row=row)
            if not turns or turns[-1].side != side:
                turns.append(turn)
            elif side * price >= side * turns[-1].price:
                turns[-1] = turn
    return turns


def _wave(seen: Seen, before: _Turn, turn: _Turn) -> Line:
    direction = int(seen.outputs["direction"][turn.row])
    return Line(
        start_ms=seen.middle(before.idx),
        start_price=before.price,
        end_ms=seen.middle(turn.idx),
        end_price=turn.price,
        direction=direction,
        known_ms=seen.closed(turn.row),
        text=f"{seen.key}: trend {_NAMES[direction]}, strength {int(seen.outputs['strength'][turn.row])}, "
        f"known {time_text(seen.closed(turn.row))}",
    )


def _mark(seen: Seen, turn: _Turn) -> Mark:
    higher, lower = ("last_hh", "last_lh") if turn.side == 1 else ("last_hl", "last_ll")
    name = higher if seen.outputs[higher][turn.row] else lower if seen.outputs[lower][turn.row] else ""
    label = name.removeprefix("last_").upper()
    return Mark(
        ts_ms=seen.middle(turn.idx),
        price=turn.price,
        known_ms=seen.closed(turn.row),
        place=turn.side,
        direction=1 if name == higher else -1,
        weight=0,
        label=label,
        text=f"{seen.key}: {label} {price_text(turn.price)}, known {time_text(seen.closed(turn.row))}",
    )
