"""Parameters of questions about the market, read strictly, and the pages that long answers come in."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import unquote

import attrs

from exchange.venue.wire.refusal import VenueRefusal

WRONG_PARAMETER = 10001
CATEGORIES = ("linear", "inverse", "spot", "option")
SERVED_CATEGORY = "linear"
_MOST_DIGITS = 18
_CURSOR = "first%3D"

_Row = TypeVar("_Row")


@attrs.frozen
class Query:
    """The parameters of one question, percent-decoded; those that nobody knows are passed over."""

    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """A parameter, "" if it is not given."""
        return self.fields.get(name, "")

    def category(self) -> str:
        """The category that is asked about, `linear` if none is named. Raises VenueRefusal for one that is none."""
        return self.choice("category", CATEGORIES, SERVED_CATEGORY)

    def symbol(self, symbols: Sequence[str]) -> str:
        """The symbol that is asked about; it must be given, be one of `symbols`, and `category` be the one served.
        Raises VenueRefusal otherwise."""
        symbol = self.text("symbol")
        if self.category() != SERVED_CATEGORY or symbol not in symbols:
            raise wrong_parameter("symbol", symbol, f"one of {', '.join(symbols)} in category {SERVED_CATEGORY}")
        return symbol

    def number(self, name: str, default: int) -> int:
        """A whole number of 0 or more. Raises VenueRefusal for anything else."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            raise wrong_parameter(name, text, "a whole number")
        return int(text)

    def limit(self, most: int, default: int) -> int:
        """How many rows are wanted, 1 … `most`. Raises VenueRefusal for another number."""
        limit = self.number("limit", default)
        if not 1 <= limit <= most:
            raise wrong_parameter("limit", str(limit), f"1 to {most}")
        return limit

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of the texts that are allowed. Raises VenueRefusal for another one, or none without a default."""
        text = self.text(name) or default
        if text not in allowed:
            raise wrong_parameter(name, text, ", ".join(allowed))
        return text


def wrong_parameter(name: str, found: str, allowed: str) -> VenueRefusal:
    """A parameter that cannot be used."""
    return VenueRefusal(WRONG_PARAMETER, f"params error: {name}: found {found!r}; allowed: {allowed}")


def page(rows: Sequence[_Row], query: Query, limit: int) -> tuple[Sequence[_Row], str]:
    """The rows from the question's cursor on, `limit` at most, and the cursor of those after them, "" if none are left.
    Raises VenueRefusal for a cursor that is none."""
    # Clients give the cursor back as it came or encoded once more.
    cursor = unquote(query.text("cursor"))
    prefix = unquote(_CURSOR)
    if cursor and not (cursor.startswith(prefix) and cursor.removeprefix(prefix).isdecimal()):
        raise wrong_parameter("cursor", cursor, "the nextPageCursor of an answer")
    first = int(cursor.removeprefix(prefix)[:_MOST_DIGITS]) if cursor else 0
    after = first + limit
    return rows[first:after], f"{_CURSOR}{after}" if after < len(rows) else ""
