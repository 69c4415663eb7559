"""The reference itself, against values that the language works out."""

from typing import Any

import pytest

from tests.reference.examples import clock, filled, minutes, rules_of, stamped, true_at, true_times
from tests.reference.kleene import Truth, every, opposite, some
from tests.reference.market import MINUTE_MS, Bar, Column, Market, Value, aggregate, boundary
from tests.reference.operands import calculate

MORNING = Market(minutes("12:00"))


def test_connectives_are_those_of_kleene() -> None:
    assert some([None, False]) is some([False, None]) is None
    assert opposite(some([None, False])) is None
    assert every([None, False]) is False
    assert opposite(every([None, False])) is True
    assert some([None, True]) is True
    assert every([True, None]) is None
    assert every([True, True]) is True


@pytest.mark.parametrize(
    ("left", "sign", "right", "expected"),
    [
        (-7, "%", 3, 2), (7, "%", -3, -2), (7, "/", 2, 3.5), (7.5, "%", -2, -0.5), (2, "*", 3, 6), (1, "-", 2.5, -1.5),
        (7, "/", 0, None), (7, "%", 0.0, None), (None, "+", 1, None), (1, "+", None, None), (1e308, "*", 10, None),
        (10**400, "+", 1, None),
    ],
)  # fmt: skip
def test_arithmetic(left: Value, sign: str, right: Value, expected: Value) -> None:
    assert calculate(left, sign, right) == expected


def test_two_whole_numbers_give_a_whole_one_except_as_a_quotient() -> None:
    assert [type(calculate(6, sign, 3)) for sign in "+-*%/"] == [int, int, int, int, float]
    assert type(calculate(6, "+", 3.0)) is float


@pytest.mark.parametrize(("value", "expected"), [(97, True), (103, True), (96.99, False), (103.01, False)])
def test_near_three_per_cent(value: float, expected: Truth) -> None:
    column = filled(MORNING, "15m", lambda _: value)
    assert _now(["x", "near_pct", 100, 3], {"x": column}) is expected


def test_nothing_is_near_zero_in_per_cent() -> None:
    assert _now(["x", "near_pct", 0, 3], {"x": filled(MORNING, "15m", lambda _: 0.0)}) is None


def _now(condition: Any, columns: dict[str, Column]) -> Truth:
    return rules_of(condition, MORNING, columns).truth(condition, clock("10:00"))


def test_bars_are_merged_and_those_without_their_beginning_or_end_are_none() -> None:
    feed = [Bar(clock(f"9:{minute}"), *prices) for minute, prices in {
        57: (1.0, 2.0, 0.5, 1.5, 1.0),
        58: (1.5, 1.5, 0.25, 1.0, 2.0),
    }.items()]  # fmt: skip
    late = [feed[0]._replace(open_ms=clock("10:01")), feed[1]._replace(open_ms=clock("10:03"))]
    three = 3 * MINUTE_MS
    # The last minute of 9:57 is missing, the bar has closed all the same; that of 10:03 is still open.
    assert aggregate([*feed, *late], three) == [
        Bar(clock("9:57"), 1.0, 2.0, 0.25, 1.0, 3.0),
        Bar(clock("10:00"), 1.0, 2.0, 0.5, 1.5, 1.0),
    ]
    assert aggregate(feed[1:], three) == []
    assert aggregate(late, three) == []
    assert aggregate([], three) == []


def test_weeks_begin_on_mondays_and_days_at_midnight() -> None:
    week, day = 10_080 * MINUTE_MS, 1_440 * MINUTE_MS
    assert boundary(clock("160:30"), week) == clock("0:00")
    assert boundary(clock("168:00"), week) == clock("168:00")
    assert boundary(clock("30:00"), day) == clock("24:00")


def _hourly(offset: int, time: str) -> Value:
    rules = rules_of([], MORNING, {"hour": stamped(MORNING, "1h")})
    return rules.references.value(rules.references.parse({"feature_id": "hour", "offset": offset}), clock(time))


def test_a_bar_is_seen_from_its_close_on_until_the_next_one_closes() -> None:
    assert _hourly(0, "9:45") == clock("9:00")
    assert _hourly(0, "10:00") == _hourly(0, "10:45") == clock("10:00")
    assert _hourly(0, "0:45") is None
    assert _hourly(1, "10:30") == clock("9:00")
    assert _hourly(10, "10:30") is None


def test_in_minute_mode_exec_values_wait_for_the_exec_close() -> None:
    five = {"x": stamped(MORNING, "5m"), "exec": stamped(MORNING, "15m")}
    rules = rules_of([], MORNING, five, minute_mode=True)

    def read(name: str) -> Value:
        return rules.references.value(rules.references.parse(name), clock("10:07"))

    assert read("exec") == clock("10:00")
    assert read("x") == clock("10:05")
    assert read("close") == 600.0
    assert read("last_price") == 607.0
    assert read("mark_price") == 607.0
    assert read("timestamp") == clock("10:07")
    assert len(rules.instants) == 720


def test_a_mark_price_wins_over_the_last_price_of_its_minute() -> None:
    market = Market(minutes("1:00"), marks={clock("0:30"): 7.0})
    rules = rules_of([], market, {})
    reference = rules.references.parse("mark_price")
    assert [rules.references.value(reference, clock(time)) for time in ("0:30", "0:31", "0:32")] == [30.0, 7.0, 32.0]


def test_records_are_read_up_to_the_instant_or_to_the_exec_close_meant() -> None:
    records = {"funding_rate": [(clock("8:00"), 0.1), (clock("9:45"), 0.2)]}
    market = Market(minutes("12:00"), records=records)
    rules = rules_of([], market, {})

    def read(series: str, offset: int, time: str) -> Value:
        reference = rules.references.parse({"feature_id": series, "offset": offset})
        return rules.references.value(reference, clock(time))

    assert [read("funding_rate", 0, time) for time in ("7:45", "8:00", "9:45")] == [None, 0.1, 0.2]
    assert [read("funding_rate", offset, "10:00") for offset in (1, 2, 9)] == [0.2, 0.1, None]
    assert read("timestamp", 2, "10:00") == clock("9:30")
    assert read("open_interest", 0, "10:00") is None


def test_a_slow_series_crosses_once_when_it_changes() -> None:
    columns = {
        "slow": filled(MORNING, "1h", lambda close: 2.0 if close >= clock("10:00") else 1.0),
        "level": filled(MORNING, "4h", lambda _: 1.0),
    }
    rules = rules_of(["slow", "cross_above", "level"], MORNING, columns)
    assert true_times(rules, "0:00", "12:00") == ["10:00"]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(5, 6, True), (5.5, 6, True), (5.6, 6, False), (5, 5.5, False)]
)
def test_crossing_a_constant(before: float, after: float, expected: Truth) -> None:
    column = filled(MORNING, "15m", lambda close: after if close >= clock("10:00") else before)
    assert _now(["x", "cross_above", 5.5], {"x": column}) is expected
    mirrored = filled(MORNING, "15m", lambda close: -after if close >= clock("10:00") else -before)
    assert _now(["x", "cross_below", -5.5], {"x": mirrored}) is expected


def test_a_crossing_at_the_first_instant_is_unknown() -> None:
    condition = ["x", "cross_above", 5.5]
    rules = rules_of(condition, MORNING, {"x": filled(MORNING, "15m", lambda _: 9.0)})
    assert [rules.truth(condition, clock(time)) for time in ("0:15", "0:30")] == [None, False]


def test_windows_over_an_event() -> None:
    event, columns = ["ms.event", "==", True], {"ms.event": true_at(MORNING, "15m", "10:00")}

    def true_of(condition: Any) -> list[str]:
        return true_times(rules_of(condition, MORNING, columns), "0:00", "12:00")

    assert true_of({"occurred_within": {"bars": 3, "expr": event}}) == ["10:00", "10:15", "10:30"]
    assert true_of({"holds_for": {"bars": 2, "expr": event}}) == []
    assert true_of({"count_true": {"bars": 2, "min_true": 1, "expr": event}}) == ["10:00", "10:15"]
    nested = {"occurred_within": {"bars": 2, "expr": {"occurred_within": {"bars": 2, "expr": event}}}}
    assert true_of(nested) == ["10:00", "10:15", "10:30"]


def test_an_anchored_window_looks_at_the_latest_closes_of_its_interval() -> None:
    def holds(*times: str) -> list[str]:
        condition = {"holds_for": {"bars": 3, "anchor_tf": "1h", "expr": ["x", "==", 1]}}
        return true_times(rules_of(condition, MORNING, {"x": true_at(MORNING, "15m", *times)}), "9:45", "11:00")

    assert holds("8:00", "9:00", "10:00") == ["10:00", "10:15", "10:30", "10:45"]
    assert holds("8:00", "9:15", "10:00") == []


def test_crossings_inside_an_anchored_window_step_along_its_interval() -> None:
    # From 9:00 to 10:00 the value rises over the level; between 9:45 and 10:00 it falls.
    values = {clock("9:00"): 1.0, clock("9:45"): 9.0, clock("10:00"): 5.0}
    columns = {"x": filled(MORNING, "15m", lambda close: values.get(close, 0.0))}
    crossing = ["x", "cross_above", 2]
    anchored = {"occurred_within": {"bars": 1, "anchor_tf": "1h", "expr": crossing}}
    assert true_times(rules_of(anchored, MORNING, columns), "9:00", "11:00") == ["10:00", "10:15", "10:30", "10:45"]
    assert true_times(rules_of(crossing, MORNING, columns), "9:00", "11:00") == ["9:45"]


def test_durations_cover_the_instants_after_their_beginning() -> None:
    market = Market(minutes("48:00"))

    def looked_at(duration: str) -> list[str]:
        condition = {"occurred_within_duration": {"duration": duration, "expr": ["x", "==", True]}}
        return true_times(rules_of(condition, market, {"x": true_at(market, "15m", "10:00")}), "0:00", "48:00")

    assert looked_at("30m") == ["10:00", "10:15"]
    assert looked_at(" 5M ") == ["10:00"]
    assert looked_at("16m") == ["10:00", "10:15"]
    assert len(looked_at("1d")) == 96
    assert looked_at("1d") == looked_at("24h")


def test_what_lies_before_the_first_instant_is_not_true() -> None:
    for window in ({"holds_for": {"bars": 3}}, {"holds_for_duration": {"duration": "45m"}}):
        ((operator, body),) = window.items()
        condition = {operator: {**body, "expr": ["close", ">", 0]}}
        assert true_times(rules_of(condition, MORNING, {}), "0:00", "1:00") == ["0:45", "1:00"]
        assert rules_of(condition, MORNING, {}).truth({"not": condition}, clock("0:15")) is True


def test_bars_that_the_market_lacks_are_no_shifts() -> None:
    market = Market(minutes("3:00", without=("1:00", "2:00")))
    by_duration = {"holds_for_duration": {"duration": "90m", "expr": ["close", ">", 0]}}
    by_bars = {"holds_for": {"bars": 2, "expr": ["timestamp", "in", [clock("1:00"), clock("2:15")]]}}
    assert true_times(rules_of(by_duration, market, {}), "0:00", "3:00") == ["2:15", "2:30", "2:45", "3:00"]
    assert true_times(rules_of(by_bars, market, {}), "0:00", "3:00") == ["2:15"]


def test_minutes_meet_the_average_of_the_bar_that_has_closed() -> None:
    averages = {clock("10:00"): 602.5, clock("10:05"): 603.5}
    columns = {"average": filled(MORNING, "5m", lambda close: averages.get(close, 0.0))}
    rules = rules_of(["last_price", "cross_above", "average"], MORNING, columns, "5m", minute_mode=True)
    # 602 at 10:02 is below 602.5, 603 at 10:03 above; at 10:05 the old average meets 604, not the new one.
    assert true_times(rules, "10:01", "10:09") == ["10:03"]


def test_decisions_are_taken_in_bars_that_lie_inside() -> None:
    rules = rules_of([], MORNING, {}, "5m")
    assert rules.decided(clock("0:00"), clock("0:10")) == [clock("0:05"), clock("0:10")]
    assert rules.decided(clock("0:02"), clock("0:14")) == [clock("0:10")]
