"""Bars out of the venue's files of trades, and the files themselves."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
import trio

from exchange.bybit.errors import WrongAnswer
from feeds.bybit.archive_bars import bars_of_trades, read_trades
from feeds.bybit.spans import Span
from feeds.store import CandleStore
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS
from tests.feeds.bybit.syncing import stored_bars, sync
from tests.feeds.bybit.truth import market
from tests.feeds.bybit.venue import Venue
from tests.feeds.candles import START_MS

DAY = Span(START_MS, START_MS + DAY_MS)
HEADER = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,RPI"
# Time in seconds after the start of the day, price, size.
TRADES = [
    (60.5, 100.5, 0.1),
    (61.0, 101.0, 0.2),
    (61.0, 99.5, 0.3),
    (119.9999, 100.0, 0.1),
    (240.0, 102.0, 0.7),
]


def file_of(trades: list[tuple[float, float, float]], *, symbol: str = "BTCUSDT", day_ms: int = START_MS) -> bytes:
    lines = [
        f"{day_ms / 1e3 + seconds:.4f},{symbol},Buy,{size},{price},PlusTick,x,1e6,0.1,10,0"
        for seconds, price, size in trades
    ]
    return gzip.compress("\n".join([HEADER, *lines, ""]).encode())


def rows(file: bytes, close_before: float | None, minutes: int = 6) -> list[tuple[float, ...]]:
    trades = read_trades(io.BytesIO(file), "BTCUSDT", DAY)
    span = Span(START_MS, START_MS + minutes * MINUTE_MS)
    bars = bars_of_trades(trades, "BTCUSDT", MINUTE_MS, span, close_before)
    minute = ((bars.ts - START_MS) // MINUTE_MS).tolist()
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return list(zip(minute, *(column.tolist() for column in columns), strict=True))


EXPECTED = [
    (0, 98.0, 98.0, 98.0, 98.0, 0.0),
    (1, 98.0, 101.0, 98.0, 100.0, 0.7),
    (2, 100.0, 100.0, 100.0, 100.0, 0.0),
    (3, 100.0, 100.0, 100.0, 100.0, 0.0),
    (4, 100.0, 102.0, 100.0, 102.0, 0.7),
    (5, 102.0, 102.0, 102.0, 102.0, 0.0),
]


def test_bars_open_at_the_close_before_and_are_flat_without_trades() -> None:
    # The volume of minute 1 is 0.7 exactly: added as float64 it would be 0.7000000000000001.
    assert rows(file_of(TRADES), 98.0) == EXPECTED


def test_without_a_close_before_the_first_trade_begins() -> None:
    assert rows(file_of(TRADES), None) == [(1, 100.5, 101.0, 99.5, 100.0, 0.7), *EXPECTED[2:]]
    assert rows(file_of([]), None) == []
    assert [row[4] for row in rows(file_of([]), 98.0)] == [98.0] * 6


def test_files_that_are_newest_first_give_the_same_bars() -> None:
    assert rows(file_of(TRADES[::-1]), 98.0) == EXPECTED


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (file_of(TRADES)[:-9], "cannot be read as trades"),
        (b"not gzip", "cannot be read as trades"),
        (gzip.compress(b"time,price\n1,2\n"), "cannot be read as trades.*timestamp"),
        (file_of([*TRADES, (300.0, -1.0, 1.0)]), "price or size"),
        (file_of([*TRADES, (300.0, 1.0, 0.0)]), "price or size"),
        (file_of([*TRADES, (86_400.0, 1.0, 1.0)]), "not of 2023-01-01"),
        (file_of(TRADES, symbol="ETHUSDT"), "other symbols than BTCUSDT"),
        (gzip.compress(f"{HEADER}\n,BTCUSDT,Buy,1,1,,,,,,\n".encode()), "without a time"),
    ],
    ids=["truncated", "no_gzip", "columns", "price", "size", "other_day", "other_symbol", "no_time"],
)
def test_a_file_that_cannot_be_true_is_refused(file: bytes, said: str) -> None:
    with pytest.raises(WrongAnswer, match=said):
        read_trades(io.BytesIO(file), "BTCUSDT", DAY)


def trades_of_day(seed: int) -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(30, 86_400 - 30, 3_000)).round(3)
    prices = (100 + np.cumsum(rng.normal(0, 0.1, 3_000))).round(2)
    return list(zip(times.tolist(), prices.tolist(), rng.integers(1, 900, 3_000) / 1e3, strict=True))


async def test_days_of_the_archive_become_bars_of_the_store(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(market(rows=2 * 1_440 + 100))
    await venue.serve(nursery)
    days = [trades_of_day(seed) for seed in (1, 2)]
    for number, trades in enumerate(days):
        path = f"/trading/BTCUSDT/BTCUSDT2023-01-0{number + 1}.csv.gz"
        venue.files[path] = file_of(trades, day_ms=START_MS + number * DAY_MS)
    report = await sync(venue, tmp_path, kinds=("last",), source="archive")
    assert report.sound
    bars = stored_bars(tmp_path)
    assert bars.end_ms == START_MS + 2 * DAY_MS
    assert np.array_equal(bars.open[1:], bars.close[:-1])
    assert bars.close[-1] == days[1][-1][1]
    assert bars.volume.sum() == pytest.approx(sum(size for trades in days for _, _, size in trades))
    # The second day alone: its open is the close of the day before, out of that day's file.
    other = tmp_path / "other"
    await sync(venue, other, kinds=("last",), source="archive", start_ms=START_MS + DAY_MS)
    assert np.array_equal(stored_bars(other).open, bars.open[bars.ts >= START_MS + DAY_MS])


async def test_a_damaged_file_is_fetched_again_and_told_in_the_end(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(market(rows=1_440))
    await venue.serve(nursery)
    path = "/trading/BTCUSDT/BTCUSDT2023-01-01.csv.gz"
    venue.files[path] = file_of(TRADES)[:-9]
    report = await sync(venue, tmp_path, kinds=("last",), source="archive")
    assert venue.targets[path] == 4
    assert "cannot be read as trades" in report.series[0].refused[0].reason
    assert CandleStore(tmp_path).series() == ()


async def test_only_minutes_of_the_last_price_come_from_the_archive(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(market(rows=10))
    await venue.serve(nursery)
    with pytest.raises(DataError, match="the archive has trades"):
        await sync(venue, tmp_path, kinds=("mark",), source="archive")
    with pytest.raises(DataError, match="the archive has trades"):
        await sync(venue, tmp_path, interval_ms=5 * MINUTE_MS, source="archive")
