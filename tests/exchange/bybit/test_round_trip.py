"""What the local venue writes, the client reads: reports come out as they went in."""

import json
import math
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.bybit.answers import decode_executions, decode_orders
from exchange.bybit.private_frames import decode_private
from exchange.instruments import known_instrument
from exchange.reports import ExecutionReport, OrderReport
from exchange.venue.wire.executions import execution_push, execution_row
from exchange.venue.wire.orders import order_push, order_row
from play_engine.play.model import Account

BTC = known_instrument("BTCUSDT", Account())
assert BTC is not None
_INSTANTS = st.integers(1_600_000_000_000, 2_000_000_000_000)
_PRICES = st.integers(1, 10_000_000).map(lambda ticks: ticks / 10)
_LEVELS = _PRICES | st.just(math.nan)
_QTYS = st.integers(1, 1_190_000).map(lambda steps: steps / 1000)
_MONEY = st.integers(-(10**14), 10**14).map(lambda units: units / 10**8)
_WATCHED = st.sampled_from(["", "Last", "Mark", "Index"])
_NAMES = st.text("abcdef0123456789-", min_size=1, max_size=36)
_SIDES = st.sampled_from([1, -1])

_ORDERS = st.builds(
    OrderReport,
    symbol=st.just("BTCUSDT"),
    order_id=_NAMES,
    link_id=_NAMES | st.just(""),
    parent_link_id=_NAMES | st.just(""),
    side=_SIDES,
    type=st.sampled_from(["Market", "Limit"]),
    tif=st.sampled_from(["GTC", "IOC", "FOK", "PostOnly"]),
    status=st.sampled_from(["New", "Untriggered", "Cancelled", "Rejected", "Deactivated"]),
    qty=_QTYS,
    price=_LEVELS,
    trigger=_LEVELS,
    trigger_direction=st.sampled_from([0, 1, 2]),
    trigger_by=_WATCHED,
    stop_loss=_LEVELS,
    take_profit=_LEVELS,
    stop_by=_WATCHED,
    target_by=_WATCHED,
    tpsl_mode=st.sampled_from(["", "Full", "Partial"]),
    stop_limit=_LEVELS,
    target_limit=_LEVELS,
    reduce_only=st.booleans(),
    close_on_trigger=st.booleans(),
    fees=_MONEY,
    create_type=st.sampled_from(["CreateByUser", "CreateByStopLoss"]),
    cancel_type=st.sampled_from(["UNKNOWN", "CancelByUser"]),
    reject_reason=st.sampled_from(["EC_NoError", "EC_PostOnlyWillTakeLiquidity"]),
    stop_order_type=st.sampled_from(["", "StopLoss", "TakeProfit", "TrailingStop"]),
    created_ms=_INSTANTS,
    updated_ms=_INSTANTS,
)
_EXECUTIONS = st.builds(
    ExecutionReport,
    symbol=st.just("BTCUSDT"),
    exec_id=_NAMES,
    order_id=_NAMES,
    link_id=_NAMES | st.just(""),
    side=_SIDES,
    price=_PRICES,
    qty=_QTYS,
    value=_MONEY,
    fee=_MONEY,
    fee_rate=st.sampled_from([0.00055, 0.0002, -0.00005]),
    is_maker=st.booleans(),
    exec_type=st.sampled_from(["Trade", "Funding", "BustTrade"]),
    closed_qty=_QTYS | st.just(0.0),
    realised_pnl=_MONEY,
    leaves_qty=_QTYS | st.just(0.0),
    order_qty=_QTYS | st.just(0.0),
    order_price=_LEVELS,
    order_type=st.sampled_from(["", "Market", "Limit"]),
    stop_order_type=st.sampled_from(["", "StopLoss"]),
    create_type=st.sampled_from(["", "CreateByUser"]),
    mark_price=_LEVELS,
    ts_ms=_INSTANTS,
    seq=st.integers(0, 10**15),
)


def pushed(topic: str, row: dict[str, Any]) -> Any:
    (event,) = decode_private(json.dumps({"topic": topic, "creationTime": 1, "data": [row]}))
    return event


def listed(row: dict[str, Any]) -> bytes:
    return json.dumps({"retCode": 0, "retMsg": "", "result": {"category": "linear", "list": [row]}, "time": 1}).encode()


@settings(max_examples=30)
@given(_ORDERS, st.booleans())
def test_orders(order: OrderReport, is_filled: bool) -> None:
    if is_filled:
        order = attrs.evolve(order, status="Filled", filled_qty=order.qty, filled_value=12.5, avg_price=27_000.12345678)
    # Two reports with NaN in them are never equal; their texts are.
    assert str(pushed("order", order_push(order, BTC))) == str(order)
    assert [str(row) for row in decode_orders(listed(order_row(order, BTC))).rows] == [str(order)]


@settings(max_examples=30)
@given(_EXECUTIONS)
def test_executions(execution: ExecutionReport) -> None:
    assert str(pushed("execution", execution_push(execution, BTC))) == str(execution)
    (row,) = decode_executions(listed(execution_row(execution, BTC))).rows
    assert str(row) == str(attrs.evolve(execution, realised_pnl=math.nan))
