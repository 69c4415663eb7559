"""What instances on one account must agree on, and the run that they share."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from actors.account import PreparedAccount
from actors.instance import Instance
from actors.preparing import InstanceRefused, prepare_account, prepare_accounts
from actors.run_window import earliest_start
from feeds.provider import MemoryProvider
from feeds.store import CandleStore
from play_engine.errors import ConfigError, DataError, Gap
from play_engine.intervals import DAY_MS
from play_engine.market import MarketSlice
from tests.exchange.test_listed_instruments import document
from tests.feeds.candles import without
from tests.laws.market import PLAYS, START_MS, play_of, whole_market

NAMED = {path.stem: path for path in PLAYS}
BTC, ETH = play_of(NAMED["ema_cross"]), play_of(NAMED["rsi_reversion"])


def provider_of(*markets: MarketSlice) -> MemoryProvider:
    return MemoryProvider(
        [market.bars for market in markets],
        mark=[market.mark for market in markets if market.mark is not None],
        funding={market.symbol: market.funding for market in markets},
        open_interest={market.symbol: market.open_interest for market in markets},
    )


FEEDS = {"memory": provider_of(whole_market(BTC.symbol), whole_market(ETH.symbol))}


def instance(id_: str, play: Any = BTC, **fields: Any) -> Instance:
    return Instance(id=id_, play=play, feed=fields.pop("feed", "memory"), account="shared", **fields)


def prepared(*instances: Instance, feeds: Any = FEEDS) -> PreparedAccount:
    return prepare_account("shared", instances, feeds)


def refused(*instances: Instance, feeds: Any = FEEDS) -> InstanceRefused:
    with pytest.raises(InstanceRefused) as caught:
        prepared(*instances, feeds=feeds)
    return caught.value


def test_the_run_begins_when_the_last_has_warmed_up_and_ends_with_the_first_data_to_end() -> None:
    shorter = MarketSlice(bars=whole_market(ETH.symbol).bars.between(0, START_MS + 20 * DAY_MS))
    feeds = {"memory": FEEDS["memory"], "eth": provider_of(shorter)}
    account = prepared(instance("btc"), instance("eth", ETH, feed="eth"), feeds=feeds)
    starts = [earliest_start(play, START_MS) for play in (BTC, ETH)]
    assert account.window.start_ms == max(starts)
    assert account.window.end_ms == START_MS + 20 * DAY_MS
    assert [one.window for one in account.instances] == [account.window] * 2
    assert (account.play_id, [traded.feed for traded in account.symbols]) == ("shared", ["memory", "eth"])


def test_a_window_of_one_holds_for_all() -> None:
    start_ms = START_MS + 10 * DAY_MS
    account = prepared(instance("btc"), instance("eth", ETH, start_ms=start_ms))
    assert account.window.start_ms == start_ms
    assert account.instances[0].feed_from_ms < start_ms


def test_an_account_of_one_is_named_after_its_play() -> None:
    alone = attrs.evolve(instance("btc"), account="")
    (account,) = prepare_accounts([alone], FEEDS)
    assert (account.name, account.play_id) == ("btc", BTC.id)


@pytest.mark.parametrize(
    ("second", "path", "text"),
    [
        (instance("b", ETH, overrides={"latency_ms": 5}), "settings.latency_ms", "0, as in a"),
        (instance("b", ETH, overrides={"margin_mode": "cross"}), "settings.margin_mode", "isolated, as in a"),
        (instance("b"), "symbol", "allow_shared_symbol = true"),
        (instance("b", ETH, overrides={"leverage": 1_000}), "settings.leverage", "at most"),
        (instance("b", ETH, start_ms=START_MS + 11 * DAY_MS), "settings.window", "2024-01-11"),
    ],
)
def test_the_second_of_two_that_disagree_is_refused(second: Instance, path: str, text: str) -> None:
    error = refused(instance("a", start_ms=START_MS + 10 * DAY_MS), second)
    assert error.instance == "b"
    assert isinstance(error.error, ConfigError)
    (problem,) = error.error.problems
    assert problem.path == path
    assert text in problem.text()


def test_a_shared_symbol_needs_leave_and_one_leverage() -> None:
    leave = {"allow_shared_symbol": True}
    account = prepared(instance("a", overrides=leave), instance("b", overrides=leave))
    assert [traded.symbol for traded in account.symbols] == [BTC.symbol]
    error = refused(instance("a", overrides=leave), instance("b", overrides={**leave, "leverage": 9}))
    assert "leverage belongs to BTCUSDT" in str(error)
    other = attrs.evolve(BTC, account=attrs.evolve(BTC.account, maintenance_margin_rate=0.02))
    error = refused(instance("a", overrides=leave), instance("b", other, overrides=leave))
    assert "the maintenance margin of ema_cross" in str(error)


def test_an_account_has_so_many_seats() -> None:
    error = refused(*(instance(f"a{number}", overrides={"allow_shared_symbol": True}) for number in range(65)))
    assert error.instance == "a64"
    assert "at most 64 instances an account" in str(error)


@pytest.mark.parametrize(
    ("feed", "text"),
    [
        ("again", "a symbol of an account has one feed, so b cannot have it from again"),
        ("coarse", "b brings 15m bars to account shared, a 1m bars"),
        ("early", "its instances have no time in common"),
    ],
)
def test_data_that_do_not_go_together(feed: str, text: str) -> None:
    eth = whole_market(ETH.symbol).bars
    coarse = attrs.evolve(eth.rows(0, 100), interval_ms=900_000, ts=START_MS + 900_000 * eth.ts[:100].argsort())
    feeds = {
        "memory": FEEDS["memory"],
        "again": provider_of(whole_market(BTC.symbol)),
        "coarse": MemoryProvider([coarse]),
        "early": MemoryProvider([eth.rows(0, 1_000)]),
    }
    error = refused(instance("a"), instance("b", BTC if feed == "again" else ETH, feed=feed), feeds=feeds)
    assert isinstance(error.error, DataError)
    assert text in str(error)


def test_what_one_lacks_is_its_own_fault() -> None:
    error = refused(instance("a", accept_unsettled=True), instance("b", ETH, start_ms=START_MS))
    assert error.instance == "b"
    assert isinstance(error.error, Gap)


def test_mark_prices_are_used_for_all_symbols_or_for_none() -> None:
    btc, eth = whole_market(BTC.symbol), whole_market(ETH.symbol)
    assert prepared(instance("a"), instance("b", ETH)).marked
    assert eth.mark is not None
    holed = attrs.evolve(eth, mark=without(eth.mark, 40_000, 40_001))
    account = prepared(instance("a"), instance("b", ETH), feeds={"memory": provider_of(btc, holed)})
    assert not account.marked
    assert list(account.unmarked) == [ETH.symbol]


def test_readings_are_there_if_somebody_reads_them() -> None:
    (traded,) = prepared(instance("a")).symbols
    assert list(traded.readings) == ["funding"]
    assert traded.readings["funding"].ts[0] <= traded.feed_from_ms
    (traded,) = prepared(instance("a", overrides={"funding": "off"})).symbols
    assert traded.readings == {}


def test_a_gap_of_more_than_a_day_is_refused_unless_it_is_accepted() -> None:
    day = DAY_MS // 60_000
    bars = whole_market(BTC.symbol).bars
    for missing, is_refused in ((day, False), (day + 1, True)):
        feeds = {"memory": provider_of(MarketSlice(bars=without(bars, 20 * day, 20 * day + missing)))}
        if is_refused:
            error = refused(instance("a"), feeds=feeds).error
            assert isinstance(error, Gap)
            assert "more than a day" in str(error)
            assert "accept gaps" in str(error)
        assert prepared(instance("a", accept_gaps=is_refused), feeds=feeds).window.end_ms == bars.end_ms


def test_the_instrument_is_the_one_that_the_feed_knows(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    bars = whole_market(BTC.symbol).bars
    store.add([bars], venue="bybit", symbol=BTC.symbol, interval_ms=60_000)
    feeds = {"memory": store.provider("bybit", 60_000)}
    assert prepared(instance("a"), feeds=feeds).instances[0].instrument.source == "built-in filters"
    store.put_instrument("bybit", BTC.symbol, document(tick_size="0.50"), START_MS)
    store.put_instrument("bybit", BTC.symbol, document(tick_size="0.20"), bars.end_ms + DAY_MS)
    instrument = prepared(instance("a"), feeds=feeds).instances[0].instrument
    assert instrument.tick_size == "0.50"
    assert instrument.source.startswith("bybit, as of ")
    assert [tier.limit for tier in instrument.tiers] == [2e6, 4e6]
