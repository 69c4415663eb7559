"""Numbers as the venue writes them: decimal text, trimmed, without exponent, at most eight decimals."""

from functools import cache

from exchange.grid import round8, step_ratio

# What is nearer to a step than this fraction of it is that step, and float error the rest.
_ON_GRID = 1e-6


def money_text(value: float) -> str:
    """An amount, rate or average price, rounded half up at the eighth decimal; "" for NaN."""
    if value != value:
        return ""
    return _trimmed(f"{round8(value):.8f}")


def level_text(value: float, step: str, unset: str = "") -> str:
    """A price or quantity on the grid of `step` (decimal text); `unset` for NaN; off the grid as `money_text`."""
    if value != value:
        return unset
    numerator, decimals, scale = _grid(step)
    scaled = value * scale / numerator
    steps = round(scaled)
    if abs(scaled - steps) > _ON_GRID:
        return money_text(value)
    digits = steps * numerator
    if not decimals:
        return str(digits)
    whole, part = divmod(abs(digits), scale)
    sign = "-" if digits < 0 else ""
    return _trimmed(f"{sign}{whole}.{part:0{decimals}d}")


def _trimmed(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


@cache
def _grid(step: str) -> tuple[int, int, int]:
    """A step in units of its last decimal, how many decimals there are, and how many such units make one."""
    numerator, denominator = step_ratio(step)
    return numerator, len(str(denominator)) - 1, denominator
