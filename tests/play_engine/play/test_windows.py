"""How far windows may reach, and what a report says of one that reaches further."""

import pytest

from tests.play_engine.play.documents import codes_of, document, load, problems_of, with_rule

COUNT = "{count_true_duration: {duration: 1h, min_true: %d, expr: %s}}"
ANCHORED = "{holds_for: {bars: 2, anchor_tf: %s, expr: %s}}"


@pytest.mark.parametrize(
    ("condition", "most"),
    [
        (COUNT % (0, "[close, '>', 5]"), 12),
        (COUNT % (0, "[last_price, '>', 5]"), 60),
        (ANCHORED % ("15m", COUNT % (0, "[close, '>', 5]")), 4),
        (ANCHORED % ("4h", COUNT % (0, "[last_price, '>', 5]")), 1),
        (ANCHORED % ("1m", "{not: {holds_for: {bars: 3, expr: %s}}}" % (COUNT % (0, "[close, '>', 5]"))), 60),
    ],
)
def test_a_count_within_a_duration_has_as_many_shifts_as_its_timeline(condition: str, most: int) -> None:
    fits, exceeds = (condition.replace("min_true: 0", f"min_true: {count}") for count in (most, most + 1))
    assert codes_of(with_rule(fits)) == []
    (error,) = problems_of(with_rule(exceeds))
    assert (error.code, error.allowed) == ("INVALID_WINDOW", f"an integer 1 to {most}")


def test_the_timeline_of_a_count_follows_from_rules_that_come_later() -> None:
    rule = COUNT % (60, "[close, '>', 5]")
    assert codes_of(with_rule(rule)) == ["INVALID_WINDOW"]
    later = f"actions: {{entry_long: {rule}, exit_long: [last_price, '>', 1]}}"
    assert load(document(actions=later)).minute_mode


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("{holds_for: {bars: 1501, expr: [close, '>', 5]}}", "holds_for bars exceeds ceiling (1500)"),
        (
            "{holds_for_duration: {duration: 25h, expr: [close, '>', 5]}}",
            "Duration '25h' (1500m) exceeds ceiling (1440m = 24h)",
        ),
        ("{count_true: {duration: 1h, min_true: 2, expr: [close, '>', 5]}}", "did you mean count_true_duration?"),
        ("{holds_for_duration: {bars: 3, expr: [close, '>', 5]}}", "did you mean holds_for?"),
    ],
)
def test_a_window_that_cannot_be_says_why(condition: str, hint: str) -> None:
    (error,) = problems_of(with_rule(condition))
    assert error.hint == hint


@pytest.mark.parametrize("duration", ["1m", "24h", "1d", "1440M", " 90m ", "007m"])
def test_durations_from_a_minute_to_a_day(duration: str) -> None:
    assert codes_of(with_rule(f"{{holds_for_duration: {{duration: '{duration}', expr: [close, '>', 5]}}}}")) == []


@pytest.mark.parametrize(
    "duration", ["0m", "1441m", "2d", "1.5h", "-1h", "1w", "h", "1 h", "1h30m", "٣m", "9" * 200 + "m"]
)
def test_other_durations_are_refused(duration: str) -> None:
    text = with_rule(f"{{holds_for_duration: {{duration: '{duration}', expr: [close, '>', 5]}}}}")
    assert codes_of(text) == ["INVALID_WINDOW"]
