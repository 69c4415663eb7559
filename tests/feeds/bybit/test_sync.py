"""Syncing against a local venue: the store ends up with what the venue has, whatever goes wrong on the way."""

from pathlib import Path

import attrs
import numpy as np
import pytest
import trio

from feeds.bybit.spans import Span
from feeds.partitions import SeriesFolder
from feeds.series_locks import writing_series
from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS
from tests.feeds.bybit.faults import Faults
from tests.feeds.bybit.syncing import EVERYTHING, assert_all_stored, stored_bars, stored_readings, sync
from tests.feeds.bybit.truth import HOLE, LAUNCH_MS, market
from tests.feeds.bybit.venue import Venue
from tests.feeds.candles import START_MS

MARKET = market()
HOLE_SPAN = Span(*(START_MS + row * MINUTE_MS for row in HOLE))


async def test_everything_that_the_venue_has_is_stored(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, kinds=EVERYTHING)
    assert report.sound
    assert report.new_instruments == ("BTCUSDT",)
    assert_all_stored(tmp_path, MARKET)
    gaps = {series.series: series.gaps for series in report.series}
    assert gaps["bybit/BTCUSDT/1m"] == (HOLE_SPAN,)
    assert gaps["bybit/BTCUSDT/mark-1m"] == ()
    assert CandleStore(tmp_path).check().findings == ()


async def test_a_second_sync_asks_only_for_what_is_missing(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    await sync(venue, tmp_path)
    venue.targets.clear()
    report = await sync(venue, tmp_path)
    assert [series.rows for series in report.series] == [0, 0, 0]
    assert report.new_instruments == ()
    asked = [target for target in venue.targets if "/kline" in target]
    # The hole, and nothing else; twice, because an answer may come short.
    assert [venue.targets[target] for target in asked] == [2]
    assert f"start={HOLE_SPAN.start_ms}&end={HOLE_SPAN.end_ms - 1}" in asked[0]


@pytest.mark.parametrize("seed", range(3))
async def test_faults_change_nothing_of_the_result(nursery: trio.Nursery, tmp_path: Path, seed: int) -> None:
    venue = Venue(MARKET, faults=Faults(seed))
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, kinds=EVERYTHING, seed=seed)
    assert report.sound, report
    assert sum(venue.faults.drawn.values()) >= 3
    assert_all_stored(tmp_path, MARKET)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
async def test_many_faults_change_nothing_of_the_result(nursery: trio.Nursery, tmp_path: Path, seed: int) -> None:
    await test_faults_change_nothing_of_the_result(nursery, tmp_path, seed)


@pytest.mark.parametrize(("after_ms", "rows"), [(0, 49), (1_999, 49), (2_000, 50), (59_999, 50)])
async def test_only_bars_that_have_been_closed_for_two_seconds_are_stored(
    nursery: trio.Nursery, tmp_path: Path, after_ms: int, rows: int
) -> None:
    venue = Venue(attrs.evolve(market(rows=50), now_ms=START_MS + 50 * MINUTE_MS + after_ms))
    await venue.serve(nursery)
    await sync(venue, tmp_path, kinds=("last",), end_ms=START_MS + 90 * MINUTE_MS)
    assert len(stored_bars(tmp_path)) == rows


async def test_several_symbols_at_once(nursery: trio.Nursery, tmp_path: Path) -> None:
    symbols = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    markets = [market(symbol, rows=1_100, seed=seed, hole=(40, 45)) for seed, symbol in enumerate(symbols)]
    venue = Venue(*markets, faults=Faults(7, only=("hang_up", "throttled", "twice")))
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, symbols=tuple(venue.markets), kinds=EVERYTHING)
    assert report.sound
    for one in markets:
        assert_all_stored(tmp_path, one)


async def test_both_ends_can_be_extended_later(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    day = [START_MS + row * MINUTE_MS for row in (500, 1_500)]
    await sync(venue, tmp_path, kinds=EVERYTHING, start_ms=day[0], end_ms=day[1])
    assert len(stored_bars(tmp_path)) == 1_000
    await sync(venue, tmp_path, kinds=EVERYTHING)
    assert stored_bars(tmp_path).ts[0] == day[0]
    await sync(venue, tmp_path, kinds=EVERYTHING, start_ms=0)
    assert_all_stored(tmp_path, MARKET)
    assert f"start={LAUNCH_MS - LAUNCH_MS % MINUTE_MS}&" in str(list(venue.targets))


async def test_readings_far_from_those_stored_are_joined_on_to_them(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    ends = [START_MS + row * MINUTE_MS for row in (0, 500, 2_000, 2_600)]
    await sync(venue, tmp_path, kinds=("last", "open_interest"), start_ms=ends[2], end_ms=ends[3])
    await sync(venue, tmp_path, kinds=("last", "open_interest"), start_ms=ends[0], end_ms=ends[1])
    # The stretch between could not be told from one without readings; a hole between bars is found later.
    assert np.array_equal(stored_readings(tmp_path, "open_interest").ts, MARKET.readings["open_interest"].ts)
    assert len(stored_bars(tmp_path)) == 1_100


async def test_a_page_that_stays_wrong_is_told_and_nothing_of_it_is_stored(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    venue = Venue(MARKET, faults=Faults(1, chance=1.0, most=1_000, only=("impossible",)))
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, kinds=("last",))
    (series,) = report.series
    assert not report.sound
    assert series.rows == 0
    assert len(series.refused) == 4
    assert "cannot be true" in series.refused[0].reason
    assert CandleStore(tmp_path).series() == ()


async def test_an_unknown_symbol_fails_alone(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(market(rows=200))
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, symbols=("BTCUSDT", "NOPEUSDT"), kinds=("last",))
    failures = {series.series: series.failure for series in report.series}
    assert "10001: params error" in failures["bybit/NOPEUSDT/instrument"]
    assert failures["bybit/BTCUSDT/1m"] == ""
    assert len(stored_bars(tmp_path)) == 200


async def test_a_venue_that_is_gone_ends_each_series_with_its_reason(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    pages = 0

    def break_down() -> None:
        nonlocal pages
        pages += 1
        if pages == 5:
            venue.faults = Faults(1, chance=1.0, most=10_000, only=("hang_up",))

    venue.on_request = break_down
    report = await sync(venue, tmp_path, kinds=("last",))
    (series,) = report.series
    assert "given up after 8 times" in series.failure
    assert series.rows == len(stored_bars(tmp_path)) > 0
    venue.on_request, venue.faults = (lambda: None), Faults(None)
    assert (await sync(venue, tmp_path, kinds=EVERYTHING)).sound
    assert_all_stored(tmp_path, MARKET)


async def test_a_store_that_takes_nothing_ends_the_series_with_its_reason(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    folder = SeriesFolder(root=tmp_path, venue="bybit", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    with writing_series(folder):
        report = await sync(venue, tmp_path, kinds=("last", "mark"))
    last, mark = report.series
    assert "another import writes this series" in last.failure
    assert (last.rows, mark.rows) == (0, len(MARKET.bars["mark"]) - 1)


async def test_gaps_are_filled_only_when_asked_and_give_way(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    report = await sync(venue, tmp_path, kinds=("last",), fill_gaps=True)
    assert report.series[0].synthetic_rows == HOLE[1] - HOLE[0]
    assert report.series[0].gaps == (HOLE_SPAN,)
    provider = CandleStore(tmp_path).provider("bybit", MINUTE_MS)
    assert provider.coverage("BTCUSDT").gaps == ()
    made = stored_bars(tmp_path).between(HOLE_SPAN.start_ms, HOLE_SPAN.end_ms)
    before = float(stored_bars(tmp_path).between(0, HOLE_SPAN.start_ms).close[-1])
    assert set(made.open) == set(made.high) == set(made.low) == set(made.close) == {before}
    assert set(made.volume) == {0.0}
    assert provider.synthetic("BTCUSDT", 0, 1 << 42).tolist() == made.ts.tolist()
    # When the venue has the bars after all, the next sync takes them.
    found = Venue(market(hole=None))
    await found.serve(nursery)
    report = await sync(found, tmp_path, kinds=("last",))
    assert report.series[0].rows == HOLE[1] - HOLE[0]
    assert provider.synthetic("BTCUSDT", 0, 1 << 42).tolist() == []
    assert set(stored_bars(tmp_path).between(HOLE_SPAN.start_ms, HOLE_SPAN.end_ms).volume) != {0.0}


async def test_an_audit_tells_what_differs_and_changes_nothing(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    await sync(venue, tmp_path, kinds=EVERYTHING)
    report = await sync(venue, tmp_path, kinds=EVERYTHING, audit_windows=3)
    assert report.sound
    assert all(series.audit and series.audit.rows > 0 for series in report.series)
    other = market(seed=1)
    other.bars["last"].close[10] += 0.01
    other.readings["open_interest"].values[3] += 1
    changed = Venue(other)
    await changed.serve(nursery)
    report = await sync(changed, tmp_path, kinds=EVERYTHING, audit_windows=100)
    found = {series.series: series.audit.differences for series in report.series if series.audit}
    (bar,) = found["bybit/BTCUSDT/1m"]
    assert (bar.ts_ms, bar.column) == (START_MS + 10 * MINUTE_MS, "close")
    assert bar.stored == MARKET.bars["last"].close[10]
    assert bar.venue == pytest.approx(bar.stored + 0.01)
    assert [one.column for one in found["bybit/BTCUSDT/open_interest"]] == ["value"]
    assert not report.sound
    assert_all_stored(tmp_path, MARKET)
