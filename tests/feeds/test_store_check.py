"""Damage in a store: each kind is found and named, set aside without loss, and what it held is asked for again."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.gaps import GapSpan
from feeds.partition_facts import METADATA_KEY
from feeds.partitions import SeriesFolder
from feeds.series_locks import writing_series
from feeds.store import CandleStore
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.market import Readings
from tests.feeds.candles import START_MS, read_all, same, walk, without

WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}
FEBRUARY_MS, MARCH_MS = START_MS + 31 * DAY_MS, START_MS + 59 * DAY_MS
# Bars 500 … 519 of February are missing; March has 100.
BARS = without(walk(100 + 28 * 1_440 + 100, start_ms=FEBRUARY_MS - 100 * MINUTE_MS), 600, 620)
HELD = (
    GapSpan(start_ms=FEBRUARY_MS, end_ms=FEBRUARY_MS + 500 * MINUTE_MS, missing_bars=500),
    GapSpan(start_ms=FEBRUARY_MS + 520 * MINUTE_MS, end_ms=MARCH_MS, missing_bars=28 * 1_440 - 520),
)
Spoil = Callable[[Path], None]


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    store = CandleStore(tmp_path)
    store.add([BARS], **WHERE, interval_ms=MINUTE_MS)
    return store


def february(root: Path) -> Path:
    return root / "bybit" / "BTCUSDT" / "1m" / "2023-02.000001.parquet"


def rewritten(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def replaced(table: pa.Table, name: str, row: int, value: Any) -> pa.Table:
    values = table.column(name).to_pylist()
    values[row] = value
    return table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))


def stated(table: pa.Table, **changes: Any) -> pa.Table:
    document = json.loads(table.schema.metadata[METADATA_KEY]) | changes
    return table.replace_schema_metadata({METADATA_KEY: json.dumps(document)})


def with_narrow_volume(table: pa.Table) -> pa.Table:
    place = table.column_names.index("volume")
    return table.set_column(place, "volume", table.column("volume").cast(pa.float32()))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))


SPOILS: list[tuple[str, Spoil, str]] = [
    ("flipped bit", flip, "checksum that was written|cannot be read"),
    ("truncated", lambda path: path.write_bytes(path.read_bytes()[:-50]), "cannot be read as a partition"),
    ("empty", lambda path: path.write_bytes(b""), "cannot be read as a partition"),
    ("no Parquet", lambda path: path.write_bytes(b"PAR1" * 99), "cannot be read as a partition"),
    ("value", lambda path: rewritten(path, lambda table: replaced(table, "close", 9, 1e-9)), "have the checksum"),
    ("column", lambda path: rewritten(path, lambda table: table.drop_columns(["low"])), "cannot be read .*low"),
    ("type", lambda path: rewritten(path, with_narrow_volume), "column volume: found .* of float32"),
    ("rows", lambda path: rewritten(path, lambda table: stated(table, rows=7)), r"states of its rows .* is not so"),
    ("gaps", lambda path: rewritten(path, lambda table: stated(table, gaps=[])), r"states of its rows .* is not so"),
    ("statement", lambda path: rewritten(path, lambda table: stated(table, gaps=[7])), "states of its rows is damaged"),
    (
        "series",
        lambda path: rewritten(path, lambda table: stated(table, series="a/b/1m")),
        "a partition of a/b/1m, not",
    ),
]


@pytest.mark.parametrize(("spoil", "found"), [spoil[1:] for spoil in SPOILS], ids=[spoil[0] for spoil in SPOILS])
def test_damage_is_found_and_set_aside_and_can_be_filled_again(
    store: CandleStore, tmp_path: Path, spoil: Spoil, found: str
) -> None:
    assert store.check().findings == ()
    spoil(february(tmp_path))
    spoiled = february(tmp_path).read_bytes()
    with pytest.raises(DataError, match=r"data repair` sets damaged files aside"):
        store.add([BARS], **WHERE, interval_ms=MINUTE_MS)
    report = store.check()
    damage = [finding for finding in report.findings if finding.damage]
    assert [(finding.path, finding.kind) for finding in damage] == [(february(tmp_path), "damaged")]
    assert re.search(found, damage[0].found)
    assert report.damaged
    assert (report.partitions, report.rows) == (3, 200)
    (repair,) = store.repair()
    assert repair.lost == HELD
    (moved,) = repair.set_aside
    assert moved.path == february(tmp_path)
    assert moved.moved_to == tmp_path / ".quarantine/bybit/BTCUSDT/1m/2023-02.000001.parquet"
    assert moved.moved_to.read_bytes() == spoiled
    assert store.check().findings == ()
    assert [entry.rows for entry in store.series()] == [200]
    lost = [BARS.between(span.start_ms, span.end_ms) for span in repair.lost]
    assert store.add(lost, **WHERE, interval_ms=MINUTE_MS).rows_added == len(BARS) - 200
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)
    assert list(store.repair()) == []


def test_a_flipped_byte_is_found_unless_it_means_nothing(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    store.add([walk(40)], **WHERE, interval_ms=MINUTE_MS)
    path = tmp_path / "bybit" / "BTCUSDT" / "1m" / "2023-01.000001.parquet"
    sound = path.read_bytes()
    footer = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    expected = read_all(store.provider("bybit", MINUTE_MS))[0]
    for at in range(0, footer, 41):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0x40]) + sound[at + 1 :])
        if not store.check().damaged:
            # Some bytes of page headers mean nothing: then the values must be as they were.
            assert same(read_all(store.provider("bybit", MINUTE_MS)), expected)


def test_without_index_and_footer_the_whole_period_is_lost(store: CandleStore, tmp_path: Path) -> None:
    february(tmp_path).write_bytes(b"nothing")
    (february(tmp_path).parent / ".index.json").unlink()
    (repair,) = store.repair()
    assert repair.lost == (GapSpan(start_ms=FEBRUARY_MS, end_ms=MARCH_MS, missing_bars=28 * 1_440),)


def test_an_older_generation_takes_the_place_of_a_damaged_one(tmp_path: Path) -> None:
    store, bars = CandleStore(tmp_path), walk(300)
    store.add([bars.rows(0, 200)], **WHERE, interval_ms=MINUTE_MS)
    folder = tmp_path / "bybit" / "BTCUSDT" / "1m"
    older = (folder / "2023-01.000001.parquet").read_bytes()
    store.add([bars], **WHERE, interval_ms=MINUTE_MS)
    (folder / "2023-01.000001.parquet").write_bytes(older)
    flip(folder / "2023-01.000002.parquet")
    # A writer that does not need the damaged file leaves the older one for the repair.
    store.add([walk(5, start_ms=MARCH_MS)], **WHERE, interval_ms=MINUTE_MS)
    (repair,) = store.repair()
    edge_ms = START_MS + 200 * MINUTE_MS
    assert repair.lost == (GapSpan(start_ms=edge_ms, end_ms=edge_ms + 100 * MINUTE_MS, missing_bars=100),)
    january = list(store.provider("bybit", MINUTE_MS).bars("BTCUSDT", START_MS, FEBRUARY_MS, 1_000))
    assert same(january, bars.rows(0, 200))
    # The same period is damaged once more: what was set aside before is kept as well.
    store.add([bars], **WHERE, interval_ms=MINUTE_MS)
    flip(folder / "2023-01.000002.parquet")
    (again,) = store.repair()
    assert again.set_aside[0].moved_to.name == "2023-01.000002.parquet.1"
    assert len(list((tmp_path / ".quarantine").rglob("*.parquet*"))) == 2


def test_a_series_that_is_being_written_is_left_alone(store: CandleStore, tmp_path: Path) -> None:
    flip(february(tmp_path))
    with writing_series(SeriesFolder(root=tmp_path, **WHERE, interval_ms=MINUTE_MS)):
        (busy,) = store.repair()
    assert "another import writes this series" in busy.busy
    assert february(tmp_path).exists()


def test_readings_and_documents_are_repaired_too(store: CandleStore, tmp_path: Path) -> None:
    ts = START_MS + 8 * 60 * MINUTE_MS * np.arange(50)
    store.add_readings(Readings(ts=ts, values=np.full(50, 1e-4)), **WHERE, kind="funding")
    store.put_instrument(**WHERE, document={"tick_size": "0.1"}, as_of_ms=START_MS)
    folder = tmp_path / "bybit" / "BTCUSDT"
    rewritten(folder / "funding" / "2023.000001.parquet", lambda table: replaced(table, "value", 3, 1.0))
    document = folder / "instrument" / f"{START_MS}.json"
    document.write_text('{"tick_size": ')
    assert sorted(found.path.name for found in store.check().findings if found.damage) == [
        "1672531200000.json",
        "2023.000001.parquet",
    ]
    reports = list(store.repair())
    assert [report.kind for report in reports] == ["funding", "instrument"]
    assert reports[0].lost == (GapSpan(start_ms=int(ts[0]), end_ms=int(ts[-1]) + 1, missing_bars=50),)
    assert [report.set_aside[0].moved_to.exists() for report in reports] == [True, True]
    assert store.check().findings == ()


def test_what_a_dead_writer_left_is_a_note_and_goes(store: CandleStore, tmp_path: Path) -> None:
    left = february(tmp_path).with_name(".2023-02.000002.parquet.tmp")
    left.write_bytes(b"half")
    (finding,) = store.check().findings
    assert (finding.path, finding.kind, finding.damage) == (left, "staged", False)
    (repair,) = store.repair()
    assert (repair.leftovers, repair.set_aside) == (1, ())
    assert store.check().findings == ()


def test_an_index_that_lies_is_found_and_renewed(store: CandleStore, tmp_path: Path) -> None:
    index = february(tmp_path).with_name(".index.json")
    document = json.loads(index.read_text())
    document["partitions"]["2023-02.000001.parquet"]["facts"]["rows"] += 1
    index.write_text(json.dumps(document))
    (finding,) = store.check().findings
    assert (finding.path, finding.kind, finding.damage) == (index, "index", False)
    index.write_text("not JSON")
    assert [finding.kind for finding in store.check().findings] == ["index"]
    assert list(store.repair()) == []
    assert store.check().findings == ()


def test_strangers_are_named_and_left(store: CandleStore, tmp_path: Path) -> None:
    strangers = [
        tmp_path / "notes.txt",
        tmp_path / "bybit" / "readme",
        tmp_path / "bybit" / "BTCUSDT" / "7m",
        tmp_path / "bybit" / "BTCUSDT" / "1m" / "2023.parquet",
    ]
    for path in strangers:
        path.write_text("mine")
    assert [finding.path for finding in store.check().findings] == strangers
    assert list(store.repair()) == []
    assert all(path.exists() for path in strangers)


def test_only_what_is_asked_for(store: CandleStore, tmp_path: Path) -> None:
    store.add([walk(50)], venue="other", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    flip(february(tmp_path))
    assert not store.check(venue="other").damaged
    assert store.check(venue="other").rows == 50
    assert store.check(symbol="ETHUSDT").rows == 0
    assert list(store.repair(venue="other")) == []
    assert store.check(venue="bybit", symbol="BTCUSDT").damaged


def test_what_the_machine_lacks_is_no_damage(store: CandleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pyarrow.parquet.ParquetFile", refused)
    with pytest.raises(PermissionError):
        list(store.repair())
    monkeypatch.undo()
    assert store.check().rows == len(BARS)
