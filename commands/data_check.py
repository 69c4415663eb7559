"""The command `data check`: whether everything in a candle store is what its writers left."""

from pathlib import Path
from typing import Any

from commands.data_store import open_store
from commands.exit_codes import FAILED, SUCCESS
from commands.failure import print_json
from commands.presentation import show
from feeds.store_check import CheckReport, Finding


def run_check(root: Path, venue: str | None, symbol: str | None, *, as_json: bool) -> int:
    """Report every finding and return the exit code, which says whether anything is damaged."""
    report = open_store(root).check(venue, symbol)
    if as_json:
        print_json(_document(report))
    else:
        for finding in report.findings:
            label = "damage" if finding.damage else "note"
            show(f"{label}  {finding.path}: {finding.found}. {finding.remedy}.")
        damaged = sum(finding.damage for finding in report.findings)
        verdict = f"{damaged:,} damaged" if damaged else "nothing is damaged"
        show(f"verified {report.rows:,} rows in {report.partitions:,} files: {verdict}")
    return FAILED if report.damaged else SUCCESS


def _document(report: CheckReport) -> dict[str, Any]:
    return {
        "files": report.partitions,
        "rows": report.rows,
        "damaged": report.damaged,
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "file": str(finding.path),
        "kind": finding.kind,
        "damage": finding.damage,
        "found": finding.found,
        "remedy": finding.remedy,
    }
