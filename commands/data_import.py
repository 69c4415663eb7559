"""The command `data import`: files of candles, trades or readings into the candle store."""

from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from commands.data_store import series_text
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import say, show
from feeds.candle_file import CandleFile
from feeds.candle_import import Opened, open_files, store_files
from feeds.layouts.layout import Said
from feeds.store import CandleStore, ImportReport
from play_engine.intervals import MINUTE_MS, parse_interval

_HOUR_MS = 60 * MINUTE_MS


@attrs.frozen(kw_only=True)
class ImportWish:
    """What the user says about the files; None leaves it to them."""

    symbol: str
    venue: str
    kind: str | None
    interval: str | None
    columns: str | None
    utc_offset_hours: float | None


def run_import(files: Sequence[Path], wish: ImportWish, root: Path, *, as_json: bool) -> int:
    """Add the files to the store at `root`, say what each was read as, and return the exit code.

    Raises DataError, before anything is stored, for files that cannot be used together, and BadParameter for an
    interval that does not exist.
    """
    offset_ms = None if wish.utc_offset_hours is None else round(wish.utc_offset_hours * _HOUR_MS)
    columns = None if wish.columns is None else [name.strip() for name in wish.columns.split(",")]
    said = Said(kind=wish.kind, columns=columns, utc_offset_ms=offset_ms)
    opened = open_files(list(dict.fromkeys(files)), wish.symbol, said, interval_of(wish.interval))
    for path, text in opened.recognitions().items():
        say(f"{path}: {text}")
    _tell_gaps(opened)
    report = store_files(opened, CandleStore(root), wish.venue)
    if as_json:
        read_as = [{"path": path, "read_as": text} for path, text in opened.recognitions().items()]
        print_json({"files": read_as, **attrs.asdict(report)})
    else:
        show(_text(report))
    return SUCCESS


def interval_of(name: str | None) -> int | None:
    """The length in ms of a named interval. Raises BadParameter for a name that is none."""
    try:
        return None if name is None else parse_interval(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--interval") from None


def _tell_gaps(opened: Opened) -> None:
    for file in opened.files:
        gaps = file.coverage(opened.symbol).gaps if isinstance(file, CandleFile) else ()
        if gaps:
            missing = sum(gap.missing_bars for gap in gaps)
            plural = "s" if len(gaps) > 1 else ""
            say(f"{file.path}: {len(gaps):,} gap{plural}, {missing:,} bars missing", "yellow")


def _text(report: ImportReport) -> str:
    series = f"{report.venue} {report.symbol} {series_text(report.kind, report.interval_ms)}"
    replaced = f", {report.rows_replaced:,} in place of synthetic ones" if report.rows_replaced else ""
    return f"{series}: {report.rows_added:,} rows added{replaced}, {report.rows_skipped:,} were there already"
