"""A simulated account that market data, decisions and orders go into and rows come out of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exchange.canonical import canonical_json
from exchange.grid import step_ratio
from exchange.orders import NewOrder
from exchange.policy import REFUSALS
from exchange.simulated import kernel
from exchange.simulated.books import drain, live_notes, new_books, rows_of, state_bytes
from exchange.simulated.client import (
    Balances,
    Position,
    balances_of,
    live_orders,
    position_of,
    write_order,
    write_request,
)
from exchange.simulated.codes import EXIT_END_OF_DATA, EXIT_HALTED, STOP_BANKRUPT, STOP_REASONS
from exchange.simulated.feeding import fundings_of, instants_of, minutes_of, trailing_atr
from exchange.simulated.identities import IDENTITIES
from exchange.simulated.market import count_off_grid
from exchange.simulated.notes import Notebook
from exchange.simulated.records import EQUITY, Records, Rows
from exchange.simulated.setup import Listing, Seat, check_setup
from exchange.simulated.state import (
    DRAIN_ROWS,
    REQUEST_AMEND,
    REQUEST_CANCEL,
    REQUEST_CANCEL_ALL,
    REQUEST_LEVERAGE,
    REQUEST_MARGIN,
    REQUEST_STOPS,
    TALLY,
)
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.market import NO_READINGS, MarketSlice, Readings

_NAN = float("nan")
# What ends a run from outside stands above what had halted its entries before.
_OVERRULING = ("halted", "failed")


class SimulatedExchange:
    """One account of USDT with a position at most in each of its instruments, in isolated or cross margin.

    Feed it the market and the decisions that belong to it with `advance`, then call `finish` once. A client's orders
    and requests may be put in at any time, for any later arrival. The newest equity point is held back until the next
    one exists, because the closing cash of a run is part of its last point. So the rows of all calls, put together, are
    the tables of the run, and they do not depend on how the minutes were cut.
    """

    def __init__(
        self,
        listings: Sequence[Listing],
        seats: Sequence[Seat],
        start_ms: int,
        *,
        deposit_usdt: float | None = None,
        always_walk: bool = False,
        check: bool = False,
        drain_rows: int = DRAIN_ROWS,
    ) -> None:
        """An account for these Plays, with the sum of their capitals unless `deposit_usdt` says otherwise.

        An instrument's id is its index in `listings`, a Play's code its index in `seats`. `always_walk` plays also
        those minutes in full in which nothing can happen, to the same result. `check` looks at all identities after
        each event. `drain_rows` bounds the rows that the compiled loop keeps. Raises InternalError for listings and
        seats that do not fit together, ValueError for too many of them.
        """
        check_setup(listings, seats)
        self._listings, self._seats = tuple(listings), tuple(seats)
        self._desk_of = {listing.instrument.symbol: number for number, listing in enumerate(listings)}
        self._always_walk = always_walk
        deposit = sum(seat.settings.capital_usdt for seat in seats) if deposit_usdt is None else deposit_usdt
        self._books = new_books(listings, seats, start_ms=start_ms, deposit_usdt=deposit, drain_rows=drain_rows)
        self._books["checks"] = check
        self._finished_as = ""
        self._links: dict[str, int] = {}
        self._pays_funding = listings[0].settings.funding == "on"
        self._pending = [NO_READINGS] * len(listings)
        self._notebook = Notebook([seat.play for seat in seats])
        # The newest equity point, in the form in which the loop goes on with it.
        self._held = np.zeros(1, dtype=EQUITY)
        self._run_empty(self._held)

    @property
    def stopped(self) -> bool:
        """Whether the run has ended early: every later bar is ignored, and `finish` is due."""
        return bool(self._books["account"]["stopped"])

    @property
    def stop_reason(self) -> str:
        """Why the run ended: what `finish` was told if that was `halted` or `failed`, else the reason of the last halt,
        else what `finish` was told; empty while the run goes on freely."""
        if self._finished_as in _OVERRULING:
            return self._finished_as
        return STOP_REASONS.get(int(self._books["account"]["stop_reason"]), self._finished_as)

    @property
    def stop_ms(self) -> int:
        """The instant at which the run stopped early or was finished; 0 while it goes on."""
        return int(self._books["account"]["stop_ms"])

    def advance(self, market: Mapping[str, MarketSlice], intents: Sequence[IntentBatch]) -> Records:
        """Play a stretch of the market with the decisions that fall into it, and return the rows that this made.

        `market` has a slice of each instrument, all up to the same instant; `intents` has a batch of each Play with
        every instant T up to there that has not been passed yet, and none after it. What comes after an early stop is
        ignored. Raises DataError for bars that cannot be, and InternalError if bars or instants do not follow on what
        was passed, or if a conservation identity breaks.
        """
        if self._finished_as:
            raise InternalError(f"the run was finished as {self._finished_as!r}; it takes no more bars")
        slices = [market[listing.instrument.symbol] for listing in self._listings]
        self._check_follows(slices, intents)
        minutes = minutes_of(slices)
        fundings = fundings_of(self._take_fundings(slices))
        instants = instants_of(intents, self._trailing_atr(slices, intents))
        cursors = self._cursors(minutes, fundings, instants)
        curve = self._curve(sum(len(batch) for batch in intents))
        pieces: list[dict[str, bytes]] = []
        status = kernel.OUT_FULL
        while status == kernel.OUT_FULL:
            status = self._run(curve, minutes, fundings, instants, cursors)
            pieces.append(drain(self._books))
            self._notebook.write(rows_of(pieces[-1:], "notes"), intents)
        self._count_off_grid(minutes, cursors)
        self._keep_fundings(fundings, cursors)
        points = int(self._books["used"]["equity"])
        self._held = curve[points - 1 : points].copy()
        self._books["used"]["equity"] = 1
        return self._joined(pieces, curve[: points - 1])

    def finish(self, stop_reason: str = "completed") -> Records:
        """End the run, and return its last rows: orders ended, positions closed at market, last equity point.

        `stop_reason` is one of the names of STOP_REASONS. A `failed` run closes nothing. Raises InternalError when
        called again, for an unknown reason, or if a conservation identity breaks; then the run can still finish as
        `failed`.
        """
        if self._finished_as or stop_reason not in STOP_REASONS.values():
            done = f"finished as {self._finished_as!r}" if self._finished_as else "running"
            raise InternalError(f"cannot finish a run as {stop_reason!r}: it is {done}")
        account = self._books["account"]
        account["stop_ms"] = account["clock_ms"]
        failed = stop_reason == "failed"
        rows = self._joined([drain(self._books)], self._held) if failed else self._close_out(stop_reason)
        self._finished_as = stop_reason
        return rows

    def submit(self, symbol: str, order: NewOrder, arrival_ms: int) -> int:
        """A client's order arrives at `arrival_ms`; its id. What is refused is so on arrival, in its row."""
        link = self._links.setdefault(order.link_id, len(self._links) + 1) if order.link_id else 0
        return write_order(self._books, self._desk(symbol), order, arrival_ms, link)

    def cancel(self, symbol: str, order_id: int, arrival_ms: int) -> int:
        """A client's request to cancel one order; the id under which it is answered."""
        return write_request(self._books, self._desk(symbol), REQUEST_CANCEL, arrival_ms, order_id=order_id)

    def cancel_all(self, symbol: str, arrival_ms: int) -> int:
        """A client's request to cancel all orders of an instrument; the id under which it is answered."""
        return write_request(self._books, self._desk(symbol), REQUEST_CANCEL_ALL, arrival_ms)

    def amend(self, symbol: str, order_id: int, arrival_ms: int, **changes: float) -> int:
        """A client's request to change `qty` (the new total), `price`, `trigger`, `stop_loss` or `take_profit` of an
        order; the id under which it is answered."""
        named = {_REQUEST_NAMES.get(name, name): value for name, value in changes.items()}
        return write_request(self._books, self._desk(symbol), REQUEST_AMEND, arrival_ms, order_id=order_id, **named)

    def set_trading_stop(
        self,
        symbol: str,
        arrival_ms: int,
        *,
        stop_loss: float = _NAN,
        take_profit: float = _NAN,
        stop_by: str = "Last",
        target_by: str = "Last",
        trailing: float = _NAN,
        trailing_activation: float = _NAN,
    ) -> int:
        """A client's request to set levels of the open position; 0 takes one away, NaN leaves it. The id under which it
        is answered."""
        values: dict[str, Any] = {"stop": stop_loss, "target": take_profit, "stop_by": stop_by, "target_by": target_by}
        values |= {"trailing": trailing, "trailing_activation": trailing_activation}
        return write_request(self._books, self._desk(symbol), REQUEST_STOPS, arrival_ms, **values)

    def set_leverage(self, symbol: str, leverage: float, arrival_ms: int) -> int:
        """A client's request for another leverage; the id under which it is answered."""
        return write_request(self._books, self._desk(symbol), REQUEST_LEVERAGE, arrival_ms, qty=leverage)

    def add_margin(self, symbol: str, amount: float, arrival_ms: int) -> int:
        """A client's request to put margin (USDT) into the position, or take it out; the id under which it is
        answered."""
        return write_request(self._books, self._desk(symbol), REQUEST_MARGIN, arrival_ms, qty=amount)

    def balances(self) -> Balances:
        """The money on the account as it stands."""
        return balances_of(self._books)

    def position(self, symbol: str) -> Position:
        """What is held of an instrument."""
        return position_of(self._books, self._desk(symbol))

    def open_orders(self, symbol: str) -> list[dict[str, Any]]:
        """The live orders of an instrument, by id."""
        return live_orders(self._desk(symbol))

    def counters(self) -> dict[str, Any]:
        """What was counted, by name.

        `leverage_sum` adds gross value / equity over the closes of all `minutes`, its maximum is `max_gross_exposure`;
        `max_margin_usage` is what positions and orders bind / wallet; `closest_liquidation` the smallest distance of a
        held mark price to the liquidation price as a fraction of that price, inf if there was none.
        `gate_refusals_by_play` has what `gate_refusals` has, for each Play.
        """
        tally = self._books["tally"]
        counts = {name: tally[name].item() for name in TALLY.names or ()}
        return counts | {"gate_refusals_by_play": [_refusals(seat["refusals"]) for seat in self._taken_seats()]}

    def gate_refusals(self) -> dict[str, int]:
        """How often the policy refused an entry or dropped a close, by reason; reasons that occurred."""
        return _refusals(sum((seat["refusals"] for seat in self._taken_seats()), np.zeros(len(REFUSALS) + 1, np.int64)))

    def state_bytes(self) -> bytes:
        """The whole state of the account, to compare or to store."""
        pending = b"".join(readings.ts.tobytes() + readings.values.tobytes() for readings in self._pending)
        return state_bytes(self._books) + self._held.tobytes() + pending + canonical_json(self._notebook.texts())

    def _desk(self, symbol: str) -> Any:
        return self._books["desks"][self._desk_of[symbol]]

    def _taken_seats(self) -> Any:
        return self._books["seats"][: len(self._seats)]

    def _check_follows(self, slices: Sequence[MarketSlice], intents: Sequence[IntentBatch]) -> None:
        account = self._books["account"]
        end_ms = int(account["clock_ms"])
        for desk, one in zip(self._books["desks"], slices, strict=False):
            bars = one.bars
            account["interval_ms"] = account["interval_ms"] or bars.interval_ms
            if bars.interval_ms != account["interval_ms"]:
                raise InternalError(
                    f"bars of {bars.symbol}, {bars.interval_ms} ms, came to a run of {account['interval_ms']} ms"
                )
            if len(bars) and bars.ts[0] < desk["market"]["next_bar_ms"]:
                raise InternalError(
                    f"the bar at {bars.ts[0]} comes after {desk['market']['next_bar_ms']} has been reached"
                )
            desk["market"]["has_mark"] = one.mark is not None
            end_ms = max(end_ms, bars.end_ms, int(desk["market"]["next_bar_ms"]))
        if len(intents) != len(self._seats):
            raise InternalError(f"{len(intents)} batches of intents for {len(self._seats)} Plays")
        for batch in intents:
            if len(batch) and not account["clock_ms"] <= batch.ts[0] <= batch.ts[-1] <= end_ms:
                raise InternalError(
                    f"instants {batch.ts[0]} to {batch.ts[-1]} do not lie in [{account['clock_ms']}, {end_ms}]"
                )

    def _take_fundings(self, slices: Sequence[MarketSlice]) -> list[Readings]:
        """The settlements of each desk that have not been played yet, with those of the slices."""
        if not self._pays_funding:
            return self._pending
        return [_after(pending, one.funding) for pending, one in zip(self._pending, slices, strict=True)]

    def _keep_fundings(self, fundings: kernel.Fundings, cursors: kernel.Cursors) -> None:
        for number in range(len(self._pending)):
            rest = slice(int(cursors.fundings[number]), int(fundings.first[number + 1]))
            self._pending[number] = Readings(ts=fundings.ts[rest].copy(), values=fundings.rate[rest].copy())

    def _trailing_atr(self, slices: Sequence[MarketSlice], intents: Sequence[IntentBatch]) -> list[Any]:
        return [
            trailing_atr(slices[self._desk_of[seat.symbol]].bars, batch)
            if seat.play.trailing is not None and seat.play.trailing.atr is not None
            else None
            for seat, batch in zip(self._seats, intents, strict=True)
        ]

    def _cursors(self, minutes: kernel.Minutes, fundings: kernel.Fundings, instants: kernel.Instants) -> kernel.Cursors:
        return kernel.Cursors(
            minutes=minutes.first[:-1].copy(),
            fundings=fundings.first[:-1].copy(),
            instants=instants.first_of_seat[:-1].copy(),
        )

    def _count_off_grid(self, minutes: kernel.Minutes, cursors: kernel.Cursors) -> None:
        for number, listing in enumerate(self._listings):
            played = int(minutes.first[number]), int(cursors.minutes[number])
            ratio = step_ratio(listing.instrument.tick_size)
            off_grid = count_off_grid(minutes, float(ratio[0]), float(ratio[1]), *played)
            self._books["tally"]["off_grid_prices"] += off_grid

    def _close_out(self, stop_reason: str) -> Records:
        account = self._books["account"]
        early = stop_reason != "completed" or account["stop_reason"] == STOP_BANKRUPT
        curve = self._curve(1)
        if curve["ts"][0] == account["clock_ms"]:
            # The last point is made again with the closing cash, against the peak that stood before it.
            account["peak_equity"] = account["peak_before"]
            account["equity_low"], account["equity_high"] = curve[0]["equity_low"], curve[0]["equity_high"]
            self._books["used"]["equity"] = 0
        self._run_empty(curve, errand=int(EXIT_HALTED if early else EXIT_END_OF_DATA))
        return self._joined([drain(self._books)], curve[: self._books["used"]["equity"]])

    def _curve(self, points: int) -> Rows:
        """Room for `points` equity points behind the one that is held back."""
        curve = np.empty(1 + points, dtype=EQUITY)
        curve[0] = self._held[0]
        return curve

    def _run_empty(self, curve: Rows, errand: int = 0) -> None:
        """One call of the loop without market and decisions: the beginning of the run, its end, or an errand."""
        minutes, fundings = kernel.NO_MINUTES, fundings_of([NO_READINGS] * len(self._listings))
        minutes = minutes._replace(first=np.zeros(len(self._listings) + 1, dtype=np.int64))
        instants = kernel.NO_INSTANTS._replace(
            first_of_seat=np.zeros(len(self._seats) + 1, dtype=np.int64),
            atr_first=np.full(len(self._seats), -1, dtype=np.int64),
        )
        self._run(curve, minutes, fundings, instants, self._cursors(minutes, fundings, instants), errand)

    def _run(
        self,
        curve: Rows,
        minutes: kernel.Minutes,
        fundings: kernel.Fundings,
        instants: kernel.Instants,
        cursors: kernel.Cursors,
        errand: int = 0,
    ) -> int:
        """One call of the loop; raises InternalError when an identity breaks in it."""
        status = kernel.advance(self._books, curve, minutes, fundings, instants, cursors, self._always_walk, errand)
        if status == kernel.BROKEN:
            account = self._books["account"]
            raise InternalError(
                f"conservation does not hold at {account['clock_ms']}, seq {account['seq']}: "
                f"{IDENTITIES[int(account['broken'])]}; wallet {account['wallet']}, ledger {account['ledger_sum']}"
            )
        return status

    def _joined(self, pieces: list[dict[str, bytes]], equity: Rows) -> Records:
        """Drained rows as one, with the equity points beside them, and the notes that they refer to."""
        tables = {table: rows_of(pieces, table) for table in ("trades", "orders", "fills", "ledger", "answers")}
        texts = self._notebook.texts()
        if texts:
            self._notebook.keep(live_notes(self._books))
        return Records(equity=equity, notes=texts, **tables)


_REQUEST_NAMES = {"stop_loss": "stop", "take_profit": "target"}


def _refusals(counts: Any) -> dict[str, int]:
    return {name: int(counts[code]) for code, name in REFUSALS.items() if counts[code]}


def _after(pending: Readings, new: Readings) -> Readings:
    if not len(pending):
        return new
    return Readings(ts=np.concatenate([pending.ts, new.ts]), values=np.concatenate([pending.values, new.values]))
