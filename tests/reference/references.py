"""The spellings of a reference, and what it shows at an instant."""

import re
from collections.abc import Iterable
from typing import Any

import attrs

from tests.reference.market import MINUTE_MS, Column, Market, Value

_BAR_FIELDS = ("open", "high", "low", "close", "volume")
_RECORDS = ("funding_rate", "open_interest")
_BUILT_IN = (*_BAR_FIELDS, *_RECORDS, "last_price", "mark_price", "timestamp")
_BRACKETS = re.compile(r"^(.*)\[(.*)\](?:\.(.*))?$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@attrs.frozen
class Reference:
    """A series, its output as the market calls it, and how many bars back."""

    series: str
    output: str
    offset: int = 0


class References:
    """Reads what is written and looks it up in a market."""

    def __init__(self, market: Market, exec_ms: int) -> None:
        self._market = market
        self._exec_ms = exec_ms
        self._named: dict[tuple[str, str], str] = {}

    def parse(self, written: Any) -> Reference:
        """A reference from text or from a map."""
        if isinstance(written, str):
            series, _, field = written.partition(".")
            return Reference(series, self._output(series, field))
        series = written["feature_id"]
        return Reference(series, self._output(series, written.get("field", "")), int(written.get("offset", 0)))

    def column(self, reference: Reference) -> Column | None:
        """The column behind a reference; None for a built-in name."""
        return self._market.columns.get((reference.series, reference.output))

    def value(self, reference: Reference, instant: int) -> Value:
        """What it shows; None for missing."""
        series, offset = reference.series, reference.offset
        if series in _BAR_FIELDS:
            return self._market.price(self._exec_ms, series, instant, offset)
        if series == "last_price":
            return self._market.price(MINUTE_MS, "close", instant, offset)
        if series == "mark_price":
            return self._market.mark(instant, offset)
        if series == "timestamp":
            return self._moment(instant, offset)
        if series in _RECORDS:
            moment = self._moment(instant, offset)
            return None if moment is None else self._market.record(series, moment)
        return self._market.column((series, reference.output), instant, offset)

    def _moment(self, instant: int, offset: int) -> int | None:
        """The instant, or the close of the exec bar so many before the visible one."""
        if offset == 0:
            return instant
        place = self._market.visible(self._exec_ms, instant, offset)
        return None if place is None else self._market.closes(self._exec_ms)[place]

    def _output(self, series: str, field: str) -> str:
        name = (series, field)
        if name not in self._named:
            self._named[name] = self._find(series, field)
        return self._named[name]

    def _find(self, series: str, field: str) -> str:
        if series in _BUILT_IN:
            return "value"
        outputs = [output for id_, output in self._market.columns if id_ == series]
        if field in ("", "value"):
            return "value" if "value" in outputs else self._primary(series)
        return _same(_joined(field), outputs)

    def _primary(self, series: str) -> str:
        return next(
            output for (id_, output), column in self._market.columns.items() if id_ == series and column.primary
        )


def _joined(field: str) -> str:
    """`name[x]` is `name_x`, `name[x].sub` is `namex_sub`."""
    match = _BRACKETS.match(field)
    if not match:
        return field
    name, inner, sub = match.groups()
    inner = inner.strip()
    return f"{name}{inner}_{sub}" if sub else f"{name}_{inner}"


def _same(field: str, outputs: Iterable[str]) -> str:
    """The output of that name; the numbers in names are compared as numbers."""
    return next(output for output in outputs if _key(output) == _key(field))


def _key(name: str) -> tuple[str, list[float]]:
    return _NUMBER.sub("#", name), [float(number) for number in _NUMBER.findall(name)]
