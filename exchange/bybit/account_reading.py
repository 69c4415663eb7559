"""What an account has, read over REST: position, money, orders, executions, and the instruments that it trades."""

from collections.abc import Callable
from typing import TypeVar

from exchange.bybit import queries
from exchange.bybit.answers import decode_executions, decode_orders, decode_positions, decode_wallet
from exchange.bybit.budgets import Priority
from exchange.bybit.errors import Refused, WrongAnswer
from exchange.bybit.instrument_answers import Fees, decode_fee_rates, decode_instruments, decode_tiers, instrument_of
from exchange.bybit.market_answers import decode_tickers
from exchange.bybit.position_rows import HedgePosition
from exchange.bybit.request import Request
from exchange.bybit.rest_session import BybitRest
from exchange.bybit.settings import BybitSettings
from exchange.bybit.wire import Page
from exchange.instruments import Instrument
from exchange.orders import OrderName
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport

_Row = TypeVar("_Row")
# The longest span that the venue answers for at once, and for how long it remembers.
_SPAN_MS, _KEPT_MS = 7 * 86_400_000, 730 * 86_400_000
# More pages than an account with 500 live orders, or a week of scalping, has.
_MOST_PAGES = 1_000
# What a demo account is told when it asks for its fees.
_NOT_FOR_DEMO = 10001


class AccountReading:
    """Reads of one account. All raise VenueError without an answer, which is no evidence of anything."""

    def __init__(self, rest: BybitRest, settings: BybitSettings) -> None:
        self._rest = rest
        self._settings = settings

    async def position(self, symbol: str) -> PositionReport:
        """The position in a symbol. Raises WrongAnswer for an account in hedge mode."""
        page = await self._rest.read(queries.position_list(symbol), decode_positions)
        for row in page.rows:
            if isinstance(row, HedgePosition):
                raise WrongAnswer(f"{symbol} is in hedge mode; switch the account to one-way mode")
            if row.symbol == symbol:
                return row
        raise WrongAnswer(f"the venue listed no position of {symbol}, not even a flat one")

    async def wallet(self) -> WalletReport:
        """The account's money."""
        return await self._rest.read(queries.wallet_balance(), decode_wallet)

    async def open_orders(self, symbol: str) -> list[OrderReport]:
        """Live orders of every kind, oldest first."""

        def ask(cursor: str) -> Request:
            return queries.open_orders(symbol, cursor)

        # A page that has moved on while it was turned shows an order twice.
        orders = {order.order_id: order for order in await self._pages(ask, decode_orders)}
        return list(orders.values())[::-1]

    async def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order as the venue knows it, live or ended; None if neither its book nor its history has it."""
        for ask in (queries.order_by_name, queries.old_order_by_name):
            page = await self._rest.read(ask(symbol, name), decode_orders)
            if page.rows:
                return page.rows[0]
        return None

    async def executions(self, symbol: str, since_ms: int) -> list[ExecutionReport]:
        """Every execution from `since_ms` on, oldest first, each once; of the last two years at most. Every week of the
        time takes a request of its own."""
        # Where the market stands, which is not the clock's time at a venue that replays one.
        now_ms = (await self._rest.read(queries.ticker(symbol), decode_tickers)).time_ms
        found: dict[str, ExecutionReport] = {}
        for from_ms in range(max(since_ms, now_ms - _KEPT_MS), now_ms + 1, _SPAN_MS):

            def ask(cursor: str, from_ms: int = from_ms) -> Request:
                return queries.executions(symbol, from_ms, from_ms + _SPAN_MS - 1, cursor)

            for execution in reversed(await self._pages(ask, decode_executions)):
                found.setdefault(execution.exec_id, execution)
        return sorted(found.values(), key=lambda execution: (execution.ts_ms, execution.seq))

    async def instrument(self, symbol: str) -> Instrument:
        """Filters, risk tiers and the account's fees; the settings' fees where an account may not ask for its own."""
        contracts = await self._rest.read(queries.instruments_info(symbol), decode_instruments, Priority.READ)
        listed = [contract for contract in contracts.rows if contract.symbol == symbol]
        if not listed:
            raise Refused(_NOT_FOR_DEMO, f"the venue lists no linear contract {symbol}")
        request = queries.risk_limit(symbol)
        tiers = await self._rest.read(request, lambda body: decode_tiers(body, symbol), Priority.READ)
        return instrument_of(listed[0], tiers, await self._fees(symbol), f"Bybit, {contracts.time_ms} ms")

    async def _fees(self, symbol: str) -> Fees:
        try:
            page = await self._rest.read(queries.fee_rate(symbol), decode_fee_rates, Priority.READ)
        except Refused as error:
            if error.code != _NOT_FOR_DEMO:
                raise
            return Fees(symbol=symbol, taker=self._settings.taker, maker=self._settings.maker)
        for fees in page.rows:
            if fees.symbol == symbol:
                return fees
        raise WrongAnswer(f"the venue listed no fees of {symbol}")

    async def _pages(self, ask: Callable[[str], Request], decode: Callable[[bytes], Page[_Row]]) -> list[_Row]:
        """The rows of all pages, in the venue's order."""
        rows: list[_Row] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = await self._rest.read(ask(cursor), decode)
            rows += page.rows
            if not page.cursor:
                return rows
            cursor = page.cursor
        raise WrongAnswer(f"{ask('')}: more than {_MOST_PAGES:,} pages")
