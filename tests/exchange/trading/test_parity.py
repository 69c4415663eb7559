"""A live session against a venue that replays bars trades as the backtest of those bars does."""

from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from exchange.simulated import codes
from exchange.simulated.setup import Listing, Seat
from play_engine.market import MarketSlice
from play_engine.play.model import Play
from tests.exchange.simulated.sim_driver import INSTRUMENT, batch, settings
from tests.exchange.trading.decided import PLAYS, everything, scene, settlements, walk, whims
from tests.exchange.trading.session import differences, run_live, run_simulated

ALL = {**PLAYS, "everything": everything(PLAYS["market"]), "everything, flips": everything(PLAYS["flips"])}


TABLES = ("trades", "fills", "ledger", "equity", "orders")


def compare(
    of: Play,
    seed: int,
    minutes: int,
    overrides: dict[str, Any] | None = None,
    *,
    gaps: bool = False,
    tables: Sequence[str] = TABLES,
) -> Any:
    """What differs between both, but for the newest equity point, which a backtest holds back until its end."""
    parts = scene(of, seed, minutes, overrides, gaps=gaps)
    session = run_live(*parts)
    rows, exchange = run_simulated(*parts)
    live = session.account.records()
    live = attrs.evolve(live, equity=live.equity[:-1])
    assert len(rows.trades) > 0
    found = differences(live, rows, *tables)
    assert session.account.gate_refusals() == exchange.gate_refusals()
    return found, session, exchange


@pytest.mark.parametrize("name", ALL)
def test_the_same_trades(name: str):
    found, session, exchange = compare(ALL[name], 1, 120)
    assert found == []
    counted, expected = session.account.counters(), exchange.counters()
    skipped = {"ambiguous_minutes", "ambiguous_exits"}
    assert counted.pop("gate_refusals_by_play") == expected.pop("gate_refusals_by_play")
    for name in expected.keys() - skipped:
        assert counted[name] == pytest.approx(expected[name]), name


@pytest.mark.parametrize("name", ["market", "flips", "limit entry", "limit target", "break-even", "bare"])
def test_the_same_trades_where_prices_jump(name: str):
    """But for a stop that the close has passed and the open has not: nobody knows of the open before it is there."""
    assert compare(PLAYS[name], 5, 120, gaps=True, tables=TABLES[:-1])[0] == []


@pytest.mark.parametrize("reaction", ["halt", "flatten"])
@pytest.mark.parametrize("looked_at", ["exec_close", "minute"])
def test_the_same_drawdown_halt(reaction: str, looked_at: str):
    overrides = {"max_drawdown_pct": 0.05, "on_drawdown": reaction, "drawdown_check": looked_at}
    found, session, exchange = compare(PLAYS["limit entry"], 1, 120, overrides)
    assert found == []
    assert session.account.stop_reason == exchange.stop_reason == "max_drawdown"
    assert session.account.stop_ms == exchange.stop_ms > 0


def test_the_same_takeover():
    """Highly leveraged and without a stop: the exchange takes the position, and the Play is halted."""
    of = attrs.evolve(PLAYS["bare"], leverage=100.0)
    found, session, exchange = compare(of, 4, 250)
    # The exchange names an order by which it took the position; the simulator needs none.
    assert found == ["orders: 2 rows, not 1"]
    assert session.account.counters()["liquidations"] == 1
    assert session.account.stop_reason == exchange.stop_reason == "liquidation"


def test_every_command_is_accepted():
    session = compare(ALL["everything, flips"], 1, 100)[1]
    assert {type(answer).__name__ for answer in session.answers} == {"Accepted"}
    links = [command.order.link_id for command in session.commands if hasattr(command, "order")]
    assert len(set(links)) == len(links)


def shared(**overrides: Any) -> Any:
    """Three Plays on one account: two on one symbol, one on another, each with its own decisions."""
    ether = attrs.evolve(INSTRUMENT, symbol="EUSDT", tick_size="0.05", qty_step="0.01", min_qty=0.01)
    plays = [PLAYS["limit entry"], PLAYS["market"], attrs.evolve(PLAYS["limit target"], symbol="EUSDT")]
    of = {"TUSDT": walk(1, 150), "EUSDT": walk(2, 150, symbol="EUSDT", tick=0.05)}
    market = {symbol: MarketSlice(bars=bars, funding=settlements(bars)) for symbol, bars in of.items()}
    chosen = {"allow_shared_symbol": True, **overrides}
    resolved = [settings(one, chosen, ether if one.symbol == "EUSDT" else INSTRUMENT) for one in plays]
    seats = [Seat(instance=f"i{n}", play=one, symbol=one.symbol, settings=resolved[n]) for n, one in enumerate(plays)]
    listings = [Listing(instrument=INSTRUMENT, settings=resolved[0]), Listing(instrument=ether, settings=resolved[2])]
    intents = [batch(whims(n, of[one.symbol])) for n, one in enumerate(plays)]
    return listings, seats, market, intents


@pytest.mark.parametrize("mode", ["isolated", "cross"])
def test_the_same_trades_of_several_plays_with_funding(mode: str):
    parts = shared(margin_mode=mode)
    session, (rows, exchange) = run_live(*parts), run_simulated(*parts)
    live = session.account.records()
    live = attrs.evolve(live, equity=live.equity[:-1])
    assert {int(place) for place in rows.trades["play"]} == {0, 1, 2}
    assert (rows.ledger["reason"] == codes.FUNDING).sum() > 5
    assert differences(live, rows, *TABLES) == []
    assert session.account.gate_refusals() == exchange.gate_refusals()
    assert session.account.gate_refusals()["SYMBOL_OWNED"] > 5
    assert session.account.counters()["gate_refusals_by_play"] == exchange.counters()["gate_refusals_by_play"]
