"""The compiled loop that advances an account over minutes and instants of decision, merged by time alone."""

from typing import Any, NamedTuple

import numpy as np

from exchange.simulated.closing import closing_instant, decide_stop, look_after
from exchange.simulated.codes import CANCELLED, DEPOSIT, KIND_FORCED, RUN_END, STOP_BANKRUPT, TAKER
from exchange.simulated.decisions import decide, exec_close, write_equity
from exchange.simulated.fills import close_position, slipped
from exchange.simulated.identities import HOLDS, broken_identity
from exchange.simulated.ledger import book_cash
from exchange.simulated.orders import create_order, end_children, end_order
from exchange.simulated.path import play_minute
from exchange.simulated.standing import settle
from exchange.simulated.state import FIRST_SLOT, MOST_ROWS_A_STEP, NO_FILL
from play_engine.compiled import compiled, inner

OK, OUT_FULL, STOPPED, BROKEN = 0, 1, 2, 3


class Minutes(NamedTuple):
    """Columns of fill bars: open times in ms, prices, volume in base units; `atr` is what a trailing stop reads at
    their closes, without rows where none does."""

    ts: Any
    open: Any
    high: Any
    low: Any
    close: Any
    volume: Any
    atr: Any


class Instants(NamedTuple):
    """Columns of instants of decision, as in `IntentBatch`."""

    ts: Any
    is_exec_close: Any
    price: Any
    first: Any
    action: Any
    percent: Any
    intent: Any
    stop_long: Any
    stop_short: Any
    target: Any


@inner
def _begin(books: Any, point: Any) -> None:
    """The first deposit and the first equity point, at the start of the run."""
    account = books.account
    book_cash(books, DEPOSIT, account.deposits, 0.0, books.fill_rows[NO_FILL])
    write_equity(books, point)


@compiled
def advance(
    books: Any,
    curve: Any,
    bars: Any,
    rows: Any,
    minute: int,
    row: int,
    interval_ms: int,
    always_walk: bool,
    exit_reason: int,
) -> tuple[int, int, int]:
    """Advance from minute `minute` and instant `row` to the end of both, and return where it stands, and why.

    The first call makes the deposit. `curve` takes the equity points (rows of EQUITY), one for each exec close. An
    instant T comes before the first minute that opens at or after T. Returns early, between two steps, with OUT_FULL
    (an output buffer lacks room), STOPPED (the run is over) or BROKEN (an identity does not hold). `always_walk` plays
    every minute in full, also where no level can be met. With an `exit_reason` (0: none) nothing is advanced: the run
    ends here, and the position is closed for this reason.
    """
    account = books.account
    market = books.market
    position = books.position
    rules = books.rules
    used = books.used
    if account.seq == 0:
        _begin(books, curve[used.equity])
    if exit_reason:
        _close_out(books, curve[used.equity], exit_reason)
        return minute, row, OK if _is_sound(books) else BROKEN
    while True:
        due = row < len(rows.ts) and (minute == len(bars.ts) or rows.ts[row] <= bars.ts[minute])
        # A halted account has nothing left to do once it is flat; a bankrupt one stops at once.
        is_over = account.halted and (position.side == 0 or account.stop_reason == STOP_BANKRUPT)
        if is_over and not (due and rows.ts[row] <= account.clock_ms):
            account.stopped = 1
            account.stop_ms = account.clock_ms
            return minute, row, STOPPED
        if not due and minute == len(bars.ts):
            return minute, row, OK
        if _lacks_room(books):
            return minute, row, OUT_FULL
        if due:
            account.clock_ms = rows.ts[row]
            if rows.is_exec_close[row]:
                exec_close(books, curve[used.equity])
                # Between two movements of cash nothing can break.
                if account.seq != account.checked_seq and not _is_sound(books):
                    return minute, row, BROKEN
            instant = books.instant
            instant.row = row
            instant.price = rows.price[row]
            instant.stop_long = rows.stop_long[row]
            instant.stop_short = rows.stop_short[row]
            instant.target = rows.target[row]
            # The first actionable intent is the decision, the rest is dropped.
            for k in range(rows.first[row], rows.first[row + 1]):
                instant.intent = rows.intent[k]
                if decide(books, int(rows.action[k]), rows.percent[k]):
                    break
            row += 1
        else:
            account.minute_ms = bars.ts[minute]
            low, high, close = bars.low[minute], bars.high[minute], bars.close[minute]
            if (
                always_walk
                or account.is_due != 0
                or not (market.below < min(market.last, low) and max(market.last, high) < market.above)
            ):
                open_px, volume = bars.open[minute], bars.volume[minute]
                play_minute(books, interval_ms, open_px, high, low, close, volume)
            elif position.side != 0:
                position.lowest = min(position.lowest, low)
                position.highest = max(position.highest, high)
            closing_instant(books, interval_ms, close)
            minute += 1
        if account.is_unsettled or position.anchor_due or position.rest_qty > 0.0 or position.limit_target > 0.0:
            look_after(books)
        if not due and position.side != 0 and (rules.trails or rules.breaks_even):
            decide_stop(books, bars.atr[minute - 1] if len(bars.atr) else np.nan)


@inner
def _is_sound(books: Any) -> bool:
    """Whether every identity holds; which one does not is noted in the account."""
    account = books.account
    account.checked_seq = account.seq
    account.broken = broken_identity(books)
    return account.broken == HOLDS


@inner
def _lacks_room(books: Any) -> bool:
    used = books.used
    most = max(used.trades, used.orders, used.fills, used.ledger, used.notes)
    return most + MOST_ROWS_A_STEP > books.buffer_rows


@inner
def _close_out(books: Any, point: Any, exit_reason: int) -> None:
    """The end of the run at its last instant: orders end, the position is closed at market, equity is marked."""
    position = books.position
    for slot in range(FIRST_SLOT, books.account.slots):
        if books.orders[slot].kind:
            end_order(books, books.orders[slot], CANCELLED, RUN_END)
    end_children(books, RUN_END)
    settle(books)
    books.account.is_due = 0
    if position.side != 0:
        last = books.market.last
        create_order(books, FIRST_SLOT, KIND_FORCED, -position.side, position.qty)
        price = slipped(books, last, -position.side)
        close_position(books, books.orders[FIRST_SLOT], position.qty, last, price, TAKER, exit_reason)
        settle(books)
    write_equity(books, point)
