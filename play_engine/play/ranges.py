"""Ranges of numbers, and how a report says them."""

import math

import attrs


@attrs.frozen
class Range:
    """Numbers from `low` to `high`, both included unless `open_low` or `open_high` says that it is not."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def contains(self, value: float) -> bool:
        """Whether the number is finite and in the range."""
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return math.isfinite(value) and above and below

    def text(self) -> str:
        """The range in words: `> 0`, `0 to 100`, `any`."""
        lower = f"{'>' if self.open_low else '>='} {self.low:.15g}" if math.isfinite(self.low) else ""
        upper = f"{'<' if self.open_high else '<='} {self.high:.15g}" if math.isfinite(self.high) else ""
        if lower and upper and not self.open_low and not self.open_high:
            return f"{self.low:.15g} to {self.high:.15g}"
        return " and ".join(bound for bound in (lower, upper) if bound) or "any"


ANY = Range()
POSITIVE = Range(0, open_low=True)
NOT_NEGATIVE = Range(0)
PERCENT_OF_PRICE = Range(0, 100, open_low=True)
PERCENT_OF_TARGET = Range(0, 10_000, open_low=True)
