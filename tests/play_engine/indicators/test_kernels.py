"""What holds for every indicator: chunks change nothing, later bars change nothing, the start is as declared."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import Floats
from play_engine.declaration import Indicator
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import random_cuts, run_indicator
from tests.play_engine.market import bars, cuts, gappy, random_walk

each_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)

# Short windows, so that short markets reach past them.
_SHORT: dict[str, dict[str, Any]] = {
    "ema": {"length": 4},
    "sma": {"length": 3},
    "rsi": {"length": 3},
    "macd": {"fast": 2, "slow": 5, "signal": 3},
    "atr": {"length": 4},
    "bbands": {"length": 4, "std": 1.5, "ddof": 1},
    "supertrend": {"length": 3, "multiplier": 1.5},
}


def _bits(columns: dict[str, Floats], rows: int | None = None) -> dict[str, bytes]:
    return {name: column[:rows].tobytes() for name, column in columns.items()}


def _draw_inputs(draw: Any, indicator: Indicator) -> list[Floats]:
    if indicator.source is not None:
        return [draw(gappy())]
    market = draw(bars())
    return [market[name] for name in indicator.inputs]


def _inputs(indicator: Indicator, market: dict[str, Floats]) -> list[Floats]:
    return [market[str(indicator.source) if name == "x" else name] for name in indicator.inputs]


@each_indicator
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_chunks_change_no_bit(indicator: Indicator, data: st.DataObject) -> None:
    inputs = _draw_inputs(data.draw, indicator)
    params = _SHORT[indicator.name]
    whole = run_indicator(indicator, params, inputs)
    borders = cuts(data.draw, len(inputs[0]))
    assert _bits(run_indicator(indicator, params, inputs, borders, seed=len(borders))) == _bits(whole)


@each_indicator
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_later_bars_change_no_bit(indicator: Indicator, data: st.DataObject) -> None:
    inputs = _draw_inputs(data.draw, indicator)
    params = _SHORT[indicator.name]
    rows = data.draw(st.integers(1, len(inputs[0])))
    prefix = run_indicator(indicator, params, [column[:rows] for column in inputs], seed=2)
    assert _bits(prefix) == _bits(run_indicator(indicator, params, inputs), rows)


@each_indicator
@pytest.mark.parametrize("missing", [0, 6])
def test_first_valid_bar_is_the_declared_one(indicator: Indicator, missing: int) -> None:
    market, params = random_walk(60, seed=5), _SHORT[indicator.name]
    s = missing if indicator.source is not None else 0
    inputs = [np.concatenate([np.full(s, np.nan), column]) for column in _inputs(indicator, market)]
    found = run_indicator(indicator, params, inputs)
    if indicator.name == "supertrend":
        # One of the two is always missing.
        found["long"] = found["short"] = np.where(np.isnan(found["long"]), found["short"], found["long"])
    for name, first in indicator.first(params, s).items():
        assert np.isnan(found[name][:first]).all(), name
        assert not np.isnan(found[name][first:]).any(), name


@each_indicator
@pytest.mark.parametrize("begin", [1, 137, 400])
def test_after_the_warmup_the_start_does_not_matter(indicator: Indicator, begin: int) -> None:
    inputs = _inputs(indicator, random_walk(1_500, seed=11))
    params = {parameter.name: parameter.default for parameter in indicator.parameters}
    found = run_indicator(indicator, params, inputs)
    later = run_indicator(indicator, params, [column[begin:] for column in inputs])
    for name, warmup in indicator.warmup(params, 0).items():
        settled, expected = later[name][warmup:], found[name][begin + warmup :]
        median = float(np.nanmedian(np.abs(expected)))
        np.testing.assert_allclose(settled, expected, rtol=1e-9, atol=1e-9 * median)


@each_indicator
def test_bar_by_bar_changes_no_bit(indicator: Indicator) -> None:
    inputs, params = _inputs(indicator, random_walk(60, seed=3)), _SHORT[indicator.name]
    found = run_indicator(indicator, params, inputs, range(61))
    assert _bits(found) == _bits(run_indicator(indicator, params, inputs))


@each_indicator
def test_default_windows_in_random_chunks_change_no_bit(indicator: Indicator) -> None:
    inputs = _inputs(indicator, random_walk(700, seed=3))
    params = {parameter.name: parameter.default for parameter in indicator.parameters}
    borders = random_cuts(np.random.default_rng(3), 700, 30)
    assert _bits(run_indicator(indicator, params, inputs, borders)) == _bits(run_indicator(indicator, params, inputs))
