"""VenueAccount: one client's account at the local venue, typed and without any wire."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.reports import Accepted, Gone, OrderReport, Rejected, Report
from exchange.simulated import codes
from exchange.simulated.records import Records
from exchange.simulated.served import ServedExchange
from exchange.simulated.setup import Listing
from exchange.simulated.state import AT_ONCE_MS, MOST_LIVE
from exchange.venue.accounts.checks import wrong_amendment, wrong_leverage, wrong_order, wrong_stop
from exchange.venue.accounts.setup import charged
from exchange.venue.accounts.state import read_state, write_state
from exchange.venue.accounts.stops import moved_by, stands
from exchange.venue.accounts.view import AccountView
from exchange.venue.accounts.words import (
    BAD_PARAMETER,
    CANNOT_SWITCH_MODE,
    NOT_FOUND,
    NOT_MODIFIED_MARGIN,
    NOT_MODIFIED_MODE,
    NOT_MODIFIED_STOPS,
    refusal,
)
from play_engine.market import MarketSlice

_GONE = Gone(code=NOT_FOUND, message="Order not exists or too late to replace")
_AMENDED_BELOW_FILLED, _NO_POSITION_FOR_MARGIN, _IN_CROSS_MARGIN, _TOO_MUCH_TAKEN = 110064, 110033, 110015, 110078
# Amounts of margin have at most this many decimals.
_MARGIN_DECIMALS = 4


class VenueAccount(AccountView):
    """Orders, positions and money of one client, played by the simulator.

    Requests are answered at once, with the venue's codes, and what follows from them is published before they return;
    what the market does to the account is published by `advance`. An order goes in `at_once` while the venue's clock
    runs: it meets the present last price, and every refusal is its answer. While the clock stands and waits for clients
    it does not: the order is checked by itself and acknowledged, and arrives at the next open, as in a backtest; but a
    limit that only reduces and does not cross stands from now on. Nothing here reads a clock or waits.
    """

    def __init__(
        self,
        uid: int,
        listings: Sequence[Listing],
        start_ms: int,
        *,
        deposit_usdt: float,
        last: Mapping[str, float],
        publish: Callable[[Report], None] | None = None,
    ) -> None:
        """An account at `start_ms` (market time), when the last price of each symbol was `last`; while that of a symbol
        is not known, its orders wait for the first open. `listing_of` makes usual listings."""
        instruments = {listing.instrument.symbol: charged(listing) for listing in listings}
        exchange = ServedExchange(listings, start_ms, deposit_usdt=deposit_usdt, last=last)
        super().__init__(uid, instruments, exchange, listings[0].settings.margin_mode)
        self._reports.tell(self._exchange.arrive())
        if publish is not None:
            self.listen(publish)

    def listen(self, publish: Callable[[Report], None]) -> None:
        """Call `publish` with every report from now on."""
        self._reports.listeners.append(publish)

    def mute(self, publish: Callable[[Report], None]) -> None:
        """Call it no more."""
        self._reports.listeners.remove(publish)

    def advance(self, market: Mapping[str, MarketSlice]) -> None:
        """Play a step of the market: a slice of each symbol, possibly without bars, all up to the same instant.

        A bankrupt account stands still until money is paid in.
        """
        if not self._exchange.stopped:
            self._reports.tell(self._exchange.advance(market, ()))

    def submit(self, symbol: str, order: NewOrder, *, at_once: bool) -> Accepted | Rejected:
        """Take an order in, or refuse it with the venue's code; then there is no such order."""
        held = self._exchange.position(symbol)
        reducible = held.qty if held.side == -order.side else 0.0
        refused = wrong_order(order, self._instruments[symbol], last=held.last, held_qty=reducible)
        if refused is None and order.link_id in self._reports.links:
            refused = refusal("DUPLICATE_LINK_ID")
        if refused is None and len(self.open_orders(symbol)) >= MOST_LIVE:
            refused = refusal("TOO_MANY_ORDERS")
        if refused is not None:
            return refused
        if order.qty == 0.0 and not order.trigger_direction:
            if not reducible:
                return refusal("REDUCE_ONLY_NO_POSITION")
            order = attrs.evolve(order, qty=reducible)
        stands = bool(reducible) and _only_rests(order) and order.side * (order.price - held.last) <= 0.0
        if held.last > 0.0 and (at_once or stands):
            return self._arrive(symbol, order)
        number = self._exchange.submit(symbol, order, self._exchange.clock_ms)
        return self._accepted(self._reports.expect(symbol, number, order))

    def amend(self, symbol: str, name: OrderName, changes: Amendment) -> Accepted | Rejected | Gone:
        """Change a live order."""
        number = self._reports.number_of(symbol, name)
        if not number:
            return _GONE
        order = self._reports.seen[number].report
        refused = wrong_amendment(changes, self._instruments[symbol])
        if refused is not None:
            return refused
        if order.stop_order_type in ("StopLoss", "TakeProfit"):
            return self._move_child(symbol, order, changes)
        given = {name: value for name, value in attrs.asdict(changes).items() if value == value}
        reason = self._ask(self._exchange.amend(symbol, number, AT_ONCE_MS, **given))
        if reason == "ORDER_NOT_LIVE":
            return _GONE
        if reason == "QTY_TOO_SMALL" and changes.qty <= order.filled_qty:
            return Rejected(code=_AMENDED_BELOW_FILLED, message="The amended quantity is not above the filled one")
        return refusal(reason, falls=order.trigger_direction == _FALLS) if reason else self._accepted(order)

    def cancel(self, symbol: str, name: OrderName) -> Accepted | Gone:
        """Cancel a live order, also one that is still on its way."""
        number = self._reports.number_of(symbol, name)
        if not number:
            return _GONE
        order = self._reports.seen[number].report
        return _GONE if self._ask(self._exchange.cancel(symbol, number, AT_ONCE_MS)) else self._accepted(order)

    def cancel_all(
        self,
        symbol: str,
        *,
        keep: Callable[[OrderReport], bool] | None = None,
        cancel_type: str = "CancelByUser",
    ) -> list[OrderReport]:
        """Cancel every live order of a symbol, stops and targets included, but those of which `keep` is true; how they
        ended. `cancel_type` says in their reports who has done it."""
        over: list[OrderReport] = []
        for order in self.open_orders(symbol):
            number = self._reports.number_of(symbol, OrderName(order_id=order.order_id))
            if number and not (keep is not None and keep(order)):
                self._exchange.cancel(symbol, number, AT_ONCE_MS)
                over += self._reports.tell(self._exchange.arrive(), cancel_type=cancel_type)
        return over

    def set_trading_stop(self, symbol: str, stop: TradingStop) -> Accepted | Rejected:
        """Set, move or take away levels of the open position; refused with 34040 if they stand already."""
        refused = wrong_stop(stop, self._instruments[symbol])
        if refused is not None:
            return refused
        held = self._exchange.position(symbol)
        if held.side and stands(stop, self.open_orders(symbol), held):
            return Rejected(code=NOT_MODIFIED_STOPS, message="not modified")
        reason = self._ask(self._exchange.set_trading_stop(symbol, AT_ONCE_MS, **attrs.asdict(stop)))
        return refusal(reason) if reason else Accepted()

    def set_leverage(self, symbol: str, leverage: float) -> Accepted | Rejected:
        """Another leverage, also for an open position; refused with 110043 if it is set already."""
        refused = wrong_leverage(leverage, self._instruments[symbol])
        if refused is not None:
            return refused
        reason = self._ask(self._exchange.set_leverage(symbol, leverage, AT_ONCE_MS))
        if reason:
            return refusal(reason)
        self._reports.publish(self.position(symbol))
        return Accepted()

    def add_margin(self, symbol: str, amount_usdt: float) -> Accepted | Rejected:
        """Put margin into the bucket of the position, or take it out of it (negative)."""
        if round(amount_usdt, _MARGIN_DECIMALS) != amount_usdt:
            return Rejected(code=BAD_PARAMETER, message=f"margin has more than {_MARGIN_DECIMALS} decimals")
        if amount_usdt == 0.0:
            return Rejected(code=NOT_MODIFIED_MARGIN, message="Margin is unchanged")
        reason = self._ask(self._exchange.add_margin(symbol, amount_usdt, AT_ONCE_MS))
        if reason in _MARGIN_REFUSALS:
            return _MARGIN_REFUSALS[reason]
        if reason:
            return refusal(reason)
        self._reports.publish(self.position(symbol))
        return Accepted()

    def set_margin_mode(self, mode: str) -> Accepted | Rejected:
        """`isolated` or `cross` for the whole account; only while it has neither positions nor orders."""
        if mode == self._margin_mode:
            return Rejected(code=NOT_MODIFIED_MODE, message="Margin mode is not modified")
        if mode not in ("isolated", "cross"):
            return Rejected(code=BAD_PARAMETER, message=f"margin mode {mode!r} is not supported")
        if self.open_orders() or any(at.side for at in self.positions()):
            return Rejected(code=CANNOT_SWITCH_MODE, message="Set margin mode failed: there are positions or orders")
        self._exchange.set_margin_mode(mode)
        self._margin_mode = mode
        return Accepted()

    def apply_money(self, amount_usdt: float) -> Accepted | Rejected:
        """Pay in, or out where negative, at most what is available."""
        if amount_usdt == 0.0 or -amount_usdt > self.wallet().available:
            return Rejected(code=BAD_PARAMETER, message=f"an amount of {amount_usdt:g} USDT cannot be moved")
        self._reports.tell(self._exchange.deposit(amount_usdt))
        return Accepted()

    def snapshot(self) -> bytes:
        """Everything that the account is and remembers."""
        return write_state(self._exchange, self._reports, self._margin_mode)

    def restore(self, snapshot: bytes) -> None:
        """Go on where a snapshot was taken of an account with the same uid and instruments. Listeners stay.

        Raises DataError for bytes that are none of such an account.
        """
        self._margin_mode = read_state(snapshot, self._exchange, self._reports)

    def _arrive(self, symbol: str, order: NewOrder) -> Accepted | Rejected:
        """The order is at the exchange at once; what is rejected there has never been."""
        number = self._exchange.submit(symbol, order, AT_ONCE_MS)
        report = self._reports.expect(symbol, number, order)
        records = self._exchange.arrive()
        rejected = _rejection(records, number)
        if rejected:
            self._reports.forget(number)
            return refusal(rejected, falls=order.trigger_direction == _FALLS, reduce_only=order.reduce_only)
        self._reports.tell(records)
        return self._accepted(report)

    def _accepted(self, order: OrderReport) -> Accepted:
        return Accepted(order_id=order.order_id, link_id=order.link_id)

    def _ask(self, request: int) -> str:
        """Carry a request out at once; the simulator's reason if it refuses it."""
        records = self._exchange.arrive()
        self._reports.tell(records)
        answer = records.answers[records.answers["request_id"] == request][0]
        return codes.ORDER_REASONS.get(int(answer["reason"]), "")

    def _move_child(self, symbol: str, order: OrderReport, changes: Amendment) -> Accepted | Rejected:
        """A stop or target of the whole position is moved by its order."""
        stop = moved_by(order, changes)
        if stop is None:
            return refusal("UNSUPPORTED")
        answer = self.set_trading_stop(symbol, stop)
        return answer if isinstance(answer, Rejected) else self._accepted(order)


_FALLS = 2
_MARGIN_REFUSALS: Mapping[str, Rejected] = {
    "NO_POSITION": Rejected(code=_NO_POSITION_FOR_MARGIN, message="Can not set margin without position"),
    "UNSUPPORTED": Rejected(code=_IN_CROSS_MARGIN, message="The position is in cross margin"),
    "WOULD_LIQUIDATE": Rejected(code=_TOO_MUCH_TAKEN, message="More margin than was added cannot be taken out"),
}


def _only_rests(order: NewOrder) -> bool:
    """Whether the order is a limit that can only reduce, good till cancelled."""
    return order.reduce_only and order.type == "Limit" and order.tif == "GTC" and not order.trigger_direction


def _rejection(records: Records, number: int) -> str:
    """The simulator's reason for which it has rejected the order of this number; empty if it has not."""
    rows: Any = records.orders
    found = rows[(rows["order_id"] == number) & (rows["status"] == codes.REJECTED)]
    return codes.ORDER_REASONS[int(found[0]["reason"])] if len(found) else ""
