import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator

_NAN = np.nan


def _run(name: str, length: int, x: list[float] | Floats) -> Floats:
    return run_indicator(INDICATORS[name], {"length": length}, [np.asarray(x, dtype=np.float64)])["value"]


def test_ema_begins_with_the_mean_of_its_first_values() -> None:
    # Length 3: α = 1/2.
    np.testing.assert_array_equal(_run("ema", 3, [1, 2, 6, 5, 9]), [_NAN, _NAN, 3, 4, 6.5])


def test_ema_without_a_value_is_missing_and_goes_on_where_it_was() -> None:
    np.testing.assert_array_equal(_run("ema", 3, [1, 2, 6, _NAN, 5, 9]), [_NAN, _NAN, 3, _NAN, 4, 6.5])


def test_ema_waits_for_a_window_without_a_gap() -> None:
    np.testing.assert_array_equal(_run("ema", 2, [1, _NAN, 3, _NAN, 5, 7]), [_NAN, _NAN, _NAN, _NAN, _NAN, 6])


def test_ema_of_one_bar_is_the_source() -> None:
    np.testing.assert_array_equal(_run("ema", 1, [0.1, 0.7, -3]), [0.1, 0.7, -3])


def test_sma_is_missing_while_a_gap_is_in_its_window() -> None:
    np.testing.assert_array_equal(_run("sma", 2, [1, 3, _NAN, 5, 8]), [_NAN, 2, _NAN, _NAN, 6.5])


def test_sma_sums_from_the_oldest_to_the_newest() -> None:
    # In the other order the small values would be lost one by one.
    assert _run("sma", 3, [1.0, 1.0, 2.0**53])[-1] == (2.0**53 + 2) / 3
    assert _run("sma", 3, [2.0**53, 1.0, 1.0])[-1] == 2.0**53 / 3


@settings(deadline=None, max_examples=40)
@given(
    x=st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=60),
    scale=st.integers(-9, 9),
    shift=st.integers(-99, 99),
)
def test_ema_of_a_line_through_x_is_that_line_through_ema(x: list[int], scale: int, shift: int) -> None:
    values = np.array(x, dtype=np.float64)
    np.testing.assert_allclose(
        _run("ema", 5, scale * values + shift), scale * _run("ema", 5, values) + shift, rtol=1e-12, atol=1e-9
    )


@settings(deadline=None, max_examples=40)
@given(x=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), length=st.integers(1, 9))
def test_averages_stay_between_the_extremes(x: list[float], length: int) -> None:
    values = np.array(x)
    margin = 1e-9 * max(1.0, float(np.max(np.abs(values))))
    for name in ("ema", "sma"):
        found = _run(name, length, values)
        known = found[~np.isnan(found)]
        assert ((known >= values.min() - margin) & (known <= values.max() + margin)).all()


def test_rma_gives_the_newest_value_one_part_in_its_length() -> None:
    np.testing.assert_array_equal(_run("rma", 2, [1, 3, 6, 0]), [_NAN, 2, 4, 2])


def test_vwma_weighs_by_volume_and_is_the_plain_mean_without_any() -> None:
    inputs = [np.array([1.0, 2.0, 4.0, 8.0]), np.array([1.0, 3.0, 0.0, 0.0])]
    found = run_indicator(INDICATORS["vwma"], {"length": 2}, inputs)["value"]
    np.testing.assert_array_equal(found, [_NAN, 1.75, 2, 6])
