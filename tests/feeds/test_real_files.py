"""Recorded market data, where they are at hand: opened whole, with the gaps that their index states."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feeds.candle_file import CandleFile
from feeds.candle_import import open_files, store_files
from feeds.layouts.layout import Said
from feeds.store import CandleStore
from play_engine.errors import DataError
from play_engine.intervals import parse_interval
from tests.feeds.candles import read_all

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data"
INDEX = DATA / "MANIFEST.json"
ENTRIES: list[dict[str, Any]] = json.loads(INDEX.read_text()) if INDEX.exists() else []

pytestmark = pytest.mark.skipif(not ENTRIES, reason=f"no recorded market data at {DATA} (set PLAYHOUSE_SHARED)")


def ms(text: str) -> int:
    return int(np.datetime64(text.removesuffix("Z"), "ms").astype(np.int64))


def entries(*, volume: bool) -> list[Any]:
    """Candle files, or the mark-price files, which have no volume."""
    chosen = [entry for entry in ENTRIES if entry["file"].startswith(("binance", "bybit")) and "interval" in entry]
    return [pytest.param(entry, id=entry["file"]) for entry in chosen if ("_mark_" not in entry["file"]) == volume]


@pytest.mark.parametrize("entry", entries(volume=True))
def test_a_recorded_file_opens_with_the_gaps_of_its_index(entry: dict[str, Any]) -> None:
    file = CandleFile(DATA / entry["file"], entry["symbol"])
    coverage = file.coverage(entry["symbol"])
    assert (coverage.rows, coverage.interval_ms) == (entry["rows"], parse_interval(entry["interval"]))
    assert (coverage.start_ms, coverage.end_ms - coverage.interval_ms) == (ms(entry["first"]), ms(entry["last"]))
    stated = [(ms(gap["from"]), gap["missing_bars"]) for gap in entry.get("gaps", [])]
    assert [(gap.start_ms, gap.missing_bars) for gap in coverage.gaps] == stated


@pytest.mark.parametrize("entry", entries(volume=False))
def test_mark_prices_lack_volume(entry: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="column volume missing"):
        CandleFile(DATA / entry["file"], entry["symbol"])


@pytest.mark.parametrize("entry", entries(volume=False))
def test_mark_prices_are_recognised(entry: dict[str, Any]) -> None:
    file = CandleFile(DATA / entry["file"], entry["symbol"], kind=None)
    assert file.recognition().startswith("read as: table, mark price, ts in ms, ")
    assert file.coverage(entry["symbol"]).rows == entry["rows"]


def symbols_of(entry: dict[str, Any]) -> list[str]:
    named = entry["symbol"]
    return named if isinstance(named, list) else named.split(",")


def named(part: str) -> list[Any]:
    return [pytest.param(entry, id=entry["file"]) for entry in ENTRIES if part in entry["file"]]


@pytest.mark.parametrize("entry", named("funding_"))
def test_funding_rates_come_in_symbol_by_symbol(entry: dict[str, Any], tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    rows = 0
    for symbol in symbols_of(entry):
        opened = open_files([DATA / entry["file"]], symbol, Said())
        assert opened.kind == "funding"
        rows += store_files(opened, store, "v").rows_added
    assert rows == entry["rows"]


def test_recorded_trades_of_two_days_become_whole_minutes(tmp_path: Path) -> None:
    paths = [DATA / entry["file"] for entry in ENTRIES if "ticks/binance" in entry["file"]]
    for kind in ("last", "mark"):
        opened = open_files(paths, "BTCUSDT", Said(kind=kind))
        assert store_files(opened, CandleStore(tmp_path), "binance_usdm").rows_added == 7
    bars = read_all(CandleStore(tmp_path).provider("binance_usdm", 60_000), 100)[0]
    assert bars.ts[0] == ms("2023-04-04T23:59:00")
    assert len(bars) == 7


@pytest.mark.parametrize("entry", named("ticks/bybit"))
def test_recordings_without_a_whole_minute_are_refused(entry: dict[str, Any]) -> None:
    symbol = "XRPUSDT" if "XRPUSDT" in entry["file"] else "LTCUSDT"
    with pytest.raises(DataError, match="the recording has no whole minute with trades in it"):
        open_files([DATA / entry["file"]], symbol, Said())


def test_every_candle_file_goes_into_one_store(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    chosen = [entry for entry in ENTRIES if entry["file"].endswith(".parquet") and "funding" not in entry["file"]]
    for entry in chosen:
        opened = open_files([DATA / entry["file"]], entry["symbol"], Said())
        report = store_files(opened, store, "_".join(entry["file"].split("_")[:2]))
        assert report.rows_added == entry["rows"]
    assert sum(entry.rows for entry in store.series()) == sum(entry["rows"] for entry in chosen)


def test_a_recorded_month_goes_through_the_store(tmp_path: Path) -> None:
    path = DATA / "binance_usdm_SOLUSDT_1m_2023-07.parquet"
    store = CandleStore(tmp_path)
    report = store.import_file(path, venue="binance_usdm", symbol="SOLUSDT")
    assert store.series()[0].rows == report.rows_added == 43_199
    read = read_all(store.provider("binance_usdm", 60_000), 10_000, "SOLUSDT")
    straight = read_all(CandleFile(path, "SOLUSDT"), 10_000, "SOLUSDT")
    for name in ("ts", "open", "high", "low", "close", "volume"):
        pieces = [[getattr(bars, name) for bars in source] for source in (read, straight)]
        assert np.array_equal(np.concatenate(pieces[0]), np.concatenate(pieces[1]))


def test_the_outage_of_march_2023_is_listed_and_stays_a_gap_when_aggregated(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    store.import_file(DATA / "binance_spot_BTCUSDT_1m_2023.parquet", venue="binance", symbol="BTCUSDT")
    (gap,) = store.series()[0].gaps
    assert (gap.start_ms, gap.end_ms, gap.missing_bars) == (ms("2023-03-24T12:40"), ms("2023-03-24T14:00"), 80)
    quarters = store.aggregated("binance", parse_interval("15m"))
    (gap,) = quarters.coverage("BTCUSDT").gaps
    # The bar of 12:30 has its first ten minutes; of those from 12:45 to 14:00 there is nothing.
    assert (gap.start_ms, gap.end_ms, gap.missing_bars) == (ms("2023-03-24T12:45"), ms("2023-03-24T14:00"), 5)
    around = next(quarters.bars("BTCUSDT", ms("2023-03-24T12:30"), ms("2023-03-24T14:15"), 100))
    assert around.ts.tolist() == [ms("2023-03-24T12:30"), ms("2023-03-24T14:00")]
    assert quarters.coverage("BTCUSDT").rows == 365 * 96 - 5


def test_aggregated_bars_are_those_of_the_exchange(tmp_path: Path) -> None:
    """Only this month is at hand from one market in two intervals: elsewhere minutes are another market's than 15m."""
    store = CandleStore(tmp_path)
    for interval in ("5m", "15m"):
        path = DATA / f"bybit_linear_BTCUSDT_{interval}_2025-01.parquet"
        store.import_file(path, venue="bybit", symbol="BTCUSDT")
    quarter_ms = parse_interval("15m")
    own = read_all(store.aggregated("bybit", quarter_ms, parse_interval("5m")), 10_000)
    theirs = read_all(store.provider("bybit", quarter_ms), 10_000)
    assert [len(bars) for bars in (*own, *theirs)] == [2_976, 2_976]
    for name in ("ts", "open", "high", "low", "close"):
        assert np.array_equal(getattr(own[0], name), getattr(theirs[0], name))
    # They add decimals, we add floats: the sums differ by roundings only.
    np.testing.assert_allclose(own[0].volume, theirs[0].volume, rtol=1e-12)
