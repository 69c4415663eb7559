"""The bar from which an anchored indicator counts: where a swing structure was confirmed, or a given instant."""

from math import ceil
from typing import Any

from numpy.typing import NDArray

from play_engine.bars import Ints
from play_engine.compiled import constant, inner
from play_engine.declaration import Constraint, Parameter, Params, Surroundings

SOURCES = ("swing_high", "swing_low", "swing_any", "pair_high", "pair_low", "pair_any", "manual")
_HIGH, _LOW, _ANY, _PAIR_HIGH, _PAIR_LOW, _PAIR_ANY, MANUAL = (constant(code) for code in range(7))
# The code of a swing's `pair_direction` for a pair that ended on a high.
_BULLISH = constant(1)
# A swing whose pivots are this many distances apart has had one in every sample that was measured.
_DISTANCES = 20


@inner
def bars_since_event(
    swing: NDArray[Any], bar: Ints, ts: Ints, source: int, at_pivot: bool, instant: int, is_anchored: bool, t: int
) -> int:
    """How many bars there are from the anchor to bar t, both counted, if an anchor event happens at bar t; else 0.

    An event is a new version of the structure: a confirmed pivot or pair. Its anchor is bar t, or with `at_pivot` the
    pivot itself, of two pivots the later one, of a pair the one that completed it. The source MANUAL has one event, at
    the first bar from `instant` (ms since the epoch) on; `is_anchored` says that it has been.
    """
    if source == MANUAL:
        return 1 if ts[t] >= instant and not is_anchored else 0
    now, before = swing[t], swing[t - 1]
    # The first bar has none before it to differ from.
    if bar[t] < 1:
        return 0
    idx = -1
    if source >= _PAIR_HIGH:
        ended_high = now.pair_direction == _BULLISH
        wanted = source == _PAIR_ANY or ended_high == (source == _PAIR_HIGH)
        if wanted and now.pair_version > before.pair_version:
            idx = now.pair_high_idx if ended_high else now.pair_low_idx
    else:
        if source != _LOW and now.high_version > before.high_version:
            idx = now.high_idx
        if source != _HIGH and now.low_version > before.low_version:
            idx = max(idx, now.low_idx)
    if idx < 0:
        return 0
    return bar[t] - idx + 1 if at_pivot else 1


def anchor_parameters(source: str) -> tuple[Parameter, ...]:
    """The parameters that say where the anchor is, with `source` as the default of what makes an anchor."""
    return (
        Parameter(
            name="anchor_source",
            kind="text",
            default=source,
            choices=SOURCES,
            meaning="what makes an anchor: a confirmed swing high or low, a completed pair, or a given time",
        ),
        Parameter(
            name="anchor_structure",
            kind="key",
            meaning="key of a swing on this timeframe; without it the first one declared",
        ),
        Parameter(
            name="anchor_at",
            kind="text",
            default="confirmation",
            choices=("confirmation", "pivot"),
            meaning="first bar that counts: the one that confirmed the pivot, or the pivot itself",
        ),
        Parameter(
            name="anchor_time",
            kind="instant",
            meaning="with manual, the instant from which bars count, UTC; without it the first bar",
        ),
    )


ANCHOR_TIME_IS_MANUAL = Constraint(
    holds=lambda params: params["anchor_time"] is None or is_manual(params),
    text="anchor_time only with anchor_source manual",
)


def is_manual(params: Params) -> bool:
    """Whether the anchor is an instant, so that no swing is needed."""
    return params["anchor_source"] == "manual"


def is_at_pivot(params: Params) -> bool:
    """Whether the anchor is the pivot and not the bar that confirmed it."""
    return params["anchor_at"] == "pivot" and not is_manual(params)


def anchor_arguments(params: Params) -> tuple[int, bool, int]:
    """What `bars_since_event` gets for the parameters: source, at_pivot, instant."""
    return SOURCES.index(params["anchor_source"]), is_at_pivot(params), params["anchor_time"] or 0


def anchor_preroll(surroundings: Surroundings) -> int:
    """Bars in which a swing settles and then makes an anchor; 0 without a swing."""
    swing = surroundings.swing
    if swing is None:
        return 0
    zigzag = swing["mode"] == "atr_zigzag"
    distance = ceil(4 * swing["atr_multiplier"] ** 2) if zigzag else swing["left"] + swing["right"] + 1
    return surroundings.swing_warmup + _DISTANCES * distance
