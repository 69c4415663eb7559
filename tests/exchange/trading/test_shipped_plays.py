"""The Plays that ship trade live, against a venue that replays bars, as in a backtest of those bars."""

from pathlib import Path

import attrs
import pytest

from exchange.instruments import instrument_at_price, known_instrument
from exchange.settings import resolve_settings
from exchange.simulated.setup import Listing, Seat
from play_engine.engine import Engine
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.warmup import Window
from tests.exchange.trading.session import differences, run_live, run_simulated
from tests.laws.market import PLAYS, play_of, whole_market

TABLES = ("trades", "fills", "ledger", "equity", "orders")


def compare(path: Path, days: int) -> int:
    """The trades of the market's last days, after everything before as warm-up; how many there are."""
    of = play_of(path)
    whole = whole_market(of.symbol)
    end_ms = whole.end_ms
    start_ms = end_ms - days * DAY_MS
    intents = Engine(of, base_ms=MINUTE_MS, window=Window(start_ms=start_ms, end_ms=end_ms)).process(whole)
    market = {of.symbol: whole.split(start_ms)[1]}
    instrument = known_instrument(of.symbol, of.account) or instrument_at_price(of.symbol, of.account, 100.0)
    settings = resolve_settings(of, instrument, {})
    listings = [Listing(instrument=instrument, settings=settings)]
    seats = [Seat(instance=of.id, play=of, symbol=of.symbol, settings=settings)]
    session = run_live(listings, seats, market, [intents], start_ms)
    rows, _ = run_simulated(listings, seats, market, [intents], start_ms)
    live = session.account.records()
    live = attrs.evolve(live, equity=live.equity[:-1])
    assert differences(live, rows, *TABLES) == []
    assert live.notes == {number: text for number, text in rows.notes.items() if number in live.notes}
    return len(rows.trades)


@pytest.mark.slow
@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
def test_the_same_trades_over_days(path: Path):
    compare(path, 6)


def test_the_same_trades_of_one_of_them():
    assert compare(next(path for path in PLAYS if path.stem == "band_fade"), 1) > 0
