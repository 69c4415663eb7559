"""Files into the store and out of it again: everything or nothing, and bit for bit."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from feeds.bybit.archive_bars import Trades, bars_of_trades
from feeds.bybit.spans import Span
from feeds.candle_export import write_bars, write_readings
from feeds.candle_file import CandleFile
from feeds.candle_import import open_files, store_files
from feeds.joining import concatenated
from feeds.layouts.layout import Said
from feeds.readings_file import read_readings
from feeds.store import CandleStore
from feeds.trades_bybit import continued
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS
from play_engine.market import Readings
from tests.feeds.archives import binance_klines, bybit_trades, pack_gzip, pack_zip, trade_bars
from tests.feeds.candles import EVER, START_MS, columns_of, read_all, same, walk, write_parquet

BARS = walk(400)
SAID = Said()
RATES = Readings(ts=START_MS + 28_800_000 * np.arange(50), values=np.random.default_rng(4).normal(0, 1e-4, 50))


def stored(store: CandleStore, interval_ms: int = 60_000) -> BarSeries:
    return concatenated(list(store.provider("v", interval_ms).bars("BTCUSDT", *EVER, 1_000)))


def test_files_in_any_order_become_one_series(tmp_path: Path) -> None:
    paths = [
        pack_zip(tmp_path / "b.zip", binance_klines(BARS.rows(100, 250))),
        write_parquet(tmp_path / "c.parquet", columns_of(BARS.rows(250, 400))),
        pack_gzip(tmp_path / "a.csv.gz", binance_klines(BARS.rows(0, 100), header=True)),
    ]
    opened = open_files(paths, "BTCUSDT", SAID)
    assert [Path(path).name for path in opened.recognitions()] == ["a.csv.gz", "b.zip", "c.parquet"]
    store = CandleStore(tmp_path / "store")
    report = store_files(opened, store, "v")
    assert (report.rows_added, report.rows_skipped, report.kind) == (400, 0, "last")
    assert same([stored(store)], BARS)
    assert store_files(open_files(paths, "BTCUSDT", SAID), store, "v").rows_added == 0


def test_files_that_overlap_must_agree(tmp_path: Path) -> None:
    paths = [
        write_parquet(tmp_path / "month.parquet", columns_of(BARS)),
        write_parquet(tmp_path / "day.parquet", columns_of(BARS.rows(40, 60))),
    ]
    store = CandleStore(tmp_path / "store")
    assert store_files(open_files(paths, "BTCUSDT", SAID), store, "v").rows_added == 400
    columns = columns_of(BARS.rows(40, 60))
    columns["volume"][3] += 1.0
    write_parquet(paths[1], columns)
    other = CandleStore(tmp_path / "other")
    with pytest.raises(DataError, match=r"month\.parquet, .*row of 1672533780000 .*column volume: the files differ"):
        store_files(open_files(paths, "BTCUSDT", SAID), other, "v")
    assert other.series() == ()


def test_one_bad_file_keeps_all_of_them_out(tmp_path: Path) -> None:
    bad = columns_of(BARS.rows(300, 400))
    bad["high"][7] = float("nan")
    good = write_parquet(tmp_path / "a.parquet", columns_of(BARS.rows(0, 300)))
    with pytest.raises(DataError, match=r"b\.parquet: row 8, column high"):
        open_files([good, write_parquet(tmp_path / "b.parquet", bad)], "BTCUSDT", SAID)


def test_trades_of_following_days_open_at_the_close_before(tmp_path: Path) -> None:
    day_ms = 86_400_000
    paths = [pack_gzip(tmp_path / f"{day}.csv.gz", bybit_trades(START_MS + day * day_ms)) for day in (0, 1, 2)]
    store = CandleStore(tmp_path / "store")
    store_files(open_files(paths[:2], "BTCUSDT", SAID), store, "v")
    store_files(open_files(paths[2:], "BTCUSDT", SAID), store, "v")
    expected = [trade_bars(START_MS), *(trade_bars(START_MS + day * day_ms, 98.5) for day in (1, 2))]
    assert same([stored(store)], concatenated(expected))
    assert store_files(open_files(paths[1:2], "BTCUSDT", SAID), store, "v").rows_skipped == 1_440


def test_continuing_is_what_knowing_the_close_before_gives() -> None:
    at = START_MS + 90 * 60_000 + np.array([10, 20_000, 70_000, 400_000])
    trades = Trades(ts=at, price=np.array([5.0, 7.0, 6.0, 6.5]), size=np.array([1.0, 0.5, 0.25, 2.0]))
    span = Span(START_MS, START_MS + 86_400_000)
    alone = bars_of_trades(trades, "BTCUSDT", 60_000, span, None)
    for close in (4.0, 5.0, 9.0):
        assert same([continued(alone, close)], bars_of_trades(trades, "BTCUSDT", 60_000, span, close))


def test_kinds_and_intervals_are_not_mixed(tmp_path: Path) -> None:
    last = write_parquet(tmp_path / "last.parquet", columns_of(BARS))
    mark = write_parquet(tmp_path / "mark.parquet", columns_of(BARS))
    hourly = write_parquet(tmp_path / "hourly.parquet", columns_of(walk(30, interval_ms=INTERVALS["1h"])))
    with pytest.raises(DataError, match=r"of several kinds. Found: .*last\.parquet: last; .*mark\.parquet: mark"):
        open_files([last, mark], "BTCUSDT", SAID)
    with pytest.raises(DataError, match=r"of several intervals. Found: .*: 1m; .*hourly\.parquet: 1h"):
        open_files([last, hourly], "BTCUSDT", SAID)
    with pytest.raises(DataError, match="found bars of 1h; asked for 1m"):
        open_files([hourly], "BTCUSDT", SAID, 60_000)


def test_a_single_bar_needs_its_interval(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "one.parquet", columns_of(walk(1, interval_ms=INTERVALS["1h"])))
    with pytest.raises(DataError, match=r"found one row only.*or pass --interval"):
        open_files([path], "BTCUSDT", SAID)
    assert open_files([path], "BTCUSDT", SAID, INTERVALS["1h"]).interval_ms == INTERVALS["1h"]
    late = write_parquet(tmp_path / "late.parquet", columns_of(walk(1, start_ms=START_MS + 60_000)))
    with pytest.raises(DataError, match="allowed: open times on the 1h grid"):
        open_files([late], "BTCUSDT", SAID, INTERVALS["1h"])


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".csv.gz", ".feather"])
@pytest.mark.parametrize("kind", ["last", "mark"])
def test_bars_come_back_bit_for_bit(tmp_path: Path, suffix: str, kind: str) -> None:
    rough = attrs.evolve(BARS, close=BARS.low + (BARS.high - BARS.low) / 3.0, volume=BARS.volume / 7.0)
    path = tmp_path / f"bars-{kind}{suffix}"
    assert write_bars(path, [rough.rows(0, 150), rough.rows(150, 400)], kind) == 400
    expected = rough if kind == "last" else attrs.evolve(rough, volume=np.zeros(400))
    back = CandleFile(path, "BTCUSDT", kind=None)
    assert back.layout.kind == kind
    assert same(read_all(back), expected)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".feather"])
@pytest.mark.parametrize("kind", ["funding", "open_interest"])
def test_readings_come_back_bit_for_bit(tmp_path: Path, suffix: str, kind: str) -> None:
    values = RATES.values if kind == "funding" else np.abs(RATES.values) * 1e9
    path = tmp_path / f"readings{suffix}"
    write_readings(path, Readings(ts=RATES.ts, values=values), kind)
    back = read_readings(path, "BTCUSDT", kind).readings
    assert (back.ts.tobytes(), back.values.tobytes()) == (RATES.ts.tobytes(), values.tobytes())


def test_funding_of_several_files(tmp_path: Path) -> None:
    paths = [tmp_path / "b-funding.csv", tmp_path / "a-funding.parquet"]
    write_readings(paths[0], RATES.after(int(RATES.ts[20]) - 1, 1 << 60), "funding")
    write_readings(paths[1], RATES.after(0, int(RATES.ts[25])), "funding")
    store = CandleStore(tmp_path / "store")
    report = store_files(open_files(paths, "BTCUSDT", SAID), store, "v")
    assert (report.rows_added, report.interval_ms, report.kind) == (50, 0, "funding")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"unknown kind of file; allowed: \.parquet, \.csv"):
        write_bars(tmp_path / "bars.xlsx", [BARS], "last")

    def broken() -> object:
        yield BARS
        raise DataError("the source broke off")

    with pytest.raises(DataError, match="broke off"):
        write_bars(tmp_path / "bars.csv", broken(), "last")
    assert list(tmp_path.iterdir()) == []


def test_zips_that_are_no_table(tmp_path: Path) -> None:
    two = pack_zip(tmp_path / "two.zip", "x", ("a.csv", "b.csv"))
    with pytest.raises(DataError, match=r"found in the zip: a\.csv, b\.csv; allowed: one \.csv file"):
        CandleFile(two, "BTCUSDT")
    (tmp_path / "no.zip").write_bytes(b"no zip at all")
    with pytest.raises(DataError, match=r"no\.zip: cannot be read as a CSV file"):
        CandleFile(tmp_path / "no.zip", "BTCUSDT")
    packed = pack_gzip(tmp_path / "cut.csv.gz", binance_klines(BARS))
    packed.write_bytes(packed.read_bytes()[:-900])
    with pytest.raises(DataError, match=r"cut\.csv\.gz: cannot be read as a CSV file"):
        CandleFile(packed, "BTCUSDT")
