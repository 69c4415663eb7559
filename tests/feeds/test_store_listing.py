"""Listing the store: from the index and from footers alike, and without reading a column."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from feeds.store import CandleStore
from play_engine.intervals import DAY_MS, MINUTE_MS
from tests.feeds.candles import START_MS, walk, without

WHERE = {"venue": "bybit", "symbol": "BTCUSDT", "interval_ms": MINUTE_MS}
# A gap inside a month, one over its end, and one of more than a month.
BARS = without(without(without(walk(100 * 1_440), 100, 110), 31 * 1_440 - 5, 31 * 1_440 + 5), 60_000, 110_000)


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    store = CandleStore(tmp_path / "store")
    store.add([BARS], **WHERE)
    return store


def expected_gaps() -> list[tuple[int, int]]:
    steps = np.diff(BARS.ts) // MINUTE_MS
    at = np.flatnonzero(steps > 1)
    return [(int(BARS.ts[i]) + MINUTE_MS, int(steps[i]) - 1) for i in at]


def test_gaps_within_and_between_partitions(store: CandleStore) -> None:
    (entry,) = store.series()
    assert [(gap.start_ms, gap.missing_bars) for gap in entry.gaps] == expected_gaps()
    assert (entry.rows, entry.missing_bars) == (len(BARS), 100 * 1_440 - len(BARS))
    assert (entry.first_ms, entry.last_ms) == (START_MS, START_MS + 100 * DAY_MS - MINUTE_MS)


@pytest.mark.parametrize("index", ["removed", "damaged", "of other files"])
def test_without_a_usable_index_it_says_the_same(store: CandleStore, tmp_path: Path, index: str) -> None:
    before = store.series()
    file = tmp_path / "store" / "bybit" / "BTCUSDT" / "1m" / ".index.json"
    if index == "removed":
        file.unlink()
    elif index == "damaged":
        file.write_text('{"version": 2, "partitions": {"2023-01.000001.parquet": 7}}')
    else:
        shutil.copytree(tmp_path / "store", tmp_path / "copy", copy_function=shutil.copy)
        store = CandleStore(tmp_path / "copy")
    assert store.series() == before


def test_it_opens_nothing_that_the_index_knows(store: CandleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.series()

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a partition was opened")

    monkeypatch.setattr("pyarrow.parquet.ParquetFile", refused)
    assert store.series() == before
    assert store.provider("bybit", MINUTE_MS).coverage("BTCUSDT").gaps == before[0].gaps


def test_growing_brings_the_index_along(store: CandleStore, tmp_path: Path) -> None:
    more = walk(103 * 1_440).rows(100 * 1_440, 103 * 1_440)
    store.add([more], **WHERE)
    assert store.check().findings == ()
    assert store.series()[0].rows == len(BARS) + len(more)
    # A file that somebody takes away is no longer counted, whatever the index says.
    folder = tmp_path / "store" / "bybit" / "BTCUSDT" / "1m"
    for path in folder.glob("2023-04*.parquet"):
        path.unlink()
    assert store.series()[0].last_ms == START_MS + 90 * DAY_MS - MINUTE_MS
