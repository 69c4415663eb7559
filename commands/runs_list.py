"""The command `runs list`: earlier runs, a line each, and what else lies in their folder."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import NOTHING, fits, number, percent, plain_table, say, show
from commands.times import show_instant
from play_engine.intervals import MINUTE_MS
from results.archive import Archive, KeptRun, read_archive

_SHOWN_DIGITS = 12
# Folders that are named one by one.
_NAMED_FOLDERS = 5
_LEFT = ("play", "instances", "symbols", "window", "stopped by", "hash", "made", "path")
# Where the terminal is too narrow for all columns, these go, the first one first.
_GOES = ("instances", "path", "made", "profit factor", "symbols", "Sharpe", "stopped by", "window")

_Cell = Callable[[KeptRun], str]
_CELLS: Mapping[str, _Cell] = {
    "play": lambda kept: kept.run["play_id"],
    "instances": lambda kept: ", ".join(kept.run["instances"]),
    "symbols": lambda kept: ", ".join(kept.run["symbols"]),
    "window": lambda kept: f"{_day(kept.run['start_ms'])} to {_day(kept.run['end_ms'])}",
    "trades": lambda kept: _plain(kept.values.get("trades")),
    "return": lambda kept: percent(kept.values.get("total_return"), sign="+"),
    "max DD": lambda kept: percent(kept.values.get("max_drawdown")),
    "Sharpe": lambda kept: number(kept.values.get("sharpe")),
    "profit factor": lambda kept: number(kept.values.get("profit_factor")),
    "stopped by": lambda kept: kept.run["stop_reason"],
    "hash": lambda kept: kept.hashes["result_hash"][:_SHOWN_DIGITS],
    "made": lambda kept: show_instant(kept.made_ms - kept.made_ms % MINUTE_MS),
    "path": lambda kept: str(kept.path),
}
# Metrics that have a column.
_HAS_COLUMN = ("trades", "total_return", "max_drawdown", "sharpe", "profit_factor")


def run_list(runs_dir: Path, play: str | None, sort: str, limit: int | None, *, as_json: bool) -> int:
    """List the runs below a folder and return the exit code; `play` is the id of a Play or the name of an instance.

    Raises DataError when there is no such folder, and a usage error for a key that no run can be sorted by.
    """
    archive = read_archive(runs_dir)
    chosen = [kept for kept in archive.runs if play is None or play in (kept.run["play_id"], *kept.run["instances"])]
    ordered = _sorted(chosen, sort)[:limit]
    if as_json:
        print_json(_document(ordered, len(chosen), archive))
        return SUCCESS
    if ordered:
        show(_table(ordered, sort))
    if len(ordered) < len(chosen) or not ordered:
        say(f"{len(ordered):,} of {len(chosen):,} runs" if ordered else f"no runs{_of(play)} in {runs_dir}")
    _tell_rest(archive)
    return SUCCESS


def _sorted(runs: Sequence[KeptRun], key: str) -> list[KeptRun]:
    """The greatest first, names from A to Z, the unknown last; equal ones with the newest first."""
    newest = sorted(runs, key=lambda kept: (-kept.made_ms, str(kept.path)))
    if key == "made":
        return newest
    if key == "play":
        return sorted(newest, key=lambda kept: kept.run["play_id"])
    known = {name for kept in runs for name in kept.values}
    if runs and key not in known:
        near = difflib.get_close_matches(key, [*known, "made", "play"], n=3)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        raise click.BadParameter(f"{key!r} is neither made nor play nor a metric{meant}", param_hint="--sort")

    def greatness(kept: KeptRun) -> tuple[bool, float]:
        value = kept.values.get(key)
        return value is None, 0.0 if value is None else -value

    return sorted(newest, key=greatness)


def _table(runs: Sequence[KeptRun], sort: str) -> Table:
    """All columns, or as many as the terminal is wide enough for."""
    cells = dict(_CELLS)
    if sort not in ("made", "play", *_HAS_COLUMN):
        cells = {"play": _CELLS["play"], sort: _metric(sort), **_CELLS}
    table = _with(cells, runs)
    for name in _GOES:
        if fits(table):
            break
        del cells[name]
        table = _with(cells, runs)
    return table


def _metric(name: str) -> _Cell:
    def cell(kept: KeptRun) -> str:
        return _plain(kept.values.get(name))

    return cell


def _with(cells: Mapping[str, _Cell], runs: Sequence[KeptRun]) -> Table:
    return plain_table(list(cells), [[cell(kept) for cell in cells.values()] for kept in runs], left=_LEFT)


def _tell_rest(archive: Archive) -> None:
    for unfinished in archive.unfinished[:_NAMED_FOLDERS]:
        say(f"unfinished: {unfinished}, a run that is under way or was cut off", "yellow")
    for other in archive.not_read[:_NAMED_FOLDERS]:
        say(f"not a run: {other.path}: {other.why}", "yellow")
    more = max(0, len(archive.unfinished) - _NAMED_FOLDERS) + max(0, len(archive.not_read) - _NAMED_FOLDERS)
    if more:
        say(f"and {more:,} more folders that are no finished runs; --json names all", "yellow")


def _document(runs: Sequence[KeptRun], count: int, archive: Archive) -> dict[str, Any]:
    return {
        "count": count,
        "runs": [
            {
                "path": str(kept.path),
                "made_ms": kept.made_ms,
                **{
                    name: value for name, value in kept.run.items() if name not in ("settings", "instruments", "series")
                },
                "values": kept.values,
            }
            for kept in runs
        ],
        "unfinished": [str(path) for path in archive.unfinished],
        "not_read": [{"path": str(other.path), "why": other.why} for other in archive.not_read],
    }


def _of(play: str | None) -> str:
    return "" if play is None else f" of {play}"


def _day(ts_ms: int) -> str:
    """An instant; a midnight as its date."""
    return show_instant(ts_ms).removesuffix("T00:00Z")


def _plain(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
