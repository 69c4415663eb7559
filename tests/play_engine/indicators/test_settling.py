import pytest

from play_engine.indicators.settling import settling_bars, settling_ema, settling_rma


def test_settling_of_the_usual_lengths() -> None:
    assert (settling_ema(20), settling_rma(14)) == (231, 311)


def test_an_average_of_one_bar_forgets_at_once() -> None:
    assert settling_ema(1) == settling_rma(1) == settling_bars(1.0) == 0


@pytest.mark.parametrize("alpha", [0.001, 0.1, 0.5, 0.9])
def test_the_start_error_shrinks_ten_billionfold_and_one_bar_less_is_not_enough(alpha: float) -> None:
    bars = settling_bars(alpha)
    assert (1 - alpha) ** bars <= 1e-10 * (1 + 1e-9)
    assert (1 - alpha) ** (bars - 1) > 1e-10
