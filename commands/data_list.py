"""The command `data list`: what a candle store has, and what its series lack."""

from collections.abc import Iterable
from pathlib import Path

import attrs
from rich.table import Table

from commands.data_store import open_store, series_text
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import NOTHING, plain_table, show
from commands.times import show_instant, show_span
from feeds.store import CandleStore
from feeds.store_listing import SeriesEntry

_HEADINGS = ("venue", "symbol", "series", "first", "last", "rows", "gaps", "missing", "synthetic")
_LEFT = ("venue", "symbol", "series", "first", "last")


def run_list(root: Path, venue: str | None, symbol: str | None, *, with_gaps: bool, as_json: bool) -> int:
    """Show every series of the store at `root`, or of one venue or symbol, and return the exit code."""
    store = open_store(root)
    entries = store.series(venue, symbol)
    if as_json:
        print_json(
            {"series": [attrs.asdict(entry) for entry in entries], "instruments": _instruments(store, venue, symbol)}
        )
        return SUCCESS
    rows = [*map(_row, entries), *_instrument_rows(store, venue, symbol)]
    if not rows:
        show(f"{root}: nothing of what was asked for")
        return SUCCESS
    show(_table(rows))
    if with_gaps:
        show_gaps(entries)
    return SUCCESS


def show_gaps(entries: Iterable[SeriesEntry]) -> None:
    """A line for each gap of each series."""
    for entry in entries:
        name = f"{entry.venue} {entry.symbol} {series_text(entry.kind, entry.interval_ms)}"
        for gap in entry.gaps:
            show(f"gap  {name}  {show_span(gap.start_ms, gap.end_ms)}  {gap.missing_bars:,} bars")


def _table(rows: list[list[str]]) -> Table:
    return plain_table(_HEADINGS, sorted(rows, key=lambda row: row[:2]), left=_LEFT)


def _row(entry: SeriesEntry) -> list[str]:
    counted = [f"{len(entry.gaps):,}", f"{entry.missing_bars:,}", f"{entry.synthetic_rows:,}"]
    return [
        entry.venue,
        entry.symbol,
        series_text(entry.kind, entry.interval_ms),
        show_instant(entry.first_ms),
        show_instant(entry.last_ms),
        f"{entry.rows:,}",
        *(counted if entry.interval_ms else [NOTHING] * 3),
    ]


def _instrument_rows(store: CandleStore, venue: str | None, symbol: str | None) -> list[list[str]]:
    return [
        [*names, "instrument", show_instant(dates[0]), show_instant(dates[-1]), f"{len(dates):,}", *[NOTHING] * 3]
        for names, dates in store.instruments(venue, symbol).items()
    ]


def _instruments(store: CandleStore, venue: str | None, symbol: str | None) -> list[dict[str, object]]:
    known = store.instruments(venue, symbol)
    return [{"venue": names[0], "symbol": names[1], "dates_ms": dates} for names, dates in known.items()]
