"""Candle files of every accepted form give the same bars."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from feeds.candle_file import CandleFile
from feeds.gaps import GapSpan
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS
from tests.feeds.candles import START_MS, columns_of, read_all, same, walk, without, write_csv, write_parquet

BARS = without(walk(500), 100, 110)


def as_is(path: Path) -> Path:
    return write_parquet(path.with_suffix(".parquet"), columns_of(BARS))


def as_csv(path: Path) -> Path:
    return write_csv(path.with_suffix(".csv"), columns_of(BARS))


def as_packed_csv(path: Path) -> Path:
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(as_csv(path).read_bytes()))
    return packed


def as_feather(path: Path) -> Path:
    feather.write_feather(pa.table(columns_of(BARS)), str(path.with_suffix(".feather")), chunksize=64)
    return path.with_suffix(".feather")


@pytest.mark.parametrize("write", [as_is, as_csv, as_packed_csv, as_feather])
def test_formats(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    file = CandleFile(write(tmp_path / "bars"), "BTCUSDT")
    assert same(read_all(file), BARS)
    gap = GapSpan(start_ms=START_MS + 100 * 60_000, end_ms=START_MS + 110 * 60_000, missing_bars=10)
    assert file.coverage("BTCUSDT").gaps == (gap,)


def iso(template: str) -> Callable[[int], str]:
    return lambda ms: template.format(np.datetime64(ms // 1_000, "s"))


TIMES: dict[str, Callable[[int], Any]] = {
    "seconds": lambda ms: ms // 1_000,
    "ms": lambda ms: ms,
    "microseconds": lambda ms: ms * 1_000,
    "nanoseconds": lambda ms: ms * 1_000_000,
    "whole floats": float,
    "float seconds": lambda ms: ms / 1_000,
    "iso": iso("{}"),
    "iso UTC": iso("{}Z"),
    "iso offset": iso("{}+00:00"),
    "blank": lambda ms: str(np.datetime64(ms // 1_000, "s")).replace("T", " "),
}


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("convert", TIMES.values(), ids=TIMES)
def test_forms_of_time(tmp_path: Path, convert: Callable[[int], Any], suffix: str) -> None:
    columns = columns_of(BARS)
    columns["ts"] = [convert(ms) for ms in columns["ts"]]
    path = tmp_path / f"bars{suffix}"
    (write_csv if suffix == ".csv" else write_parquet)(path, columns)
    assert same(read_all(CandleFile(path, "BTCUSDT")), BARS)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_timestamp_types(tmp_path: Path, unit: str, zone: str | None) -> None:
    times = pa.array(BARS.ts).cast(pa.timestamp("ms", zone)).cast(pa.timestamp(unit, zone))
    path = write_parquet(tmp_path / "bars.parquet", columns_of(BARS) | {"ts": times})
    assert same(read_all(CandleFile(path, "BTCUSDT")), BARS)


def test_dates_of_daily_bars(tmp_path: Path) -> None:
    bars = walk(40, interval_ms=INTERVALS["D"])
    dates = pa.array(bars.ts).cast(pa.timestamp("ms")).cast(pa.date32())
    path = write_parquet(tmp_path / "bars.parquet", columns_of(bars) | {"ts": dates})
    file = CandleFile(path, "BTCUSDT")
    assert file.coverage("BTCUSDT").interval_ms == INTERVALS["D"]
    assert same(read_all(file), bars)


@pytest.mark.parametrize(
    ("value", "found"),
    [(12_345, "12345"), (1_672_531_200_000_500, "1672531200000500"), ("yesterday", "'yesterday'"), (True, "True")],
)
def test_what_is_no_time(tmp_path: Path, value: Any, found: str) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(BARS) | {"ts": [value] * len(BARS)})
    with pytest.raises(DataError, match=r"row 1, column ts: found .*allowed: an integer or ISO 8601 time") as caught:
        CandleFile(path, "BTCUSDT")
    assert found.lower() in str(caught.value).lower()


@pytest.mark.parametrize("name", ["timestamp", "Open time", "open_time", "date", "datetime", "OPEN-TIME"])
def test_names_of_the_time_column(tmp_path: Path, name: str) -> None:
    columns = columns_of(BARS)
    renamed = {name: columns.pop("ts")} | {key.capitalize(): values for key, values in columns.items()}
    assert same(read_all(CandleFile(write_csv(tmp_path / "bars.csv", renamed), "BTCUSDT")), BARS)


def test_errors_use_the_files_own_names(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    columns["Closing"] = columns.pop("close")
    columns["C"] = [*columns.pop("Closing")[:-1], 1e9]
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match=f"row {len(BARS)}, column C: found 1000000000.0"):
        CandleFile(path, "BTCUSDT")


@pytest.mark.parametrize("name", INTERVALS)
def test_every_interval(tmp_path: Path, name: str) -> None:
    # 2023-01-02 is a Monday, where weeks begin.
    bars = walk(30, start_ms=START_MS + INTERVALS["D"], interval_ms=INTERVALS[name])
    file = CandleFile(write_parquet(tmp_path / "bars.parquet", columns_of(bars)), "BTCUSDT")
    assert file.coverage("BTCUSDT").interval_ms == INTERVALS[name]
    assert same(read_all(file), bars)


def test_narrow_numbers_become_float64(tmp_path: Path) -> None:
    bars = walk(50)
    columns = columns_of(bars) | {"volume": pa.array(np.arange(50), pa.int32()), "extra": ["x"] * 50}
    read = read_all(CandleFile(write_parquet(tmp_path / "bars.parquet", columns), "BTCUSDT"))
    assert read[0].volume.tolist() == [float(n) for n in range(50)]


def test_one_symbol_out_of_several(tmp_path: Path) -> None:
    other = columns_of(walk(490, seed=2))
    mixed = {name: [*values, *other[name]] for name, values in columns_of(BARS).items()}
    mixed["symbol"] = ["BTCUSDT"] * 490 + ["ETHUSDT"] * 490
    order = np.random.default_rng(3).permutation(980)
    order = order[np.argsort(np.array(mixed["ts"])[order], kind="stable")]
    mixed = {name: [values[i] for i in order] for name, values in mixed.items()}
    path = write_parquet(tmp_path / "bars.parquet", mixed, row_group_size=100)
    assert same(read_all(CandleFile(path, "BTCUSDT")), BARS)
    eth = CandleFile(path, "ETHUSDT")
    assert next(eth.bars("ETHUSDT", 0, 1 << 42, 1_000)).close.tolist() == other["close"]
