"""Every pattern by its name: these are the names that `validation.pattern` of a Play may have."""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType

import attrs

from feeds.patterns import alignment, breakouts, liquidity, ranges, reversals, trends, volatility, wyckoff
from feeds.patterns.drawing import Drawing


@attrs.frozen(kw_only=True)
class Pattern:
    """One pattern; `draw` takes the length in minutes and, by keyword, parameters."""

    name: str
    family: str
    draw: Callable[..., Drawing]

    @property
    def summary(self) -> str:
        """What the path does, in a sentence or two."""
        return " ".join((inspect.getdoc(self.draw) or "").split())

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters and their defaults: sizes as fractions of the price, times in minutes or hours, counts."""
        signature = inspect.signature(self.draw).parameters
        return {name: one.default for name, one in signature.items() if one.kind is inspect.Parameter.KEYWORD_ONLY}


_FAMILIES: dict[str, tuple[Callable[..., Drawing], ...]] = {
    "trends": (
        trends.trend_up_clean,
        trends.trend_down_clean,
        trends.trend_grinding,
        trends.trend_parabolic,
        trends.trend_exhaustion,
        trends.trend_stairs,
        trends.trending,
        trends.trending_with_gaps,
    ),
    "ranges": (
        ranges.range_tight,
        ranges.range_wide,
        ranges.range_ascending,
        ranges.range_descending,
        ranges.ranging,
        ranges.equal_highs_lows,
        ranges.choppy_whipsaw,
    ),
    "reversals": (
        reversals.reversal_v_bottom,
        reversals.reversal_v_top,
        reversals.reversal_double_bottom,
        reversals.reversal_double_top,
    ),
    "breakouts": (breakouts.breakout_clean, breakouts.breakout_false, breakouts.breakout_retest),
    "volatility": (
        volatility.vol_squeeze_expand,
        volatility.vol_spike_recover,
        volatility.vol_spike_continue,
        volatility.vol_decay,
        volatility.volatile,
    ),
    "liquidity": (
        liquidity.liquidity_hunt_lows,
        liquidity.liquidity_hunt_highs,
        liquidity.displacement_impulse,
        liquidity.ob_retest,
    ),
    "wyckoff": (wyckoff.accumulation, wyckoff.distribution),
    "alignment": (
        alignment.mtf_aligned_bull,
        alignment.mtf_aligned_bear,
        alignment.mtf_pullback_bull,
        alignment.mtf_pullback_bear,
        alignment.multi_tf_aligned,
    ),
}

PATTERNS: Mapping[str, Pattern] = MappingProxyType(
    {
        draw.__name__: Pattern(name=draw.__name__, family=family, draw=draw)
        for family, members in _FAMILIES.items()
        for draw in members
    }
)
