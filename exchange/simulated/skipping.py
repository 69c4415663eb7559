"""Minutes in which nothing can happen, passed over at once: most of the minutes of most runs.

Only for an account with one desk, and not where every minute counts for a stop that moves or a drawdown. What is left
of such a minute are its marks, the same that playing it in full would leave.
"""

from typing import Any

from exchange.simulated.balance import unrealised
from play_engine.compiled import inner


@inner
def can_skip(books: Any) -> bool:
    """Whether minutes may be passed over at all, as things stand."""
    if books.desk_count != 1 or books.account.is_unsettled:
        return False
    position = books.desks[0].position
    for number in range(books.seat_count):
        if books.seats[number].settings.minute_drawdown:
            return False
    if position.side == 0:
        return True
    rules = books.seats[position.seat].rules
    moves = rules.trails or rules.breaks_even or position.trail_distance > 0.0
    follows = position.anchor_due or position.rest_qty > 0.0 or position.limit_target > 0.0
    return not (moves or follows or books.settings.cross)


@inner
def quiet_until(books: Any, fundings: Any, at: Any, instant_ms: int) -> int:
    """Before which instant a minute must end in which nothing arrives, is settled or decided."""
    until_ms = min(books.account.due_ms, instant_ms + books.account.interval_ms - 1)
    row = at.fundings[0]
    return min(until_ms, fundings.ts[row]) if row < fundings.first[1] else until_ms


@inner
def skip_minutes(books: Any, bars: Any, at: Any, until_ms: int) -> None:
    """Pass over the minutes that end before `until_ms` or with it and meet no level."""
    account = books.account
    desk = books.desks[0]
    market = desk.market
    interval_ms = account.interval_ms
    row, stop = at.minutes[0], bars.first[1]
    while row < stop and bars.ts[row] + interval_ms <= until_ms:
        low, high = bars.low[row], bars.high[row]
        if not (market.below < min(market.last, low) and max(market.last, high) < market.above):
            break
        mark_low, mark_high = bars.mark_low[row], bars.mark_high[row]
        if not (market.mark_below < min(market.mark, mark_low) and max(market.mark, mark_high) < market.mark_above):
            break
        _mark(books, desk, bars.ts[row], low, high, mark_low, mark_high, bars.close[row], bars.mark_close[row])
        row += 1
    at.minutes[0] = row


@inner
def _mark(
    books: Any,
    desk: Any,
    t0: int,
    low: float,
    high: float,
    mark_low: float,
    mark_high: float,
    close: float,
    mark_close: float,
) -> None:
    account = books.account
    tally = books.tally
    market = desk.market
    position = desk.position
    account.minute_ms = t0
    tally.minutes += 1
    if t0 != market.next_bar_ms:
        tally.gap_minutes += (t0 - market.next_bar_ms) // account.interval_ms
    account.clock_ms = market.next_bar_ms = t0 + account.interval_ms
    market.last, market.mark = close, mark_close
    equity = account.wallet
    if position.side != 0:
        position.lowest = min(position.lowest, low)
        position.highest = max(position.highest, high)
        if position.side > 0:
            position.worst_mark = min(position.worst_mark, mark_low)
        else:
            position.worst_mark = max(position.worst_mark, mark_high)
        tally.unprotected_minutes += position.unprotected
        equity += unrealised(position, mark_close)
        if equity > 0.0:
            leverage = position.qty * mark_close / equity
            tally.leverage_sum += leverage
            tally.max_gross_exposure = max(tally.max_gross_exposure, leverage)
    account.equity_low = min(account.equity_low, equity)
    account.equity_high = max(account.equity_high, equity)
