import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.market.text import decimals, padded, rounded, rounded_and_trimmed, trimmed


@pytest.mark.parametrize(("step", "places"), [("0.10", 2), ("0.001", 3), ("5", 0), ("1E-5", 5), ("0.5", 1)])
def test_a_step_shows_its_decimals(step: str, places: int) -> None:
    assert decimals(step) == places


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (66666.6, 2, "66666.60"),
        (66666.0, 2, "66666.00"),
        (0.1 + 0.2, 2, "0.30000000000000004"),
        (0.00001, 2, "0.00001"),
        (5.0, 0, "5"),
        (-0.0, 2, "0.00"),
        (1e15, 1, "1000000000000000.0"),
    ],
)
def test_a_padded_number_is_exact(value: float, places: int, text: str) -> None:
    assert padded(value, places) == text


@given(st.floats(0.0, 1e12), st.integers(0, 8))
def test_every_number_comes_back_and_has_no_exponent(value: float, places: int) -> None:
    for text in (padded(value, places), trimmed(value, places)):
        assert float(text) == value
        assert "e" not in text


@pytest.mark.parametrize(("value", "text"), [(16677.0, "16677"), (16649.5, "16649.5"), (100.0, "100"), (0.0, "0")])
def test_a_trimmed_number_has_no_zeros_at_the_end(value: float, text: str) -> None:
    assert trimmed(value, 2) == text


def test_a_rounded_number_is_never_minus_zero() -> None:
    assert rounded(-0.0000001, 6) == "0.000000"
    assert rounded(-0.015895, 6) == "-0.015895"
    assert rounded_and_trimmed(-0.0000001, 6) == "0"
