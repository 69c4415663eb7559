"""Daily ratios: published values and the undefined cases."""

import numpy as np
import pytest

from results.daily_ratios import daily_ratios
from results.measure import Undefined
from tests.results.rows import GOLDEN_DAYS

PUBLISHED = {
    "volatility": 0.3374440809,
    "sharpe": 6.4727445075,
    "sortino": 11.9399149456,
    "omega": 2.4545753897,
    "calmar": 251.1957170700,
    "ulcer_index": 0.0123188998,
    "var_95": 0.0184041934,
    "cvar_95": 0.0294117647,
    "tail_ratio": 1.5694415592,
    "skew": -0.4436228967,
    "kurtosis": 1.0285403759,
    "stability": 0.5954524931,
}


def ratios(*days, whole_day=True):
    return daily_ratios(np.array(days, dtype=float), whole_day=whole_day)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name):
    assert ratios(*GOLDEN_DAYS)[name] == pytest.approx(PUBLISHED[name], abs=1e-10, rel=1e-10)


def test_best_and_worst_day():
    measures = ratios(*GOLDEN_DAYS)
    assert measures["best_day"] == pytest.approx(10300 / 9950 - 1)
    assert measures["worst_day"] == pytest.approx(9900 / 10200 - 1)
    assert measures["positive_days"] == 6


@pytest.mark.parametrize("measures", [ratios(100, 101), ratios(100, 101, 99, whole_day=False)])
def test_fewer_than_two_days(measures):
    for name in PUBLISHED.keys() - {"var_95", "cvar_95"}:
        assert measures[name] == Undefined("fewer than 2 days")
    assert isinstance(measures["var_95"], float)


def test_a_single_point_has_no_daily_return():
    assert ratios(100)["var_95"] == ratios(100)["best_day"] == Undefined("no daily return")


def test_equal_returns_have_no_variance():
    measures = ratios(100, 100, 100, 100, 100)
    for name in ("sharpe", "skew", "kurtosis", "stability"):
        assert measures[name] == Undefined("zero variance")
    assert measures["volatility"] == measures["ulcer_index"] == 0
    assert measures["sortino"] == measures["omega"] == Undefined("no loss")
    assert measures["calmar"] == Undefined("no drawdown")
    assert isinstance(measures["tail_ratio"], Undefined)


def test_without_a_loss_the_value_at_risk_is_not_minus_nothing():
    assert str(ratios(100, 100, 101)["cvar_95"]) == "0.0"


def test_skew_needs_three_days_and_kurtosis_four():
    assert ratios(100, 101, 99)["skew"] == Undefined("fewer than 3 days")
    three = ratios(100, 101, 99, 103)
    assert isinstance(three["skew"], float)
    assert three["kurtosis"] == Undefined("fewer than 4 days")


def test_a_series_that_ends_at_nothing():
    measures = ratios(100, 110, 0)
    assert measures["calmar"] == -1.0
    assert measures["worst_day"] == -1.0
    assert measures["stability"] == Undefined("the equity was lost")
