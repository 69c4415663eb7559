"""Funding rates and open interest that have been published, as the venue writes them, newest first."""

from typing import Any

import numpy as np

from exchange.venue.market.tape import Tape
from exchange.venue.market.text import rounded, rounded_and_trimmed, trimmed
from play_engine.intervals import DAY_MS, MINUTE_MS

INTEREST_PERIODS = {
    "5min": 5 * MINUTE_MS,
    "15min": 15 * MINUTE_MS,
    "30min": 30 * MINUTE_MS,
    "1h": 60 * MINUTE_MS,
    "4h": 240 * MINUTE_MS,
    "1d": DAY_MS,
}
_PLACES = 8


def funding_rows(tape: Tape, start_ms: int, end_ms: int, most: int) -> list[dict[str, Any]]:
    """Settlements from the one instant to the other, both included: the newest `most`."""
    settled = tape.funding.after(start_ms - 1, end_ms)
    rows = zip(settled.ts[::-1][:most].tolist(), settled.values[::-1][:most].tolist(), strict=True)
    return [
        {"symbol": tape.symbol, "fundingRate": trimmed(rate, _PLACES), "fundingRateTimestamp": str(ts_ms)}
        for ts_ms, rate in rows
    ]


def interest_rows(tape: Tape, start_ms: int, end_ms: int, period_ms: int) -> list[dict[str, Any]]:
    """Open interest on the grid of `period_ms`: at each instant what had been published last, none for an instant since
    the one before which nothing has been."""
    readings = tape.open_interest.after(-1, end_ms)
    grid = -(-readings.ts // period_ms) * period_ms
    # Of the readings that fall to the same instant the last one counts.
    newest = np.flatnonzero(np.diff(grid, append=np.iinfo(np.int64).max))
    newest = newest[(grid[newest] >= start_ms) & (grid[newest] <= end_ms)][::-1]
    return [
        {
            "openInterest": rounded(units, _PLACES),
            "singleOpenInterest": rounded_and_trimmed(units / 2.0, _PLACES),
            "timestamp": str(ts_ms),
        }
        for ts_ms, units in zip(grid[newest].tolist(), readings.values[newest].tolist(), strict=True)
    ]
