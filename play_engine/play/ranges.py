"""Ranges of numbers, and how a report says them."""

import math

import attrs


@attrs.frozen
class Range:
    """Numbers from `low` to `high`, both included unless `open_low` says that `low` itself is not."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False

    def contains(self, value: float) -> bool:
        """Whether the number is finite and in the range."""
        above = value > self.low if self.open_low else value >= self.low
        return math.isfinite(value) and above and value <= self.high

    def text(self) -> str:
        """The range in words: `> 0`, `0 to 100`, `any`."""
        has_low, has_high = math.isfinite(self.low), math.isfinite(self.high)
        if not has_high:
            return f"{'>' if self.open_low else '>='} {self.low:.15g}" if has_low else "any"
        if not has_low:
            return f"<= {self.high:.15g}"
        if self.open_low:
            return f"> {self.low:.15g} and <= {self.high:.15g}"
        return f"{self.low:.15g} to {self.high:.15g}"


ANY = Range()
POSITIVE = Range(0, open_low=True)
NOT_NEGATIVE = Range(0)
PERCENT_OF_PRICE = Range(0, 100, open_low=True)
PERCENT_OF_TARGET = Range(0, 10_000, open_low=True)
