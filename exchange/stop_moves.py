"""Where the stop of an open position should move: the trailing stop and the break-even stop of a Play.

Both are looked at when a minute of the position has ended, and a stop only ever moves towards the price. `side` is
+1 long, −1 short, `entry` the average fill price, `peak` the most favourable price since the first fill, all in USDT
per base unit. Percentages are moves of the price.
"""

from typing import Any

import numpy as np

from exchange.grid import DOWN, UP, snap
from play_engine.compiled import compiled


@compiled
def trail_is_active(rules: Any, side: int, entry: float, peak: float) -> bool:
    """Whether the move from entry to peak switches the trailing stop on."""
    return rules.trails != 0 and side * (peak - entry) / entry * 100.0 >= rules.trail_activation_pct


@compiled
def trailing_stop(rules: Any, instrument: Any, side: int, peak: float, atr: float) -> float:
    """The stop that follows `peak`: at a multiple of the ATR where there is one, else at a percentage of the peak.

    NaN where there is neither.
    """
    distance = atr * rules.trail_atr_multiplier if atr > 0.0 else peak * rules.trail_pct / 100.0
    return snap(peak - side * distance, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)


@compiled
def break_even_stop(rules: Any, instrument: Any, side: int, entry: float, close: float) -> float:
    """The stop beyond the entry once the close of a minute is far enough from it; NaN before."""
    if not rules.breaks_even or side * (close - entry) / entry * 100.0 < rules.break_even_activation_pct:
        return np.nan
    level = entry * (1.0 + side * rules.break_even_offset_pct / 100.0)
    return snap(level, instrument.tick_num, instrument.tick_den, UP if side > 0 else DOWN)
