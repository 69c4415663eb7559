"""Cancelling all orders of an account whose last watched connection has gone (disconnect-cancel-all)."""

import math
from collections.abc import Mapping

import trio

from exchange.venue.accounts.account import VenueAccount
from exchange.venue.wire.connection import Connection

# Product → topic whose connections keep its orders alive.
PRODUCTS = {"DERIVATIVES": "dcp.future", "SPOT": "dcp.spot", "OPTIONS": "dcp.option"}
SHORTEST_S, LONGEST_S = 3, 300
_WATCHED = PRODUCTS["DERIVATIVES"]


class DisconnectCancel:
    """Windows by account and product, and the connections that are watched. Only derivatives are traded here."""

    def __init__(self) -> None:
        self._windows: dict[int, dict[str, int]] = {}
        self._watched: dict[int, set[Connection]] = {}
        self._due: dict[int, tuple[float, VenueAccount]] = {}
        self._changed = trio.Event()

    def set_window(self, uid: int, product: str, window_s: int) -> None:
        """Switch it on for an account and a product."""
        self._windows.setdefault(uid, {})[product] = window_s

    def windows(self, uid: int) -> Mapping[str, int]:
        """The products for which it is on, with their windows in seconds."""
        return self._windows.get(uid, {})

    def watch(self, topic: str, account: VenueAccount, connection: Connection) -> None:
        """A connection has subscribed: as long as it lives, nothing is cancelled."""
        if topic == _WATCHED:
            self._watched.setdefault(account.uid, set()).add(connection)
            self._due.pop(account.uid, None)

    def gone(self, account: VenueAccount, connection: Connection) -> None:
        """A connection has ended, or is watched no longer; with the last one the window begins."""
        watched = self._watched.get(account.uid, set())
        if connection not in watched:
            return
        watched.remove(connection)
        window_s = self.windows(account.uid).get("DERIVATIVES")
        if not watched and window_s is not None:
            self._due[account.uid] = (trio.current_time() + window_s, account)
            self._changed.set()

    def pending(self) -> list[int]:
        """The accounts whose orders will be cancelled unless somebody comes back."""
        return list(self._due)

    async def run(self) -> None:
        """Cancel what is due, for ever."""
        while True:
            next_at = min((at for at, _ in self._due.values()), default=math.inf)
            with trio.move_on_at(next_at):
                await self._changed.wait()
            self._changed = trio.Event()
            self._cancel_due()

    def _cancel_due(self) -> None:
        now = trio.current_time()
        for uid, (at, account) in list(self._due.items()):
            if at <= now:
                del self._due[uid]
                for symbol in account.instruments:
                    account.cancel_all(symbol, cancel_type="CancelByDCP")
