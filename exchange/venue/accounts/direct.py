"""DirectAdapter: an account at the local venue without a wire in between, for sessions in one process and for tests."""

from collections.abc import Callable, Sequence

import trio

from exchange.bybit.errors import Refused
from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import (
    Accepted,
    Answer,
    ExecutionReport,
    OrderReport,
    PositionReport,
    Rejected,
    Report,
    WalletReport,
)
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.accounts.words import BAD_PARAMETER, NOT_MODIFIED_CODES

# Reports that wait to be taken. One minute makes a few dozen; whoever lets so many pile up does not read any more.
MOST_REPORTS = 65_536


class DirectAdapter:
    """An ExchangeAdapter over a VenueAccount in the same process.

    `at_once` says whether the venue's clock runs; while it stands, orders arrive at the next open. Reports wait in a
    channel with room for `most_reports`: a reader who lets it overflow finds it closed, like a slow reader of a socket.
    No request is ever lost, so there is no unknown outcome.
    """

    def __init__(
        self, account: VenueAccount, *, at_once: Callable[[], bool] = lambda: True, most_reports: int = MOST_REPORTS
    ) -> None:
        self._account, self._at_once = account, at_once
        self._send, self._reports = trio.open_memory_channel[Report](most_reports)
        account.listen(self._publish)

    @property
    def reports(self) -> trio.MemoryReceiveChannel[Report]:
        """What happens on the account, in order."""
        return self._reports

    async def submit(self, symbol: str, order: NewOrder) -> Answer:
        """Send an order."""
        await trio.lowlevel.checkpoint()
        if symbol not in self._account.instruments:
            return _unknown_symbol(symbol)
        return self._account.submit(symbol, order, at_once=self._at_once())

    async def amend(self, symbol: str, name: OrderName, changes: Amendment) -> Answer:
        """Change a live order."""
        await trio.lowlevel.checkpoint()
        return self._account.amend(symbol, name, changes)

    async def cancel(self, symbol: str, name: OrderName) -> Answer:
        """Cancel a live order."""
        await trio.lowlevel.checkpoint()
        return self._account.cancel(symbol, name)

    async def cancel_all(self, symbol: str) -> Answer:
        """Cancel every order of a symbol, stops and targets included."""
        await trio.lowlevel.checkpoint()
        if symbol not in self._account.instruments:
            return _unknown_symbol(symbol)
        self._account.cancel_all(symbol)
        return Accepted()

    async def set_trading_stop(self, symbol: str, stop: TradingStop) -> Answer:
        """Set, move or take away levels of the open position."""
        await trio.lowlevel.checkpoint()
        if symbol not in self._account.instruments:
            return _unknown_symbol(symbol)
        return _as_wanted(self._account.set_trading_stop(symbol, stop))

    async def set_leverage(self, symbol: str, leverage: float) -> Answer:
        """Another leverage."""
        await trio.lowlevel.checkpoint()
        if symbol not in self._account.instruments:
            return _unknown_symbol(symbol)
        return _as_wanted(self._account.set_leverage(symbol, leverage))

    async def position(self, symbol: str) -> PositionReport:
        """The position in a symbol. Raises Refused for one that is not traded here, as all reads do."""
        await self._check(symbol)
        return self._account.position(symbol)

    async def wallet(self) -> WalletReport:
        """The account's money."""
        await trio.lowlevel.checkpoint()
        return self._account.wallet()

    async def open_orders(self, symbol: str) -> Sequence[OrderReport]:
        """Every live order of a symbol, oldest first."""
        await self._check(symbol)
        return self._account.open_orders(symbol)

    async def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order, live or ended."""
        await self._check(symbol)
        return self._account.find_order(symbol, name)

    async def executions(self, symbol: str, since_ms: int) -> Sequence[ExecutionReport]:
        """Every execution of a symbol from `since_ms` on, oldest first."""
        await self._check(symbol)
        return self._account.executions(symbol, since_ms)

    async def instrument(self, symbol: str) -> Instrument:
        """What can be traded, and at what fees."""
        await self._check(symbol)
        return self._account.instruments[symbol]

    async def caught_up(self) -> None:
        """Reports are in the channel as soon as they are made."""
        await trio.lowlevel.checkpoint()

    def close(self) -> None:
        """Listen no more; what has been reported can still be read."""
        self._account.mute(self._publish)
        self._send.close()

    def _publish(self, report: Report) -> None:
        try:
            self._send.send_nowait(report)
        except (trio.WouldBlock, trio.BrokenResourceError):
            self.close()

    async def _check(self, symbol: str) -> None:
        await trio.lowlevel.checkpoint()
        if symbol not in self._account.instruments:
            traded = ", ".join(self._account.instruments)
            raise Refused(BAD_PARAMETER, f"{symbol} is not traded at this venue; there are {traded}")


def _as_wanted(answer: Accepted | Rejected) -> Accepted | Rejected:
    """What stands already as it was asked for counts as accepted."""
    return Accepted() if isinstance(answer, Rejected) and answer.code in NOT_MODIFIED_CODES else answer


def _unknown_symbol(symbol: str) -> Rejected:
    return Rejected(code=BAD_PARAMETER, message=f"params error: symbol {symbol} is not traded here")
