"""The intervals of the venue's candles: their codes, and where their candles begin and end.

Candles begin on the grid of the epoch, UTC; weeks on Mondays, months on their first day.
"""

import numpy as np

from play_engine.bars import Ints
from play_engine.intervals import DAY_MS, MINUTE_MS, WEEK_MS, grid_origin

_MONTH = "M"
_MINUTES = (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)
_LENGTHS_MS = {**{str(minutes): minutes * MINUTE_MS for minutes in _MINUTES}, "D": DAY_MS, "W": WEEK_MS}

INTERVAL_CODES = (*_LENGTHS_MS, _MONTH)


def candle_starts(code: str, ts: Ints) -> Ints:
    """For each instant the begin of the candle that it lies in, in ms. `code` is one of INTERVAL_CODES."""
    if code == _MONTH:
        return _to_ms(_months(ts))
    length_ms = _LENGTHS_MS[code]
    return ts - (ts - grid_origin(length_ms)) % length_ms


def candle_ends(code: str, starts: Ints) -> Ints:
    """For candles that begin at `starts`, the instants at which the next ones begin."""
    if code == _MONTH:
        return _to_ms(_months(starts) + 1)
    return starts + _LENGTHS_MS[code]


def candle_start(code: str, at_ms: int) -> int:
    """The begin of the candle that an instant lies in."""
    if code == _MONTH:
        return int(candle_starts(code, np.array([at_ms]))[0])
    length_ms = _LENGTHS_MS[code]
    return at_ms - (at_ms - grid_origin(length_ms)) % length_ms


def candle_end(code: str, start_ms: int) -> int:
    """When the candle that begins at `start_ms` ends."""
    return int(candle_ends(code, np.array([start_ms]))[0]) if code == _MONTH else start_ms + _LENGTHS_MS[code]


def holds_whole_bars(code: str, interval_ms: int) -> bool:
    """Whether candles of this interval can be made of bars of `interval_ms`."""
    if code == _MONTH:
        return DAY_MS % interval_ms == 0
    return _LENGTHS_MS[code] % interval_ms == 0


def _months(ts: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    return ts.astype("datetime64[ms]").astype("datetime64[M]")


def _to_ms(months: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> Ints:
    return months.astype("datetime64[ms]").astype(np.int64)
