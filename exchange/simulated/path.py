"""One minute in which something may happen: takeover at the open, arrivals, the jump, and the path.

With a position the path meets the adverse extreme first: a long sees open, low, high, close, a short open, high, low,
close. Path time φ orders the events of a minute; it is a convention, no evidence about real times.
"""

from typing import Any

import numpy as np

from exchange.simulated.arrivals import arrive
from exchange.simulated.codes import EXIT_STOP_LOSS, EXIT_TAKE_PROFIT
from exchange.simulated.fills import close_position, slipped, take_over, touch
from exchange.simulated.state import STOP_SLOT, TARGET_SLOT
from play_engine.compiled import inner

_TAKEOVER, _STOP, _TARGET, _NOTHING = 0, 1, 2, 3
_NEVER = 2.0


@inner
def play_minute(books: Any, t0: int, interval_ms: int, open_px: float, high: float, low: float, close: float) -> None:
    """All events of the minute [t0, t0 + interval_ms) before its closing instant."""
    position = books.position
    previous = position.last
    position.last = open_px
    if position.side != 0 and position.side * (open_px - position.liquidation) <= 0.0:
        take_over(books, open_px, t0)
    trade_before = position.trade_id if position.side != 0 else 0
    if books.account.arrivals:
        arrive(books, open_px, t0)
    if position.side != 0 and position.trade_id == trade_before:
        _jump(books, previous, open_px, t0)
    if position.side != 0:
        _walk(books, t0, interval_ms, open_px, high, low, close)


@inner
def _jump(books: Any, previous: float, open_px: float, t0: int) -> None:
    """From the previous close to the open: what stood before is triggered at the open, the stop before the target."""
    position = books.position
    side = position.side
    stop = books.orders[STOP_SLOT].trigger
    target = books.orders[TARGET_SLOT].trigger
    worst = min(previous, open_px) if side > 0 else max(previous, open_px)
    best = max(previous, open_px) if side > 0 else min(previous, open_px)
    if side * (worst - stop) <= 0.0:
        _trigger(books, STOP_SLOT, open_px, t0)
    elif side * (best - target) >= 0.0:
        at_level = books.settings.tp_gap_at_level != 0
        _trigger(books, TARGET_SLOT, target if at_level else open_px, t0)


@inner
def _trigger(books: Any, slot: int, ref_price: float, ts: int) -> None:
    """Stop or target closes the whole position at market, from the path price `ref_price`."""
    reason = EXIT_STOP_LOSS if slot == STOP_SLOT else EXIT_TAKE_PROFIT
    price = slipped(books, ref_price, books.orders[slot].side)
    close_position(books, slot, books.position.qty, ref_price, price, ts, reason)


@inner
def _walk(books: Any, t0: int, interval_ms: int, open_px: float, high: float, low: float, close: float) -> None:
    """Three legs; the first event on them ends the position, because each closes it whole."""
    position = books.position
    stop = books.orders[STOP_SLOT].trigger
    target = books.orders[TARGET_SLOT].trigger
    ambiguous = low <= stop <= high and low <= target <= high
    books.tally.ambiguous_minutes += ambiguous
    start = open_px
    for leg in range(3):
        end = _leg_end(position.side, leg, high, low, close)
        event, share = _first_event(position.side, start, end, position.liquidation, stop, target)
        if event != _NOTHING:
            position.ambiguous = ambiguous
            ts = min(t0 + int(np.floor((leg + share) / 3.0 * interval_ms + 0.001)), t0 + interval_ms - 1)
            if event == _TAKEOVER:
                position.last = position.liquidation
                take_over(books, position.liquidation, ts)
            else:
                position.last = stop if event == _STOP else target
                _trigger(books, STOP_SLOT if event == _STOP else TARGET_SLOT, position.last, ts)
            return
        touch(position, end)
        start = end


@inner
def _leg_end(side: int, leg: int, high: float, low: float, close: float) -> float:
    if leg == 2:
        return close
    return low if (leg == 0) == (side > 0) else high


@inner
def _first_event(
    side: int, start: float, end: float, liquidation: float, stop: float, target: float
) -> tuple[int, float]:
    """What the leg from `start` to `end` meets first, and at which share of it; on a tie takeover, stop, target."""
    event, share = _NOTHING, _NEVER
    for candidate in (_TAKEOVER, _STOP, _TARGET):
        level = liquidation if candidate == _TAKEOVER else stop if candidate == _STOP else target
        direction = side if candidate == _TARGET else -side
        reached = _reached_at(direction, start, end, level)
        if reached < share:
            event, share = candidate, reached
    return event, share


@inner
def _reached_at(direction: int, start: float, end: float, level: float) -> float:
    """Share of the leg at which a level above (+1) or below (−1) is reached; 0 for what holds at its start."""
    if direction * (start - level) >= 0.0:
        return 0.0
    if direction * (end - level) >= 0.0:
        return (level - start) / (end - start)
    return _NEVER
