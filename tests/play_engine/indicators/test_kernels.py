"""What holds for every indicator: chunks change nothing, later bars change nothing, the start is as declared."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Indicator, Params, Surroundings
from play_engine.indicators import INDICATORS
from play_engine.structures import STRUCTURES
from tests.play_engine.columns import random_cuts, run_indicator, with_defaults
from tests.play_engine.indicators.inputs import HOUR_MS, NEW_YEAR_MS, SWING, columns_of, inputs_of, price_walk, rows_of
from tests.play_engine.indicators.short_parameters import SHORT
from tests.play_engine.market import bars, cuts, gappy

each_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)

# Levels that count from the first bar on: their start matters for ever.
_NEVER_FORGET = {"obv"}
# Outputs of which one is always missing, with the one that then exists.
_EITHER = {"long": "short", "short": "long"}
_EXCLUSIVE = {"supertrend", "psar"}
_ANCHORED = [{"anchor_source": source} for source in ("swing_high", "swing_any", "pair_low", "pair_any", "manual")]
_AT_PIVOT = [{"anchor_source": source, "anchor_at": "pivot"} for source in ("swing_low", "swing_any", "pair_high")]
# Parameters beside the short ones that change what a kernel does.
_FORMS: dict[str, list[dict[str, Any]]] = {
    "kc": [{"atr_length": 4}],
    "ppo": [{"ma_type": "sma"}],
    "squeeze": [{"momentum": "linreg"}],
    "vwap": [{"anchor": anchor} for anchor in ("W", "M", "4h", None)],
    "anchored_vwap": [*_ANCHORED, *_AT_PIVOT, {"anchor_source": "manual", "anchor_time": NEW_YEAR_MS + 9 * HOUR_MS}],
    "anchored_volume_profile": [*_ANCHORED, *_AT_PIVOT],
}
_CASES = [(name, {**SHORT[name], **form}) for name in INDICATORS for form in ({}, *_FORMS.get(name, []))]
each_case = pytest.mark.parametrize(
    ("indicator", "params"),
    [
        pytest.param(INDICATORS[name], params, id="-".join([name, *map(str, params.values())]))
        for name, params in _CASES
    ],
)


def _run(indicator: Indicator, params: Params, inputs: list[NDArray[Any]], *cut: Any, seed: int = 0) -> Any:
    return run_indicator(indicator, params, inputs, *cut, seed=seed, interval_ms=HOUR_MS)


def _bits(columns: dict[str, Floats], rows: int | None = None) -> dict[str, bytes]:
    return {name: column[:rows].tobytes() for name, column in columns.items()}


def _draw_inputs(draw: Any, indicator: Indicator) -> list[NDArray[Any]]:
    """A short market that begins anywhere in a week, and a source with gaps."""
    market = draw(bars())
    source = np.resize(draw(gappy()), len(market["close"])) if indicator.source is not None else None
    first_ms = NEW_YEAR_MS + HOUR_MS * draw(st.sampled_from([0, 5, 24 * 6 + 20, 24 * 31 - 3]))
    return inputs_of(indicator, columns_of(market, first_ms), source)


@each_case
@settings(max_examples=10)
@given(data=st.data())
def test_chunks_change_no_bit(indicator: Indicator, params: Params, data: st.DataObject) -> None:
    inputs = _draw_inputs(data.draw, indicator)
    borders = cuts(data.draw, len(inputs[0]))
    whole = _run(indicator, params, inputs)
    assert _bits(_run(indicator, params, inputs, borders, seed=len(borders))) == _bits(whole)
    assert not any(np.isinf(column).any() for column in whole.values())


@each_case
@settings(max_examples=6)
@given(data=st.data())
def test_later_bars_change_no_bit(indicator: Indicator, params: Params, data: st.DataObject) -> None:
    inputs = _draw_inputs(data.draw, indicator)
    rows = data.draw(st.integers(1, len(inputs[0])))
    prefix = _run(indicator, params, [column[:rows] for column in inputs], seed=2)
    assert _bits(prefix) == _bits(_run(indicator, params, inputs), rows)


_WALK = price_walk(200, seed=4)
_ODD_MARKETS = {
    "flat": {name: np.full(200, 0.1) for name in _WALK},
    "flat without volume": {name: np.full(200, 0.0 if name == "volume" else 7709.05 / 3) for name in _WALK},
    "tiny": {name: column * 1e-9 for name, column in _WALK.items()},
    "huge": {name: column * 1e12 for name, column in _WALK.items()},
    "halted": {name: np.insert(column, 80, np.zeros(60)) for name, column in _WALK.items()},
}
for _price in ("open", "high", "low", "close"):
    _ODD_MARKETS["halted"][_price][80:140] = _WALK["close"][79]


@each_indicator
@pytest.mark.parametrize("kind", _ODD_MARKETS)
@pytest.mark.parametrize("missing", [0, 9])
def test_odd_markets_in_random_chunks_change_no_bit(indicator: Indicator, kind: str, missing: int) -> None:
    columns, params = columns_of(_ODD_MARKETS[kind]), SHORT[indicator.name]
    source = columns[indicator.source or "close"].copy()
    source[:missing] = np.nan
    inputs = inputs_of(indicator, columns, source)
    found = _run(indicator, params, inputs)
    borders = random_cuts(np.random.default_rng(missing), len(source), 20)
    assert _bits(_run(indicator, params, inputs, borders)) == _bits(found)
    assert not any(np.isinf(column).any() for column in found.values())


@each_case
@pytest.mark.parametrize("missing", [0, 6])
def test_first_valid_bar_is_the_declared_one(indicator: Indicator, params: Params, missing: int) -> None:
    market, values = price_walk(120, seed=5), with_defaults(indicator, params)
    s = missing if indicator.source is not None else 0
    columns = columns_of(market)
    source = columns[indicator.source or "close"].copy()
    source[:s] = np.nan
    found = _run(indicator, params, inputs_of(indicator, columns, source))
    for name, first in indicator.first(values, s).items():
        column = found[name]
        if indicator.name in _EXCLUSIVE and name in _EITHER:
            column = np.where(np.isnan(column), found[_EITHER[name]], column)
        assert np.isnan(column[:first]).all(), name
        # What waits for a session or an anchor begins some time after the earliest bar possible.
        late = indicator.preroll is not None
        assert late or not np.isnan(column[first:]).any(), name


def _warmup(indicator: Indicator, params: Params) -> dict[str, int]:
    bars_ = indicator.warmup(params, 0)
    if indicator.preroll is None:
        return bars_
    swing = STRUCTURES["swing"]
    swing_params = with_defaults(swing, SWING)
    around = Surroundings(interval_ms=HOUR_MS, swing=swing_params, swing_warmup=swing.warmup(swing_params, {}))
    more = indicator.preroll(params, around)
    return {name: count + more[name] for name, count in bars_.items()}


@pytest.mark.parametrize("name", [name for name in INDICATORS if name not in _NEVER_FORGET])
@pytest.mark.parametrize("begin", [1, 137, 400])
def test_after_the_warmup_the_start_does_not_matter(name: str, begin: int) -> None:
    indicator, market = INDICATORS[name], price_walk(1_500, seed=11)
    params = with_defaults(indicator, {})
    found = _run(indicator, params, inputs_of(indicator, columns_of(market)))
    begin_ms = NEW_YEAR_MS + begin * HOUR_MS
    later = _run(indicator, params, inputs_of(indicator, columns_of(rows_of(market, begin), begin_ms)))
    for output, warmup in _warmup(indicator, params).items():
        settled, expected = later[output][warmup:], found[output][begin + warmup :]
        assert np.isfinite(settled).any(), output
        median = float(np.nanmedian(np.abs(expected)))
        np.testing.assert_allclose(settled, expected, rtol=1e-9, atol=1e-9 * median, err_msg=output)


@each_case
def test_bar_by_bar_changes_no_bit(indicator: Indicator, params: Params) -> None:
    inputs = inputs_of(indicator, columns_of(price_walk(60, seed=3)))
    found = _run(indicator, params, inputs, range(61))
    assert _bits(found) == _bits(_run(indicator, params, inputs))


@each_indicator
def test_default_windows_in_random_chunks_change_no_bit(indicator: Indicator) -> None:
    # Long enough for several of the blocks in which sums and extremes are made.
    inputs = inputs_of(indicator, columns_of(price_walk(1_400, seed=3)))
    borders = random_cuts(np.random.default_rng(3), 1_400, 30)
    assert _bits(_run(indicator, {}, inputs, borders)) == _bits(_run(indicator, {}, inputs))
