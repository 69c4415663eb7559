"""Recorded market data, where they are at hand: opened whole, with the gaps that their index states."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feeds.candle_file import CandleFile
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
