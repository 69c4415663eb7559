"""Numbers on the wire: decimal texts out of float64, and float64 out of decimal texts.

Texts have no exponent, no sign but a minus, and no zeros at the end. What has a step is written as a count of steps,
never from the digits of a float64.
"""

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

_NAN = float("nan")
# Nearer to a grid point than this many steps, a number lies on it; the same tolerance as exchange/grid.py has.
_TOLERANCE_STEPS = Decimal("1e-6")
# The venue keeps money and average prices with so many decimals.
_MONEY_STEP = Decimal("1e-8")
# Every float64 that is a price, quantity or amount has fewer digits than this before the eighth decimal.
_DIGITS = Context(prec=60, rounding=ROUND_HALF_EVEN)
_LONGEST_CHARACTERS = 64
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def price_text(price: float, tick_size: str) -> str:
    """A price as decimal text: a count of ticks. `tick_size` is decimal text.

    A price off the grid is written as it is, to a millionth of a tick: it is for the exchange to refuse it, not for us
    to send another one. Raises ValueError for a price that is not finite.
    """
    return _text(price, Decimal(tick_size))


def qty_text(qty: float, qty_step: str) -> str:
    """A quantity as decimal text: a count of steps; as `price_text` in all else."""
    return _text(qty, Decimal(qty_step))


def money_text(amount: float) -> str:
    """An amount of money or a rate as decimal text, on 8 decimals. Raises ValueError for one that is not finite."""
    return _plain(_exact(amount).quantize(_MONEY_STEP, context=_DIGITS))


def number(text: str) -> float:
    """The float64 of decimal text. Raises ValueError for anything else: no exponent, no plus, no spaces, no NaN."""
    if len(text) > _LONGEST_CHARACTERS or not _DECIMAL.fullmatch(text):
        raise ValueError(f"found {text[:_LONGEST_CHARACTERS]!r} where a decimal number should be")
    return float(text)


def optional(text: str | None) -> float:
    """As `number`; NaN for a text that is empty or missing."""
    return number(text) if text else _NAN


def level(text: str | None) -> float:
    """A price level as `optional` has it; NaN for zero too, which is how the venue writes that there is none."""
    return optional(text) or _NAN


def amount(text: str | None) -> float:
    """As `number`; 0 for a text that is empty or missing."""
    return number(text) if text else 0.0


def whole(text: str) -> int:
    """The whole number of a text of at most 18 digits. Raises ValueError for anything else."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"found {text[:_LONGEST_CHARACTERS]!r} where a whole number of at most 18 digits should be")
    return int(text)


def _text(value: float, step: Decimal) -> str:
    exact = _exact(value)
    steps = _DIGITS.divide(exact, step)
    nearest = steps.to_integral_value(ROUND_HALF_EVEN)
    if abs(steps - nearest) <= _TOLERANCE_STEPS:
        return _plain(_DIGITS.multiply(nearest, step))
    return _plain(exact.quantize(step.scaleb(-6), context=_DIGITS))


def _exact(value: float) -> Decimal:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that can be sent")
    return Decimal(value)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
