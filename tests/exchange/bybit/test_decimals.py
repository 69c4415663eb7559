"""Numbers on the wire: texts made from steps, and strict reading."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.bybit.decimals import amount, level, money_text, number, optional, price_text, qty_text, whole

_STEPS = ["0.5", "0.25", "5", "1", "0.10", "0.001", "0.00000001", "0.05"]


@given(st.sampled_from(_STEPS), st.integers(0, 10**9))
def test_a_number_on_the_grid_is_written_exactly(step: str, count: int) -> None:
    text = price_text(float(Decimal(step) * count), step)
    assert Decimal(text) == Decimal(step) * count
    assert "e" not in text.lower()
    assert text == "0" or not text.startswith("00")
    assert "." not in text or not text.endswith(("0", "."))
    assert number(text) == float(Decimal(step) * count)


def test_noise_of_float64_is_not_sent() -> None:
    assert price_text(0.1 + 0.2, "0.10") == "0.3"
    assert qty_text(0.07 * 3, "0.001") == "0.21"
    assert qty_text(1e-8, "0.00000001") == "0.00000001"
    assert price_text(27_000.0, "0.10") == "27000"
    assert price_text(-0.0, "0.10") == "0"


def test_a_number_off_the_grid_is_sent_as_it_is() -> None:
    assert qty_text(0.0015, "0.001") == "0.0015"
    assert price_text(100.07, "0.5") == "100.07"


def test_money_has_eight_decimals() -> None:
    assert money_text(1234.5) == "1234.5"
    assert money_text(0.1 + 0.2) == "0.3"
    assert money_text(1e-9) == "0"
    assert money_text(-3.25) == "-3.25"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_sent(value: float) -> None:
    with pytest.raises(ValueError, match="no number that can be sent"):
        price_text(value, "0.1")
    with pytest.raises(ValueError, match="no number that can be sent"):
        money_text(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12))
def test_reading_undoes_writing(value: Decimal) -> None:
    assert number(f"{value:f}") == float(value)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1\n", "+1", "1e5", ".5", "5.", "NaN", "inf", "1_0", "٣", "--1", "9" * 400]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="decimal number should be"):
        number(text)


def test_what_is_not_said() -> None:
    assert math.isnan(optional(""))
    assert math.isnan(optional(None))
    assert optional("0") == 0
    assert all(math.isnan(level(text)) for text in ("", None, "0", "0.00", "-0"))
    assert level("0.5") == 0.5
    assert (amount(""), amount(None), amount("2.5")) == (0.0, 0.0, 2.5)
    with pytest.raises(ValueError, match="decimal number should be"):
        level("UNKNOWN")


def test_whole_numbers() -> None:
    assert whole("1700000000000") == 1_700_000_000_000
    assert whole("-1") == -1
    for text in ("", "1.0", "9" * 19, "1e3", " 1", "1\n"):
        with pytest.raises(ValueError, match="whole number"):
            whole(text)
