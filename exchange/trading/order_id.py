"""The names that we give to our orders: functions of their cause, so that a repeat is recognised.

`ph1-TTTTTTTT-BBBBBBBB-LL-NN`: T is a tag of the instance, B its cause in ms since the epoch (the open time of the bar
whose close decided it), L the leg that says what it is for, N the attempt, from 1. T is base32, B and N are base36.
"""

import hashlib
import re
from base64 import b32encode
from typing import Self

import attrs

# What an order is for: entry, rule exit, limit target, operator, stop of an instance, risk, stop guard, watch-dog,
# panic.
LEGS = ("en", "ex", "tp", "op", "st", "ri", "gd", "wd", "pn")

_VERSION = "ph1"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG_LENGTH, _CAUSE_DIGITS, _ATTEMPT_DIGITS = 8, 8, 2
MOST_ATTEMPTS = 36**_ATTEMPT_DIGITS - 1
_FORM = re.compile(rf"{_VERSION}-([A-Z2-7]{{8}})-([0-9A-Z]{{8}})-({'|'.join(LEGS)})-([0-9A-Z]{{2}})")


def tag_of(instance: str) -> str:
    """The tag of an instance, by its name: eight characters of the base32 of its SHA-256."""
    return b32encode(hashlib.sha256(instance.encode()).digest()).decode()[:_TAG_LENGTH]


@attrs.frozen(kw_only=True)
class OrderId:
    """The parts of a name. Raises ValueError for parts that a name cannot hold."""

    tag: str
    cause_ms: int
    leg: str
    attempt: int = 1

    def __attrs_post_init__(self) -> None:
        if self.leg not in LEGS:
            raise ValueError(f"an order for {self.leg!r}; allowed are {', '.join(LEGS)}")
        if not 1 <= self.attempt <= MOST_ATTEMPTS:
            raise ValueError(f"attempt {self.attempt} of an order; allowed are 1 to {MOST_ATTEMPTS}")
        if not 0 <= self.cause_ms < 36**_CAUSE_DIGITS:
            raise ValueError(f"an order caused at {self.cause_ms} ms; allowed are 0 to 36^{_CAUSE_DIGITS} − 1")

    def text(self) -> str:
        """The name as it is sent."""
        cause, attempt = _base36(self.cause_ms, _CAUSE_DIGITS), _base36(self.attempt, _ATTEMPT_DIGITS)
        return f"{_VERSION}-{self.tag}-{cause}-{self.leg}-{attempt}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The parts of a name. Raises ValueError for a text that is none of ours."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no name of our orders")
        tag, cause, leg, attempt = found.groups()
        return cls(tag=tag, cause_ms=int(cause, 36), leg=leg, attempt=int(attempt, 36))


def _base36(number: int, width: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")
