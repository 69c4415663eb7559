"""Runs that lie on disk: found and read quickly, whatever else lies beside them.

Of a run only `run.json` and `metrics.json` are read, so that thousands of runs take seconds.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from play_engine.errors import DataError
from results.attempt import read_json
from results.hashes import SCHEMA

# Below the folder of all runs: the Play, the inputs, the attempt.
_LEVELS = 3
_PARTIAL = ".partial"
# What must be in the documents of a run so that it can be shown and compared.
_RUN: dict[str, type] = {
    **dict.fromkeys(("play_id", "mode", "stop_reason", "error", "mark_source"), str),
    **dict.fromkeys(("symbols", "warnings", "instances", "series"), list),
    **dict.fromkeys(("start_ms", "end_ms", "exec_ms", "fill_bar_ms", "stop_ts"), int),
    **dict.fromkeys(("settings", "hashes", "instruments"), dict),
}
_HASHES = ("input_hash", "result_hash", "trades_hash", "fills_hash", "equity_hash", "code_hash")
_METRICS: dict[str, type] = {"values": dict, "undefined": dict, "by_reason": dict, "per_play": dict}
_HEX = re.compile(r"[0-9a-f]{1,64}")
_NAMED_MATCHES = 10


@attrs.frozen(kw_only=True, eq=False)
class KeptRun:
    """A finished run: its folder, its two documents, and when the folder was written (ms, by the file system)."""

    path: Path
    run: dict[str, Any]
    metrics: dict[str, Any]
    made_ms: int

    @property
    def hashes(self) -> dict[str, Any]:
        """The hashes of inputs and results, by name."""
        return self.run["hashes"]

    @property
    def values(self) -> dict[str, Any]:
        """The metrics by name, None where undefined."""
        return self.metrics["values"]


@attrs.frozen
class NotRead:
    """A folder that is no run that can be read, and why."""

    path: Path
    why: str


@attrs.frozen(kw_only=True)
class Archive:
    """What lies below a folder: finished runs, runs that are under way or were cut off, and what is neither."""

    runs: tuple[KeptRun, ...]
    unfinished: tuple[Path, ...]
    not_read: tuple[NotRead, ...]


def read_archive(folder: Path) -> Archive:
    """Everything below the folder of all runs, or of one Play, in order of the paths.

    A folder that cannot be read, or holds something else, does not stop the others. Raises DataError if `folder` is
    none.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder; name the one that keeps the runs with --runs-dir")
    runs: list[KeptRun] = []
    unfinished: list[Path] = []
    not_read: list[NotRead] = []
    for found in _look(folder, _LEVELS):
        if isinstance(found, NotRead):
            not_read.append(found)
        elif found.suffix == _PARTIAL:
            unfinished.append(found)
        else:
            try:
                runs.append(read_kept(found))
            except DataError as error:
                not_read.append(NotRead(found, str(error).removeprefix(f"{found}: ")))
    return Archive(runs=tuple(runs), unfinished=tuple(unfinished), not_read=tuple(not_read))


def _look(folder: Path, levels: int) -> Iterator[Path | NotRead]:
    """Folders of runs, finished or not, and folders that are something else."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        folders = [Path(entry.path) for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    except OSError as error:
        yield NotRead(folder, error.strerror or "cannot be read")
        return
    if any(entry.name == "run.json" for entry in entries):
        yield folder
        return
    if entries and (not folders or not levels):
        yield NotRead(folder, "no run lies in it")
        return
    for inner in folders:
        if inner.suffix == _PARTIAL:
            yield inner
        else:
            yield from _look(inner, levels - 1)


def read_kept(path: Path) -> KeptRun:
    """The run in the folder `path`. Raises DataError when there is none, or its documents are not those of a run."""
    if path.suffix == _PARTIAL or not os.path.lexists(path / "run.json"):
        raise DataError(f"{path}: no finished run; name a folder with a run.json that does not end in {_PARTIAL}")
    run, metrics = _document(path, "run.json"), _document(path, "metrics.json")
    if run.get("schema") != SCHEMA:
        raise DataError(f"{path}: run.json has schema {run.get('schema')!r}; this version reads schema {SCHEMA}")
    _must_have(path, "run.json", run, _RUN)
    _must_have(path, "run.json", run["hashes"], dict.fromkeys(_HASHES, str))
    _must_have(path, "metrics.json", metrics, _METRICS)
    _must_hold(path, run["symbols"] + run["instances"], str, "a name")
    _must_hold(path, metrics["values"].values(), int | float | None, "a number")
    made_ms = (path / "run.json").stat().st_mtime_ns // 1_000_000
    return KeptRun(path=path, run=run, metrics=metrics, made_ms=made_ms)


def _document(path: Path, name: str) -> dict[str, Any]:
    try:
        document = read_json(path / name)
    except OSError as error:
        raise DataError(f"{path}: {name}: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{path}: {name} is not JSON: {error}") from error
    if not isinstance(document, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - a file may hold anything
        raise DataError(f"{path}: {name} is not an object")
    return document


def _must_have(path: Path, name: str, document: dict[str, Any], kinds: dict[str, type]) -> None:
    for key, kind in kinds.items():
        if not isinstance(document.get(key), kind):
            raise DataError(f"{path}: {name} is not of a run: {key!r} is {document.get(key)!r}, not {kind.__name__}")


def _must_hold(path: Path, values: Iterable[Any], kind: Any, name: str) -> None:
    for value in values:
        if not isinstance(value, kind):
            raise DataError(f"{path}: its documents are not of a run: {value!r} is not {name}")


def find_run(folder: Path, text: str) -> KeptRun:
    """The run that `text` means: a path, a path below `folder`, or the beginning of a result or input hash.

    Attempts with the same inputs and result count as one, the latest. Raises DataError when nothing or more than one
    run is meant.
    """
    for path in (Path(text), folder / text):
        if path.is_dir():
            return read_kept(path)
    if not _HEX.fullmatch(text):
        raise DataError(f"{text}: no such run; give a folder, PLAY/HASH/ATTEMPT below {folder}, or digits of a hash")
    meant = [run for run in read_archive(folder).runs if _begins(run, text)]
    if not meant:
        raise DataError(f"{text}: no run below {folder} has a result or input hash that begins so")
    if len({(run.hashes["input_hash"], run.hashes["result_hash"]) for run in meant}) > 1:
        paths = ", ".join(str(run.path) for run in meant[:_NAMED_MATCHES])
        more = f" and {len(meant) - _NAMED_MATCHES} more" if len(meant) > _NAMED_MATCHES else ""
        raise DataError(
            f"{text}: {len(meant)} runs have a hash that begins so: {paths}{more}; give more digits, or a folder"
        )
    return max(meant, key=lambda run: (run.made_ms, str(run.path)))


def _begins(run: KeptRun, text: str) -> bool:
    return any(run.hashes[name].startswith(text) for name in ("result_hash", "input_hash"))
