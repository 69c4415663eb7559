"""What the formulas promise in any market: bounds, what scaling, shifting and mirroring do, what a flat one gives.

Scaling is by powers of two, which rounding does not see: there the laws hold to the last bit.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import HOUR_MS, NEW_YEAR_MS, Market, columns_of, inputs_of
from tests.play_engine.indicators.short_parameters import SHORT
from tests.play_engine.market import bars, gappy

_PRICES = ("open", "high", "low", "close")


def _run(name: str, market: Market, source: Floats | None = None, **params: Any) -> dict[str, Floats]:
    """Output columns of an indicator, with short windows where nothing else is said."""
    indicator = INDICATORS[name]
    # The rows of a swing take longer than the indicators themselves.
    columns = columns_of(market) if "swing" in indicator.inputs else _columns_without_swing(market)
    found = run_indicator(indicator, {**SHORT[name], **params}, inputs_of(indicator, columns, source))
    return {output.name: found[output.name] for output in indicator.outputs}


def _columns_without_swing(market: Market) -> dict[str, NDArray[Any]]:
    typical, bar = (market["high"] + market["low"] + market["close"]) / 3, np.arange(len(market["close"]))
    return {**market, "hlc3": typical, "ts": NEW_YEAR_MS + bar * HOUR_MS, "bar": bar}


def _of_source(name: str, x: Floats) -> dict[str, Floats]:
    """Output columns for a source of any values, on bars with a volume of 1."""
    return _run(name, {**dict.fromkeys(_PRICES, np.ones(len(x))), "volume": np.ones(len(x))}, x)


_0_TO_100 = (0.0, 100.0)
_BOUNDS: dict[str, dict[str, tuple[float, float]]] = {
    "rsi": {"value": _0_TO_100},
    "mfi": {"value": _0_TO_100},
    "uo": {"value": _0_TO_100},
    "percentrank": {"value": _0_TO_100},
    "stoch": {"k": _0_TO_100, "d": _0_TO_100},
    "stochrsi": {"k": _0_TO_100, "d": _0_TO_100},
    "aroon": {"up": _0_TO_100, "down": _0_TO_100, "osc": (-100.0, 100.0)},
    "adx": {"adx": _0_TO_100, "dmp": _0_TO_100, "dmn": _0_TO_100, "adxr": _0_TO_100},
    "willr": {"value": (-100.0, 0.0)},
    "cmo": {"value": (-100.0, 100.0)},
    "tsi": {"tsi": (-100.0, 100.0), "signal": (-100.0, 100.0)},
    # The largest distance of one of n values from their mean: √(n − 1) deviations for ddof 0, less for ddof 1.
    "zscore": {"value": (-(3**0.5), 3**0.5)},
    "cmf": {"value": (-1.0, 1.0)},
    "stddev": {"value": (0.0, np.inf)},
    "atr": {"value": (0.0, np.inf)},
}
# What a mean of values at the bound may be off by, in parts of the bound.
_ROUNDING = 1e-14


@pytest.mark.parametrize("name", _BOUNDS)
@settings(max_examples=12)
@given(market=bars(), power=st.integers(-40, 40))
def test_values_stay_in_their_bounds(name: str, market: Market, power: int) -> None:
    scaled = {key: column if key == "volume" else column * 2.0**power for key, column in market.items()}
    _assert_within(name, _run(name, scaled))


_BOUNDED_SOURCES = [name for name in _BOUNDS if INDICATORS[name].source is not None and name != "mfi"]


@pytest.mark.parametrize("name", _BOUNDED_SOURCES)
@settings(max_examples=12)
@given(x=gappy(), power=st.integers(-40, 40))
def test_values_stay_in_their_bounds_for_a_source_with_gaps(name: str, x: Floats, power: int) -> None:
    _assert_within(name, _of_source(name, x * 2.0**power))


def _assert_within(name: str, found: dict[str, Floats]) -> None:
    for output, (low, high) in _BOUNDS[name].items():
        known = found[output][~np.isnan(found[output])]
        margin = _ROUNDING * max(abs(low), high) if np.isfinite(high) else 0.0
        assert ((known >= low - margin) & (known <= high + margin)).all(), output


_PRICE_LIKE = """
ema sma wma dema tema trima zlma kama alma rma vwma linreg hma stddev highest lowest mom ao macd atr midprice ohlc4 vwap
kc donchian supertrend chandelier ichimoku session_levels bbands psar dm squeeze anchored_vwap volume_profile
anchored_volume_profile
"""
_RATIOS = """
zscore percentrank rsi cci willr roc mfi cmo uo natr cmf adx aroon vortex ppo tsi fisher stoch stochrsi chop trix
"""
# By which power of the price and of the volume each indicator grows; below, the outputs that differ from the others.
_DEGREES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(_PRICE_LIKE.split(), (1, 0)),
    **dict.fromkeys(_RATIOS.split(), (0, 0)),
    "obv": (0, 1),
    "kvo": (0, 1),
}
_OTHER_DEGREES: dict[tuple[str, str], tuple[int, int]] = {
    **{("bbands", output): (0, 0) for output in ("bandwidth", "percent_b")},
    **{("psar", output): (0, 0) for output in ("af", "reversal")},
    **{("squeeze", output): (0, 0) for output in ("on", "off", "no_sqz")},
    ("supertrend", "direction"): (0, 0),
    ("anchored_vwap", "bars_since_anchor"): (0, 0),
    ("anchored_volume_profile", "bars_since_anchor"): (0, 0),
    **{
        (name, output): degrees
        for name in ("volume_profile", "anchored_volume_profile")
        for output, degrees in (("poc_volume", (0, 1)), ("above_poc", (0, 0)), ("in_value_area", (0, 0)))
    },
}


def test_every_indicator_has_its_scaling_law() -> None:
    assert set(_DEGREES) == set(INDICATORS)


@pytest.mark.parametrize("name", INDICATORS)
@settings(max_examples=12)
@given(market=bars(), price_power=st.integers(-20, 20), volume_power=st.integers(-20, 20))
def test_scaling_the_market_scales_the_values(name: str, market: Market, price_power: int, volume_power: int) -> None:
    powers = {**dict.fromkeys(_PRICES, price_power), "volume": volume_power}
    scaled = _run(name, {key: column * 2.0 ** powers[key] for key, column in market.items()})
    for output, column in _run(name, market).items():
        by_price, by_volume = _OTHER_DEGREES.get((name, output), _DEGREES[name])
        expected = column * 2.0 ** (by_price * price_power + by_volume * volume_power)
        if name == "trix":
            # The logarithm turns a factor into a summand, which rounding does see.
            np.testing.assert_allclose(scaled[output], expected, rtol=1e-9, atol=1e-8)
        else:
            np.testing.assert_array_equal(scaled[output], expected, output)


# Mirrored prices mirror the value: exactly, for what rounding treats alike above and below zero.
_ODD = "ema sma wma dema tema trima zlma kama alma rma vwma linreg hma mom zscore cci cmo macd tsi roc ppo stddev"
_EVEN = {"stddev", "roc", "ppo"}


@pytest.mark.parametrize("name", _ODD.split())
@settings(max_examples=12)
@given(x=gappy())
def test_a_source_upside_down_turns_the_values_upside_down(name: str, x: Floats) -> None:
    sign = 1.0 if name in _EVEN else -1.0
    upright = _of_source(name, x)
    for output, column in _of_source(name, -x).items():
        np.testing.assert_array_equal(column, sign * upright[output], output)


@settings(max_examples=12)
@given(x=gappy(), length=st.integers(1, 9))
def test_the_lowest_is_the_highest_upside_down(x: Floats, length: int) -> None:
    market = {**dict.fromkeys(_PRICES, np.ones(len(x))), "volume": np.ones(len(x))}
    highest = _run("highest", market, -x, length=length)["value"]
    np.testing.assert_array_equal(_run("lowest", market, x, length=length)["value"], -highest)


# Where the middle of the scale is.
_MIDDLES = {"rsi": 50.0, "stoch": 50.0, "stochrsi": 50.0, "uo": 50.0, "willr": -50.0, "ao": 0.0, "fisher": 0.0}


@pytest.mark.parametrize("name", _MIDDLES)
@settings(max_examples=12)
@given(market=bars())
def test_a_market_upside_down_turns_oscillators_around_their_middle(name: str, market: Market) -> None:
    other_side = {"open": "open", "high": "low", "low": "high", "close": "close"}
    mirrored = {key: -market[other] for key, other in other_side.items()}
    upright = _run(name, market)
    for output, column in _run(name, {**mirrored, "volume": market["volume"]}).items():
        np.testing.assert_allclose(column, 2 * _MIDDLES[name] - upright[output], rtol=0, atol=1e-8)


_AVERAGES = "ema sma wma dema tema trima zlma kama alma rma vwma linreg hma highest lowest"
_OSCILLATORS = "stddev zscore percentrank mom rsi cmo cci macd tsi stochrsi"
_MOVE_ALONG, _STAND_STILL = _AVERAGES.split(), _OSCILLATORS.split()


@pytest.mark.parametrize("name", [*_MOVE_ALONG, *_STAND_STILL])
@settings(max_examples=12)
@given(x=gappy(), shift=st.integers(-500, 500))
def test_adding_a_constant_moves_averages_along_and_oscillators_not_at_all(name: str, x: Floats, shift: int) -> None:
    moved = _of_source(name, x + shift)
    for output, column in _of_source(name, x).items():
        expected = column + shift if name in _MOVE_ALONG else column
        np.testing.assert_allclose(moved[output], expected, rtol=1e-9, atol=1e-9)


_BETWEEN = "ema sma wma trima kama alma rma vwma"


@pytest.mark.parametrize("name", _BETWEEN.split())
@settings(max_examples=12)
@given(x=gappy(), power=st.integers(-40, 40))
def test_averages_with_positive_weights_lie_between_the_extremes(name: str, x: Floats, power: int) -> None:
    values = x * 2.0**power
    found = _of_source(name, values)["value"]
    known = found[~np.isnan(found)]
    if len(known):
        margin = 1e-14 * np.nanmax(np.abs(values))
        assert known.min() >= np.nanmin(values) - margin
        assert known.max() <= np.nanmax(values) + margin


_CONSTANT = 7709.05 / 3
# Values in a market that stands still, with volume and without; None where nothing is known.
_FLAT: dict[str, dict[str, float]] = {
    **{name: {"value": _CONSTANT} for name in _MOVE_ALONG},
    **{name: {"value": 0.0} for name in ("stddev", "zscore", "cmo", "cci", "mom", "roc", "ao")},
    "percentrank": {"value": 100.0},
    "rsi": {"value": 50.0},
    "mfi": {"value": 50.0},
    "uo": {"value": 50.0},
    "willr": {"value": -50.0},
    "stoch": {"k": 50.0, "d": 50.0},
    "stochrsi": {"k": 50.0, "d": 50.0},
    "fisher": {"fisher": 0.0, "signal": 0.0},
    "tsi": {"tsi": 0.0, "signal": 0.0},
    "ppo": {"ppo": 0.0, "signal": 0.0, "histogram": 0.0},
    "macd": {"macd": 0.0, "signal": 0.0, "histogram": 0.0},
    "trix": {"trix": 0.0, "signal": 0.0},
}


@pytest.mark.parametrize("name", _FLAT)
@pytest.mark.parametrize("volume", [0.0, 3.0])
def test_a_flat_market_gives_the_middle_of_the_scale(name: str, volume: float) -> None:
    market = {**dict.fromkeys(_PRICES, np.full(40, _CONSTANT)), "volume": np.full(40, volume)}
    for output, column in _run(name, market).items():
        known = column[20:]
        np.testing.assert_allclose(known, _FLAT[name][output], rtol=1e-14, atol=1e-10, err_msg=output)
