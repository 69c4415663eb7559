"""Bars of a longer interval out of shorter ones, chunk by chunk."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.compiled import compiled

# The bar in progress: its open time (−1 none yet), whether it counts, its prices and volume.
PARTIAL_BAR = np.dtype(
    [("ts", "<i8"), ("whole", "<i8")] + [(name, "<f8") for name in ("open", "high", "low", "close", "volume")],
)


def no_bar_yet() -> NDArray[Any]:
    """The state before the first bar."""
    return np.array([(-1, 0, 0.0, 0.0, 0.0, 0.0, 0.0)], dtype=PARTIAL_BAR)


@compiled
def aggregate(
    ts: Any,
    open_: Any,
    high: Any,
    low: Any,
    close: Any,
    volume: Any,
    step_ms: int,
    length_ms: int,
    origin_ms: int,
    partial: Any,
    out: Any,
    row: int,
) -> int:
    """Append the bars of `length_ms` that the given bars of `step_ms` complete to the columns `out`, from `row` on.

    First open, highest high, lowest low, last close, summed volume. A bar is complete when the minute that ends it, or
    any later one, has arrived; minutes that the market lacks are simply not part of it. The bar in progress at the very
    beginning counts only if its first minute is there. `out` are the columns ts, open, high, low, close, volume;
    returns the row behind the last one written.
    """
    out_ts, out_open, out_high, out_low, out_close, out_volume = out
    p = partial[0]
    for i in range(len(ts)):
        bar_ts = ts[i] - (ts[i] - origin_ms) % length_ms
        if bar_ts != p.ts:
            if p.whole == 1:
                out_ts[row] = p.ts
                out_open[row] = p.open
                out_high[row] = p.high
                out_low[row] = p.low
                out_close[row] = p.close
                out_volume[row] = p.volume
                row += 1
            p.whole = 1 if (p.ts != -1 or ts[i] == bar_ts) else 0
            p.ts = bar_ts
            p.open = open_[i]
            p.high = high[i]
            p.low = low[i]
            p.volume = volume[i]
        else:
            p.high = max(p.high, high[i])
            p.low = min(p.low, low[i])
            p.volume += volume[i]
        p.close = close[i]
        if ts[i] + step_ms == bar_ts + length_ms:
            if p.whole == 1:
                out_ts[row] = p.ts
                out_open[row] = p.open
                out_high[row] = p.high
                out_low[row] = p.low
                out_close[row] = p.close
                out_volume[row] = p.volume
                row += 1
            p.whole = 0
    return row
