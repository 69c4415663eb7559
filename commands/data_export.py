"""The command `data export`: a series of the candle store into a file."""

from pathlib import Path

import attrs
import click

from commands.data_import import interval_of
from commands.data_store import open_store, series_text
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.output_file import check_output
from commands.presentation import show
from feeds.candle_export import check_export_path, write_bars, write_readings
from feeds.store_provider import StoreProvider
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from play_engine.market import READING_KINDS

_CHUNK_BARS = 65_536
_EVER = (-(1 << 62), 1 << 62)


@attrs.frozen(kw_only=True)
class ExportWish:
    """A series, the part of it that is wanted (None: as far as it reaches), and the file."""

    symbol: str
    venue: str
    interval: str
    kind: str
    start_ms: int | None
    end_ms: int | None
    out: Path


def run_export(wish: ExportWish, root: Path, *, force: bool, as_json: bool) -> int:
    """Write the file and return the exit code.

    Raises BadParameter when it cannot be written, and DataError when the store has nothing of what is asked for; then
    no file is written.
    """
    check_export_path(wish.out)
    check_output(wish.out, root, force=force)
    interval_ms = interval_of(wish.interval) or MINUTE_MS
    start_ms = _EVER[0] if wish.start_ms is None else wish.start_ms
    end_ms = _EVER[1] if wish.end_ms is None else wish.end_ms
    if start_ms >= end_ms:
        raise click.BadParameter("the end is not after the start", param_hint="--end")
    store = open_store(root)
    if wish.kind in READING_KINDS:
        # Readings belong to no interval; any that the store has of the symbol will do.
        bars = (entry for entry in store.series(wish.venue, wish.symbol) if entry.kind == "last")
        interval_ms = next((entry.interval_ms for entry in bars), interval_ms)
    rows = _write(wish, store.provider(wish.venue, interval_ms), (start_ms, end_ms))
    name = f"{wish.venue} {wish.symbol} {_series(wish, interval_ms)}"
    if as_json:
        print_json({"file": str(wish.out), "rows": rows, "kind": wish.kind, "symbol": wish.symbol})
    else:
        show(f"{wish.out}: {rows:,} rows of {name}")
    return SUCCESS


def _write(wish: ExportWish, provider: StoreProvider, span: tuple[int, int]) -> int:
    nothing = DataError(
        f"the store has no {_series(wish, 0) if wish.kind != 'last' else 'bars'} of {wish.symbol} at {wish.venue} in "
        "that range. `data list` shows what there is."
    )
    if wish.kind in READING_KINDS:
        readings = provider.readings(wish.symbol, wish.kind, *span)
        if len(readings) == 0:
            raise nothing
        return write_readings(wish.out, readings, wish.kind)
    give = provider.bars if wish.kind == "last" else provider.mark_bars
    # Known before the file is begun, so that none stays behind.
    if next(give(wish.symbol, *span, 1), None) is None:
        raise nothing
    return write_bars(wish.out, give(wish.symbol, *span, _CHUNK_BARS), wish.kind)


def _series(wish: ExportWish, interval_ms: int) -> str:
    return series_text(wish.kind, 0 if wish.kind in READING_KINDS else interval_ms)
