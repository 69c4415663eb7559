"""Numbers of market data as the venue writes them: decimal text without exponent, padded or trimmed."""

from decimal import Decimal
from functools import cache

import numpy as np


@cache
def decimals(step: str) -> int:
    """How many decimals a step shows: 2 for "0.10", 0 for "5"."""
    _, _, exponent = Decimal(step).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - steps are finite
    return max(0, -exponent)


def padded(value: float, places: int) -> str:
    """`value` with `places` decimals, or with as many as it takes to give exactly this float64 back."""
    text = f"{value + 0.0:.{places}f}"
    return text if float(text) == value else np.format_float_positional(value, trim="-")


def trimmed(value: float, places: int) -> str:
    """As `padded`, without zeros at the end."""
    return _without_zeros(padded(value, places))


def rounded(value: float, places: int) -> str:
    """`value` rounded to `places` decimals, never −0."""
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text


def rounded_and_trimmed(value: float, places: int) -> str:
    """As `rounded`, without zeros at the end."""
    return _without_zeros(rounded(value, places))


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
