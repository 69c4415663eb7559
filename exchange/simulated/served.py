"""A simulated account that a venue serves: nobody decides for it but its clients, and it can be asked at any moment."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exchange.canonical import canonical_json
from exchange.simulated.books import drain
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.kernel import ARRIVE
from exchange.simulated.records import EQUITY, Records
from exchange.simulated.setup import Listing
from exchange.simulated.state import BOOKS, CLIENT, DESK, SEAT
from play_engine.errors import DataError, InternalError
from play_engine.market import Readings

# The parts of the books that are state, beside the desks.
_STATE = ("settings", "account", "tally")


class ServedExchange(SimulatedExchange):
    """An account without Plays.

    What is submitted for AT_ONCE_MS arrives with the next call of `arrive`, while the prices stand still; what is
    submitted for the clock's instant arrives at the next open, as what a Play decides does in a backtest.
    """

    def __init__(
        self,
        listings: Sequence[Listing],
        start_ms: int,
        *,
        deposit_usdt: float,
        last: Mapping[str, float],
        check: bool = False,
    ) -> None:
        """An account at `start_ms`, when the last price of each instrument was `last`."""
        super().__init__(listings, (), start_ms, deposit_usdt=deposit_usdt, check=check)
        for symbol, price in last.items():
            market = self._desk(symbol)["market"]
            market["last"] = market["mark"] = price

    @property
    def clock_ms(self) -> int:
        """The instant up to which the market has been played."""
        return int(self._books["account"]["clock_ms"])

    def arrive(self) -> Records:
        """Work off, at the present prices, everything that was submitted for AT_ONCE_MS; the rows that this made.

        Raises InternalError if a conservation identity breaks.
        """
        curve = np.zeros(1, dtype=EQUITY)
        self._run_empty(curve, errand=ARRIVE)
        return self._joined([drain(self._books)], curve[:0])

    def deposit(self, amount_usdt: float) -> Records:
        """Pay in, or out where negative; the rows that this made. An account that was bankrupt goes on."""
        self._books["account"]["transfer"] = amount_usdt
        return self.arrive()

    def set_margin_mode(self, mode: str) -> None:
        """Isolated or cross margin from now on. Raises InternalError while a position or an order is there."""
        symbols = [listing.instrument.symbol for listing in self._listings]
        if any(self.position(symbol).side or self.open_orders(symbol) for symbol in symbols):
            raise InternalError("the margin mode of an account cannot change while a position or an order is there")
        for settings in (self._books["settings"], *(self._desk(symbol)["settings"] for symbol in symbols)):
            settings["cross"] = mode == "cross"
        self._books["seats"][CLIENT]["settings"] = self._books["settings"]

    def snapshot(self) -> bytes:
        """The state of the account, to be given to `restore` of an account of the same setup."""
        texts = canonical_json(self._links)
        parts = [len(texts).to_bytes(8, "little"), texts, self._held.tobytes()]
        parts += [self._books[name].tobytes() for name in _STATE]
        parts.append(self._books["seats"][CLIENT].tobytes())
        for number, readings in enumerate(self._pending):
            parts += [len(readings).to_bytes(8, "little"), readings.ts.tobytes(), readings.values.tobytes()]
            parts.append(self._books["desks"][number].tobytes())
        return b"".join(parts)

    def restore(self, snapshot: bytes) -> None:
        """Go on where a snapshot was taken. Raises DataError for bytes that are none of an account like this."""
        rest = _Bytes(snapshot)
        links = json.loads(rest.take(rest.count()))
        held = np.frombuffer(rest.take(EQUITY.itemsize), dtype=EQUITY).copy()
        parts = {name: np.frombuffer(rest.take(BOOKS[name].itemsize), dtype=BOOKS[name]) for name in _STATE}
        client = np.frombuffer(rest.take(SEAT.itemsize), dtype=SEAT)
        pending: list[Readings] = []
        desks: list[Any] = []
        for _ in self._pending:
            count = rest.count()
            ts = np.frombuffer(rest.take(8 * count), dtype=np.int64)
            pending.append(Readings(ts=ts, values=np.frombuffer(rest.take(8 * count))))
            desks.append(np.frombuffer(rest.take(DESK.itemsize), dtype=DESK))
        rest.end()
        drain(self._books)
        self._links, self._held, self._pending = links, held, pending
        for name, record in parts.items():
            self._books[name] = record[0]
        self._books["seats"][CLIENT] = client[0]
        for number, record in enumerate(desks):
            self._books["desks"][number] = record[0]


class _Bytes:
    """Bytes that are read from the front."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next bytes. Raises DataError if there are fewer."""
        self._at += size
        if size < 0 or self._at > len(self._content):
            raise DataError(f"a snapshot of an account is cut at byte {len(self._content)}, or of another setup")
        return bytes(self._content[self._at - size : self._at])

    def count(self) -> int:
        """The next number."""
        return int.from_bytes(self.take(8), "little")

    def end(self) -> None:
        """Raise DataError if anything is left."""
        if self._at != len(self._content):
            raise DataError(f"a snapshot of an account goes on after byte {self._at}; it is of another setup")
