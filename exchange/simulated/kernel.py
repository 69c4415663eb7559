"""The compiled loop that advances an account over minutes and instants of decision, merged by time alone."""

from typing import Any, NamedTuple

import numpy as np

from exchange.simulated.between import arrive_at_once
from exchange.simulated.closing import closing_instant, decide_stop, has_to_follow, look_after
from exchange.simulated.codes import CANCELLED, DEPOSIT, KIND_FORCED, RUN_END, STOP_BANKRUPT, TAKER
from exchange.simulated.decisions import decide, exec_close, test_drawdown, write_equity
from exchange.simulated.fills import close_position, slipped
from exchange.simulated.identities import HOLDS, broken_identity
from exchange.simulated.ledger import book_cash
from exchange.simulated.minute import play_minute
from exchange.simulated.orders import create_order, end_order, free_slot, withdraw
from exchange.simulated.skipping import can_skip, quiet_until, skip_minutes
from exchange.simulated.standing import settle
from exchange.simulated.state import MOST_FUNDINGS, NO_FILL, NO_TIME_MS, ON_ITS_WAY
from exchange.simulated.trades import touch
from play_engine.compiled import compiled, constant, inner

OK, OUT_FULL, STOPPED, BROKEN = 0, 1, 2, 3
ARRIVE = constant(-1)


class Minutes(NamedTuple):
    """Columns of fill bars, those of one desk behind those of the other: desk d has rows first[d] … first[d + 1] − 1.

    Open times in ms, prices, volume in base units, prices of the mark (those of the last price where it is unknown).
    `synthetic` (0 or 1) is empty where no bar is.
    """

    ts: Any
    open: Any
    high: Any
    low: Any
    close: Any
    volume: Any
    mark_open: Any
    mark_high: Any
    mark_low: Any
    mark_close: Any
    synthetic: Any
    first: Any


class Fundings(NamedTuple):
    """Settlements of all desks, in the same way: instants in ms, rates as fractions."""

    ts: Any
    rate: Any
    first: Any


class Instants(NamedTuple):
    """Columns of instants of decision, as in `IntentBatch`, those of one seat behind those of the other.

    `atr` is what the trailing stop of a seat reads at the closes of its desk's bars: from row atr_first[seat] on, which
    is −1 for a seat that needs none.
    """

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
    first_of_seat: Any
    atr: Any
    atr_first: Any


class Cursors(NamedTuple):
    """How far a call has come: the next row of each desk's minutes and settlements, and of each seat's instants."""

    minutes: Any
    fundings: Any
    instants: Any


_INTS, _FLOATS = np.zeros(0, dtype=np.int64), np.zeros(0)
NO_MINUTES = Minutes(
    ts=_INTS,
    open=_FLOATS,
    high=_FLOATS,
    low=_FLOATS,
    close=_FLOATS,
    volume=_FLOATS,
    mark_open=_FLOATS,
    mark_high=_FLOATS,
    mark_low=_FLOATS,
    mark_close=_FLOATS,
    synthetic=np.zeros(0, dtype=np.uint8),
    first=_INTS,
)
NO_INSTANTS = Instants(
    ts=_INTS,
    is_exec_close=np.zeros(0, dtype=np.uint8),
    price=_FLOATS,
    first=np.zeros(1, dtype=np.int64),
    action=np.zeros(0, dtype=np.int8),
    percent=_FLOATS,
    intent=np.zeros(0, dtype=np.int32),
    stop_long=_FLOATS,
    stop_short=_FLOATS,
    target=_FLOATS,
    first_of_seat=_INTS,
    atr=_FLOATS,
    atr_first=_INTS,
)


@compiled
def advance(
    books: Any,
    curve: Any,
    bars: Any,
    fundings: Any,
    rows: Any,
    at: Any,
    always_walk: bool,
    errand: int,
) -> int:
    """Advance from the cursors `at` to the end of what is given, and return why it went no further.

    The first call makes the deposit. `curve` takes the equity points (rows of EQUITY), one for each exec close. An
    instant T comes before the first minute that opens at or after T. Returns early, between two steps, with OUT_FULL
    (an output buffer lacks room), STOPPED (the run is over) or BROKEN (an identity does not hold). `always_walk` plays
    every minute in full, also where no level can be met. With an `errand` (0: none) nothing is advanced. It is ARRIVE,
    for what arrives between two minutes, or an exit reason: the run ends here, and positions are closed for it.
    """
    account = books.account
    used = books.used
    if account.seq == 0:
        book_cash(books, DEPOSIT, account.deposits, 0.0, books.fill_rows[NO_FILL])
        # A deposit is nobody's result.
        books.seats[-1].cash = 0.0
        write_equity(books, curve[used.equity])
    if errand == ARRIVE:
        arrive_at_once(books)
        return OK if _is_sound(books) else BROKEN
    if errand:
        _close_out(books, curve[used.equity], errand)
        return OK if _is_sound(books) else BROKEN
    while True:
        instant_ms = _next_instant(books, rows, at)
        if not always_walk and not _is_over(books) and can_skip(books):
            skip_minutes(books, bars, at, quiet_until(books, fundings, at, instant_ms))
        minute_ms = _next_minute(books, bars, at)
        due = instant_ms <= minute_ms and instant_ms != NO_TIME_MS
        if _is_over(books) and not (due and instant_ms <= account.clock_ms):
            account.stopped = 1
            account.stop_ms = account.clock_ms
            return STOPPED
        if not due and minute_ms == NO_TIME_MS:
            return OK
        if _lacks_room(books):
            return OUT_FULL
        if due:
            account.clock_ms = instant_ms
            if not _decide(books, curve, rows, at, instant_ms):
                return BROKEN
        else:
            _play(books, bars, fundings, at, minute_ms, always_walk)
        if has_to_follow(books):
            look_after(books)
        if not due:
            _move_stops(books, bars, rows, at)
            _test_minute(books, rows, at)
            if account.broken != HOLDS:
                return BROKEN


@inner
def _next_minute(books: Any, bars: Any, at: Any) -> int:
    found_ms = NO_TIME_MS
    for number in range(books.desk_count):
        row = at.minutes[number]
        if row < bars.first[number + 1]:
            found_ms = min(found_ms, bars.ts[row])
    return found_ms


@inner
def _next_instant(books: Any, rows: Any, at: Any) -> int:
    found_ms = NO_TIME_MS
    for number in range(books.seat_count):
        row = at.instants[number]
        if row < rows.first_of_seat[number + 1]:
            found_ms = min(found_ms, rows.ts[row])
    return found_ms


@inner
def _is_over(books: Any) -> bool:
    """Whether all Plays are halted and flat; a bankrupt account is over at once."""
    if books.account.stop_reason == STOP_BANKRUPT:
        return True
    if books.account.halted_seats == 0 or books.account.halted_seats < books.seat_count:
        return False
    for number in range(books.desk_count):
        position = books.desks[number].position
        if position.side != 0 and position.seat >= 0:
            return False
    return True


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
    most = max(used.trades, used.orders, used.fills, used.ledger, used.notes, used.answers)
    return most >= books.drain_rows


@inner
def _decide(books: Any, curve: Any, rows: Any, at: Any, now_ms: int) -> bool:
    """The instant `now_ms`, for all Plays that have it: bars grow older, the equity point, drawdown tests, decisions.
    Returns whether the identities hold."""
    marks = False
    for number in range(books.seat_count):
        seat = books.seats[number]
        row = at.instants[number]
        if row < rows.first_of_seat[number + 1] and rows.ts[row] == now_ms and rows.is_exec_close[row]:
            exec_close(books, books.desks[seat.desk], seat)
            marks |= seat.marks != 0
    if marks:
        write_equity(books, curve[books.used.equity])
        # Between two movements of cash nothing can break.
        if books.account.seq != books.account.checked_seq and not _is_sound(books):
            return False
    for number in range(books.seat_count):
        seat = books.seats[number]
        row = at.instants[number]
        if row < rows.first_of_seat[number + 1] and rows.ts[row] == now_ms and rows.is_exec_close[row]:
            test_drawdown(books, books.desks[seat.desk], seat)
    for number in range(books.seat_count):
        row = at.instants[number]
        if row < rows.first_of_seat[number + 1] and rows.ts[row] == now_ms:
            _emit(books, rows, number, row)
            at.instants[number] += 1
    return True


@inner
def _emit(books: Any, rows: Any, number: int, row: int) -> None:
    """The first actionable intent of the instant is the decision, the rest is dropped."""
    seat = books.seats[number]
    instant = seat.instant
    instant.row = row - rows.first_of_seat[number]
    instant.price = rows.price[row]
    instant.stop_long = rows.stop_long[row]
    instant.stop_short = rows.stop_short[row]
    instant.target = rows.target[row]
    for k in range(rows.first[row], rows.first[row + 1]):
        instant.intent = rows.intent[k]
        if decide(books, books.desks[seat.desk], seat, int(rows.action[k]), rows.percent[k]):
            break


@inner
def _play(books: Any, bars: Any, fundings: Any, at: Any, minute_ms: int, always_walk: bool) -> None:
    """The minute on all desks that have a bar of it: in full where something can be met, else only its marks."""
    account = books.account
    account.minute_ms = minute_ms
    walk = always_walk or account.due_ms < minute_ms + account.interval_ms
    for number in range(books.desk_count):
        desk = books.desks[number]
        row = at.minutes[number]
        desk.minute.playing = row < bars.first[number + 1] and bars.ts[row] == minute_ms
        if desk.minute.playing:
            _load(desk, bars, row)
            at.minutes[number] += 1
            walk |= _load_fundings(books, desk, fundings, at, minute_ms + account.interval_ms) or _can_meet(desk)
    walk = walk or (books.settings.cross and account.open_positions > 0)
    if walk:
        play_minute(books)
    else:
        for number in range(books.desk_count):
            desk = books.desks[number]
            if desk.minute.playing and desk.position.side != 0:
                touch(desk, desk.minute.low, desk.minute.mark_low)
                touch(desk, desk.minute.high, desk.minute.mark_high)
    closing_instant(books)


@inner
def _load(desk: Any, bars: Any, row: int) -> None:
    minute = desk.minute
    minute.open = bars.open[row]
    minute.high = bars.high[row]
    minute.low = bars.low[row]
    minute.close = bars.close[row]
    minute.volume = bars.volume[row]
    minute.mark_open = bars.mark_open[row]
    minute.mark_high = bars.mark_high[row]
    minute.mark_low = bars.mark_low[row]
    minute.mark_close = bars.mark_close[row]
    minute.synthetic = bars.synthetic[row] if len(bars.synthetic) else 0
    minute.fundings = minute.funded = 0


@inner
def _load_fundings(books: Any, desk: Any, fundings: Any, at: Any, end_ms: int) -> bool:
    """The settlements before the minute ends, since the one before; whether they matter."""
    number = desk.id
    minute = desk.minute
    while at.fundings[number] < fundings.first[number + 1] and fundings.ts[at.fundings[number]] < end_ms:
        row = at.fundings[number]
        if fundings.ts[row] >= books.account.start_ms and minute.fundings < MOST_FUNDINGS:
            event = desk.fundings[minute.fundings]
            event.ts = fundings.ts[row]
            event.rate = fundings.rate[row]
            minute.fundings += 1
        at.fundings[number] += 1
    return minute.fundings > 0


@inner
def _can_meet(desk: Any) -> bool:
    """Whether the prices of the minute, or the way to its open, come to any level."""
    market = desk.market
    minute = desk.minute
    if not (market.below < min(market.last, minute.low) and max(market.last, minute.high) < market.above):
        return True
    low, high = min(market.mark, minute.mark_low), max(market.mark, minute.mark_high)
    return not (market.mark_below < low and high < market.mark_above)


@inner
def _move_stops(books: Any, bars: Any, rows: Any, at: Any) -> None:
    """Plays move the stops of their positions from the minute that has ended."""
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        if not desk.minute.playing or position.side == 0 or position.seat < 0:
            continue
        rules = books.seats[position.seat].rules
        if rules.trails or rules.breaks_even:
            atr = np.nan
            if rows.atr_first[position.seat] >= 0:
                atr = rows.atr[rows.atr_first[position.seat] + at.minutes[number] - 1 - bars.first[number]]
            decide_stop(books, desk, atr)


@inner
def _test_minute(books: Any, rows: Any, at: Any) -> None:
    """The drawdown tests of Plays that look at every minute; at an exec close they come with its other business."""
    for number in range(books.seat_count):
        seat = books.seats[number]
        if seat.settings.minute_drawdown:
            row = at.instants[number]
            decides = row < rows.first_of_seat[number + 1] and rows.ts[row] == books.account.clock_ms
            if not (decides and rows.is_exec_close[row]):
                test_drawdown(books, books.desks[seat.desk], seat)


@inner
def _close_out(books: Any, point: Any, exit_reason: int) -> None:
    """The end of the run at its last instant: orders end, positions are closed at market, equity is marked."""
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        for slot in range(desk.slots):
            order = desk.orders[slot]
            if order.kind and order.state == ON_ITS_WAY:
                end_order(books, desk, order, CANCELLED, RUN_END)
            elif order.kind:
                withdraw(books, desk, order, RUN_END)
        desk.request_count = 0
        settle(books, desk)
        if position.side != 0:
            last = desk.market.last
            slot = free_slot(desk)
            create_order(books, desk, slot, KIND_FORCED, -position.side, position.qty)
            order = desk.orders[slot]
            price = slipped(desk, order, last)
            close_position(books, desk, order, position.qty, last, price, TAKER, exit_reason)
            settle(books, desk)
    books.account.due_ms = NO_TIME_MS
    write_equity(books, point)
