"""BybitAdapter: one account at Bybit, or at a venue that speaks like it, for a gateway.

async with open_bybit_adapter(DEMO, credentials, settings, symbols=["BTCUSDT"], now_ms=clock, rng=rng) as adapter:
    answer = await adapter.submit("BTCUSDT", order)
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Literal

import attrs
import numpy as np
import trio

from exchange.bybit import requests
from exchange.bybit.account_reading import AccountReading
from exchange.bybit.budgets import Budgets, Priority
from exchange.bybit.clock_keeping import keep_clock
from exchange.bybit.clock_offset import ClockReading
from exchange.bybit.control_frames import auth_frame
from exchange.bybit.errors import VenueError
from exchange.bybit.http import Http, open_http
from exchange.bybit.market_events import UnknownTopic
from exchange.bybit.position_rows import HedgePosition
from exchange.bybit.private_frames import decode_private
from exchange.bybit.request import Request
from exchange.bybit.rest_session import BybitRest
from exchange.bybit.settings import BybitEndpoints, BybitSettings
from exchange.bybit.signing import Credentials
from exchange.bybit.stream import BybitStream, StreamStatistics
from exchange.bybit.trade_socket import TradeSocket
from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import (
    Answer,
    ExecutionReport,
    FrameNotUnderstood,
    OrderReport,
    PositionReport,
    Report,
    StreamDown,
    StreamUp,
    WalletReport,
)
from play_engine.errors import DataError

# What orders are sent over: signed requests, or the socket for orders.
Route = Literal["rest", "socket"]

_TOPICS = ("order", "execution", "position", "wallet")
# Reports that nobody has taken yet. When they are this many the stream is no longer read, until somebody does.
_MOST_REPORTS = 65_536

PrivateReport = OrderReport | ExecutionReport | PositionReport | WalletReport | HedgePosition | UnknownTopic


@attrs.frozen(kw_only=True)
class AdapterStatistics:
    """How the connections of an account are. `trade` is None where orders go over REST; `requests_waiting` are in the
    queue, `reports_waiting` have not been taken."""

    private: StreamStatistics
    trade: StreamStatistics | None
    clock: ClockReading
    requests_waiting: int
    reports_waiting: int


class BybitAdapter:
    """An ExchangeAdapter. Position mode is one-way, contracts are linear and settle in USDT."""

    def __init__(
        self,
        http: Http,
        endpoints: BybitEndpoints,
        credentials: Credentials,
        settings: BybitSettings,
        now_ms: Callable[[], int],
        rng: np.random.Generator,
    ) -> None:
        self._budgets = Budgets(settings)
        self._rest = BybitRest(http, credentials, settings, self._budgets, now_ms)
        self._reading = AccountReading(self._rest, settings)
        self._clock_every_s = settings.clock_every_s
        self._instruments: dict[str, Instrument] = {}
        self._sender, self._reports = trio.open_memory_channel[Report](_MOST_REPORTS)
        private_rng, trade_rng = rng.spawn(2)
        self._private: BybitStream[PrivateReport] = BybitStream(
            endpoints.private_ws_url,
            settings,
            private_rng,
            decode=decode_private,
            deliver=self._take,
            topics=_TOPICS,
            sign_in=lambda: auth_frame(credentials, self._rest.clock.now_ms() + settings.recv_window_ms),
        )
        self._trade: TradeSocket | None = None
        if endpoints.trade_ws_url is not None:
            self._trade = TradeSocket(
                endpoints.trade_ws_url, credentials, settings, trade_rng, self._rest.clock, self._budgets
            )

    async def start(self, symbols: Iterable[str], nursery: trio.Nursery) -> None:
        """Measure the clock, read the instruments, and open the connections, which live in `nursery`.

        Raises VenueError if the venue does not answer, or refuses to sign us in; then nothing has been started that
        does not end with the nursery.
        """
        await self._rest.clock.measure()
        for symbol in symbols:
            await self.instrument(symbol)
        nursery.start_soon(self._private.run)
        nursery.start_soon(keep_clock, self._rest.clock, self._clock_every_s, self._reconnect)
        if self._trade is not None:
            nursery.start_soon(self._trade.run)
            await self._trade.wait_first_try()
        await self._private.wait_first_try()

    @property
    def reports(self) -> trio.MemoryReceiveChannel[Report]:
        """What happens on the account, in the order in which the venue tells it."""
        return self._reports

    async def submit(self, symbol: str, order: NewOrder) -> Answer:
        """Send an order. Raises ValueError for a symbol whose instrument has not been read, and for a trailing stop,
        which is one of the position."""
        reduces = order.reduce_only or order.close_on_trigger
        request = requests.create_order(self._known(symbol), order)
        return await self._act(request, Priority.EXIT if reduces else Priority.ENTRY, symbol)

    async def amend(self, symbol: str, name: OrderName, changes: Amendment) -> Answer:
        """Change a live order."""
        return await self._act(requests.amend_order(self._known(symbol), name, changes), Priority.AMEND)

    async def cancel(self, symbol: str, name: OrderName) -> Answer:
        """Cancel a live order."""
        return await self._act(requests.cancel_order(symbol, name), Priority.CANCEL)

    async def cancel_all(self, symbol: str) -> Answer:
        """Cancel every order of a symbol, stops and targets included."""
        return await self._act(requests.cancel_all(symbol), Priority.CANCEL)

    async def set_trading_stop(self, symbol: str, stop: TradingStop) -> Answer:
        """Set, move or take away levels of the open position."""
        return await self._act(requests.trading_stop(self._known(symbol), stop), Priority.STOP)

    async def set_leverage(self, symbol: str, leverage: float) -> Answer:
        """Another leverage."""
        return await self._act(requests.set_leverage(symbol, leverage), Priority.READ)

    async def position(self, symbol: str) -> PositionReport:
        """The position in a symbol."""
        return await self._reading.position(symbol)

    async def wallet(self) -> WalletReport:
        """The account's money."""
        return await self._reading.wallet()

    async def open_orders(self, symbol: str) -> Sequence[OrderReport]:
        """Every live order of a symbol, oldest first."""
        return await self._reading.open_orders(symbol)

    async def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order, live or ended; None if the venue has no such order."""
        return await self._reading.find_order(symbol, name)

    async def executions(self, symbol: str, since_ms: int) -> Sequence[ExecutionReport]:
        """Every execution of a symbol from `since_ms` on, oldest first."""
        return await self._reading.executions(symbol, since_ms)

    async def instrument(self, symbol: str) -> Instrument:
        """Filters, risk tiers and fees, read anew; orders are written by them from now on."""
        self._instruments[symbol] = await self._reading.instrument(symbol)
        return self._instruments[symbol]

    async def caught_up(self) -> None:
        """Return when every report that the venue had sent before is in `reports`: frames and the answer to a ping come
        in order. Raises Down when that cannot be known."""
        await self._private.caught_up()

    def statistics(self) -> AdapterStatistics:
        """How the connections are now."""
        return AdapterStatistics(
            private=self._private.statistics(),
            trade=None if self._trade is None else self._trade.statistics(),
            clock=self._rest.clock.reading(),
            requests_waiting=self._budgets.waiting(),
            reports_waiting=self._reports.statistics().current_buffer_used,
        )

    def _known(self, symbol: str) -> Instrument:
        if symbol not in self._instruments:
            raise ValueError(f"{symbol} was not among the symbols that the adapter was opened for; read its instrument")
        return self._instruments[symbol]

    async def _act(self, request: Request, priority: Priority, symbol: str = "") -> Answer:
        if self._trade is not None and self._trade.can_send(request):
            answer = await self._trade.act(request, priority, symbol)
            if answer is not None:
                return answer
        return await self._rest.act(request, priority, symbol)

    async def _take(self, item: PrivateReport | StreamUp | StreamDown | FrameNotUnderstood) -> None:
        if isinstance(item, HedgePosition):
            text = f"a leg of {item.position.symbol} in hedge mode; the account must be in one-way mode"
            await self._sender.send(FrameNotUnderstood(frame=b"", error=text))
        elif not isinstance(item, UnknownTopic):
            await self._sender.send(item)

    def _reconnect(self, reason: str) -> None:
        """What stands open after a sleep of the machine cannot be trusted."""
        self._private.reconnect(reason)
        if self._trade is not None:
            self._trade.reconnect(reason)


@asynccontextmanager
async def open_bybit_adapter(
    endpoints: BybitEndpoints,
    credentials: Credentials,
    settings: BybitSettings,
    *,
    symbols: Iterable[str],
    now_ms: Callable[[], int],
    rng: np.random.Generator,
    orders_over: Route = "rest",
) -> AsyncGenerator[BybitAdapter]:
    """An adapter with its connections, closed at the end. `now_ms` is the machine's clock.

    Orders go over REST, or over the trade socket while that is up and over REST when it is not. The first report is
    StreamUp. Raises VenueError if the venue does not answer or refuses the key; DataError for `socket` where the venue
    has none.
    """
    if orders_over == "socket" and endpoints.trade_ws_url is None:
        raise DataError("orders_over 'socket': this environment has no socket for orders; use 'rest'")
    if orders_over == "rest":
        endpoints = attrs.evolve(endpoints, trade_ws_url=None)
    failure: VenueError | None = None
    async with open_http(endpoints.rest_url, settings.connections) as http, trio.open_nursery() as nursery:
        adapter = BybitAdapter(http, endpoints, credentials, settings, now_ms, rng)
        try:
            await adapter.start(symbols, nursery)
        except VenueError as error:
            failure = error
        else:
            yield adapter
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure
