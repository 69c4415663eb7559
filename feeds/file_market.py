"""FileMarket: the market of one symbol out of files, one for each kind of data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from feeds.candle_file import CandleFile
from feeds.provider import BarsAlone, Coverage, check_chunk_bars, check_kind
from feeds.readings_file import read_readings
from play_engine.bars import BarSeries
from play_engine.market import NO_READINGS, Readings


class FileMarket(BarsAlone):
    """A DataProvider over a file of candles, and files of what was published beside them.

    `mark` has candles of the mark price, `funding` and `open_interest` readings. Each is opened and checked whole, and
    refused with DataError as `CandleFile` and `read_readings` do.
    """

    def __init__(
        self,
        candles: Path | str,
        symbol: str,
        *,
        mark: Path | str | None = None,
        funding: Path | str | None = None,
        open_interest: Path | str | None = None,
    ) -> None:
        self._last = CandleFile(candles, symbol)
        self._mark = None if mark is None else CandleFile(mark, symbol, kind="mark")
        files = {"funding": funding, "open_interest": open_interest}
        self._readings = {
            kind: read_readings(file, symbol, kind).readings for kind, file in files.items() if file is not None
        }
        beside = {"mark prices": mark, "funding": funding, "open interest": open_interest}
        self._beside = [f"{name} {file}" for name, file in beside.items() if file is not None]

    def coverage(self, symbol: str) -> Coverage:
        """See DataProvider; known since opening."""
        return self._last.coverage(symbol)

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        return self._last.bars(symbol, start_ms, end_ms, chunk_bars)

    def column(self, symbol: str, name: str, start_ms: int, end_ms: int) -> Iterator[NDArray[Any]]:
        """See DataProvider."""
        return self._last.column(symbol, name, start_ms, end_ms)

    def mark_bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        """See DataProvider."""
        self._last.coverage(symbol)
        check_chunk_bars(chunk_bars)
        return iter(()) if self._mark is None else self._mark.bars(symbol, start_ms, end_ms, chunk_bars)

    def readings(self, symbol: str, kind: str, start_ms: int, end_ms: int) -> Readings:
        """See DataProvider; views on what was read at opening."""
        self._last.coverage(symbol)
        check_kind(kind)
        return self._readings.get(kind, NO_READINGS).after(start_ms - 1, end_ms - 1)

    def describe(self) -> str:
        """See DataProvider."""
        return ", ".join([self._last.describe(), *self._beside])
