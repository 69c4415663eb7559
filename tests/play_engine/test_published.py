"""What is published beside bars, as rules read it, against a search through all of it at each instant."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.errors import InternalError
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.market import MarketSlice, Readings
from play_engine.play.model import Play
from play_engine.published import LastReadings
from play_engine.rules.expression import Comparison, Reference
from tests.laws.market import published
from tests.laws.performance import chunks
from tests.play_engine.minutes import cuts, minute_bars, slow_bars, with_gaps
from tests.play_engine.plays import make_play, number, ref, watching

BARS = minute_bars(with_gaps(400, seed=3, gaps=5, longest=25, first=2), seed=3)
MARKET = published(BARS, int(BARS.ts[0]), BARS.end_ms)
EXEC_MS = INTERVALS["15m"]


def play_reading(reference: Reference, *, minute_mode: bool) -> Play:
    return make_play("15m", minute_mode=minute_mode, blocks=watching(Comparison(">", reference, number(0))))


def read(
    reference: Reference, market: MarketSlice, at: Sequence[int] = (), *, minute_mode: bool, chunk_rows: int = 64
) -> dict[int, float]:
    """What a rule reads at each instant."""
    engine = Engine(play_reading(reference, minute_mode=minute_mode), base_ms=MINUTE_MS, chunk_rows=chunk_rows)
    rows = engine.timeline.read(reference)
    found: dict[int, float] = {}
    for whole in chunks(market, [0, *sorted(at), len(market)]):
        for piece in engine.chunks(whole):
            engine.advance(piece)
            table = engine.timeline.table
            instants = engine.timeline.ts[table.start : table.stop].tolist()
            found |= dict(zip(instants, rows(table.start, table.stop).tolist(), strict=True))
    return found


def slow_reading(readings: Readings, bars: BarSeries, instant_ms: int, offset: int) -> float:
    """The last reading at or before the instant, or before the close of an earlier exec bar."""
    if offset:
        closes = [bar[0] + EXEC_MS for bar in slow_bars(bars, EXEC_MS) if bar[0] + EXEC_MS <= instant_ms]
        if len(closes) <= offset:
            return np.nan
        instant_ms = closes[-1 - offset]
    known = [
        value for ts, value in zip(readings.ts.tolist(), readings.values.tolist(), strict=True) if ts <= instant_ms
    ]
    return known[-1] if known else np.nan


@settings(max_examples=15, deadline=None)
@given(
    name=st.sampled_from(["funding_rate", "open_interest"]),
    offset=st.integers(0, 3),
    minute_mode=st.booleans(),
    at=cuts(len(BARS)),
)
def test_readings_at_every_instant(name: str, offset: int, minute_mode: bool, at: list[int]) -> None:
    readings = MARKET.funding if name == "funding_rate" else MARKET.open_interest
    found = read(ref(name, offset), MARKET, at, minute_mode=minute_mode, chunk_rows=50)
    assert len(found) > 20
    for instant_ms, value in found.items():
        expected = slow_reading(readings, BARS, instant_ms, offset)
        assert value == expected or (np.isnan(value) and np.isnan(expected)), instant_ms


@pytest.mark.parametrize("offset", [0, 1, 7])
@pytest.mark.parametrize("minute_mode", [False, True])
def test_mark_prices_are_those_of_minutes(offset: int, minute_mode: bool) -> None:
    assert MARKET.mark is not None
    closes = dict(zip((MARKET.mark.ts + MINUTE_MS).tolist(), MARKET.mark.close.tolist(), strict=True))
    for instant_ms, value in read(ref("mark_price", offset), MARKET, [100, 101], minute_mode=minute_mode).items():
        past = [close for ms, close in closes.items() if ms <= instant_ms]
        expected = past[-1 - offset] if len(past) > offset else np.nan
        assert value == expected or (np.isnan(value) and np.isnan(expected))


def test_without_mark_prices_they_are_last_prices() -> None:
    marked = read(ref("mark_price"), MarketSlice(bars=BARS), minute_mode=True)
    assert marked == read(ref("last_price"), MARKET, minute_mode=True)


@pytest.mark.parametrize("name", ["funding_rate", "open_interest"])
@pytest.mark.parametrize("offset", [0, 2])
def test_what_is_not_published_is_missing(name: str, offset: int) -> None:
    found = read(ref(name, offset), MarketSlice(bars=BARS), minute_mode=False)
    assert np.isnan(list(found.values())).all()


def test_marks_for_some_of_the_bars_are_refused() -> None:
    engine = Engine(play_reading(ref("mark_price"), minute_mode=True), base_ms=MINUTE_MS)
    assert MARKET.mark is not None
    with pytest.raises(InternalError, match="for every bar, or for none; found 5 of 1m"):
        engine.process(MarketSlice(bars=BARS, mark=MARKET.mark.rows(0, 5)))


def test_readings_come_once_and_in_order() -> None:
    readings = LastReadings()
    readings.append(Readings(ts=np.array([1, 5]), values=np.array([0.1, 0.5])), 0)
    with pytest.raises(InternalError, match="a reading of 5 follows one of 5"):
        readings.append(Readings(ts=np.array([5, 6]), values=np.array([0.5, 0.6])), 0)


def test_memory_does_not_grow_with_the_readings() -> None:
    readings = LastReadings()
    for ms in range(0, 1_000, 10):
        readings.append(Readings(ts=np.array([ms, ms + 5]), values=np.array([1.0, 2.0])), ms - 1)
        assert len(readings._known) <= 3
    assert readings.at(np.array([994, 995, 2_000])).tolist() == [1.0, 2.0, 2.0]
