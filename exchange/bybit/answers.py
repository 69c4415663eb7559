"""Answers about an account: its orders, executions, positions and money.

`decode_envelope` comes first: it says whether there is an answer at all. The other functions are for bodies whose code
is 0. All of them raise ProtocolError, and nothing else, for what they do not understand.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import attrs
import msgspec

from exchange.bybit.decimals import number, optional, whole
from exchange.bybit.execution_rows import ExecutionRow, execution_report
from exchange.bybit.order_rows import OrderRow, order_report
from exchange.bybit.position_rows import HedgePosition, PositionRow, position_report
from exchange.bybit.wallet_rows import WalletRow, wallet_report
from exchange.bybit.wire import CATEGORY, Page, Whole, decoded, named, side_of, understood
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport

_Result = TypeVar("_Result")
_Row = TypeVar("_Row")
_Report = TypeVar("_Report")


@attrs.frozen(kw_only=True)
class Envelope:
    """What every answer begins with. `code` 0 is success, and the only sign of it. `time_ms` is the venue's clock, 0
    where it does not say."""

    code: int
    message: str
    time_ms: int


@attrs.frozen(kw_only=True)
class ClosedPnl:
    """The result of a closing order, in USDT, with the fees of both ends taken off; they are NaN where the venue does
    not say them. `side` is that of the order."""

    symbol: str
    order_id: str
    side: int
    closed_qty: float
    entry_price: float
    exit_price: float
    pnl: float
    open_fee: float
    close_fee: float
    created_ms: int
    updated_ms: int


class Answer(msgspec.Struct, Generic[_Result], frozen=True, rename="camel", kw_only=True):
    """An answer whose result has a known shape."""

    ret_code: Whole
    result: _Result
    time: Whole = 0


class ListOf(msgspec.Struct, Generic[_Row], frozen=True, rename="camel", kw_only=True):
    """A result that is a page of rows, all of one category."""

    list: tuple[_Row, ...]
    category: str | None = None
    next_page_cursor: str | None = None


class _Head(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    ret_code: Whole
    ret_msg: str | None = None
    time: Whole = 0


class _ClosedRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    symbol: str
    order_id: str
    side: str
    closed_size: str
    avg_entry_price: str
    avg_exit_price: str
    closed_pnl: str
    created_time: str
    updated_time: str
    open_fee: str | None = None
    close_fee: str | None = None


_HEAD = msgspec.json.Decoder(_Head)
_ORDERS = msgspec.json.Decoder(Answer[ListOf[OrderRow]])
_EXECUTIONS = msgspec.json.Decoder(Answer[ListOf[ExecutionRow]])
_POSITIONS = msgspec.json.Decoder(Answer[ListOf[PositionRow]])
_CLOSED = msgspec.json.Decoder(Answer[ListOf[_ClosedRow]])
_WALLETS = msgspec.json.Decoder(Answer[ListOf[WalletRow]])


def decode_envelope(body: bytes) -> Envelope:
    """The code, message and time of an answer, whatever its result."""
    head = decoded(body, _HEAD.decode)
    return Envelope(code=head.ret_code, message=head.ret_msg or "", time_ms=head.time)


def decode_orders(body: bytes) -> Page[OrderReport]:
    """A page of orders, live or ended, newest first."""
    return page(body, _ORDERS.decode, order_report)


def decode_executions(body: bytes) -> Page[ExecutionReport]:
    """A page of executions of every type, newest first. The list has no results of trades: `realised_pnl` is NaN."""
    return page(body, _EXECUTIONS.decode, execution_report)


def decode_positions(body: bytes) -> Page[PositionReport | HedgePosition]:
    """A page of positions."""
    return page(body, _POSITIONS.decode, position_report)


def decode_closed_pnl(body: bytes) -> Page[ClosedPnl]:
    """A page of results of closing orders, newest first."""
    return page(body, _CLOSED.decode, _closed)


def decode_wallet(body: bytes) -> WalletReport:
    """The account's USDT; all of it is 0 if the venue lists other coins alone, for it leaves out those of 0."""
    with understood(body):
        answer = succeeded(_WALLETS.decode(body))
        if len(answer.result.list) != 1:
            raise ValueError(f"{len(answer.result.list)} accounts where one should be")
        report = wallet_report(answer.result.list[0], answer.time)
        return report or WalletReport(wallet=0.0, equity=0.0, available=0.0, updated_ms=answer.time)


def page(
    body: bytes, decode: Callable[[bytes], Answer[ListOf[_Row]]], report: Callable[[_Row], _Report]
) -> Page[_Report]:
    """The rows of a list in their order, each made into a report. A list of another category is not understood."""
    with understood(body):
        answer = succeeded(decode(body))
        result = answer.result
        if result.category not in (None, CATEGORY):
            raise ValueError(f"the list is of category {result.category!r}; asked for: {CATEGORY}")
        rows = _each(result.list, report)
        return Page(rows=rows, cursor=result.next_page_cursor or "", time_ms=answer.time)


def succeeded(answer: Answer[_Result]) -> Answer[_Result]:
    """The answer, which must be one of success: its result has the right shape by chance otherwise."""
    if answer.ret_code != 0:
        raise ValueError(f"the answer is a refusal, {answer.ret_code}")
    return answer


def _each(rows: Iterable[_Row], report: Callable[[_Row], _Report]) -> tuple[_Report, ...]:
    return tuple(report(row) for row in rows)


def _closed(row: _ClosedRow) -> ClosedPnl:
    return ClosedPnl(
        symbol=named(row.symbol, "symbol"),
        order_id=named(row.order_id, "orderId"),
        side=side_of(row.side),
        closed_qty=number(row.closed_size),
        entry_price=number(row.avg_entry_price),
        exit_price=number(row.avg_exit_price),
        pnl=number(row.closed_pnl),
        open_fee=optional(row.open_fee),
        close_fee=optional(row.close_fee),
        created_ms=whole(row.created_time),
        updated_ms=whole(row.updated_time),
    )
