"""The candle store: what goes in comes out, again and again, and never half."""

from collections.abc import Callable
from pathlib import Path

import attrs
import duckdb
import pytest

from feeds.damaged_file import DamagedFile
from feeds.gaps import GapSpan
from feeds.partitions import SeriesFolder
from feeds.series_locks import writing_series
from feeds.store import CandleStore, SeriesEntry
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS, MINUTE_MS
from tests.feeds.candles import EVER, START_MS, columns_of, read_all, same, walk, without, write_parquet

MONTH = 31 * 1_440
# Three months of hours would be one partition; of minutes they are three.
BARS = without(walk(MONTH + 28 * 1_440 + 100), 50_000, 50_080)
WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}


def add(store: CandleStore, bars: BarSeries) -> tuple[int, int]:
    report = store.add([bars], **WHERE, interval_ms=bars.interval_ms)
    return report.rows_added, report.rows_skipped


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def test_round_trip_over_three_months(tmp_path: Path) -> None:
    store = CandleStore(tmp_path / "store")
    report = store.import_file(write_parquet(tmp_path / "bars.parquet", columns_of(BARS)), **WHERE)
    assert (report.rows_added, report.rows_skipped) == (len(BARS), 0)
    folder = tmp_path / "store" / "bybit" / "BTCUSDT" / "1m"
    assert sorted(path.name for path in folder.glob("*.parquet")) == [
        f"2023-0{month}.000001.parquet" for month in (1, 2, 3)
    ]
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)


def test_importing_again_changes_no_byte(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    add(store, BARS)
    before = snapshot(tmp_path)
    assert add(store, BARS) == (0, len(BARS))
    assert snapshot(tmp_path) == before


def test_overlapping_pieces_in_any_order_make_one_series(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    assert add(store, BARS.rows(60_000, len(BARS))) == (len(BARS) - 60_000, 0)
    assert add(store, BARS.rows(0, 30_000)) == (30_000, 0)
    assert add(store, BARS.rows(20_000, 70_000)) == (30_000, 20_000)
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)


def test_a_gap_can_be_filled_later(tmp_path: Path) -> None:
    whole = walk(300)
    store = CandleStore(tmp_path)
    add(store, without(whole, 100, 120))
    assert [gap.missing_bars for gap in store.series()[0].gaps] == [20]
    assert add(store, whole.rows(90, 130)) == (20, 20)
    assert store.series()[0].gaps == ()
    assert same(read_all(store.provider("bybit", MINUTE_MS)), whole)


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_a_bar_that_differs_is_refused_and_nothing_is_written(tmp_path: Path, column: str) -> None:
    store = CandleStore(tmp_path)
    # The store lacks January; the conflict is in March, so January would be written first.
    add(store, BARS.rows(60_000, len(BARS)))
    before = snapshot(tmp_path)
    other = getattr(BARS, column).copy()
    at = len(BARS) - 3
    other[at] += {"high": 0.125, "volume": 1.0}.get(column, -0.125 if column == "low" else 0.03125)
    with pytest.raises(DataError) as caught:
        add(store, attrs.evolve(BARS, **{column: other}))
    text = str(caught.value)
    assert f"row {BARS.ts[at]} (2023-03-01T" in text
    assert f"column {column}: the store has {float(getattr(BARS, column)[at])!r}" in text
    assert f"the new data {float(other[at])!r}. Nothing was written." in text
    assert snapshot(tmp_path) == before
    assert list(tmp_path.rglob("*.tmp")) == []


def test_bars_that_are_no_series_are_refused(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    bars = walk(10)
    with pytest.raises(DataError, match=r"new bar 6, column ts: found .* a duplicate of the row before") as caught:
        store.add([bars.rows(0, 5), bars.rows(4, 10)], **WHERE, interval_ms=MINUTE_MS)
    assert "BTCUSDT/1m" in str(caught.value)
    with pytest.raises(DataError, match="was given bars of BTCUSDT, 1m"):
        store.add([bars], **WHERE, interval_ms=INTERVALS["5m"])
    assert store.series() == ()


@pytest.mark.parametrize("venue", ["", "..", "a/b", ".hidden", "spot "])
def test_names_that_cannot_be_folders(tmp_path: Path, venue: str) -> None:
    with pytest.raises(DataError, match="allowed are letters, digits"):
        CandleStore(tmp_path).add([walk(3)], venue=venue, symbol="BTCUSDT", interval_ms=MINUTE_MS)


def test_series_lists_what_is_there(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    assert store.series() == ()
    bars = without(walk(100), 10, 12)
    hours = walk(50, interval_ms=INTERVALS["1h"])
    store.add([bars], **WHERE, interval_ms=MINUTE_MS)
    store.add([hours], **WHERE, interval_ms=INTERVALS["1h"])
    store.add([attrs.evolve(bars, symbol="ETHUSDT")], venue="binance", symbol="ETHUSDT", interval_ms=MINUTE_MS)
    gap = GapSpan(start_ms=START_MS + 10 * MINUTE_MS, end_ms=START_MS + 12 * MINUTE_MS, missing_bars=2)
    minutes = SeriesEntry(
        venue="bybit",
        symbol="BTCUSDT",
        kind="last",
        interval_ms=MINUTE_MS,
        rows=98,
        first_ms=START_MS,
        last_ms=START_MS + 99 * MINUTE_MS,
        synthetic_rows=0,
        gaps=(gap,),
    )
    assert store.series() == (
        attrs.evolve(minutes, venue="binance", symbol="ETHUSDT"),
        minutes,
        attrs.evolve(minutes, interval_ms=INTERVALS["1h"], rows=50, last_ms=int(hours.ts[-1]), gaps=()),
    )


def test_hours_and_days_lie_in_years(tmp_path: Path) -> None:
    days = walk(800, interval_ms=INTERVALS["D"])
    store = CandleStore(tmp_path)
    add(store, days)
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == [
        f"{year}.000001.parquet" for year in (2023, 2024, 2025)
    ]
    provider = store.provider("bybit", INTERVALS["D"])
    assert same(list(provider.bars("BTCUSDT", int(days.ts[300]), int(days.ts[790]), 64)), days.rows(300, 790))


def test_what_a_crash_left_is_passed_over_and_cleared(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    bars = walk(200)
    add(store, bars.rows(0, 100))
    folder = tmp_path / "bybit" / "BTCUSDT" / "1m"
    left_over = folder / ".2023-01.000002.parquet.tmp"
    left_over.write_bytes((folder / "2023-01.000001.parquet").read_bytes()[:500])
    (folder / ".2023-02.000001.parquet.tmp").write_bytes(b"PAR1")
    assert same(read_all(store.provider("bybit", MINUTE_MS)), bars.rows(0, 100))
    assert add(store, bars) == (100, 100)
    assert not left_over.exists()
    assert same(read_all(store.provider("bybit", MINUTE_MS)), bars)


def test_a_damaged_partition_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    add(store, walk(100))
    partition = tmp_path / "bybit" / "BTCUSDT" / "1m" / "2023-01.000001.parquet"
    partition.write_bytes(partition.read_bytes()[:900])
    with pytest.raises(
        DataError,
        match=r"01\.000001\.parquet: cannot be read as a partition: .* `supervisor.py data repair` sets damaged files",
    ):
        read_all(store.provider("bybit", MINUTE_MS))
    with pytest.raises(DataError, match=r"2023-01\.000001\.parquet: cannot be read as a partition"):
        add(store, walk(100))


def test_a_foreign_partition_out_of_order_is_found_not_sorted(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    add(store, walk(100))
    columns = columns_of(walk(100))
    for values in columns.values():
        values[40], values[41] = values[41], values[40]
    write_parquet(tmp_path / "bybit" / "BTCUSDT" / "1m" / "2023-01.000001.parquet", columns)
    with pytest.raises(DataError, match="bar 2023-01-01T00:40:00Z stands behind bar 2023-01-01T00:41:00Z"):
        read_all(store.provider("bybit", MINUTE_MS))


def test_a_range_opens_only_the_partitions_it_needs(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    add(store, BARS)
    folder = tmp_path / "bybit" / "BTCUSDT" / "1m"
    (folder / "2023-01.000001.parquet").write_bytes(b"damaged")
    (folder / "2023-03.000001.parquet").write_bytes(b"damaged")
    february = list(store.provider("bybit", MINUTE_MS).bars("BTCUSDT", int(BARS.ts[MONTH]), int(BARS.ts[-100]), 9_999))
    assert same(february, BARS.rows(MONTH, len(BARS) - 100))


def test_two_writers_of_one_series_do_not_meet(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    folder = SeriesFolder(root=tmp_path, venue="bybit", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    with writing_series(folder), pytest.raises(DataError, match="another import writes this series"):
        add(store, walk(10))
    assert add(store, walk(10)) == (10, 0)


def test_a_stream_goes_on_while_its_partitions_are_replaced(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    add(store, BARS.rows(100, 60_000))
    stream = store.provider("bybit", MINUTE_MS).bars("BTCUSDT", *EVER, 5_000)
    pieces = [next(stream)]
    for stop in (60_010, len(BARS) - 5, len(BARS)):
        add(store, BARS.rows(0, stop))
    # January, which the stream reads, and February, which it comes to, were written anew and their files deleted.
    files = [path.name for path in sorted(tmp_path.rglob("2023-0[12]*.parquet"))]
    assert files == ["2023-01.000002.parquet", "2023-02.000003.parquet"]
    pieces += stream
    march_ms = START_MS + 59 * 1_440 * MINUTE_MS
    assert same(pieces, BARS.rows(100, len(BARS)).between(0, march_ms))


def test_what_was_replaced_is_deleted_once_its_successor_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, bars = CandleStore(tmp_path), walk(300)

    def generations(stop: int) -> list[str]:
        add(store, bars.rows(0, stop))
        return [path.name for path in sorted(tmp_path.rglob("*.parquet"))]

    assert generations(100) == ["2023-01.000001.parquet"]
    assert generations(200) == ["2023-01.000002.parquet"]
    broken = DamagedFile(tmp_path, "a disk that forgets")
    monkeypatch.setattr("feeds.partition_check.sound_rows", raises(broken))
    assert generations(300) == ["2023-01.000002.parquet", "2023-01.000003.parquet"]
    monkeypatch.undo()
    assert generations(300) == ["2023-01.000003.parquet"]


def raises(error: Exception) -> Callable[..., None]:
    def raising(*_: object) -> None:
        raise error

    return raising


def test_anybody_can_query_the_partitions(tmp_path: Path) -> None:
    add(CandleStore(tmp_path), BARS)
    query = "SELECT count(*), min(ts), max(ts), sum(volume) FROM read_parquet(?)"
    files = str(tmp_path / "bybit" / "BTCUSDT" / "1m" / "*.parquet")
    rows, first, last, volume = duckdb.sql(query, params=[files]).fetchall()[0]
    assert (rows, first, last) == (len(BARS), BARS.ts[0], BARS.ts[-1])
    assert volume == pytest.approx(BARS.volume.sum())


@pytest.mark.parametrize("survived", range(4))
def test_a_writer_that_dies_while_publishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int) -> None:
    store = CandleStore(tmp_path)
    add(store, BARS.rows(100, 1_000))
    rename, renames = Path.replace, iter(range(9))

    def dying(self: Path, target: Path) -> Path:
        if next(renames) == survived:
            raise KeyboardInterrupt
        return rename(self, target)

    # Three partitions get their names, then the index.
    monkeypatch.setattr(Path, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        add(store, BARS)
    monkeypatch.undo()
    assert not store.check().damaged
    months = [900, 31 * 1_440, (31 + 28) * 1_440 - 80, len(BARS)]
    assert store.series()[0].rows == months[survived]
    assert add(store, BARS) == (len(BARS) - months[survived], months[survived])
    assert same(read_all(store.provider("bybit", MINUTE_MS), 32_768), BARS)
    assert store.check().findings == ()
    assert len(list(tmp_path.rglob("*.parquet"))) == 3
