"""The command `report`: a finished run as one HTML file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.drawing_library import check_drawing_library
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import show
from feeds.provider import DataProvider

if TYPE_CHECKING:
    from charts.report.price_path import PricePath
    from results.result import Result

# The report's name in the folder of its run.
REPORT = "report.html"
# Base bars read at a time.
_CHUNK_BARS = 65_536


def run_report(folder: Path, out: Path | None, candles: Sequence[str], *, force: bool, as_json: bool) -> int:
    """Write the report of the run in `folder` and return the exit code.

    Without `out` it is put into that folder. `candles` are files of candles to draw, each after `SYMBOL=` where the run
    has several symbols. Raises DataError if no finished run is there or a file does not serve, and a usage error,
    before anything is written.
    """
    check_drawing_library("reports")
    from results.result import open_result

    result = open_result(folder)
    place = folder / REPORT if out is None else out
    _check_place(place, force=force)
    feeds = dict(_feeds(result, candles))
    write_run_report(result, feeds, place)
    if as_json:
        print_json({"file": str(place), "run": result.run["run_id"]})
    else:
        show(f"{place}: {place.stat().st_size / 1e6:.1f} MB")
    return SUCCESS


def write_run_report(result: "Result", feeds: Mapping[str, DataProvider], place: Path) -> None:
    """Write the report aside, then rename it: it appears whole or not at all. `feeds` have candles by symbol."""
    from charts.report.page import write_report

    prices = {symbol: _price_path(result, feed, symbol) for symbol, feed in feeds.items()}
    partial = place.with_name(f"{place.name}.partial")
    try:
        write_report(result, partial, prices)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def _price_path(result: "Result", feed: DataProvider, symbol: str) -> "PricePath | None":
    from charts.report.price_path import price_path

    return price_path(feed.bars(symbol, *result.window, _CHUNK_BARS), result.run["exec_ms"], result.window)


def _check_place(place: Path, *, force: bool) -> None:
    if place.is_dir() or not place.parent.is_dir():
        reason = "is a folder; name a file" if place.is_dir() else f"cannot be written: no folder {place.parent}"
        raise click.BadParameter(f"{place} {reason}", param_hint="--out")
    if place.exists() and not force:
        raise click.BadParameter(f"{place} exists; --force replaces it, --out names another", param_hint="--out")


def _feeds(result: "Result", candles: Sequence[str]) -> Iterator[tuple[str, DataProvider]]:
    from feeds.candle_file import CandleFile

    symbols: list[str] = result.run["symbols"]
    for text in candles:
        symbol, _, path = text.partition("=")
        if symbol not in symbols:
            if len(symbols) > 1:
                message = f"{text}: the run has several symbols; write {'=FILE or '.join(symbols)}=FILE"
                raise click.BadParameter(message, param_hint="--candles")
            symbol, path = symbols[0], text
        yield symbol, CandleFile(path, symbol)
