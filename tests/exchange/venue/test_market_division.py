import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.market.division import divide, on_grid
from play_engine.bars import BarSeries
from tests.exchange.venue.market_scene import MINUTE_MS, bar, instrument, made_bars


def parts_of(bars: BarSeries, parts: int) -> BarSeries:
    return divide(bars, None, parts, instrument())[0]


def test_the_path_meets_the_nearer_extreme_first_at_a_third() -> None:
    parts = parts_of(bar(100.0, 101.0, 97.0, 99.0), 6)
    assert parts.open.tolist() == [100.0, 100.5, 101.0, 99.0, 97.0, 98.0]
    assert parts.close.tolist() == [100.5, 101.0, 99.0, 97.0, 98.0, 99.0]
    assert np.diff(parts.ts).tolist() == [10_000] * 5


def test_on_a_tie_the_low_comes_first() -> None:
    assert parts_of(bar(100.0, 101.0, 99.0, 100.0), 3).close.tolist() == [99.0, 101.0, 100.0]


def test_prices_between_the_corners_lie_on_the_tick() -> None:
    parts = parts_of(bar(100.0, 100.1, 99.0, 99.3), 60)
    ticks = parts.close * 10.0
    assert np.array_equal(parts.close, np.rint(ticks) / 10.0)


def test_a_corner_inside_a_part_is_in_its_range() -> None:
    parts = parts_of(bar(100.0, 101.0, 97.0, 99.0), 2)
    assert (parts.high[0], parts.low[1]) == (101.0, 97.0)


def test_volume_is_shared_in_whole_steps() -> None:
    volume = parts_of(bar(100.0, 101.0, 97.0, 99.0, volume=0.007), 3).volume
    assert volume == pytest.approx([0.002, 0.002, 0.003], abs=1e-12)


def test_the_mark_takes_its_points_in_the_order_of_the_last_price() -> None:
    last, mark = bar(100.0, 101.0, 97.0, 99.0), bar(100.0, 104.0, 99.0, 100.0)
    _, divided = divide(last, mark, 3, instrument())
    assert divided is not None
    assert divided.close.tolist() == [104.0, 99.0, 100.0]


@given(st.integers(0, 2**32), st.sampled_from([2, 3, 4, 5, 6, 10, 12, 20, 30, 60]))
def test_the_parts_are_the_bar_again(seed: int, parts: int) -> None:
    bars = made_bars(5, seed=seed)
    divided = parts_of(bars, parts)
    assert divided.interval_ms == MINUTE_MS // parts
    for row in range(len(bars)):
        of_bar = divided.rows(row * parts, (row + 1) * parts)
        assert of_bar.open[0] == bars.open[row]
        assert of_bar.close[-1] == bars.close[row]
        assert of_bar.high.max() == bars.high[row]
        assert of_bar.low.min() == bars.low[row]
        assert np.array_equal(of_bar.open[1:], of_bar.close[:-1])
        assert sum(of_bar.volume.tolist()) == bars.volume[row]


@given(st.floats(0.0, 1e12, allow_subnormal=False), st.integers(1, 60))
def test_volume_off_the_grid_adds_up_to_the_last_bit_in_any_order(volume: float, parts: int) -> None:
    shares = parts_of(bar(100.0, 101.0, 97.0, 99.0, volume=volume), parts).volume
    assert shares.min() >= 0.0
    assert sum(shares.tolist()) == sum(shares[::-1].tolist()) == math.fsum(shares) == volume


def test_float_error_of_sums_is_taken_off_and_nothing_else() -> None:
    assert on_grid(np.array([0.1 + 0.2, 0.25]), "0.1").tolist() == [0.3, 0.25]
