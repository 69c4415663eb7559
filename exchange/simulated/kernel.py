"""The compiled loop that advances an account over minutes and instants of decision, merged by time alone."""

from typing import Any, NamedTuple

import numpy as np

from exchange.simulated.codes import CANCELLED, DEPOSIT, KIND_FORCED, NO_ID, RUN_END, STOP_BANKRUPT
from exchange.simulated.decisions import anchor_levels, decide, exec_close, unrealised, write_equity
from exchange.simulated.fills import close_position, slipped
from exchange.simulated.identities import HOLDS, broken_identity
from exchange.simulated.ledger import book_cash
from exchange.simulated.orders import create_order, end_children, end_order
from exchange.simulated.path import play_minute
from exchange.simulated.state import FIRST_ARRIVAL, MOST_ROWS_A_STEP
from play_engine.compiled import compiled, inner

OK, OUT_FULL, STOPPED, BROKEN = 0, 1, 2, 3


class Minutes(NamedTuple):
    """Columns of fill bars: open times in ms, prices."""

    ts: Any
    open: Any
    high: Any
    low: Any
    close: Any


class Instants(NamedTuple):
    """Columns of instants of decision, as in `IntentBatch`."""

    ts: Any
    is_exec_close: Any
    price: Any
    first: Any
    action: Any
    percent: Any
    stop_long: Any
    stop_short: Any
    target: Any


@compiled
def begin(books: Any, curve: Any, start_ms: int, capital: float) -> None:
    """The first deposit and the first equity point, at the start of the run."""
    account = books.account
    account.clock_ms = start_ms
    account.next_bar_ms = start_ms
    account.deposits = capital
    account.peak_equity = capital
    book_cash(books, start_ms, DEPOSIT, capital, NO_ID, NO_ID, NO_ID, 0.0, np.nan, 0.0)
    write_equity(books, curve, start_ms)


@compiled
def advance(
    books: Any, curve: Any, bars: Any, rows: Any, minute: int, row: int, interval_ms: int, always_walk: bool
) -> tuple[int, int, int]:
    """Advance from minute `minute` and instant `row` to the end of both, and return where it stands, and why.

    `curve` takes the equity points (rows of EQUITY), one for each exec close. An instant T comes before the first
    minute that opens at or after T. Returns early, between two steps, with OUT_FULL (an output buffer lacks room),
    STOPPED (the run is over) or BROKEN (an identity does not hold). `always_walk` plays every minute in full, also
    where no level can be met.
    """
    account = books.account
    position = books.position
    while True:
        due = row < len(rows.ts) and (minute == len(bars.ts) or rows.ts[row] <= bars.ts[minute])
        # A halted account has nothing left to do once it is flat; a bankrupt one stops at once.
        is_over = account.halted and (position.side == 0 or account.stop_reason == STOP_BANKRUPT)
        if is_over and not (due and rows.ts[row] <= account.clock_ms):
            account.stopped = 1
            account.stop_ms = account.clock_ms
            return minute, row, STOPPED
        if due:
            if _lacks_room(books):
                return minute, row, OUT_FULL
            account.clock_ms = rows.ts[row]
            if rows.is_exec_close[row]:
                exec_close(books, curve, rows.ts[row])
                # Between two movements of cash nothing can break.
                if account.seq != account.checked_seq and broken_identity(books) != HOLDS:
                    return minute, row, BROKEN
                account.checked_seq = account.seq
            if rows.first[row] != rows.first[row + 1]:
                decide(books, rows, row)
            row += 1
            continue
        if minute == len(bars.ts):
            return minute, row, OK
        low, high, close = bars.low[minute], bars.high[minute], bars.close[minute]
        if (
            always_walk
            or account.arrivals != 0
            or not (position.below < min(position.last, low) and max(position.last, high) < position.above)
        ):
            if _lacks_room(books):
                return minute, row, OUT_FULL
            play_minute(books, bars.ts[minute], interval_ms, bars.open[minute], high, low, close)
        elif position.side != 0:
            position.lowest = min(position.lowest, low)
            position.highest = max(position.highest, high)
        _closing_instant(books, bars.ts[minute], interval_ms, close)
        minute += 1


@inner
def _lacks_room(books: Any) -> bool:
    used = books.used
    most = max(used.trades, used.orders, used.fills, used.ledger)
    return most + MOST_ROWS_A_STEP > books.buffer_rows


@inner
def _closing_instant(books: Any, t0: int, interval_ms: int, close: float) -> None:
    """The minute ends: marks at its close, and levels that are anchored at a fill of this minute."""
    account = books.account
    position = books.position
    tally = books.tally
    tally.minutes += 1
    if t0 != account.next_bar_ms:
        tally.gap_minutes += (t0 - account.next_bar_ms) // interval_ms
    account.clock_ms = account.next_bar_ms = t0 + interval_ms
    position.last = close
    equity = account.wallet
    if position.side != 0:
        equity += unrealised(position, close)
        if equity > 0.0:
            leverage = position.qty * close / equity
            tally.leverage_sum += leverage
            tally.max_gross_exposure = max(tally.max_gross_exposure, leverage)
        if position.anchor_due:
            anchor_levels(books)
    account.equity_low = min(account.equity_low, equity)
    account.equity_high = max(account.equity_high, equity)


@compiled
def close_out(books: Any, curve: Any, exit_reason: int) -> int:
    """The end of the run at the last closing instant: orders end, the position is closed at market, equity is marked.

    Returns the first identity that does not hold, HOLDS (0) if all do.
    """
    account = books.account
    position = books.position
    ts = account.clock_ms
    for slot in range(FIRST_ARRIVAL, FIRST_ARRIVAL + account.arrivals):
        if books.orders[slot].kind:
            end_order(books, slot, CANCELLED, RUN_END, ts)
    account.arrivals = 0
    end_children(books, RUN_END, ts)
    if position.side != 0:
        price = slipped(books, position.last, -position.side)
        create_order(books, FIRST_ARRIVAL, KIND_FORCED, -position.side, position.qty, ts)
        close_position(books, FIRST_ARRIVAL, position.qty, position.last, price, ts, exit_reason)
    write_equity(books, curve, ts)
    return broken_identity(books)
