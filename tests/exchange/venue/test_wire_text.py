"""Numbers as decimal text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.grid import step_ratio
from exchange.venue.wire.text import level_text, money_text

STEPS = ("0.1", "0.10", "0.25", "0.0005", "1", "10", "0.00000001")


@given(st.sampled_from(STEPS), st.integers(-(10**8), 10**8))
def test_what_is_on_the_grid_is_written_exactly(step: str, count: int) -> None:
    numerator, denominator = step_ratio(step)
    text = level_text(count * numerator / denominator, step)
    assert Decimal(text) == count * Decimal(step)
    assert "E" not in text
    assert text == "0" or "." not in text or text[-1] not in "0."
    assert not text.startswith("-0") or count


@given(st.floats(-1e9, 1e9))
def test_money_is_within_half_a_unit_of_the_eighth_decimal(value: float) -> None:
    text = money_text(value)
    assert abs(Decimal(text) - Decimal(value)) <= Decimal("0.0000000051") + abs(Decimal(value)) * Decimal("2e-15")
    assert "E" not in text
    assert len(text.partition(".")[2]) <= 8
    assert text != "-0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.5185 * 0.00055, "0.00303518"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-9, "0"),
        (-4e-9, "0"),
        (1e-7, "0.0000001"),
        (2500.0, "2500"),
        (float("nan"), ""),
    ],
)
def test_money(value: float, text: str) -> None:
    assert money_text(value) == text


def test_levels_that_are_unset_or_between_two_steps() -> None:
    assert level_text(float("nan"), "0.1") == ""
    assert level_text(float("nan"), "0.1", "0") == "0"
    assert level_text(0.36792345, "0.0001") == "0.36792345"
