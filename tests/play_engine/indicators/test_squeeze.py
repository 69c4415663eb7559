import numpy as np
import pytest

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import price_walk

_FLAGS = ("on", "off", "no_sqz")


def _run(market: dict[str, Floats], **params: float | str) -> dict[str, Floats]:
    return run_indicator(INDICATORS["squeeze"], params, [market[name] for name in ("high", "low", "close")])


def _market(close: list[float], reach: float) -> dict[str, Floats]:
    prices = np.array(close, float)
    return {"high": prices + reach, "low": prices - reach, "close": prices}


def test_bands_inside_outside_and_beside_the_channel() -> None:
    params = {"bb_length": 4, "kc_length": 4, "bb_std": 2.0, "kc_scalar": 1.0, "mom_length": 1, "mom_smooth": 1}
    still = _run(_market([10, 10.1, 10, 10.1, 10], reach=2), **params)
    assert [still[name][4] for name in _FLAGS] == [1, 0, 0]
    # Four rising closes deviate by 1.1 from their mean, which is about their true range.
    rising = _market([10, 11, 12, 13, 14], reach=0.1)
    wide = _run(rising, **params)
    assert [wide[name][4] for name in _FLAGS] == [0, 1, 0]
    # Bands of one bar are its close, above the channel of four.
    beside = _run(rising, **{**params, "bb_length": 1})
    assert [beside[name][4] for name in _FLAGS] == [0, 0, 1]


def test_in_a_flat_market_nothing_is_inside_or_outside() -> None:
    found = _run(_market([10] * 30, reach=0))
    assert [found[name][29] for name in _FLAGS] == [0, 0, 1]


def test_exactly_one_flag_is_set_from_the_first_bar_on() -> None:
    found = _run(price_walk(300, seed=1), bb_length=5, kc_length=7)
    flags = np.array([found[name] for name in _FLAGS])
    assert np.isnan(flags[:, :7]).all()
    np.testing.assert_array_equal(flags[:, 7:].sum(axis=0), 1)
    assert (flags[:, 7:].sum(axis=1) > 0).all()


def test_momentum_is_the_mean_change_or_the_end_of_a_line() -> None:
    market = _market([10, 11, 13, 16, 20], reach=1)
    mean = _run(market, mom_length=2, mom_smooth=2)["sqz"]
    np.testing.assert_array_equal(mean, [np.nan, np.nan, np.nan, 4, 6])
    # Middles of the channel and means of the close over two bars: 10.5, 12, 14.5, 18 for both.
    line = _run(market, momentum="linreg", kc_length=2)["sqz"]
    np.testing.assert_allclose(line, [np.nan, np.nan, 1, 1.5, 2], rtol=1e-14)


@pytest.mark.parametrize("momentum", ["mom", "linreg"])
def test_momentum_does_not_change_the_flags(momentum: str) -> None:
    market = price_walk(60, seed=1)
    found, other = _run(market, momentum=momentum), _run(market)
    assert all(np.array_equal(found[name], other[name], equal_nan=True) for name in _FLAGS)
