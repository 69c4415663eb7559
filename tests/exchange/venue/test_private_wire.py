"""What private frames hold: every key that recorded frames have, and our own client reads back what was said."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from exchange.bybit.private_frames import decode_private
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport
from exchange.venue.accounts.values import AccountDetails, PositionDetails
from exchange.venue.wire.executions import execution_push, execution_row, fast_execution_push
from exchange.venue.wire.orders import order_push, order_row
from exchange.venue.wire.positions import position_push, position_row
from exchange.venue.wire.wallet import wallet_row
from tests.exchange.venue.market_scene import instrument
from tests.feeds.bybit.recorded import recorded

BTC = instrument()
NAN = float("nan")
ORDER = OrderReport(
    symbol="BTCUSDT",
    order_id="f0468cbc-ed2f-4fd7-9620-998f3e9f387c",
    link_id="mine-1",
    side=1,
    type="Limit",
    tif="GTC",
    status="PartiallyFilled",
    qty=0.5,
    price=60000.1,
    stop_loss=59000.0,
    stop_by="Mark",
    tpsl_mode="Full",
    filled_qty=0.2,
    filled_value=12000.02,
    avg_price=60000.1,
    fees=6.60001234,
    create_type="CreateByUser",
    cancel_type="UNKNOWN",
    reject_reason="EC_NoError",
    created_ms=1_767_225_600_000,
    updated_ms=1_767_225_660_000,
)
EXECUTION = ExecutionReport(
    symbol="BTCUSDT",
    exec_id="0ab1bdf7-4219-438b-b30a-32ec863018f7",
    order_id=ORDER.order_id,
    link_id="mine-1",
    side=-1,
    price=95900.1,
    qty=0.5,
    value=47950.05,
    fee=26.3725275,
    fee_rate=0.00055,
    is_maker=False,
    exec_type="Trade",
    closed_qty=0.5,
    realised_pnl=0.05,
    leaves_qty=0.0,
    order_qty=0.5,
    order_type="Market",
    create_type="CreateByUser",
    mark_price=95901.4,
    ts_ms=1_767_225_600_000,
    seq=77,
)
POSITION = PositionReport(
    symbol="BTCUSDT",
    side=-1,
    qty=0.5,
    value=30000.0,
    entry_price=60000.0,
    leverage=10.0,
    margin=3018.15,
    liquidation=65671.6,
    mark=60500.0,
    unrealised_pnl=-250.0,
    realised_pnl=-16.5,
    stop_loss=61000.0,
    seq=78,
    updated_ms=1_767_225_600_000,
)
DETAILS = PositionDetails(
    report=POSITION,
    initial_margin=3018.15,
    maintenance_margin=166.1,
    extra=0.0,
    cumulative_pnl=-16.5,
    break_even=59900.25,
    trailing_activation=NAN,
    last=60500.0,
    risk_limit=2_000_000.0,
    created_ms=1_767_225_600_000,
    opened_ms=1_767_225_600_000,
)
WALLET = WalletReport(
    wallet=9983.5,
    equity=9733.5,
    available=6965.35,
    position_margin=3018.15,
    order_margin=0.0,
    unrealised_pnl=-250.0,
    updated_ms=1_767_225_600_000,
)
MONEY = AccountDetails(
    report=WALLET, margin_mode="isolated", initial_margin=3018.15, maintenance_margin=166.1, cumulative_pnl=-16.5
)


def read_back(topic: str, row: dict[str, Any]) -> Any:
    frame = {"id": "1", "topic": topic, "creationTime": 1_767_225_600_000, "data": [row]}
    (event,) = decode_private(json.dumps(frame))
    return event


def same(one: Any, other: Any) -> bool:
    """Equality that takes NaN for NaN."""
    return str(attrs.asdict(one)) == str(attrs.asdict(other))


def test_an_order_is_read_back() -> None:
    assert same(read_back("order", order_push(ORDER, BTC)), ORDER)
    child = attrs.evolve(
        ORDER,
        status="Untriggered",
        type="Market",
        price=NAN,
        stop_loss=NAN,
        stop_by="",
        filled_qty=0.0,
        filled_value=0.0,
        avg_price=NAN,
        fees=0.0,
        trigger=59000.5,
        trigger_direction=2,
        trigger_by="Last",
        stop_order_type="StopLoss",
        reduce_only=True,
        close_on_trigger=True,
    )
    assert same(read_back("order", order_push(child, BTC)), child)


def test_an_execution_is_read_back() -> None:
    assert same(read_back("execution", execution_push(EXECUTION, BTC)), EXECUTION)


def test_a_position_is_read_back() -> None:
    assert same(read_back("position", position_push(POSITION, DETAILS, BTC)), POSITION)


def test_a_wallet_is_read_back() -> None:
    assert same(read_back("wallet", wallet_row(WALLET, MONEY)), WALLET)


ROWS: dict[str, Callable[[], dict[str, Any]]] = {
    "ws_order_limit_new_recorded": lambda: order_push(ORDER, BTC),
    "ws_order_market_filled_recorded": lambda: order_push(ORDER, BTC),
    "ws_execution_linear_trade": lambda: execution_push(EXECUTION, BTC),
    "ws_execution_fast": lambda: fast_execution_push(EXECUTION, BTC),
    "ws_position_short": lambda: position_push(POSITION, DETAILS, BTC),
    "ws_position_flat_hedge": lambda: position_push(POSITION, DETAILS, BTC),
    "ws_wallet_recorded": lambda: wallet_row(WALLET, MONEY),
    "rest_order_realtime": lambda: order_row(ORDER, BTC),
    "rest_execution_list_linear": lambda: execution_row(EXECUTION, BTC),
    "rest_position_list_linear": lambda: position_row(DETAILS, BTC),
    "rest_wallet_balance": lambda: wallet_row(WALLET, MONEY),
}


@pytest.mark.parametrize("name", ROWS)
def test_every_key_of_a_recorded_row_is_there_with_its_type(name: str) -> None:
    payload = recorded(name)
    expected = payload["data"][0] if "data" in payload else payload["result"]["list"][0]
    assert differences(ROWS[name](), expected) == []


def differences(row: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Keys of `expected` that are not there, or of another type. The tax on fees is a list where there is one."""
    wrong = [key for key in expected if key not in row]
    shared = [key for key in expected if key in row and key != "extraFees"]
    wrong += [key for key in shared if type(row[key]) is not type(expected[key])]
    if "coin" in expected and isinstance(expected["coin"], list):
        wrong += differences(row["coin"][0], expected["coin"][0])
    return wrong


def test_a_flat_position_and_a_settlement() -> None:
    flat = attrs.evolve(POSITION, side=0, qty=0.0, value=0.0, entry_price=NAN, liquidation=NAN, margin=0.0)
    row = position_row(attrs.evolve(DETAILS, report=flat), BTC)
    assert (row["side"], row["size"], row["avgPrice"], row["liqPrice"]) == ("", "0", "0", "")
    settled = execution_row(attrs.evolve(EXECUTION, exec_type="Funding", order_type=""), BTC)
    assert (settled["feeCurrency"], settled["orderType"], settled["orderPrice"]) == ("", "UNKNOWN", "0")


def test_an_order_that_has_ended_leaves_nothing() -> None:
    row = order_row(attrs.evolve(ORDER, status="Cancelled"), BTC)
    assert (row["leavesQty"], row["leavesValue"], row["cumExecQty"]) == ("0", "0", "0.2")
