"""Instants as users write them."""

import pytest

from commands.times import parse_instant, show_instant

START_2024_MS = 1_704_067_200_000


@pytest.mark.parametrize(
    "text", ["2024-01-01", "2024-01-01T00:00", "2024-01-01 00:00:00Z", "2024-01-01T02:00+02:00", " 2024-01-01 "]
)
def test_forms_of_one_instant(text: str) -> None:
    assert parse_instant(text) == START_2024_MS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-13-01",
        "2024-01-01T25:00",
        "2024-01-01T00:00:30",
        "1704067200",
        "1970-12-31",
        "9999-12-31",
    ],
)
def test_others_are_refused_with_the_value(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_instant(text)
    assert text in str(caught.value)


@pytest.mark.parametrize("text", ["1971-01-01T23:59Z", "2024-02-29T12:34Z"])
def test_shown_times_can_be_typed_in_again(text: str) -> None:
    assert show_instant(parse_instant(text)) == text
