import numpy as np
import pytest
from hypothesis import given, settings

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import columns_of, inputs_of
from tests.play_engine.market import bars

NAN = np.nan
_OUTPUTS = ("poc", "vah", "val", "poc_volume", "above_poc", "in_value_area")


def _last(bars_: list[tuple[float, float, float, float]], **params: float) -> dict[str, float]:
    """The profile of (low, high, close, volume) bars on the last of them."""
    low, high, close, volume = np.array(bars_, float).T
    values = {"lookback": len(bars_), **params}
    found = run_indicator(INDICATORS["volume_profile"], values, [high.copy(), low.copy(), close.copy(), volume.copy()])
    return {name: float(found[name][-1]) for name in _OUTPUTS}


def test_volume_is_spread_over_the_buckets_that_a_bar_touches() -> None:
    # Buckets of 1 from 10 to 14. The first bar fills all four with 1; the second touches 11 … 12 and its upper edge.
    found = _last([(10, 14, 12, 4), (11, 12, 12, 6)], num_buckets=4, value_area_pct=0.6)
    # 1, 4, 4, 1: the lower of two full ones; 4 + 4 of 10 hold 60 percent.
    assert found == {"poc": 11.5, "vah": 13, "val": 11, "poc_volume": 4, "above_poc": 1, "in_value_area": 1}


@pytest.mark.parametrize(
    ("part", "edges"),
    # Volumes by bucket: 0, 2, 5, 2, 1. On ties up; then what is fuller; the empty bucket is never taken.
    [(0.5, (12, 13)), (0.6, (12, 14)), (0.8, (11, 14)), (1.0, (11, 15))],
)
def test_the_value_area_grows_to_its_fuller_neighbor(part: float, edges: tuple[float, float]) -> None:
    bars_ = [(10, 10, 10, 1e-300), (12.1, 12.9, 12, 5), (11.1, 11.9, 11, 2), (13.1, 13.9, 13, 2), (15, 15, 15, 1)]
    found = _last(bars_, num_buckets=5, value_area_pct=part)
    assert (found["poc"], found["val"], found["vah"]) == (12.5, *edges)


def test_bars_without_volume_take_no_part() -> None:
    assert _last([(10, 14, 12, 4), (1, 99, 12, 0)], num_buckets=4)["poc"] == 10.5
    nothing = _last([(10, 14, 12, 0), (1, 99, 12, 0)])
    assert all(np.isnan(value) for value in nothing.values())


def test_a_profile_of_one_price_is_that_price() -> None:
    found = _last([(10, 10, 10, 4), (10, 10, 10, 5), (9, 12, 11, 0)])
    assert found == {"poc": 10, "vah": 10, "val": 10, "poc_volume": 9, "above_poc": 1, "in_value_area": 0}


@settings(max_examples=30)
@given(market=bars())
def test_a_profile_holds_the_volume_of_its_window(market: dict[str, Floats]) -> None:
    indicator = INDICATORS["volume_profile"]
    params = {"num_buckets": 7, "lookback": 4}
    found = run_indicator(indicator, params, [market[name] for name in indicator.inputs])
    for t in range(3, len(market["close"])):
        volume = market["volume"][t - 3 : t + 1]
        assert np.isnan(found["poc"][t]) == (volume.sum() == 0)
        if volume.sum() > 0:
            assert found["val"][t] <= found["poc"][t] <= found["vah"][t]
            assert volume.sum() / 7 - 1e-9 <= found["poc_volume"][t] <= volume.sum() + 1e-9


def test_an_anchored_profile_is_that_of_the_bars_since_its_anchor() -> None:
    rng = np.random.default_rng(3)
    close = 100 + np.cumsum(rng.normal(0, 1, 80))
    market = {
        "open": close,
        "high": close + rng.uniform(0, 1, 80),
        "low": close - rng.uniform(0, 1, 80),
        "close": close,
        "volume": rng.uniform(0, 9, 80),
    }
    anchored, plain = INDICATORS["anchored_volume_profile"], INDICATORS["volume_profile"]
    columns = columns_of(market)
    found = run_indicator(anchored, {"lookback": 9, "anchor_source": "swing_any"}, inputs_of(anchored, columns))
    lengths = set()
    for t in range(80):
        count = found["bars_since_anchor"][t]
        lengths.add(count)
        if count >= 2:
            window = {"lookback": int(min(count, 9))}
            expected = run_indicator(plain, window, inputs_of(plain, columns))
            assert [found[name][t] for name in _OUTPUTS] == [expected[name][t] for name in _OUTPUTS]
        else:
            assert np.isnan(found["poc"][t])
    assert {1.0, 2.0, 5.0} < lengths
