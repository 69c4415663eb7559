"""Monthly returns: the metrics' own months, whole or in part, and the years that they make."""

import numpy as np
import pytest

from charts.report.months import Month, month_table, monthly_returns
from play_engine.intervals import DAY_MS
from results.result import Result
from tests.charts.report_runs import STEP_MS, made_up

LATE_2023 = 1_702_598_400_000  # 2023-12-15


@pytest.fixture(scope="module")
def result() -> Result:
    return made_up(trades=400, points=80 * DAY_MS // STEP_MS, start_ms=LATE_2023)


def test_best_and_worst_are_those_of_the_metrics(result: Result) -> None:
    gains = [month.gain for month in monthly_returns(result.equity)]
    values = result.metrics["values"]
    assert (max(gains), min(gains)) == (values["best_month"], values["worst_month"])
    assert np.prod([1.0 + gain for gain in gains]) - 1.0 == pytest.approx(values["total_return"], abs=1e-12)


def test_months_follow_each_other_and_know_their_parts(result: Result) -> None:
    months = [(month.year, month.month, month.is_whole) for month in monthly_returns(result.equity)]
    assert months == [(2023, 11, False), (2024, 0, True), (2024, 1, True), (2024, 2, False)]


def test_one_point_has_no_month() -> None:
    assert monthly_returns(made_up(points=1).equity) == []


def test_a_year_is_its_months_compounded() -> None:
    months = [Month(year=2024, month=month, gain=0.1, is_whole=month > 0) for month in range(2)]
    text = month_table(months)
    assert "<th>2024</th>" in text
    assert "+21.00 %" in text
    assert text.count("+10.00") == 2
    assert text.count("<sup") == 1
