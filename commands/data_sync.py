"""The command `data sync`: history from the venue into the candle store."""

import os
from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from commands.exit_codes import FAILED, INTERRUPTED, SUCCESS
from commands.failure import print_json
from commands.folders import why_not_a_folder
from commands.presentation import NOTHING, plain_table, say, show
from commands.sync_display import SyncDisplay
from commands.times import show_instant, show_span
from feeds.bybit.reports import AuditReport, SeriesReport, SyncReport
from feeds.bybit.run_sync import Watchers, run_sync
from feeds.bybit.settings import ARCHIVE_URL, BASE_URL, ClientSettings
from feeds.bybit.spans import Span
from feeds.bybit.sync_request import SyncRequest
from play_engine.instants import iso
from play_engine.intervals import parse_interval

# Gaps, refused windows and differences of a series that are named one by one.
_NAMED = 5
_HEADINGS = ("series", "first", "last", "added", "gaps", "synthetic", "audited", "differ")


@attrs.frozen(kw_only=True)
class SyncOptions:
    """What was typed; None where an option was left out."""

    venue: str
    symbols: tuple[str, ...]
    interval: str
    start_ms: int | None
    end_ms: int | None
    kinds: str
    source: str
    base_url: str | None
    archive_url: str | None
    audit_windows: int
    fill_gaps: bool

    def request(self) -> SyncRequest:
        """What to sync. Raises DataError for what cannot be asked, and a usage error for an interval or a time."""
        if self.start_ms is not None and self.end_ms is not None and self.start_ms >= self.end_ms:
            raise click.BadParameter("lies before --start, or is the same; nothing is between", param_hint="--end")
        try:
            interval_ms = parse_interval(self.interval)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--interval") from None
        return SyncRequest(
            venue=self.venue,
            symbols=self.symbols,
            kinds=tuple(kind.strip() for kind in self.kinds.split(",") if kind.strip()),
            interval_ms=interval_ms,
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            source=self.source,
            audit_windows=self.audit_windows,
            fill_gaps=self.fill_gaps,
        )

    def settings(self) -> ClientSettings:
        """Whom to ask. Raises DataError for an address without TLS."""
        return ClientSettings(base_url=self.base_url or BASE_URL, archive_url=self.archive_url or ARCHIVE_URL)


def run_data_sync(options: SyncOptions, root: Path, *, as_json: bool) -> int:
    """Sync, show what came of it, and return the exit code: FAILED when a series broke off, was refused or differs.

    Raises DataError for a store of a newer version, and VenueError when the venue does not answer at all.
    """
    if reason := why_not_a_folder(root):
        raise click.BadParameter(f"{reason}; name a folder", param_hint="--store")
    request, settings = options.request(), options.settings()
    with SyncDisplay() as display:
        watchers = Watchers(on_progress=display, on_notice=lambda text: say(text, "yellow"))
        # The seed spreads retries of programs that failed together; nothing that is stored depends on it.
        report = run_sync(request, root, settings, watchers, seed=os.getpid())
    if as_json:
        print_json(_document(report))
    else:
        show_report(report, root)
    if report.interrupted:
        return INTERRUPTED
    return SUCCESS if report.sound else FAILED


def show_report(report: SyncReport, root: Path) -> None:
    """What was done as a table on stdout, and what is amiss as lines on stderr."""
    if report.series:
        show(plain_table(_HEADINGS, map(_row, report.series), left=("series", "first", "last")))
    for series in report.series:
        _tell(series)
    for symbol in report.new_instruments:
        say(f"{symbol}: filters and risk tiers are new or have changed; stored")
    counts = report.statistics
    again = f"{counts.failures} without an answer, {counts.wrong} wrong, {counts.throttles} too fast"
    say(f"{counts.questions:,} questions ({again}); the store is {root}", "dim")
    if report.interrupted:
        say("interrupted: what had been fetched is stored; the same command goes on from there", "bold yellow")


def _row(series: SeriesReport) -> list[str]:
    held, audit = series.held, series.audit
    return [
        series.series,
        show_instant(held.start_ms) if held else NOTHING,
        show_instant(held.end_ms) if held else NOTHING,
        f"{series.rows:,}",
        f"{len(series.gaps):,}",
        f"{series.synthetic_rows:,}",
        f"{audit.rows:,}" if audit else NOTHING,
        f"{len(audit.differences):,}" if audit else NOTHING,
    ]


def _tell(series: SeriesReport) -> None:
    """What is worth a line of its own."""
    _tell_some(series.series, [f"gap: {_text(gap)}; the venue has no bars there" for gap in series.gaps], "yellow")
    wrong = [f"not stored: {_text(window.span)}: {window.reason}" for window in series.refused]
    _tell_some(series.series, wrong, "bold red")
    _tell_some(series.series, _differences(series.audit), "bold red")
    if series.failure:
        say(f"{series.series}: broke off: {series.failure}", "bold red")


def _tell_some(name: str, lines: Sequence[str], style: str) -> None:
    for line in lines[:_NAMED]:
        say(f"{name}: {line}", style)
    if len(lines) > _NAMED:
        say(f"{name}: and {len(lines) - _NAMED:,} more of these", style)


def _differences(audit: AuditReport | None) -> list[str]:
    return [
        f"differs: {iso(one.ts_ms)}, {one.column}: the store has {one.stored!r} and keeps it, the venue now has "
        + (NOTHING if one.venue is None else repr(one.venue))
        for one in (audit.differences if audit else ())
    ]


def _text(span: Span) -> str:
    return show_span(span.start_ms, span.end_ms)


def _document(report: SyncReport) -> dict[str, object]:
    return {**attrs.asdict(report), "sound": report.sound}
