"""Pushes of private topics: orders, executions, positions and money of an account in linear perpetuals.

Nothing private is ever sent as a snapshot: what happened while a connection was down must be asked for.
"""

from collections.abc import Callable, Mapping

import msgspec

from exchange.bybit.control_frames import Acknowledged, Pong, Push, decode_control
from exchange.bybit.execution_rows import ExecutionRow, FastRow, execution_report, fast_report
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.order_rows import OrderRow, order_report
from exchange.bybit.position_rows import HedgePosition, PositionRow, position_report
from exchange.bybit.wallet_rows import WalletRow, wallet_report
from exchange.bybit.wire import CATEGORY, Whole, understood
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport

PrivateEvent = (
    OrderReport | ExecutionReport | PositionReport | HedgePosition | WalletReport | UnknownTopic | Acknowledged | Pong
)


class _Frame(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    topic: str
    data: msgspec.Raw
    creation_time: Whole = 0


class _Category(msgspec.Struct, frozen=True, kw_only=True):
    category: str


_FRAME = msgspec.json.Decoder(_Frame)
_ROWS = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_CATEGORY = msgspec.json.Decoder(_Category)
_ORDER = msgspec.json.Decoder(OrderRow)
_EXECUTION = msgspec.json.Decoder(ExecutionRow)
_FAST = msgspec.json.Decoder(FastRow)
_POSITION = msgspec.json.Decoder(PositionRow)
_WALLETS = msgspec.json.Decoder(tuple[WalletRow, ...])


def decode_private(frame: bytes | str) -> list[PrivateEvent]:
    """What a frame of a private connection says, in its order. Rows of other categories than linear are passed over.

    Raises ProtocolError for what is not understood, even if it is one row of several.
    """
    control = decode_control(frame)
    if not isinstance(control, Push):
        return [control]
    decode = _TOPICS.get(_without_category(control.topic))
    if decode is None:
        return [UnknownTopic(topic=control.topic)]
    with understood(frame):
        return decode(_FRAME.decode(frame))


def _without_category(topic: str) -> str:
    """The topics of one category are called `order.linear` and the like."""
    return topic.removesuffix(f".{CATEGORY}")


def _orders(frame: _Frame) -> list[PrivateEvent]:
    return [order_report(_ORDER.decode(row)) for row in _linear_rows(frame)]


def _executions(frame: _Frame) -> list[PrivateEvent]:
    return [execution_report(_EXECUTION.decode(row)) for row in _linear_rows(frame)]


def _fast_executions(frame: _Frame) -> list[PrivateEvent]:
    return [fast_report(_FAST.decode(row)) for row in _linear_rows(frame)]


def _positions(frame: _Frame) -> list[PrivateEvent]:
    return [position_report(_POSITION.decode(row)) for row in _linear_rows(frame)]


def _wallets(frame: _Frame) -> list[PrivateEvent]:
    reports = [wallet_report(row, frame.creation_time) for row in _WALLETS.decode(frame.data)]
    return [report for report in reports if report is not None]


def _linear_rows(frame: _Frame) -> list[msgspec.Raw]:
    return [row for row in _ROWS.decode(frame.data) if _CATEGORY.decode(row).category == CATEGORY]


_TOPICS: Mapping[str, Callable[[_Frame], list[PrivateEvent]]] = {
    "order": _orders,
    "execution": _executions,
    "execution.fast": _fast_executions,
    "position": _positions,
    "wallet": _wallets,
}
