"""ExchangeAdapter: the seam between a gateway and the exchange at which it trades."""

from collections.abc import Sequence
from typing import Protocol

import trio

from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import Answer, ExecutionReport, OrderReport, PositionReport, Report, WalletReport


class ExchangeAdapter(Protocol):
    """One account at an exchange.

    Requests (`submit` to `set_leverage`) return an Answer and never raise for what the exchange or the network did.
    Reads raise VenueError when there is no answer: that is no evidence of anything. A request that is cancelled while
    it is under way has an unknown outcome.
    """

    @property
    def reports(self) -> trio.MemoryReceiveChannel[Report]:
        """What happens on the account, in the order in which the exchange tells it."""
        ...

    async def submit(self, symbol: str, order: NewOrder) -> Answer:
        """Send an order. Its `link_id` makes it one that can be looked up; it must never have been used before."""
        ...

    async def amend(self, symbol: str, name: OrderName, changes: Amendment) -> Answer:
        """Change a live order."""
        ...

    async def cancel(self, symbol: str, name: OrderName) -> Answer:
        """Cancel a live order."""
        ...

    async def cancel_all(self, symbol: str) -> Answer:
        """Cancel every order of a symbol, stops and targets included."""
        ...

    async def set_trading_stop(self, symbol: str, stop: TradingStop) -> Answer:
        """Set, move or take away levels of the open position. Levels that stand already count as accepted."""
        ...

    async def set_leverage(self, symbol: str, leverage: float) -> Answer:
        """Another leverage. The one that is set already counts as accepted."""
        ...

    async def position(self, symbol: str) -> PositionReport:
        """The position in a symbol."""
        ...

    async def wallet(self) -> WalletReport:
        """The account's money."""
        ...

    async def open_orders(self, symbol: str) -> Sequence[OrderReport]:
        """Every live order of a symbol, stops and targets included, oldest first."""
        ...

    async def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order, live or ended, as the exchange knows it; None if it has no such order."""
        ...

    async def executions(self, symbol: str, since_ms: int) -> Sequence[ExecutionReport]:
        """Every execution of a symbol from `since_ms` on, oldest first."""
        ...

    async def instrument(self, symbol: str) -> Instrument:
        """Filters, risk tiers and the account's fees for a symbol."""
        ...

    async def caught_up(self) -> None:
        """Return when every report that the exchange had sent before this call is in `reports`."""
        ...
