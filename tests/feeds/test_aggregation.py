"""Longer bars out of shorter ones: exact, on the grid, never before their time, whatever range is asked for."""

from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.aggregated_provider import AggregatedProvider
from feeds.aggregation import Aggregation
from feeds.provider import COLUMNS, MemoryProvider
from feeds.store import CandleStore
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, INTERVALS, MINUTE_MS, WEEK_MS, floor_to
from play_engine.market import Readings
from play_engine.timeframe import Timeframe
from tests.feeds.candles import EVER, START_MS, read_all, same, walk

WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}
QUARTER_MS = 15 * MINUTE_MS


def kept(bars: BarSeries, rows: list[int]) -> BarSeries:
    return attrs.evolve(bars, **{name: getattr(bars, name)[rows] for name in COLUMNS})


def by_hand(bars: BarSeries, interval_ms: int) -> list[tuple[float, ...]]:
    """Every bucket that begins in the series and is over by its end."""
    buckets: dict[int, list[int]] = {}
    for row, ts in enumerate(bars.ts.tolist()):
        buckets.setdefault(floor_to(ts, interval_ms), []).append(row)
    made: list[tuple[float, ...]] = []
    for start, rows in buckets.items():
        if start < bars.ts[0] or bars.end_ms < start + interval_ms:
            continue
        volume = 0.0
        for row in rows:
            volume += float(bars.volume[row])
        prices = bars.open[rows[0]], bars.high[rows].max(), bars.low[rows].min(), bars.close[rows[-1]]
        made.append((start, *map(float, prices), volume))
    return made


def rows_of(pieces: list[BarSeries]) -> list[tuple[float, ...]]:
    return [row for bars in pieces for row in zip(*(getattr(bars, name).tolist() for name in COLUMNS), strict=True)]


def stored(path: Path, bars: BarSeries, interval_ms: int = QUARTER_MS) -> AggregatedProvider:
    store = CandleStore(path)
    store.add([bars], **WHERE, interval_ms=MINUTE_MS)
    return store.aggregated("bybit", interval_ms)


@settings(max_examples=40)
@given(
    st.integers(0, 40),
    st.sets(st.integers(0, 119), min_size=1),
    st.lists(st.integers(0, 120), max_size=5),
    st.integers(-30, 150),
    st.integers(-30, 150),
    st.integers(1, 7),
)
def test_any_series_any_cut_any_range(
    tmp_path_factory: pytest.TempPathFactory,
    offset: int,
    present: set[int],
    cuts: list[int],
    start: int,
    stop: int,
    chunk_bars: int,
) -> None:
    bars = kept(walk(120, start_ms=START_MS + offset * MINUTE_MS), sorted(present))
    expected = by_hand(bars, QUARTER_MS)
    provider = stored(tmp_path_factory.mktemp("store"), bars)
    span = START_MS + start * MINUTE_MS, START_MS + stop * MINUTE_MS
    pieces = list(provider.bars("BTCUSDT", *span, chunk_bars))
    assert rows_of(pieces) == [row for row in expected if span[0] <= row[0] < span[1]]
    assert all(1 <= len(piece) <= chunk_bars for piece in pieces)
    if expected:
        coverage = provider.coverage("BTCUSDT")
        times = MemoryProvider(read_all(provider)).coverage("BTCUSDT")
        assert coverage == attrs.evolve(times, interval_ms=QUARTER_MS)
    else:
        with pytest.raises(DataError, match="not enough bars for one of 15m"):
            provider.coverage("BTCUSDT")
    # The same minutes in pieces, as they would come from a live feed.
    aggregation, made = Aggregation(MINUTE_MS, QUARTER_MS), list[BarSeries]()
    edges = [0, *sorted(min(cut, len(bars)) for cut in cuts), len(bars)]
    for first, last in pairwise(edges):
        made.append(aggregation.feed(bars.rows(first, last)))
        assert all(row[0] + QUARTER_MS <= bars.rows(0, last).end_ms for row in rows_of(made))
    engine = Timeframe(QUARTER_MS, MINUTE_MS, (), (), lookback=1, capacity=200)
    engine.append(bars)
    assert rows_of(made) == [
        tuple(float(column[row]) for column in (engine.ts, *(engine.columns[name, "value"] for name in COLUMNS[1:])))
        for row in range(engine.table.start, engine.table.stop)
    ]


@pytest.mark.parametrize("name", [name for name in INTERVALS if name != "1m"])
def test_every_interval_is_on_its_grid(tmp_path: Path, name: str) -> None:
    # From a Sunday, over two weeks from Monday.
    interval_ms = INTERVALS[name]
    bars = walk(15 * 1_440 + 7)
    pieces = list(stored(tmp_path, bars, interval_ms).bars("BTCUSDT", *EVER, 10_000))
    assert rows_of(pieces) == by_hand(bars, interval_ms)
    if name == "W":
        assert [int(ts) for ts in pieces[0].ts] == [START_MS + DAY_MS, START_MS + DAY_MS + WEEK_MS]


def test_each_column_alone(tmp_path: Path) -> None:
    bars = walk(100)
    provider = stored(tmp_path, bars)
    whole = read_all(provider)[0]
    for name in COLUMNS:
        pieces = list(provider.column("BTCUSDT", name, *EVER))
        assert np.concatenate(pieces).tobytes() == getattr(whole, name).tobytes()
    assert provider.describe().endswith("(1m of bybit), as bars of 15m")


def test_mark_prices_readings_and_synthetic_bars(tmp_path: Path) -> None:
    store, bars = CandleStore(tmp_path), walk(120)
    store.add([bars], **WHERE, interval_ms=MINUTE_MS, synthetic=bars.ts[[3, 4, 50, 119]])
    provider = store.aggregated("bybit", QUARTER_MS)
    assert list(provider.mark_bars("BTCUSDT", *EVER, 10)) == []
    # The mark price lags behind by a few minutes: its last bar is not whole yet.
    mark = walk(115, seed=3)
    store.add([mark], **WHERE, interval_ms=MINUTE_MS, kind="mark")
    funding = Readings(ts=bars.ts[:3] + 1, values=np.full(3, 1e-4))
    store.add_readings(funding, **WHERE, kind="funding")
    silent = attrs.evolve(mark, volume=np.zeros(115))
    assert rows_of(list(provider.mark_bars("BTCUSDT", *EVER, 2))) == by_hand(silent, QUARTER_MS)
    assert provider.readings("BTCUSDT", "funding", *EVER).ts.tolist() == funding.ts.tolist()
    made = [(int(ts) - START_MS) // QUARTER_MS for ts in provider.synthetic("BTCUSDT", *EVER)]
    assert made == [0, 3, 7]
    assert len(provider.synthetic("BTCUSDT", START_MS + 1, START_MS + 3 * QUARTER_MS)) == 0


def test_what_cannot_be_made(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    with pytest.raises(DataError, match="bars of 5m cannot be made of bars of 3m; allowed are multiples of it"):
        store.aggregated("bybit", INTERVALS["5m"], INTERVALS["3m"])
    with pytest.raises(DataError, match="the store has no such series"):
        store.aggregated("bybit", QUARTER_MS).bars("BTCUSDT", *EVER, 10)


def test_stored_bars_of_that_length_are_the_same_bars(tmp_path: Path) -> None:
    bars = walk(95)
    assert same(list(stored(tmp_path, bars, MINUTE_MS).bars("BTCUSDT", *EVER, 1_000)), bars)
