import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.venue.market.candle_grid import INTERVAL_CODES, candle_end, candle_ends, candle_start, candle_starts
from exchange.venue.market.candles import Candle
from exchange.venue.market.market import VenueMarket
from play_engine.bars import BarSeries
from play_engine.instants import iso
from tests.exchange.venue.market_scene import BEGIN_MS, HOUR_MS, MINUTE_MS, made_bars, made_market, play

FOREVER_MS = 10**15


def slow_candles(bars: BarSeries, code: str) -> dict[int, tuple[float, ...]]:
    """Open, high, low, close, volume of each candle by its begin, the obvious way."""
    made: dict[int, tuple[float, ...]] = {}
    for row in range(len(bars)):
        start = candle_start(code, int(bars.ts[row]))
        o, h, lo, _, v = made.get(start, (bars.open[row], -np.inf, np.inf, 0.0, 0.0))
        made[start] = o, max(h, bars.high[row]), min(lo, bars.low[row]), bars.close[row], v + bars.volume[row]
    return made


def values(candle: Candle) -> tuple[float, ...]:
    return candle.open, candle.high, candle.low, candle.close, pytest.approx(candle.volume, abs=1e-9)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("5", "2026-01-01T10:35:00Z", "2026-01-01T10:40:00Z"),
        ("720", "2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z"),
        ("D", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("W", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("M", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    ],
)
def test_candles_lie_on_the_grid_of_utc(code: str, start: str, end: str) -> None:
    at_ms = BEGIN_MS + 10 * HOUR_MS + 37 * MINUTE_MS
    begin_ms = candle_start(code, at_ms)
    assert iso(begin_ms) == start
    assert iso(candle_end(code, begin_ms)) == end


@given(st.integers(0, 4_000_000_000_000), st.sampled_from(INTERVAL_CODES))
def test_the_two_ways_to_find_a_candle_agree(at_ms: int, code: str) -> None:
    start = candle_start(code, at_ms)
    assert start <= at_ms < candle_end(code, start)
    assert candle_starts(code, np.array([at_ms])).tolist() == [start]
    assert candle_ends(code, np.array([start])).tolist() == [candle_end(code, start)]


@settings(max_examples=30, deadline=None)
@given(st.integers(300, 599), st.sampled_from(INTERVAL_CODES), st.sampled_from([MINUTE_MS, 10_000]))
def test_candles_are_what_has_been_played_so_far(minutes: int, code: str, step_ms: int) -> None:
    market = made_market(600, step_ms=step_ms, history=300)
    market.skip_to(BEGIN_MS + minutes * MINUTE_MS + step_ms)
    candles = market.candles("BTCUSDT", "last", code, 0, FOREVER_MS, 1000)
    expected = slow_candles(market.played("BTCUSDT", 10_000), code)
    assert [candle.start_ms for candle in candles] == sorted(expected, reverse=True)
    assert all(values(candle) == expected[candle.start_ms] for candle in candles)
    assert all(candle.closed == (candle.end_ms <= market.now_ms) for candle in candles)


def test_nothing_that_comes_later_is_seen() -> None:
    market, other = made_market(seed=1), made_market(seed=1)
    now = market.now_ms
    later = market.tape("BTCUSDT").bars.ts >= now
    for name in ("open", "high", "low", "close", "volume"):
        getattr(other.tape("BTCUSDT").bars, name)[later] *= 3.0
    for code in INTERVAL_CODES:
        assert seen(market, code) == seen(other, code)
    assert market.day("BTCUSDT") == other.day("BTCUSDT")
    assert market.last("BTCUSDT") == other.last("BTCUSDT")


def seen(market: VenueMarket, code: str) -> list[Candle]:
    return market.candles("BTCUSDT", "last", code, 0, FOREVER_MS, 1000)


def test_every_closed_minute_is_the_bar_of_the_tape_to_the_last_bit() -> None:
    market = made_market(400, step_ms=1000, history=300)
    play(market, 600)
    bars = market.tape("BTCUSDT").bars
    candles = market.candles("BTCUSDT", "last", "1", 0, FOREVER_MS, 1000)[::-1]
    assert [candle.volume for candle in candles] == bars.volume[:310].tolist()
    assert [candle.high for candle in candles] == bars.high[:310].tolist()


def test_each_candle_ends_with_one_step() -> None:
    market = made_market(600, history=298)
    ended: list[int] = []
    for _ in range(20):
        play(market, 1)
        ended += [candle.end_ms - BEGIN_MS for candle in market.candles_ended("BTCUSDT", "last", "5")]
    assert ended == [minute * MINUTE_MS for minute in (300, 305, 310, 315)]


def test_a_long_step_ends_several_candles() -> None:
    market = made_market(600, step_ms=5 * MINUTE_MS)
    play(market, 1)
    assert len(market.candles_ended("BTCUSDT", "last", "1")) == 5


def test_the_day_is_that_of_the_last_1440_minutes() -> None:
    market = made_market(2000, history=1700)
    bars = made_bars(2000)
    day = market.day("BTCUSDT")
    assert day is not None
    assert (day.before, day.hour_ago) == (bars.close[259], bars.close[1639])
    assert (day.high, day.low) == (bars.high[260:1700].max(), bars.low[260:1700].min())
    assert day.volume == pytest.approx(bars.volume[260:1700].sum())


def test_premium_is_the_distance_of_the_last_price_from_the_mark_price() -> None:
    market = made_market(600, marked=True)
    tape = market.tape("BTCUSDT")
    assert tape.mark is not None
    newest = market.candles("BTCUSDT", "premium", "1", 0, FOREVER_MS, 1)[0]
    assert newest.open == tape.bars.open[299] / tape.mark.open[299] - 1.0
    assert newest.low <= min(newest.open, newest.close) <= max(newest.open, newest.close) <= newest.high
