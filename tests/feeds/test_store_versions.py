"""Stores of other versions: newer ones are refused, older ones are read as they are and brought to the present one."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.damaged_file import DamagedFile
from feeds.partition_facts import METADATA_KEY
from feeds.provider import COLUMNS
from feeds.store import CandleStore
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, read_all, same, walk, without

WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}
JANUARY = 31 * 1_440
BARS = without(walk(JANUARY + 500), 1_000, 1_050)


def write_version_1(root: Path, bars: BarSeries) -> Path:
    """A store as the first version wrote it: plain partitions, nothing else."""
    folder = root / "bybit" / "BTCUSDT" / "1m"
    folder.mkdir(parents=True)
    edge = START_MS + JANUARY * MINUTE_MS
    for period, part in (("2023-01", bars.between(0, edge)), ("2023-02", bars.between(edge, 1 << 60))):
        table = pa.table({name: getattr(part, name) for name in COLUMNS})
        pq.write_table(table, folder / f"{period}.000001.parquet")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.parquet"))


def test_version_1_is_read_as_it_is(tmp_path: Path) -> None:
    folder = write_version_1(tmp_path, BARS)
    store = CandleStore(tmp_path)
    provider = store.provider("bybit", MINUTE_MS)
    assert same(read_all(provider, 32_768), BARS)
    assert provider.coverage("BTCUSDT").rows == len(BARS)
    assert [gap.missing_bars for gap in store.series()[0].gaps] == [50]
    assert len(provider.synthetic("BTCUSDT", 0, 1 << 60)) == 0
    report = store.check()
    assert [(finding.kind, finding.damage) for finding in report.findings] == [
        ("old", False),
        ("old", False),
        ("old", False),
        ("index", False),
    ]
    assert all("data migrate" in finding.remedy for finding in report.findings[:3])
    # Reading and checking wrote nothing.
    assert sorted(path.name for path in folder.iterdir()) == names(folder)
    assert not (tmp_path / "store.json").exists()


def test_migrating_writes_everything_anew_once(tmp_path: Path) -> None:
    folder = write_version_1(tmp_path, BARS)
    store = CandleStore(tmp_path)
    assert store.migrate() == 2
    assert names(folder) == ["2023-01.000002.parquet", "2023-02.000002.parquet"]
    assert json.loads((tmp_path / "store.json").read_text()) == {"version": 2}
    assert store.check().findings == ()
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)
    assert store.migrate() == 0
    assert names(folder) == ["2023-01.000002.parquet", "2023-02.000002.parquet"]


def test_a_writer_migrates_what_it_touches(tmp_path: Path) -> None:
    folder = write_version_1(tmp_path, BARS.rows(0, len(BARS) - 100))
    store = CandleStore(tmp_path)
    assert store.add([BARS], **WHERE, interval_ms=MINUTE_MS).rows_added == 100
    assert names(folder) == ["2023-01.000001.parquet", "2023-02.000002.parquet"]
    assert [finding.path.name for finding in store.check().findings] == ["2023-01.000001.parquet"]
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)


def test_an_unsound_partition_gets_no_checksum(tmp_path: Path) -> None:
    folder = write_version_1(tmp_path, BARS)
    path = folder / "2023-02.000001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take([1, 0, *range(2, len(table))]), path)
    store = CandleStore(tmp_path)
    for act in (store.migrate, lambda: store.add([BARS], **WHERE, interval_ms=MINUTE_MS)):
        with pytest.raises(DamagedFile, match=r"2023-02\.000001\.parquet: row 2, column ts: found .* earlier"):
            act()
    assert names(folder) == ["2023-01.000001.parquet", "2023-02.000001.parquet"]
    (repair,) = store.repair()
    # Nobody knows what it held, so all of February is asked for.
    assert [span.missing_bars for span in repair.lost] == [28 * 1_440]


def test_a_partition_in_the_wrong_period_is_damage(tmp_path: Path) -> None:
    folder = write_version_1(tmp_path, BARS)
    (folder / "2023-02.000001.parquet").rename(folder / "2023-03.000001.parquet")
    damage = [finding.found for finding in CandleStore(tmp_path).check().findings if finding.damage]
    assert damage == ["its rows are of 2023-02 to 2023-02, its name says another period"]


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    CandleStore(tmp_path).add([walk(9)], **WHERE, interval_ms=MINUTE_MS)
    (tmp_path / "store.json").write_text('{"version": 3}')
    with pytest.raises(
        DataError, match=r"store\.json: is of version 3; this program knows 1 to 2. Use a newer program"
    ):
        CandleStore(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"version": "2"}', '{"version": 0}', '{"versions": 2}'])
def test_a_damaged_version_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "store.json").write_text(text)
    with pytest.raises(DataError, match=r"store\.json: is"):
        CandleStore(tmp_path)


def test_a_newer_partition_is_refused_and_not_set_aside(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    store.add([walk(9)], **WHERE, interval_ms=MINUTE_MS)
    path = tmp_path / "bybit" / "BTCUSDT" / "1m" / "2023-01.000001.parquet"
    table = pq.read_table(path)
    document = json.loads(table.schema.metadata[METADATA_KEY]) | {"version": 3}
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: json.dumps(document)}), path)
    for act in (store.check, lambda: list(store.repair()), store.series, store.migrate):
        with pytest.raises(DataError, match=r"2023-01\.000001\.parquet: is of version 3"):
            act()
    assert path.exists()
