import numpy as np

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator
from tests.play_engine.indicators.inputs import price_walk

NAN = np.nan


def _run(name: str, market: dict[str, Floats], **params: int) -> dict[str, Floats]:
    return run_indicator(INDICATORS[name], params, [market[field] for field in INDICATORS[name].inputs])


def test_midprice_lies_between_the_extremes_of_different_bars() -> None:
    market = {"high": np.array([5.0, 9, 6, 7]), "low": np.array([4.0, 8, 5, 2])}
    np.testing.assert_array_equal(_run("midprice", market, length=3)["value"], [NAN, NAN, 6.5, 5.5])


def test_ohlc4_is_the_mean_of_four() -> None:
    market = {"open": np.array([1.0]), "high": np.array([4.0]), "low": np.array([0.5]), "close": np.array([2.0])}
    assert _run("ohlc4", market)["value"].tolist() == [1.875]


def test_the_cloud_is_what_the_leads_were_and_looks_back_only() -> None:
    market = price_walk(40, seed=1)
    found = _run("ichimoku", market, tenkan=3, kijun=5, senkou=8, displacement=4)
    for length, name in ((3, "tenkan"), (5, "kijun"), (8, "lead_b")):
        np.testing.assert_array_equal(found[name], _run("midprice", market, length=length)["value"])
    np.testing.assert_array_equal(found["lead_a"], (found["tenkan"] + found["kijun"]) / 2)
    for span, lead in (("span_a", "lead_a"), ("span_b", "lead_b")):
        np.testing.assert_array_equal(found[span], np.concatenate([[NAN] * 3, found[lead][:-3]]))


def test_a_cloud_that_is_not_displaced_is_the_lead() -> None:
    found = _run("ichimoku", price_walk(60, seed=1), displacement=1)
    np.testing.assert_array_equal(found["span_a"], found["lead_a"])
