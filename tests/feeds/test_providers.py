"""What every DataProvider owes its callers, tested on all of them."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from feeds.candle_file import CandleFile
from feeds.file_market import FileMarket
from feeds.pattern_market import PatternMarket
from feeds.provider import COLUMNS, DataProvider, MemoryProvider
from feeds.store import CandleStore
from feeds.synthetic import SyntheticMarket
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from play_engine.market import READING_KINDS, Readings
from tests.feeds.candles import EVER, START_MS, columns_of, read_all, same, walk, without, write_csv, write_parquet

DAY = 1_440
FEBRUARY_MS = START_MS + 31 * DAY * MINUTE_MS
# Two thousand minutes over the end of January, with a gap of ten: two partitions of the store.
BARS = without(walk(2_000, start_ms=FEBRUARY_MS - 900 * MINUTE_MS), 700, 710)
# Readings are this far apart.
STEP_MS = 60 * MINUTE_MS
KINDS = ("memory", "file", "file read again", "store", "synthetic", "synthetic with gaps", "pattern")
MARKS = attrs.evolve(walk(2_000, start_ms=FEBRUARY_MS - 900 * MINUTE_MS, seed=4), volume=np.zeros(2_000))


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[DataProvider, BarSeries]:
    """A provider, and the bars it must give."""
    if request.param == "memory":
        return MemoryProvider([BARS]), BARS
    if request.param == "synthetic":
        market = SyntheticMarket(["BTCUSDT"], seed=5, start_ms=START_MS, days=2)
        return market, next(market.bars("BTCUSDT", *EVER, 10_000))
    if request.param == "synthetic with gaps":
        options = {"correlation": 0.5, "funding": True, "gaps_a_day": 4.0}
        market = SyntheticMarket(["BTCUSDT"], seed=5, start_ms=START_MS, days=2, **options)
        return market, next(market.bars("BTCUSDT", *EVER, 10_000))
    if request.param == "pattern":
        market = PatternMarket(["BTCUSDT"], "trending_with_gaps", seed=5, start_ms=START_MS, days=2)
        return market, next(market.bars("BTCUSDT", *EVER, 10_000))
    path = write_parquet(tmp_path / "bars.parquet", columns_of(BARS), row_group_size=300)
    if request.param == "store":
        store = CandleStore(tmp_path / "store")
        store.import_file(path, venue="bybit", symbol="BTCUSDT")
        return store.provider("bybit", MINUTE_MS), BARS
    return CandleFile(path, "BTCUSDT", kept_rows=0 if "again" in request.param else 10_000), BARS


@pytest.mark.parametrize("chunk_bars", [1, 7, 300, 1_440, 100_000])
def test_any_chunk_size_gives_the_same_bars(source: tuple[DataProvider, BarSeries], chunk_bars: int) -> None:
    provider, bars = source
    pieces = read_all(provider, chunk_bars)
    assert same(pieces, bars)
    assert max(map(len, pieces)) <= chunk_bars
    assert min(map(len, pieces)) >= 1


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 1_989), (640, 760), (890, 910), (1_439, 1_441)])
def test_a_range_holds_its_start_and_not_its_end(source: tuple[DataProvider, BarSeries], first: int, last: int) -> None:
    provider, bars = source
    pieces = list(provider.bars("BTCUSDT", int(bars.ts[first]), int(bars.ts[last]), 100))
    assert same(pieces, bars.rows(first, last))


def test_ranges_need_not_lie_on_the_grid_nor_inside(source: tuple[DataProvider, BarSeries]) -> None:
    provider, bars = source
    assert same(list(provider.bars("BTCUSDT", int(bars.ts[5]) - 1, int(bars.ts[9]) + 1, 100)), bars.rows(5, 10))
    assert same(list(provider.bars("BTCUSDT", -(1 << 60), 1 << 60, 100)), bars)


def test_ranges_without_bars_give_no_chunk(source: tuple[DataProvider, BarSeries]) -> None:
    provider, bars = source
    first_ms, end_ms = int(bars.ts[0]), bars.end_ms
    for start_ms, stop_ms in ((0, first_ms), (end_ms, 1 << 42), (end_ms, first_ms), (first_ms, first_ms)):
        assert list(provider.bars("BTCUSDT", start_ms, stop_ms, 10)) == []
        assert list(provider.column("BTCUSDT", "close", start_ms, stop_ms)) == []


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_the_column_of_the_bars(source: tuple[DataProvider, BarSeries], name: str) -> None:
    provider, bars = source
    wanted = bars.rows(10, 1_500)
    pieces = list(provider.column("BTCUSDT", name, int(bars.ts[10]), int(bars.ts[1_500])))
    joined = np.concatenate(pieces)
    assert joined.dtype == (np.int64 if name == "ts" else np.float64)
    assert joined.tobytes() == getattr(wanted, name).tobytes()
    assert all(piece.flags.c_contiguous and len(piece) for piece in pieces)


def test_columns_of_bars_are_contiguous_and_typed(source: tuple[DataProvider, BarSeries]) -> None:
    for piece in read_all(source[0], 512):
        assert (piece.symbol, piece.interval_ms) == ("BTCUSDT", MINUTE_MS)
        for name in COLUMNS:
            column = getattr(piece, name)
            assert column.flags.c_contiguous
            assert column.dtype == (np.int64 if name == "ts" else np.float64)


def test_coverage_counts_what_is_there(source: tuple[DataProvider, BarSeries]) -> None:
    provider, bars = source
    coverage = provider.coverage("BTCUSDT")
    assert (coverage.symbol, coverage.interval_ms, coverage.rows) == ("BTCUSDT", MINUTE_MS, len(bars))
    assert (coverage.start_ms, coverage.end_ms) == (bars.ts[0], bars.end_ms)
    missing = (bars.end_ms - int(bars.ts[0])) // MINUTE_MS - len(bars)
    assert sum(gap.missing_bars for gap in coverage.gaps) == missing


def test_two_streams_do_not_disturb_each_other(source: tuple[DataProvider, BarSeries]) -> None:
    provider, bars = source
    streams = zip(provider.bars("BTCUSDT", *EVER, 64), provider.bars("BTCUSDT", *EVER, 64), strict=True)
    one, other = zip(*streams, strict=True)
    assert same(list(one), bars)
    assert same(list(other), bars)


def test_mistakes_are_told_before_anything_is_read(source: tuple[DataProvider, BarSeries]) -> None:
    provider, _ = source
    with pytest.raises(DataError, match="ETHUSDT"):
        provider.coverage("ETHUSDT")
    with pytest.raises(DataError, match="ETHUSDT"):
        provider.bars("ETHUSDT", *EVER, 10)
    with pytest.raises(DataError, match="ETHUSDT"):
        provider.column("ETHUSDT", "ts", *EVER)
    with pytest.raises(ValueError, match="chunk_bars is 0"):
        provider.bars("BTCUSDT", *EVER, 0)
    with pytest.raises(ValueError, match="'vwap' is not a column"):
        provider.column("BTCUSDT", "vwap", *EVER)


@pytest.mark.parametrize("kind", READING_KINDS)
def test_what_is_not_there_beside_bars_is_nothing(source: tuple[DataProvider, BarSeries], kind: str) -> None:
    if not (isinstance(source[0], SyntheticMarket) and source[0].readings("BTCUSDT", "funding", *EVER)):
        assert list(source[0].mark_bars("BTCUSDT", *EVER, 10)) == []
        assert len(source[0].readings("BTCUSDT", kind, *EVER)) == 0
    with pytest.raises(ValueError, match="'index' is no kind of reading; allowed: funding, open_interest"):
        source[0].readings("BTCUSDT", "index", *EVER)


@pytest.fixture(params=["memory", "file"])
def beside(request: pytest.FixtureRequest, tmp_path: Path) -> DataProvider:
    """A provider that has everything beside bars."""
    rates = Readings(ts=START_MS + STEP_MS * np.arange(5), values=np.array([0.01, -0.02, 0.03, 0.04, 0.05]))
    if request.param == "memory":
        some = rates.after(START_MS, START_MS + 2 * STEP_MS)
        return MemoryProvider([BARS], mark=[MARKS], funding={"BTCUSDT": rates}, open_interest={"BTCUSDT": some})
    candles = write_parquet(tmp_path / "candles.parquet", columns_of(BARS))
    prices = {name: column for name, column in columns_of(MARKS).items() if name != "volume"}
    mark = write_parquet(tmp_path / "mark.parquet", prices)
    columns = {"ts": rates.ts.tolist(), "rate": rates.values.tolist()}
    funding = write_parquet(tmp_path / "funding.parquet", columns)
    interest = write_csv(tmp_path / "interest.csv", {"ts": columns["ts"][1:3], "open_interest": [0.2, 0.3]})
    return FileMarket(candles, "BTCUSDT", mark=mark, funding=funding, open_interest=interest)


def test_mark_bars_come_as_bars_do(beside: DataProvider) -> None:
    pieces = list(beside.mark_bars("BTCUSDT", int(MARKS.ts[5]), int(MARKS.ts[105]), 30))
    assert same(pieces, MARKS.rows(5, 105))
    assert max(map(len, pieces)) <= 30
    with pytest.raises(DataError, match="ETHUSDT"):
        beside.mark_bars("ETHUSDT", *EVER, 10)
    with pytest.raises(ValueError, match="chunk_bars is 0"):
        beside.mark_bars("BTCUSDT", *EVER, 0)


@pytest.mark.parametrize(("first", "last", "found"), [(0, 9, 5), (0, 1, 1), (1, 4, 3), (4, 4, 0), (5, 9, 0)])
def test_readings_of_a_range_hold_its_start_and_not_its_end(
    beside: DataProvider, first: int, last: int, found: int
) -> None:
    readings = beside.readings("BTCUSDT", "funding", START_MS + STEP_MS * first, START_MS + STEP_MS * last)
    assert len(readings) == found
    assert (readings.ts >= START_MS + STEP_MS * first).all()
    assert beside.readings("BTCUSDT", "open_interest", *EVER).ts.tolist() == [
        START_MS + STEP_MS,
        START_MS + 2 * STEP_MS,
    ]
    with pytest.raises(DataError, match="ETHUSDT"):
        beside.readings("ETHUSDT", "funding", *EVER)


def test_a_description_is_one_line(source: tuple[DataProvider, BarSeries]) -> None:
    assert source[0].describe().splitlines() == [source[0].describe()]


def test_memory_takes_one_series_a_symbol_and_covers_no_empty_one() -> None:
    with pytest.raises(ValueError, match="BTCUSDT was given twice"):
        MemoryProvider([BARS, BARS])
    with pytest.raises(DataError, match="no bars"):
        MemoryProvider([BARS.rows(0, 0)]).coverage("BTCUSDT")
