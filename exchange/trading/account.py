"""A trading account: bars, decisions and the exchange's reports go in, commands and rows come out.

The live counterpart of the simulated exchange: it takes the same decisions in the same order, but knows of orders,
fills and money only what the exchange reports. It is pure: who sends its commands, and when, is not its business.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exchange.grid import is_off_grid
from exchange.policy import REFUSALS
from exchange.reports import Answer, ExecutionReport, OrderReport, Report
from exchange.simulated import codes
from exchange.simulated.records import Records
from exchange.simulated.setup import Listing, Seat
from exchange.simulated.state import TALLY
from exchange.trading.answering import take_answer
from exchange.trading.balance import mark_minute, write_equity
from exchange.trading.cash import book_deposit
from exchange.trading.closing import close_overtaken, look_after, move_stop
from exchange.trading.commands import Command
from exchange.trading.decisions import check_drawdown, decide, exec_close, halt, instant_of
from exchange.trading.events import InstantDue, MinuteClosed, merged
from exchange.trading.excursions import Bar, end_paths, follow_path
from exchange.trading.reporting import take_execution, take_order
from exchange.trading.sending import send_close
from exchange.trading.state import Books, Desk, Place, new_books
from exchange.trading.tables import write_trade
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice

# How many executions are remembered, to know one that is told again; reports of a week of a busy account are fewer.
MOST_EXECUTIONS = 100_000


class TradingAccount:
    """One account at an exchange, with a position at most in each of its instruments.

    `take` every report as it comes; when a stretch of the market has closed and its reports are there, `close_stretch`
    says what to do. Send the commands one by one in their order, and tell each answer to `answered`: what that returns
    is sent next, before the rest.
    """

    def __init__(self, listings: Sequence[Listing], seats: Sequence[Seat], start_ms: int, wallet_usdt: float) -> None:
        """An account for these Plays that is flat and has `wallet_usdt` at `start_ms`.

        An instrument's id is its index in `listings`, a Play's code its index in `seats`. Raises InternalError for
        listings and seats that do not fit together, ValueError for two instances whose orders could not be told apart.
        """
        self._books = new_books(listings, seats, start_ms, wallet_usdt)
        self._desks = {desk.symbol: desk for desk in self._books.desks}
        self._seen: dict[str, None] = {}
        self._ended_as = ""
        book_deposit(self._books, wallet_usdt)
        write_equity(self._books)

    @property
    def stopped(self) -> bool:
        """Whether every Play is halted and flat: no command will come any more."""
        return self._books.stop_ms > 0

    @property
    def stop_reason(self) -> str:
        """The reason of the last halt, else what `finish` was told; empty while the session goes on freely."""
        return self._ended_as or codes.STOP_REASONS.get(self._books.stop_reason, "")

    @property
    def stop_ms(self) -> int:
        """The instant at which the session stopped or was finished; 0 while it goes on."""
        return self._books.stop_ms

    @property
    def wallet_usdt(self) -> float:
        """Wallet by the account's own ledger."""
        return self._books.wallet

    def position_qty(self, symbol: str) -> float:
        """The signed quantity that is held by the account's own ledger."""
        held = self._desks[symbol].position
        return 0.0 if held is None else held.side * held.qty

    def take(self, report: Report) -> None:
        """A report of the exchange. What is told again changes nothing; other symbols are passed over.

        Raises ValueError for an execution whose price or quantity is not positive.
        """
        if isinstance(report, OrderReport) and report.symbol in self._desks:
            take_order(self._books, self._desks[report.symbol], report)
        elif isinstance(report, ExecutionReport) and report.symbol in self._desks and report.exec_id not in self._seen:
            take_execution(self._books, self._desks[report.symbol], report)
            self._seen[report.exec_id] = None
            if len(self._seen) > MOST_EXECUTIONS:
                del self._seen[next(iter(self._seen))]

    def close_stretch(self, market: Mapping[str, MarketSlice], intents: Sequence[IntentBatch]) -> list[Command]:
        """A stretch of the market has closed: what to do, in this order.

        `market` has a slice of each instrument, all up to the same instant; `intents` has a batch of each Play with
        every instant up to there that has not been passed yet. Raises InternalError for bars or batches that do not
        follow.
        """
        slices = [market[desk.symbol] for desk in self._books.desks]
        self._check_follows(slices, intents)
        is_over = self.stopped
        for event in merged(slices, intents):
            is_due = isinstance(event, InstantDue) and event.ts <= self._books.clock_ms
            if is_over and not is_due:
                break
            if isinstance(event, MinuteClosed):
                close_overtaken(self._books)
                self._close_minute(event, intents)
            else:
                self._decide(event, intents)
            is_over = self._is_over()
        close_overtaken(self._books)
        if is_over:
            self._books.stop_ms = self._books.stop_ms or self._books.clock_ms
        return self._take_commands()

    def answered(self, command: Command, answer: Answer) -> list[Command]:
        """The exchange's answer to a command, or Rejected for one that has not been sent: what follows from it."""
        take_answer(self._books, command, answer)
        return self._take_commands()

    def halt(self, instance: str) -> list[Command]:
        """No new entries of a Play, and cancels of those that it has sent."""
        halt(self._books, self._place(instance), codes.STOP_HALTED)
        return self._take_commands()

    def close_position(self, instance: str, leg: str = "st") -> list[Command]:
        """A close at market of the position of a Play; `leg` says for whom (one of LEGS)."""
        place = self._place(instance)
        held = place.desk.held_by(place.number)
        if held is not None and not place.closing:
            send_close(self._books, place.desk, held, held.qty, codes.EXIT_HALTED, leg)
        return self._take_commands()

    def records(self) -> Records:
        """The rows since the last call, as a backtest has them; NaN for what only a simulator knows."""
        books = self._books
        rows = books.rows.take(books.notebook.texts())
        books.notebook.keep(_live_notes(books))
        return rows

    def finish(self, stop_reason: str) -> Records:
        """End the session, and return its last rows. Nothing is closed: positions and orders stay at the exchange."""
        for desk in self._books.desks:
            end_paths(self._books, desk)
            self._write_trades(desk)
        self._ended_as = stop_reason if stop_reason in ("halted", "failed") else self.stop_reason or stop_reason
        self._books.stop_ms = self._books.stop_ms or self._books.clock_ms
        return self.records()

    def counters(self) -> dict[str, Any]:
        """What was counted, by the names of the simulator."""
        tally = self._books.tally
        counts = {name: tally[name].item() for name in TALLY.names or ()}
        return counts | {"gate_refusals_by_play": [_refusals(place.refusals) for place in self._books.places]}

    def gate_refusals(self) -> dict[str, int]:
        """How often the policy refused an entry or dropped a close, by reason; reasons that occurred."""
        none = np.zeros(len(REFUSALS) + 1, dtype=np.int64)
        return _refusals(sum((place.refusals for place in self._books.places), none))

    def _check_follows(self, slices: Sequence[MarketSlice], intents: Sequence[IntentBatch]) -> None:
        books = self._books
        if len(intents) != len(books.places):
            raise InternalError(f"{len(intents)} batches of intents for {len(books.places)} Plays")
        for desk, one in zip(books.desks, slices, strict=True):
            if len(one.bars) and one.bars.ts[0] < desk.next_bar_ms:
                raise InternalError(f"the bar at {one.bars.ts[0]} comes after {desk.next_bar_ms} has been reached")
        for batch in intents:
            if len(batch) and batch.ts[0] < books.clock_ms:
                raise InternalError(f"the instant {batch.ts[0]} comes after {books.clock_ms}")

    def _close_minute(self, minute: MinuteClosed, intents: Sequence[IntentBatch]) -> None:
        """The minute ends: marks, what follows the fills, moves of stops, drawdown tests of each minute."""
        books = self._books
        books.cause_ms, books.clock_ms = minute.ts, minute.ts + minute.interval_ms
        books.tally["minutes"] += 1
        for number, bar in minute.bars.items():
            desk = books.desks[number]
            books.tally["gap_minutes"] += (minute.ts - desk.next_bar_ms) // minute.interval_ms
            books.tally["off_grid_prices"] += _off_grid(desk, bar)
            desk.next_bar_ms = books.clock_ms
            desk.last, desk.mark = bar.close, minute.marks[number]
            follow_path(books, desk, bar)
            self._write_trades(desk)
        mark_minute(books)
        look_after(books)
        for desk in books.desks:
            if desk.number in minute.bars:
                self._move_stop(desk, intents)
        for place, batch in zip(books.places, intents, strict=True):
            if place.seat.settings.drawdown_check == "minute" and not _closes_bar(batch, books.clock_ms):
                check_drawdown(books, place)

    def _move_stop(self, desk: Desk, intents: Sequence[IntentBatch]) -> None:
        held = desk.position
        place = None if held is None else self._books.place_of(held.trade.place)
        if held is not None and place is not None and (place.rules["trails"] or place.rules["breaks_even"]):
            move_stop(self._books, place, held, _atr_at(intents[place.number], self._books.clock_ms))

    def _decide(self, instant: InstantDue, intents: Sequence[IntentBatch]) -> None:
        """An instant of decision: bars grow older, the equity point, drawdown tests, decisions."""
        books = self._books
        if instant.ts != books.clock_ms:
            books.cause_ms = books.clock_ms = instant.ts
        closing = [books.places[number] for number, row in instant.rows.items() if intents[number].is_exec_close[row]]
        for place in closing:
            exec_close(books, place)
        if any(place.marks for place in closing):
            write_equity(books)
        for place in closing:
            check_drawdown(books, place)
        for number, row in instant.rows.items():
            decide(books, books.places[number], instant_of(intents[number], row))
        look_after(books)

    def _is_over(self) -> bool:
        """Whether all Plays are halted and flat."""
        is_flat = all(desk.position is None for desk in self._books.desks)
        return is_flat and bool(self._books.places) and all(place.halted for place in self._books.places)

    def _write_trades(self, desk: Desk) -> None:
        for trade in desk.ended:
            write_trade(self._books, desk, trade)
        desk.ended.clear()

    def _take_commands(self) -> list[Command]:
        commands, self._books.commands = self._books.commands, []
        return commands

    def _place(self, instance: str) -> Place:
        return next(place for place in self._books.places if place.seat.instance == instance)


def _live_notes(books: Books) -> set[int]:
    """The notes that live orders and trades which are not written yet refer to."""
    numbers = {order.note for order in books.orders.live()}
    for desk in books.desks:
        held = desk.position
        trades = [*desk.ended, *([] if held is None else [held.trade])]
        numbers |= {note for trade in trades for note in (trade.note, trade.exit_note)}
        numbers |= set() if held is None else {held.rest_note}
    return numbers


def _closes_bar(batch: IntentBatch, now_ms: int) -> bool:
    row = int(np.searchsorted(batch.ts, now_ms))
    return row < len(batch) and batch.ts[row] == now_ms and bool(batch.is_exec_close[row])


def _atr_at(batch: IntentBatch, now_ms: int) -> float:
    """What a trailing stop reads at the close of a minute; NaN where there is nothing."""
    row = int(np.searchsorted(batch.trail_ts, now_ms))
    return float(batch.trail_atr[row]) if row < len(batch.trail_ts) and batch.trail_ts[row] == now_ms else float("nan")


def _off_grid(desk: Desk, bar: Bar) -> int:
    """How many prices of a bar do not lie on the grid; they are used as they are."""
    tick = desk.filters["tick_num"], desk.filters["tick_den"]
    return sum(is_off_grid(price, *tick) for price in (bar.open, bar.high, bar.low, bar.close))


def _refusals(counts: Any) -> dict[str, int]:
    return {name: int(counts[code]) for code, name in REFUSALS.items() if counts[code]}
