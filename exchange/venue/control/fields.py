"""Strict reading of the JSON objects that the control takes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

_MOST_TEXT = 200


class ControlMistake(ValueError):
    """A control request that cannot be carried out; says which key, what was found and what is allowed."""


class Fields:
    """The keys of one JSON object. Each is read once with the type that it must have; `end` refuses the others.

    Every method raises ControlMistake. `where` stands before the key in messages (`rules[2].`).
    """

    def __init__(self, document: object, where: str = "") -> None:
        if not isinstance(document, Mapping):
            raise ControlMistake(f"{where.rstrip('.') or 'body'}: found {_shown(document)}; allowed: a JSON object")
        self._left: dict[str, Any] = dict(document)
        self._known: list[str] = []
        self._where = where

    def take(self, key: str, default: object) -> Any:
        """The value as it came, or the default."""
        self._known.append(key)
        return self._left.pop(key, default)

    def text(self, key: str, default: str | None = "") -> str:
        """A text; with `default` None it must be there and not be empty."""
        value = self.take(key, default)
        if not isinstance(value, str) or len(value) > _MOST_TEXT or (default is None and not value):
            raise self.mistake(key, value, f"a text of at most {_MOST_TEXT} characters")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number; without a default it must be there."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.mistake(key, value, "a number")
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number; without a default it must be there."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.mistake(key, value, "a whole number")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.mistake(key, value, "true or false")
        return value

    def items(self, key: str, default: Sequence[Any] | None = ()) -> Sequence[Any]:
        """A list; with `default` None it must be there."""
        value = self.take(key, default)
        if not isinstance(value, list | tuple):
            raise self.mistake(key, value, "a list")
        return value

    def has(self, key: str) -> bool:
        """Whether the key is there and has not been read."""
        return key in self._left

    def end(self, *others: str) -> None:
        """Refuse the keys that nobody has read; `others` are allowed too, and are not there."""
        if self._left:
            key, allowed = next(iter(self._left)), ", ".join(dict.fromkeys([*self._known, *others]))
            raise ControlMistake(f"{self._where}{key}: not a key here; allowed: {allowed or 'none'}")

    def mistake(self, key: str, found: object, allowed: str) -> ControlMistake:
        """The error for a value that is not allowed."""
        return ControlMistake(f"{self._where}{key}: found {_shown(found)}; allowed: {allowed}")


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"
