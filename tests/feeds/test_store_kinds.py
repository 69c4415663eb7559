"""What the store has beside bars of the last price: mark prices, readings, instruments."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from feeds.store import CandleStore
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, INTERVALS, MINUTE_MS
from play_engine.market import NO_READINGS, Readings
from tests.feeds.candles import EVER, START_MS, read_all, same, walk

WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}
BARS = walk(100)
MARK = attrs.evolve(walk(90, seed=2), volume=np.full(90, np.pi))
FUNDING = Readings(ts=START_MS + DAY_MS // 3 * np.arange(1_200), values=np.linspace(-1e-4, 1e-4, 1_200))


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    store = CandleStore(tmp_path)
    store.add([BARS], **WHERE, interval_ms=MINUTE_MS)
    return store


def test_mark_prices_lie_beside_last_prices(store: CandleStore) -> None:
    provider = store.provider("bybit", MINUTE_MS)
    assert list(provider.mark_bars("BTCUSDT", *EVER, 10)) == []
    assert provider.mark_coverage("BTCUSDT") is None
    report = store.add([MARK], **WHERE, interval_ms=MINUTE_MS, kind="mark")
    assert (report.kind, report.rows_added) == ("mark", 90)
    pieces = list(provider.mark_bars("BTCUSDT", *EVER, 10))
    assert [len(piece) for piece in pieces] == [10] * 9
    assert same(pieces, attrs.evolve(MARK, volume=np.zeros(90)))
    assert same(read_all(provider), BARS)
    coverage = provider.mark_coverage("BTCUSDT")
    assert coverage is not None
    assert (coverage.rows, coverage.end_ms) == (90, START_MS + 90 * MINUTE_MS)
    # Whatever stood for the volume says nothing, so it is no difference either.
    again = store.add([attrs.evolve(MARK, volume=np.ones(90))], **WHERE, interval_ms=MINUTE_MS, kind="mark")
    assert (again.rows_added, again.rows_skipped) == (0, 90)
    assert list(provider.mark_bars("BTCUSDT", START_MS + 95 * MINUTE_MS, EVER[1], 10)) == []


def test_readings_come_back_from_both_years(store: CandleStore, tmp_path: Path) -> None:
    report = store.add_readings(FUNDING, **WHERE, kind="funding")
    assert (report.kind, report.interval_ms, report.rows_added) == ("funding", 0, 1_200)
    names = sorted(path.name for path in (tmp_path / "bybit" / "BTCUSDT" / "funding").glob("*.parquet"))
    assert names == ["2023.000001.parquet", "2024.000001.parquet"]
    provider = store.provider("bybit", MINUTE_MS)
    read = provider.readings("BTCUSDT", "funding", *EVER)
    assert read.ts.tobytes() == FUNDING.ts.tobytes()
    assert read.values.tobytes() == FUNDING.values.tobytes()
    start, end = int(FUNDING.ts[1_000]), int(FUNDING.ts[1_150])
    part = provider.readings("BTCUSDT", "funding", start, end)
    assert (int(part.ts[0]), int(part.ts[-1]), len(part)) == (start, int(FUNDING.ts[1_149]), 150)


def test_readings_grow_at_both_ends_and_only_once(store: CandleStore) -> None:
    def given(start: int, stop: int) -> tuple[int, int]:
        part = Readings(ts=FUNDING.ts[start:stop], values=FUNDING.values[start:stop])
        report = store.add_readings(part, **WHERE, kind="open_interest")
        return report.rows_added, report.rows_skipped

    assert given(500, 600) == (100, 0)
    assert given(400, 550) == (100, 50)
    assert given(590, 700) == (100, 10)
    assert given(400, 700) == (0, 300)
    read = store.provider("bybit", MINUTE_MS).readings("BTCUSDT", "open_interest", *EVER)
    assert read.ts.tolist() == FUNDING.ts[400:700].tolist()


def test_a_reading_that_differs_is_refused(store: CandleStore) -> None:
    store.add_readings(FUNDING, **WHERE, kind="funding")
    values = FUNDING.values.copy()
    values[7] += 1e-9
    with pytest.raises(DataError, match=r"row \d+ \(2023-01-03T08:00:00Z\), column value: the store has"):
        store.add_readings(Readings(ts=FUNDING.ts, values=values), **WHERE, kind="funding")


@pytest.mark.parametrize(
    ("ts", "values", "message"),
    [
        ([1, 1], [0.0, 0.0], r"new reading 2, column ts: found .* a duplicate of the row before"),
        ([2, 1], [0.0, 0.0], r"new reading 2, column ts: found .* earlier than the row before"),
        ([1, 2], [0.0, np.nan], r"new reading 2, column value: found NaN or nothing; allowed: finite numbers"),
    ],
)
def test_readings_that_are_no_series(store: CandleStore, ts: list[int], values: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        store.add_readings(Readings(ts=np.array(ts), values=np.array(values)), **WHERE, kind="funding")
    assert store.provider("bybit", MINUTE_MS).readings("BTCUSDT", "funding", *EVER) is NO_READINGS


def test_what_there_is_not(store: CandleStore) -> None:
    provider = store.provider("bybit", MINUTE_MS)
    assert provider.readings("BTCUSDT", "open_interest", *EVER) is NO_READINGS
    assert len(provider.synthetic("BTCUSDT", *EVER)) == 0
    with pytest.raises(ValueError, match="'premium' is no kind of reading; allowed: funding, open_interest"):
        provider.readings("BTCUSDT", "premium", *EVER)
    for ask in (
        lambda: provider.readings("ETHUSDT", "funding", *EVER),
        lambda: provider.synthetic("ETHUSDT", *EVER),
        lambda: provider.mark_bars("ETHUSDT", *EVER, 10),
        lambda: provider.coverage("ETHUSDT"),
    ):
        with pytest.raises(DataError, match="the store has no such series"):
            ask()


@pytest.mark.parametrize(
    ("kind", "interval_ms", "message"),
    [("index", MINUTE_MS, "allowed are last, mark, funding"), ("mark", 0, "allowed are 1m"), ("funding", 1, "give 0")],
)
def test_kinds_that_do_not_fit(store: CandleStore, kind: str, interval_ms: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        store.add([BARS], **WHERE, interval_ms=interval_ms, kind=kind)


def test_instruments_are_dated(store: CandleStore) -> None:
    first = {"tick_size": "0.10", "tiers": [{"limit": "2000000", "m": "0.005"}]}
    second = {"tick_size": "0.10", "tiers": [{"limit": "1000000", "m": "0.005"}]}
    assert store.instrument("bybit", "BTCUSDT") is None
    assert store.put_instrument("bybit", "BTCUSDT", first, START_MS)
    # What still holds is not kept again.
    assert not store.put_instrument("bybit", "BTCUSDT", first, START_MS + DAY_MS)
    assert store.put_instrument("bybit", "BTCUSDT", second, START_MS + 2 * DAY_MS)
    assert store.instrument("bybit", "BTCUSDT") == second
    assert store.instrument("bybit", "BTCUSDT", START_MS + 2 * DAY_MS - 1) == first
    assert store.instrument("bybit", "BTCUSDT", START_MS - 1) is None
    assert store.instruments() == {("bybit", "BTCUSDT"): [START_MS, START_MS + 2 * DAY_MS]}
    assert store.instruments(symbol="ETHUSDT") == {}
    with pytest.raises(DataError, match="the store has another document of 2023-01-01T00:00:00Z"):
        store.put_instrument("bybit", "BTCUSDT", second, START_MS)
    assert store.instrument("bybit", "BTCUSDT", START_MS) == first


def test_series_lists_every_kind_in_order(store: CandleStore) -> None:
    store.add([walk(30, interval_ms=INTERVALS["1h"])], **WHERE, interval_ms=INTERVALS["1h"], kind="mark")
    store.add([MARK], **WHERE, interval_ms=MINUTE_MS, kind="mark")
    store.add_readings(FUNDING, **WHERE, kind="funding")
    store.put_instrument("bybit", "BTCUSDT", {}, START_MS)
    found = [(entry.kind, entry.interval_ms, entry.rows) for entry in store.series("bybit", "BTCUSDT")]
    assert found == [
        ("last", MINUTE_MS, 100),
        ("mark", MINUTE_MS, 90),
        ("mark", INTERVALS["1h"], 30),
        ("funding", 0, 1_200),
    ]
    assert store.series("binance") == ()
