"""The candle store: rows per second in and out beside plain pyarrow in the same run, the first bar, the list of it."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from benchmarks.market import SYMBOL, VENUE, in_memory, stored_market
from benchmarks.timing import seconds
from feeds.partition_index import INDEX_FILE
from feeds.partitions import EARLIEST_MS, LATEST_MS
from feeds.provider import COLUMNS
from feeds.store import CandleStore
from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS

CHUNK_ROWS = 32_768
YEAR_DAYS = 365
MONTH_ROWS = 44_000
LISTED_DAYS = 5 * 365 + 1
LISTED_SYMBOLS = 50


def store_speed(folder: Path, repeats: int, console: Console) -> None:
    """One table: rows in and out against pyarrow, and what takes how long until something is seen."""
    bars = in_memory(stored_market(folder, YEAR_DAYS))
    table = Table("what", "time", "million rows/s", "times pyarrow", title=f"Candle store, {len(bars):,} minutes")
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        place = Path(temporary)
        plain = place / "plain.parquet"
        pairs = (
            ("write", lambda: _write(place / "store", bars), lambda: _write_plain(plain, bars)),
            ("read all columns", lambda: _read(place / "store"), lambda: _read_plain(plain, COLUMNS)),
            ("read one column", lambda: _read_one(place / "store"), lambda: _read_plain(plain, ("ts", "close"))),
        )
        for name, work, reference in pairs:
            took_s, reference_s = seconds(work, repeats), seconds(reference, repeats)
            rate = f"{len(bars) / took_s / 1e6:.1f}"
            table.add_row(name, f"{took_s * 1e3:.0f} ms", rate, f"{took_s / reference_s:.2f}")
        _write(place / "growing", bars.rows(0, MONTH_ROWS))
        append_s = seconds(lambda: _append_one(place / "growing", bars), repeats)
        table.add_row(f"append one bar to a month of {MONTH_ROWS:,}", f"{append_s * 1e3:.1f} ms", "", "")
        first_s = seconds(lambda: _first(place / "store"), repeats)
        table.add_row("first bar of a year", f"{first_s * 1e3:.1f} ms", "", "")
    for name, took_s in _listing(folder, repeats):
        table.add_row(name, f"{took_s * 1e3:.0f} ms", "", "")
    table.caption = "pyarrow: one file, its defaults, no checks, not forced to the disk; below 1 is faster"
    console.print(table)


def _chunks(bars: BarSeries) -> Iterable[BarSeries]:
    return (bars.rows(first, first + CHUNK_ROWS) for first in range(0, len(bars), CHUNK_ROWS))


def _write(root: Path, bars: BarSeries) -> None:
    shutil.rmtree(root, ignore_errors=True)
    CandleStore(root).add(_chunks(bars), venue=VENUE, symbol=SYMBOL, interval_ms=MINUTE_MS)


def _write_plain(path: Path, bars: BarSeries) -> None:
    pq.write_table(pa.table({name: getattr(bars, name) for name in COLUMNS}), path)


def _read(root: Path) -> int:
    provider = CandleStore(root).provider(VENUE, MINUTE_MS)
    return sum(map(len, provider.bars(SYMBOL, EARLIEST_MS, LATEST_MS, CHUNK_ROWS)))


def _read_one(root: Path) -> int:
    provider = CandleStore(root).provider(VENUE, MINUTE_MS)
    return sum(map(len, provider.column(SYMBOL, "close", EARLIEST_MS, LATEST_MS)))


def _read_plain(path: Path, columns: Iterable[str]) -> int:
    table = pq.read_table(path, columns=list(columns))
    return sum(len(table.column(name).to_numpy()) for name in columns)


def _append_one(root: Path, bars: BarSeries) -> None:
    """Add the bar behind the last one: its month is written anew."""
    rows = CandleStore(root).series()[0].rows
    CandleStore(root).add([bars.rows(rows, rows + 1)], venue=VENUE, symbol=SYMBOL, interval_ms=MINUTE_MS)


def _first(root: Path) -> BarSeries:
    provider = CandleStore(root).provider(VENUE, MINUTE_MS)
    return next(provider.bars(SYMBOL, EARLIEST_MS, LATEST_MS, CHUNK_ROWS))


def _listing(folder: Path, repeats: int) -> Iterable[tuple[str, float]]:
    """Listing many symbols of which each has its own index, and one without: then every file is opened."""
    root = folder / f"store-{LISTED_DAYS}"
    one = stored_market(folder, LISTED_DAYS)
    series = root / VENUE / SYMBOL / "1m"
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        many = Path(temporary)
        for number in range(LISTED_SYMBOLS):
            # A list reads no column, so the same files may serve every symbol.
            shutil.copytree(series, many / VENUE / f"S{number}" / "1m", copy_function=os.link)
        took_s = seconds(lambda: CandleStore(many).series(), repeats)
        yield f"list {LISTED_SYMBOLS} symbols over {LISTED_DAYS // 365} years", took_s
    index = series / INDEX_FILE
    hidden = index.rename(index.with_suffix(".hidden"))
    took_s = seconds(one.series, repeats)
    hidden.rename(index)
    yield "list one of them without its index", took_s
