"""A live session in plain Python: a trading account in front of a venue account that replays bars."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from exchange.reports import Accepted, Answer, Rejected, Report
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.records import Records
from exchange.simulated.setup import Listing, Seat
from exchange.trading.account import TradingAccount
from exchange.trading.commands import AmendOrder, CancelOrder, Command, MoveStop, SubmitOrder
from exchange.venue.accounts.account import VenueAccount
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice

MINUTE = 60_000
# Columns of a backtest that a live account cannot know, or counts by other numbers.
UNKNOWN = {
    "trades": {"slippage_cost", "ambiguous"},
    "fills": {"order_id", "ref_price", "slippage_cost", "mark_price"},
    "equity": set[str](),
    "ledger": {"order_id"},
    "orders": {"order_id", "parent_id"},
}
# Orders are numbered when they are first heard of, and written when their end is.
ORDERED_BY = ["created_ts", "kind", "qty", "updated_ts"]


class Session:
    """`play` sends what the trading account wants to the venue and tells it everything that comes back."""

    def __init__(self, listings: Sequence[Listing], seats: Sequence[Seat], start_ms: int = 0) -> None:
        deposit = sum(seat.settings.capital_usdt for seat in seats)
        self.account = TradingAccount(listings, seats, start_ms, deposit)
        self.reports: list[Report] = []
        self.venue = VenueAccount(1, listings, start_ms, deposit_usdt=deposit, last={}, publish=self._take)
        self.commands: list[Command] = []
        self.answers: list[Answer] = []

    def _take(self, report: Report) -> None:
        self.reports.append(report)
        self.account.take(report)

    def close(self, market: dict[str, MarketSlice], intents: Sequence[IntentBatch], *, played: bool = True) -> None:
        """One stretch: the venue plays it, the account decides, the venue answers."""
        if played:
            self.venue.advance(market)
        self.send(self.account.close_stretch(market, intents))

    def send(self, commands: Sequence[Command]) -> None:
        """Send commands, each with what follows from it before the next."""
        for command in commands:
            answer = self._ask(command)
            self.commands.append(command)
            self.answers.append(answer)
            self.send(self.account.answered(command, answer))

    def _ask(self, command: Command) -> Answer:
        match command:
            case SubmitOrder():
                return self.venue.submit(command.symbol, command.order, at_once=False)
            case CancelOrder():
                return self.venue.cancel(command.symbol, command.name)
            case AmendOrder():
                return self.venue.amend(command.symbol, command.name, command.changes)
            case MoveStop():
                answer = self.venue.set_trading_stop(command.symbol, command.stop)
                return Accepted() if isinstance(answer, Rejected) and answer.code == 34040 else answer


def run_live(
    listings: Sequence[Listing], seats: Sequence[Seat], market: Any, intents: Any, start_ms: int = 0
) -> Session:
    """A session over whole slices by symbol, bar by bar."""
    session = Session(listings, seats, start_ms)
    symbols = list(market)
    closes = np.unique(np.concatenate([market[symbol].bars.ts for symbol in symbols])) + MINUTE
    rest, due = dict(market), list(intents)
    at = [batch.split(start_ms) for batch in due]
    if any(len(first) for first, _ in at):
        due = [after for _, after in at]
        empty = {symbol: rest[symbol].split(start_ms)[0] for symbol in symbols}
        session.close(empty, [first for first, _ in at], played=False)
    for close_ms in closes.tolist():
        cut = {symbol: rest[symbol].split(close_ms) for symbol in symbols}
        parts = [batch.split(close_ms) for batch in due]
        rest, due = {symbol: later for symbol, (_, later) in cut.items()}, [later for _, later in parts]
        session.close({symbol: now for symbol, (now, _) in cut.items()}, [now for now, _ in parts])
        if session.account.stopped:
            break
    return session


def run_simulated(
    listings: Sequence[Listing], seats: Sequence[Seat], market: Any, intents: Any, start_ms: int = 0
) -> Any:
    """The same by the simulated exchange: its rows, without those of its end, and the exchange."""
    exchange = SimulatedExchange(listings, seats, start_ms)
    rows = exchange.advance(market, intents)
    return rows, exchange


def differences(live: Records, simulated: Records, *tables: str) -> list[str]:
    """Where rows differ by more than 1e-9 of their size."""
    found: list[str] = []
    for table in tables:
        mine, theirs = getattr(live, table), getattr(simulated, table)
        if table == "orders":
            mine, theirs = np.sort(mine, order=ORDERED_BY), np.sort(theirs, order=ORDERED_BY)
        if len(mine) != len(theirs):
            found.append(f"{table}: {len(mine)} rows, not {len(theirs)}")
        for row in range(min(len(mine), len(theirs))):
            found += [
                f"{table}[{row}].{name}: {mine[row][name]}, not {theirs[row][name]}"
                for name in theirs.dtype.names or ()
                if name not in UNKNOWN[table] and not _same(mine[row][name], theirs[row][name])
            ]
    return found


def _same(a: Any, b: Any) -> bool:
    return bool(np.isclose(float(a), float(b), rtol=1e-9, atol=1e-9, equal_nan=True))
