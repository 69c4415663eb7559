import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from play_engine.errors import DataError
from tests.exchange.venue.market_scene import (
    BEGIN_MS,
    HOUR_MS,
    MINUTE_MS,
    instrument,
    made_bars,
    made_market,
    play,
    readings,
)


def with_gap(first: int, last: int) -> Tape:
    bars = made_bars(60)
    kept = np.concatenate([np.arange(first), np.arange(last, 60)])
    columns = {name: getattr(bars, name)[kept] for name in ("ts", "open", "high", "low", "close", "volume")}
    return Tape(instrument=instrument(), bars=attrs.evolve(bars, **columns))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([1000, 5000, 20_000, MINUTE_MS, 3 * MINUTE_MS]), st.booleans())
def test_the_steps_are_the_tape_again(step_ms: int, marked: bool) -> None:
    market = made_market(309, step_ms=step_ms, history=300, marked=marked)
    pieces = []
    while (slices := market.next_step()) is not None:
        pieces.append(slices["BTCUSDT"])
    assert market.ended
    assert market.now_ms == market.end_ms
    tape = market.tape("BTCUSDT")
    for series, played in [
        (tape.bars, [piece.bars for piece in pieces]),
        *([(tape.mark, [piece.mark for piece in pieces])] if tape.mark is not None else []),
    ]:
        parts = max(1, MINUTE_MS // step_ms)
        high = np.concatenate([bars.high for bars in played]).reshape(-1, parts).max(axis=1)
        close = np.concatenate([bars.close for bars in played]).reshape(-1, parts)[:, -1]
        assert np.array_equal(high, series.high[300:])
        assert np.array_equal(close, series.close[300:])


def test_readings_come_with_the_step_that_ends_at_or_after_them_and_once() -> None:
    market = made_market(600, history=60)
    assert market.now_ms == BEGIN_MS + HOUR_MS
    funded: list[int] = []
    while (slices := market.next_step()) is not None:
        rates = slices["BTCUSDT"].funding
        assert all(market.before_ms < ts <= market.now_ms for ts in rates.ts)
        funded += rates.ts.tolist()
    assert funded == [BEGIN_MS + 3 * HOUR_MS, BEGIN_MS + 5 * HOUR_MS]


@pytest.mark.parametrize("step_ms", [1000, MINUTE_MS])
def test_a_minute_that_the_market_lacks_is_a_step_without_bars(step_ms: int) -> None:
    market = VenueMarket([with_gap(30, 33)], step_ms, start_ms=BEGIN_MS)
    steps = MINUTE_MS // step_ms
    lengths = []
    while (slices := market.next_step()) is not None:
        lengths.append(len(slices["BTCUSDT"]))
    assert lengths == [1] * (30 * steps) + [0] * (3 * steps) + [1] * (27 * steps)


def test_the_last_price_stays_where_nothing_is_traded() -> None:
    market = VenueMarket([with_gap(30, 33)], 1000, start_ms=BEGIN_MS)
    play(market, 30 * 60)
    close = market.tape("BTCUSDT").bars.close[29]
    play(market, 90)
    assert market.last("BTCUSDT") == close


def test_prices_at_the_start_are_those_of_the_last_bar_before_it() -> None:
    market = made_market(600, marked=True)
    tape = market.tape("BTCUSDT")
    assert tape.mark is not None
    assert (market.last("BTCUSDT"), market.mark("BTCUSDT")) == (tape.bars.close[299], tape.mark.close[299])


def test_without_history_the_price_is_the_first_open() -> None:
    market = made_market(600, history=0)
    assert market.last("BTCUSDT") == market.tape("BTCUSDT").bars.open[0]


def test_the_start_is_rounded_up_to_the_grid_of_the_bars() -> None:
    tape = Tape(instrument=instrument(), bars=made_bars(60))
    assert VenueMarket([tape], 1000, start_ms=BEGIN_MS + 1).now_ms == BEGIN_MS + MINUTE_MS
    assert VenueMarket([tape], 5 * MINUTE_MS, start_ms=BEGIN_MS + 1).now_ms == BEGIN_MS + 5 * MINUTE_MS


def test_long_bars_are_divided_into_minutes_of_which_candles_are_made() -> None:
    bars = made_bars(10, interval_ms=HOUR_MS)
    market = VenueMarket([Tape(instrument=instrument(), bars=bars)], 1000, start_ms=BEGIN_MS + HOUR_MS)
    play(market, 90)
    candles = market.candles("BTCUSDT", "last", "60", 0, 10**15, 10)
    assert (candles[1].high, candles[1].volume, candles[1].closed) == (bars.high[0], bars.volume[0], True)
    assert len(market.candles("BTCUSDT", "last", "1", 0, 10**15, 1000)) == 62


@pytest.mark.parametrize("step_ms", [1000, MINUTE_MS])
def test_a_replay_that_goes_on_somewhere_shows_what_one_that_came_there_shows(step_ms: int) -> None:
    played, skipped = made_market(600, step_ms=step_ms, marked=True), made_market(600, step_ms=step_ms, marked=True)
    play(played, 125)
    skipped.skip_to(played.now_ms)
    for symbol in played.symbols:
        assert played.day(symbol) == skipped.day(symbol)
        assert played.mark(symbol) == skipped.mark(symbol)
        assert played.open_candle(symbol, "last", "D") == skipped.open_candle(symbol, "last", "D")
    one, other = played.next_step(), skipped.next_step()
    assert one is not None
    assert other is not None
    assert one["BTCUSDT"].bars.close.tolist() == other["BTCUSDT"].bars.close.tolist()


@pytest.mark.parametrize("off_ms", [-MINUTE_MS, 601 * MINUTE_MS, 30_000])
def test_a_replay_stands_nowhere_but_on_a_step_of_its_tapes(off_ms: int) -> None:
    market = made_market(600)
    with pytest.raises(ValueError, match="cannot stand at"):
        market.skip_to(BEGIN_MS + off_ms)


def test_what_does_not_fit_is_refused() -> None:
    tape = Tape(instrument=instrument(), bars=made_bars(60))
    with pytest.raises(DataError, match="steps of 7000 ms do not fit"):
        VenueMarket([tape], 7000, start_ms=BEGIN_MS)
    with pytest.raises(DataError, match="BTCUSDT in bars of 60000 ms, BTCUSDT"):
        VenueMarket([tape, tape], MINUTE_MS, start_ms=BEGIN_MS)
    with pytest.raises(DataError, match="would begin at"):
        VenueMarket([tape], MINUTE_MS, start_ms=BEGIN_MS + 60 * MINUTE_MS)
    with pytest.raises(DataError, match="needs symbols"):
        VenueMarket([], MINUTE_MS, start_ms=BEGIN_MS)


def test_the_parts_of_a_tape_must_belong_together() -> None:
    with pytest.raises(DataError, match="came with the instrument ETHUSDT"):
        Tape(instrument=instrument("ETHUSDT"), bars=made_bars(5))
    with pytest.raises(DataError, match="no bars to replay"):
        Tape(instrument=instrument(), bars=made_bars(5).rows(0, 0))
    with pytest.raises(DataError, match="4 mark bars do not stand beside 5 bars"):
        Tape(instrument=instrument(), bars=made_bars(5), mark=made_bars(4))


def test_several_symbols_move_together() -> None:
    other = made_bars(40, symbol="ETHUSDT", begin_ms=BEGIN_MS + 20 * MINUTE_MS, ticks_per=100.0)
    tapes = [
        Tape(instrument=instrument(), bars=made_bars(60), funding=readings(0.0001, every_ms=HOUR_MS)),
        Tape(instrument=instrument("ETHUSDT"), bars=other),
    ]
    market = VenueMarket(tapes, MINUTE_MS, start_ms=BEGIN_MS + 10 * MINUTE_MS)
    lengths = []
    while (slices := market.next_step()) is not None:
        lengths.append((len(slices["BTCUSDT"]), len(slices["ETHUSDT"])))
    assert lengths == [(1, 0)] * 10 + [(1, 1)] * 40


@pytest.mark.parametrize("most", [1, 7, 31, 60, 100_000])
def test_what_has_been_played_is_asked_for_by_its_number_of_rows(most: int) -> None:
    market = made_market(600, step_ms=10_000, history=300)
    for _ in range(8):
        rows = market.played("BTCUSDT", most)
        assert len(rows) == min(most, (market.now_ms - BEGIN_MS) // 10_000)
        assert rows.end_ms == market.now_ms
        play(market, 1)
