"""How far prices went while a position was open, worked out when a minute has closed.

A bar says how far, not when. The path through it is the simulator's: with a position the extreme against it comes
first, without one (or if the settings say so) the nearer one; each of the three legs takes a third of the bar.
"""

from collections.abc import Sequence

import attrs

from exchange.trading.state import Books, Desk, Position, Span, Trade

# Beyond rounding, when an instant on the path is cut down to whole ms.
_ROUNDING_MS = 0.001


@attrs.frozen(kw_only=True)
class Bar:
    """The prices of a bar of the last price, its open time and its length in ms."""

    ts: int
    interval_ms: int
    open: float
    high: float
    low: float
    close: float


def follow_path(books: Books, desk: Desk, bar: Bar) -> None:
    """Tell every trade of the minute that has closed which prices it has seen. Begins the next minute.

    What was filled at the very open saw the market there, whatever it has slipped to.
    """
    points = _path(bar, _side_at_open(desk, bar.ts), nearest=desk.listing.settings.intrabar_path == "nearest")
    held = desk.position
    for trade in (*(span.trade for span in desk.spans), *([] if held is None else [held.trade])):
        if trade.entry_ms == bar.ts:
            trade.peak = trade.lowest = trade.highest = bar.open
    for span in desk.spans:
        _see(span.trade, points, span.since_ms, span.until_ms)
        _fold(books, span, bar.open if span.until_ms == bar.ts else span.price)
    if held is not None:
        _see(held.trade, points, held.trade.seen_ms, bar.ts + bar.interval_ms)
        held.trade.seen_ms = max(held.trade.seen_ms, bar.ts + bar.interval_ms)
    desk.side_before = 0 if held is None else held.side
    desk.spans.clear()
    desk.sides.clear()


def end_paths(books: Books, desk: Desk) -> None:
    """The same without a bar: only the prices of fills are known."""
    for span in desk.spans:
        _fold(books, span, span.price)
    desk.side_before = 0 if desk.position is None else desk.position.side
    desk.spans.clear()
    desk.sides.clear()


def best_price(position: Position) -> float:
    """The most favourable price that the position has seen, that of its first fill included."""
    trade = position.trade
    return max(trade.peak, trade.highest) if position.side > 0 else min(trade.peak, trade.lowest)


def _side_at_open(desk: Desk, open_ms: int) -> int:
    side = desk.side_before
    for ts_ms, after in desk.sides:
        side = after if ts_ms <= open_ms else side
    return side


def _path(bar: Bar, side: int, *, nearest: bool) -> Sequence[tuple[int, float]]:
    """The four points of the path, each with the instant at which it is reached."""
    high_first = side < 0
    if side == 0 or nearest:
        high_first = abs(bar.open - bar.high) < abs(bar.open - bar.low)
    prices = (bar.open, bar.high, bar.low, bar.close) if high_first else (bar.open, bar.low, bar.high, bar.close)
    return [(bar.ts + int(k * bar.interval_ms / 3 + _ROUNDING_MS), price) for k, price in enumerate(prices)]


def _see(trade: Trade, points: Sequence[tuple[int, float]], since_ms: int, until_ms: int) -> None:
    """The position has been there from `since_ms` to `until_ms`."""
    opened = points[0][0]
    for ts_ms, price in points:
        from_open = ts_ms == opened and since_ms <= opened < until_ms
        if from_open or since_ms < ts_ms <= until_ms:
            _touch(trade, price)


def _touch(trade: Trade, price: float) -> None:
    trade.lowest = min(trade.lowest, price)
    trade.highest = max(trade.highest, price)


def _fold(books: Books, span: Span, price: float) -> None:
    """Excursions of the path since quantity or entry price last changed; it ends at `price`, where it begins anew."""
    trade, side, entry, qty = span.trade, span.trade.side, span.entry, span.qty
    _touch(trade, price)
    worst, best = (trade.lowest, trade.highest) if side > 0 else (trade.highest, trade.lowest)
    trade.peak = max(trade.peak, best) if side > 0 else min(trade.peak, best)
    trade.mae = max(trade.mae, side * (entry - worst) / entry)
    trade.mfe = max(trade.mfe, side * (best - entry) / entry)
    trade.mae_usdt = max(trade.mae_usdt, side * (entry - worst) * qty)
    trade.mfe_usdt = max(trade.mfe_usdt, side * (best - entry) * qty)
    if span.liquidation > 0.0:
        distance = side * (worst - span.liquidation) / worst
        books.tally["closest_liquidation"] = min(books.tally["closest_liquidation"], distance)
    trade.lowest = trade.highest = price
