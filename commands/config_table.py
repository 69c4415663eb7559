"""Typed reading of one table of a TOML file; everything that is wrong with it is reported, with its line."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Self, cast

import attrs

from commands.config_places import Place
from commands.times import instant_ms
from play_engine.play.problems import Problems, Spot, did_you_mean, listed, nearest

# Long values are cut in reports.
_SHOWN_CHARACTERS = 60


@attrs.frozen(eq=False)
class Table:
    """One table of the file.

    A getter reports a value that is missing, mistyped or out of range and then returns a stand-in of the right type, so
    that reading goes on and all problems are found at once; the caller raises before any stand-in is used.
    """

    values: Mapping[str, Any]
    path: str
    places: Mapping[str, Place]
    problems: Problems
    unknown: set[str] = attrs.field(factory=set, init=False)

    def spot(self, key: str | None = None) -> Spot:
        """Where a key stands; for an absent key, and without one, where the table itself begins."""
        path = self.key_path(key) if key is not None else self.path
        place = self.places.get(path) or self.places.get(self.path) or Place(1, 1)
        return Spot(place.line, place.column, path)

    def key_path(self, key: str) -> str:
        """The path of a key from the root of the file."""
        return f"{self.path}.{key}" if self.path else key

    def check_keys(self, known: Sequence[str], later: Sequence[str] = ()) -> None:
        """Report every key that is not known; `later` are those of modes that this version does not run."""
        for key in self.values:
            if key in later:
                self.problems.not_built(self.spot(key), key, "this version does not trade with real venues: remove it")
            elif key not in known:
                # The value is not shown: it may be a secret that does not belong here.
                self.unknown.add(key)
                hint = did_you_mean(key, known)
                self.problems.error(self.spot(key), "UNKNOWN_KEY", found=key, allowed=listed(known), hint=hint)

    def table(self, key: str) -> Self | None:
        """The table under `key`; None where there is none."""
        value = self.values.get(key)
        if value is None or self._wrong_type(key, value, dict, "a table"):
            return None
        return attrs.evolve(self, values=cast("dict[str, Any]", value), path=self.key_path(key))

    def tables(self, key: str) -> list[Self]:
        """The tables of the array `[[key]]`."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in cast("list[object]", value)):
            self.invalid(key, "INVALID_TYPE", f"an array of tables: write [[{key}]]")
            return []
        items = cast("list[dict[str, Any]]", value)
        path = self.key_path(key)
        return [attrs.evolve(self, values=item, path=f"{path}[{number}]") for number, item in enumerate(items)]

    def text(self, key: str, *, default: str | None = None, choices: Sequence[str] = ()) -> str:
        """A text that is not empty, out of `choices` where there are some; required without a default."""
        if not self._present(key, required=default is None):
            return default or ""
        value = self.values[key]
        if self._wrong_type(key, value, str, "text, in quotes"):
            return ""
        if choices and value not in choices:
            hint = did_you_mean(value, choices)
            self.invalid(key, "INVALID_VALUE", listed(choices), hint)
            return ""
        if not value:
            self.invalid(key, "INVALID_VALUE", "text that is not empty")
        return value

    def integer(self, key: str, *, minimum: int, maximum: int, default: int | None = None) -> int:
        """A whole number of a range, bounds included; required without a default."""
        if not self._present(key, required=default is None):
            return minimum if default is None else default
        value = self.values[key]
        if self._wrong_type(key, value, int, f"a whole number from {minimum} to {maximum}"):
            return minimum
        if not minimum <= value <= maximum:
            self.invalid(key, "INVALID_VALUE", f"{minimum} to {maximum}")
        return value

    def number(self, key: str, *, maximum: float | None = None) -> float | None:
        """A finite number greater than 0 and at most `maximum`; None where it is absent."""
        if not self._present(key, required=False):
            return None
        value = self.values[key]
        allowed = "a number greater than 0" + (f", at most {maximum:g}" if maximum is not None else "")
        if self._wrong_type(key, value, (int, float), allowed):
            return None
        if not 0 < value < float("inf") or (maximum is not None and value > maximum):
            self.invalid(key, "INVALID_VALUE", allowed)
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.invalid(key, "INVALID_TYPE", "true or false")
        return bool(value)

    def instant(self, key: str) -> int:
        """A date or time, in ms since the epoch; required."""
        if not self._present(key, required=True):
            return 0
        value = self.values[key]
        if self._wrong_type(key, value, date, "a date or a time, as 2024-01-31T12:00:00Z, not quoted"):
            return 0
        try:
            return instant_ms(value)
        except ValueError as error:
            self.invalid(key, "INVALID_VALUE", "a time at a whole minute, UTC", str(error))
            return 0

    def invalid(self, key: str, code: str, allowed: str, hint: str = "") -> None:
        """Report the value of `key`."""
        found = f"{key} = {shown(self.values[key])}"
        self.problems.error(self.spot(key), code, found=found, allowed=allowed, hint=hint)

    def _present(self, key: str, *, required: bool) -> bool:
        # A required key that is misspelt has been reported as the unknown key that it is.
        if key not in self.values and required and not nearest(key, self.unknown):
            found = f"{self.path or 'the file'} without {key}"
            self.problems.error(self.spot(key), "MISSING_REQUIRED_FIELD", found=found, hint=f"add {key}")
        return key in self.values

    def _wrong_type(self, key: str, value: object, wanted: type | tuple[type, ...], allowed: str) -> bool:
        wrong = not isinstance(value, wanted) or isinstance(value, bool)
        if wrong:
            self.invalid(key, "INVALID_TYPE", allowed)
        return wrong


def shown(value: object) -> str:
    """A TOML value as a report shows it: on one line, cut where it is long."""
    text = _inline(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


def _inline(value: object) -> str:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value).items()
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in entries) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, cast('list[object]', value)))}]"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).lower()
