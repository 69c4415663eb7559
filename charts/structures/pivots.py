"""A swing: its pivots at their own bars, where each became known, and the legs between them."""

from collections.abc import Iterator

from charts.seen import Seen, rows_where, runs
from charts.shapes import Drawing, Line, Mark
from charts.wording import price_text, time_text
from play_engine.structures.outputs import BEARISH, BULLISH

_FAINT, _ORDINARY, _STRONG = 0, 1, 2


def pivots(seen: Seen) -> Drawing:
    """Pivot marks (faint where strict alternation replaced them, strong where they are major), and legs."""
    marks = [mark for side in (1, -1) for mark in _side(seen, side)]
    marks.sort(key=lambda mark: (mark.known_ms, -mark.place))
    return Drawing(marks=tuple(marks), lines=tuple(_legs(seen)))


def _side(seen: Seen, side: int) -> Iterator[Mark]:
    name = "high" if side == 1 else "low"
    columns = seen.outputs
    rows = rows_where(columns[f"{name}_accepted"])
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        idx, price = int(columns[f"{name}_idx"][row]), float(columns[f"{name}_level"][row])
        replaced = following is not None and bool(columns[f"{name}_replaced_pending"][following])
        is_major = bool(columns[f"{name}_is_major"][row])
        size = float(columns[f"{name}_significance"][row])
        facts = [f"{seen.key}: {'major ' if is_major else ''}pivot {name} {price_text(price)}"]
        facts.append(f"known {time_text(seen.closed(row))}")
        facts += [f"{size:.2f} ATR"] if size == size else []
        facts += ["replaced later"] if replaced else []
        yield Mark(
            ts_ms=seen.middle(idx),
            price=price,
            known_ms=seen.closed(row),
            place=side,
            direction=-side,
            weight=_FAINT if replaced else _STRONG if is_major else _ORDINARY,
            text=", ".join(facts),
        )


def _legs(seen: Seen) -> Iterator[Line]:
    """Each leg once: one that was carried further is drawn to its last end."""
    columns = seen.outputs
    high_idx, low_idx, directions = columns["pair_high_idx"], columns["pair_low_idx"], columns["pair_direction"]
    legs: dict[tuple[int, int], Line] = {}
    for row, _ in runs(columns["pair_version"]):
        if directions[row] not in (BULLISH, BEARISH):
            continue
        low = (seen.middle(int(low_idx[row])), float(columns["pair_low_level"][row]))
        high = (seen.middle(int(high_idx[row])), float(columns["pair_high_level"][row]))
        rises = directions[row] == BULLISH
        (start_ms, start), (end_ms, end) = (low, high) if rises else (high, low)
        side, from_idx = (1, int(low_idx[row])) if rises else (-1, int(high_idx[row]))
        legs[side, from_idx] = Line(
            start_ms=start_ms,
            start_price=start,
            end_ms=end_ms,
            end_price=end,
            direction=side,
            known_ms=seen.closed(row),
            text=f"{seen.key}: leg {price_text(start)} → {price_text(end)}, known {time_text(seen.closed(row))}",
        )
    yield from legs.values()
