"""The command `data repair`: damaged files of a candle store are set aside, and what they held is named."""

from pathlib import Path
from typing import Any

import attrs

from commands.data_store import open_store, series_text
from commands.exit_codes import FAILED, SUCCESS
from commands.failure import print_json
from commands.presentation import show
from commands.times import show_span
from feeds.store_repair import RepairReport


def run_repair(root: Path, venue: str | None, symbol: str | None, *, as_json: bool) -> int:
    """Repair what can be repaired now, report it, and return the exit code: failed where somebody was at work."""
    reports: list[RepairReport] = []
    for report in open_store(root).repair(venue, symbol):
        reports.append(report)
        if not as_json:
            _show(report)
    if as_json:
        print_json({"series": [_document(report) for report in reports]})
    elif not reports:
        show("nothing to repair")
    return FAILED if any(report.busy for report in reports) else SUCCESS


def _show(report: RepairReport) -> None:
    name = f"{report.venue} {report.symbol} {series_text(report.kind, report.interval_ms)}"
    if report.busy:
        show(f"{name}: left as it is. {report.busy}")
    for moved in report.set_aside:
        show(f"{name}: {moved.path} was moved to {moved.moved_to}, because {moved.found}")
    for span in report.lost:
        rows = f"{span.missing_bars:,} rows" if span.missing_bars else "its rows"
        show(f"{name}: fetch or import again {show_span(span.start_ms, span.end_ms)}, {rows}")
    if report.leftovers:
        show(f"{name}: removed {report.leftovers:,} files that a writer had left unfinished")


def _document(report: RepairReport) -> dict[str, Any]:
    moved = [{"file": str(one.path), "moved_to": str(one.moved_to), "found": one.found} for one in report.set_aside]
    return attrs.asdict(report) | {"set_aside": moved}
