"""CandleStore: history of many series on disk, with one writer a series and any number of readers."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from feeds.aggregated_provider import AggregatedProvider
from feeds.candle_file import CandleFile
from feeds.partitions import SeriesFolder, series_folders
from feeds.store_check import CheckReport, check_store
from feeds.store_format import check_version
from feeds.store_listing import SeriesEntry, entry_of
from feeds.store_migrate import migrate_store
from feeds.store_provider import StoreProvider
from feeds.store_repair import RepairReport, repair_store
from feeds.store_writing import checked_bars, checked_readings, write_rows
from feeds.stored_instruments import InstrumentFolder, instrument_folders
from play_engine.bars import BarSeries, Ints
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings

# Rows handed on at a time while importing; a partition of minutes has about as many.
_IMPORT_ROWS = 32_768
_NONE_SYNTHETIC = np.zeros(0, dtype=np.int64)


@attrs.frozen(kw_only=True)
class ImportReport:
    """What adding to a series did with the given rows.

    `rows_added` were new, `rows_replaced` took the place of synthetic ones, `rows_skipped` told nothing new. `kind` is
    one of `feeds.partitions.KINDS`; `interval_ms` is 0 for readings.
    """

    venue: str
    symbol: str
    kind: str
    interval_ms: int
    rows_added: int
    rows_replaced: int
    rows_skipped: int


class CandleStore:
    """Bars by venue, symbol and interval, of the last and of the mark price, and what else a venue published.

    Everything lies in Parquet partitions, which any tool can query; instruments are JSON documents. There is no
    database file and so no lock that a reader would wait for: a writer prepares whole partitions aside and then gives
    them their names, so a reader sees a partition before or after, never half. Real rows in the store never change;
    they only become more, and may be older or newer than those present. A writer that dies leaves at worst the first
    of its partitions, and adding the same again completes them.

    Raises DataError when the store at `root` is of a newer version than this program knows.
    """

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)
        check_version(self._root)

    def import_file(self, path: Path | str, *, venue: str, symbol: str) -> ImportReport:
        """Add the bars of one candle file. Importing the same bars again changes nothing.

        The file is validated whole before anything is written. Raises DataError for what CandleFile refuses, and for a
        bar that the store has with other values; then nothing is written.
        """
        source = CandleFile(path, symbol)
        coverage = source.coverage(symbol)
        bars = source.bars(symbol, coverage.start_ms, coverage.end_ms, _IMPORT_ROWS)
        return self.add(bars, venue=venue, symbol=symbol, interval_ms=coverage.interval_ms)

    def add(
        self,
        bars: Iterable[BarSeries],
        *,
        venue: str,
        symbol: str,
        interval_ms: int,
        kind: str = "last",
        synthetic: Ints = _NONE_SYNTHETIC,
    ) -> ImportReport:
        """Add bars of the last or the mark price (`kind`) that come in order, in chunks of any size.

        Memory holds one partition. `synthetic` are the open times of those among them that a gap filler made: such a
        bar never takes the place of a real one, and gives way to any that comes later. The volume of a mark price is
        not kept. Raises DataError when the bars are no sound series of this interval, or when a real bar differs from
        a real one in the store; then nothing is written.
        """
        series = self._series(venue, symbol, kind, interval_ms)
        written = write_rows(series, checked_bars(series, bars, synthetic))
        return _report(series, written.added, written.replaced, written.skipped)

    def add_readings(self, readings: Readings, *, venue: str, symbol: str, kind: str) -> ImportReport:
        """Add what a venue published: `kind` is `funding` or `open_interest`. Adding the same again changes nothing.

        Raises DataError when times do not increase, values are not finite, or one differs from one in the store; then
        nothing is written.
        """
        series = self._series(venue, symbol, kind, 0)
        written = write_rows(series, [checked_readings(series, readings)])
        return _report(series, written.added, written.replaced, written.skipped)

    def put_instrument(self, venue: str, symbol: str, document: Mapping[str, Any], as_of_ms: int) -> bool:
        """Keep what is known of an instrument from an instant on, as plain data; whether that is anything new.

        A document equal to the one that holds at that instant is not kept again. Raises DataError when the store has
        another one of exactly that instant.
        """
        return InstrumentFolder(root=self._root, venue=venue, symbol=symbol).write(as_of_ms, document)

    def instrument(self, venue: str, symbol: str, at_ms: int | None = None) -> Mapping[str, Any] | None:
        """The latest document at or before an instant (default: of all); None when there is none so old."""
        folder = InstrumentFolder(root=self._root, venue=venue, symbol=symbol)
        as_of_ms = folder.latest(at_ms)
        return None if as_of_ms is None else folder.read(as_of_ms)

    def instruments(self, venue: str | None = None, symbol: str | None = None) -> Mapping[tuple[str, str], list[int]]:
        """By venue and symbol (only those given), the instants (ms) from which documents of the instrument hold."""
        folders = instrument_folders(self._root, venue, symbol)
        return {(folder.venue, folder.symbol): dates for folder in folders if (dates := folder.dates())}

    def series(self, venue: str | None = None, symbol: str | None = None) -> tuple[SeriesEntry, ...]:
        """Every series (of one venue or symbol, if given) by venue, symbol, kind and interval.

        Opens no partition that the index of its series knows. Raises DataError when one that it must open is damaged.
        """
        entries = map(entry_of, series_folders(self._root, venue, symbol))
        return tuple(entry for entry in entries if entry is not None)

    def check(self, venue: str | None = None, symbol: str | None = None) -> CheckReport:
        """Verify every value and file (of one venue or symbol, if given) and report what is not right; changes nothing.

        Raises DataError for a partition of a newer version.
        """
        return check_store(self._root, venue, symbol)

    def repair(self, venue: str | None = None, symbol: str | None = None) -> Iterator[RepairReport]:
        """Set damaged files aside, series by series while the iterator is drawn, and say what must be fetched again.

        Raises DataError for a partition of a newer version.
        """
        return repair_store(self._root, venue, symbol)

    def migrate(self) -> int:
        """Bring partitions of an older version to the present one; how many there were.

        Raises DamagedFile for one that is not sound, and SeriesBusy when somebody writes; calling again goes on.
        """
        return migrate_store(self._root)

    def provider(self, venue: str, interval_ms: int) -> StoreProvider:
        """A DataProvider over every symbol that the store has of this venue and interval."""
        return StoreProvider(self._root, venue, interval_ms)

    def aggregated(self, venue: str, interval_ms: int, step_ms: int = MINUTE_MS) -> AggregatedProvider:
        """A DataProvider whose bars are made of those of a shorter interval.

        Raises DataError when `interval_ms` is no multiple of `step_ms`.
        """
        return AggregatedProvider(self.provider(venue, step_ms), interval_ms, step_ms)

    def _series(self, venue: str, symbol: str, kind: str, interval_ms: int) -> SeriesFolder:
        return SeriesFolder(root=self._root, venue=venue, symbol=symbol, kind=kind, interval_ms=interval_ms)


def _report(series: SeriesFolder, added: int, replaced: int, skipped: int) -> ImportReport:
    return ImportReport(
        venue=series.venue,
        symbol=series.symbol,
        kind=series.kind,
        interval_ms=series.interval_ms,
        rows_added=added,
        rows_replaced=replaced,
        rows_skipped=skipped,
    )
