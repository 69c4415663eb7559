"""Wrong candles: what faults make of the candles in answers and in frames."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exchange.venue.faults.rules import FaultRule

# In an answer the newest row may be the open candle; the one behind it is the newest that is certainly closed.
_NEWEST_CLOSED = 1
_START, _CLOSE = 0, 4


def scaled(text: str, factor: float) -> str:
    """A decimal text times `factor`, with as many digits behind the point as it had."""
    value = Decimal(text)
    return str((value * Decimal(repr(factor))).quantize(Decimal(1).scaleb(value.as_tuple().exponent)))  # type: ignore[arg-type]


def candle_rows(rule: FaultRule, rows: Sequence[Sequence[str]]) -> list[Sequence[str]] | None:
    """The candles of an answer, newest first, after a fault; None if the one that it is about is not among them."""
    at = _row_of(rule, rows)
    if at is None:
        return None
    row = list(rows[at])
    if rule.kind == "lose_candle":
        return [*rows[:at], *rows[at + 1 :]]
    if rule.kind == "shift_candle":
        row[_START] = str(int(row[_START]) + round(1000 * rule.wait_s))
    else:
        row[_CLOSE] = scaled(row[_CLOSE], rule.times)
    return [*rows[:at], row, *rows[at + 1 :]]


def is_candle_fault(rule: FaultRule) -> bool:
    """Whether the fault is one of candles."""
    return rule.kind.endswith("_candle")


def meets_candle(rule: FaultRule, topic: str, data: dict[str, Any]) -> bool:
    """Whether a fault of candles concerns the candle `data` of a frame: closed ones, but for `early_candle`."""
    if not topic.startswith("kline.") or bool(data.get("confirm")) == (rule.kind == "early_candle"):
        return False
    return rule.candle_ms is None or data.get("start") == rule.candle_ms


def changed_candle(rule: FaultRule, data: dict[str, Any]) -> dict[str, Any]:
    """The candle of a frame after a fault that alters it."""
    if rule.kind == "early_candle":
        return {**data, "confirm": True}
    if rule.kind == "shift_candle":
        shift_ms = round(1000 * rule.wait_s)
        return {**data, "start": data["start"] + shift_ms, "end": data["end"] + shift_ms}
    return {**data, "close": scaled(data["close"], rule.times)}


def _row_of(rule: FaultRule, rows: Sequence[Sequence[str]]) -> int | None:
    if rule.candle_ms is None:
        return _NEWEST_CLOSED if len(rows) > _NEWEST_CLOSED else None
    return next((at for at, row in enumerate(rows) if row[_START] == str(rule.candle_ms)), None)
