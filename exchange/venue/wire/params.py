"""Parameters of a request: texts of a query, or members of a JSON body. Unknown ones are ignored."""

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from exchange.venue.wire.auth import PARAMETER_ERROR
from exchange.venue.wire.refusal import VenueRefusal

_NAN = float("nan")
# The longest text of a number that a client may send.
_LONGEST_NUMBER = 40
_MOST_FIELDS = 100


def bad_parameter(text: str) -> VenueRefusal:
    """The refusal of a parameter."""
    return VenueRefusal(PARAMETER_ERROR, f"params error: {text}")


class Params:
    """Parameters by name. What is empty or null counts as not given; what is given and wrong raises VenueRefusal."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    @classmethod
    def of_query(cls, query: str) -> "Params":
        """Of the raw query of a GET."""
        try:
            return cls(dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)))
        except ValueError:
            raise bad_parameter(f"more than {_MOST_FIELDS} parameters") from None

    @classmethod
    def of_body(cls, body: bytes) -> "Params":
        """Of the raw body of a POST; no body is an empty object."""
        try:
            values = msgspec.json.decode(body or b"{}")
        except (msgspec.DecodeError, RecursionError):
            raise bad_parameter("the body is no JSON") from None
        return cls.of_value(values)

    @classmethod
    def of_value(cls, value: object) -> "Params":
        """Of a decoded JSON object."""
        if not isinstance(value, dict):
            raise bad_parameter("an object is expected")
        return cls({str(name): member for name, member in value.items()})

    @property
    def values(self) -> Mapping[str, Any]:
        """Everything that was given, as it came."""
        return self._values

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers are taken for their text."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise bad_parameter(f"{name} must be a string")
        return str(value)

    def required(self, name: str) -> str:
        """A text that must be given."""
        value = self.text(name)
        if not value:
            raise bad_parameter(f"{name} is required")
        return value

    def one_of(self, name: str, allowed: Mapping[str, Any], default: str = "") -> Any:
        """What `allowed` has for the text that is given."""
        value = self.text(name, default)
        if value not in allowed:
            raise bad_parameter(f"{name} {value[:_LONGEST_NUMBER]!r} is invalid")
        return allowed[value]

    def number(self, name: str) -> float:
        """A finite number of decimal text without exponent; NaN if it is not given."""
        text = self.text(name)
        if not text:
            return _NAN
        plain = text.lstrip("-").replace(".", "", 1)
        if not (plain.isascii() and plain.isdigit() and len(text) <= _LONGEST_NUMBER):
            raise bad_parameter(f"{name} {text[:_LONGEST_NUMBER]!r} is no number")
        value = float(text)
        if not math.isfinite(value):
            raise bad_parameter(f"{name} is too large")
        return value

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        text = self.text(name)
        if not text:
            return default
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise bad_parameter(f"{name} {text[:_LONGEST_NUMBER]!r} is no whole number")
        return int(text)

    def flag(self, name: str) -> bool:
        """Yes or no; no if it is not given."""
        value = self._values.get(name)
        if value is None or value == "":
            return False
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise bad_parameter(f"{name} must be true or false")

    def objects(self, name: str, most: int) -> list["Params"]:
        """A list of objects, of one at least and `most` at most."""
        value = self._values.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise bad_parameter(f"{name} must be a list of 1 to {most} objects")
        return [Params.of_value(item) for item in value]
