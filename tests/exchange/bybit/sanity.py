"""What holds for every decoded value, however strange the bytes that it was made of."""

import math
from typing import Any

import attrs

from exchange.bybit.market_events import KlineEvent
from exchange.reports import ExecutionReport, OrderReport, PositionReport

_LARGEST_INT = 2**63 - 1


def check(decoded: Any) -> None:
    """Raises AssertionError for a value that must not exist."""
    if isinstance(decoded, list | tuple):
        for value in decoded:
            check(value)
    elif attrs.has(type(decoded)):
        _check_value(decoded)
    elif isinstance(decoded, float):
        assert not math.isinf(decoded)
    elif isinstance(decoded, int):
        assert abs(decoded) <= _LARGEST_INT


def _check_value(value: Any) -> None:
    for field in attrs.fields(type(value)):
        check(getattr(value, field.name))
    if isinstance(value, ExecutionReport):
        assert value.exec_id
        assert value.price > 0
        assert value.qty > 0
        assert value.side in (1, -1)
    elif isinstance(value, OrderReport):
        assert value.order_id
        assert value.status
        assert value.qty >= 0
        assert value.filled_qty >= 0
        assert value.side in (1, -1)
    elif isinstance(value, PositionReport):
        assert (value.qty > 0) == (value.side != 0)
        assert value.side == 0 or value.entry_price > 0
    elif isinstance(value, KlineEvent):
        assert value.symbol
        assert value.end_ms > value.start_ms
