"""What is refused of a request by itself, and with which code."""

from typing import Any

import attrs
import pytest

from exchange.orders import Amendment, NewOrder, TradingStop
from exchange.reports import Rejected
from exchange.venue.accounts.checks import wrong_amendment, wrong_leverage, wrong_order, wrong_stop
from tests.exchange.simulated.sim_driver import INSTRUMENT

GRID = attrs.evolve(
    INSTRUMENT, tick_size="0.5", qty_step="0.1", min_qty=0.2, max_qty=1_000.0, max_market_qty=100.0, max_price=10_000.0
)
LIMIT = {"type": "Limit", "price": 100.0}


def code(found: Rejected | None) -> int:
    return 0 if found is None else found.code


def checked(held_qty: float = 0.0, last: float = 100.0, **changes: Any) -> int:
    order = NewOrder(**({"side": 1, "qty": 1.0} | changes))
    return code(wrong_order(order, GRID, last=last, held_qty=held_qty))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        LIMIT,
        {"qty": 0.3},
        {"qty": 100.0},
        LIMIT | {"qty": 1_000.0},
        {"stop_loss": 90.0, "take_profit": 110.5},
        {"trigger": 110.0, "trigger_direction": 1},
        {"qty": 0.0, "reduce_only": True, "close_on_trigger": True},
        # An order that only reduces may be small.
        {"qty": 0.2, "last": 1.0, "reduce_only": True},
        # Closing a whole position has no bounds.
        {"qty": 0.1, "reduce_only": True, "held_qty": 0.1},
        {"qty": 500.0, "reduce_only": True, "held_qty": 300.0},
        # Without a price, the value of a market order is not known.
        {"qty": 0.2, "last": 0.0},
    ],
)
def test_an_order_that_can_be(changes: dict[str, Any]) -> None:
    assert checked(**changes) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"side": 0}, 10001),
        ({"type": "Stop"}, 10001),
        (LIMIT | {"tif": "RPI"}, 10001),
        ({"type": "Limit"}, 10001),
        ({"trigger_by": "Index"}, 10001),
        ({"trigger": 110.0}, 10001),
        ({"trigger_direction": 1}, 10001),
        ({"reduce_only": True, "stop_loss": 90.0}, 10001),
        ({"qty": 0.0}, 10001),
        ({"qty": -1.0}, 10001),
        ({"qty": float("nan")}, 10001),
        ({"qty": float("inf")}, 10001),
        ({"qty": 0.25}, 10001),
        ({"qty": 0.1}, 10001),
        ({"qty": 100.1}, 10001),
        (LIMIT | {"qty": 1_000.1}, 10001),
        ({"qty": 0.1, "reduce_only": True, "held_qty": 0.5}, 110017),
        (LIMIT | {"price": 100.25}, 10001),
        (LIMIT | {"price": 10_000.5}, 110003),
        ({"trigger": 0.001, "trigger_direction": 2}, 110003),
        ({"stop_loss": 90.1}, 10001),
        ({"take_profit": 10_000.5}, 110003),
        ({"take_profit": 110.0, "target_limit": 110.2}, 10001),
        ({"qty": 0.2, "last": 20.0}, 110094),
        (LIMIT | {"qty": 0.2, "price": 20.0}, 110094),
        ({"qty": 0.2, "trigger": 20.0, "trigger_direction": 2}, 110094),
    ],
)
def test_an_order_that_cannot_be(changes: dict[str, Any], expected: int) -> None:
    assert checked(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"qty": 0.3, "price": 99.5, "trigger": 98.0, "stop_loss": 0.0, "take_profit": 105.0}, 0),
        ({"qty": 0.0}, 10001),
        ({"qty": 0.25}, 10001),
        ({"price": 99.75}, 10001),
        ({"trigger": 10_000.5}, 110003),
        ({"stop_loss": 90.1}, 10001),
    ],
)
def test_amendments(changes: dict[str, float], expected: int) -> None:
    assert code(wrong_amendment(Amendment(**changes), GRID)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stop_loss": 90.0, "take_profit": 0.0, "trailing": 2.5, "trailing_activation": 101.0}, 0),
        ({"stop_loss": 90.1}, 10001),
        ({"trailing": -1.0}, 10001),
        ({"trailing": 0.25}, 10001),
        ({"trailing": 1.0, "trailing_activation": 10_000.5}, 110003),
        ({"stop_by": "Index"}, 10001),
    ],
)
def test_trading_stops(changes: dict[str, Any], expected: int) -> None:
    assert code(wrong_stop(TradingStop(**changes), GRID)) == expected


@pytest.mark.parametrize(
    ("leverage", "expected"), [(1.0, 0), (12.34, 0), (0.99, 10001), (2.345, 10001), (101.0, 110013)]
)
def test_leverage(leverage: float, expected: int) -> None:
    assert code(wrong_leverage(leverage, GRID)) == expected
