"""Where a run's files lie: written aside, then put into place by one rename, never over anything.

`{runs_dir}/{play_id}/{input_hash[:12]}/{attempt:03d}/` is a finished run. A name that ends in `.partial` is a run that
is being written, or that was cut off; readers pass over it.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from play_engine.errors import InternalError

# An operator's halt and a failure are not decided by the inputs, so such runs are not compared.
NOT_REPEATABLE = ("halted", "failed")


class DeterminismError(InternalError):
    """Two runs of the same inputs had different results. Both are kept: `path` and the `earlier` one."""

    def __init__(self, path: Path, earlier: Path, found: str, expected: str) -> None:
        super().__init__(
            f"DETERMINISM: the same inputs gave another result. {path} has result {found[:12]}, "
            f"{earlier} has {expected[:12]}; compare their fills and equity, and report the difference"
        )
        self.path, self.earlier = path, earlier


def open_partial(folder: Path) -> Path:
    """Make a directory of our own under `folder`, with a name that readers pass over."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        partial = folder / f"{number:03d}.partial"
        try:
            partial.mkdir()
        except FileExistsError:
            number += 1
        else:
            return partial


def put_in_place(partial: Path, home: Path, finish: Callable[[int], None]) -> Path:
    """Rename `partial` to the first free attempt number under `home`.

    `finish(attempt)` writes what depends on the number; it is called once more when somebody else took the number
    meanwhile.
    """
    home.mkdir(parents=True, exist_ok=True)
    attempt = 0
    while True:
        attempt += 1
        place = home / f"{attempt:03d}"
        if place.exists():
            continue
        finish(attempt)
        sync_folder(partial)
        try:
            partial.rename(place)
        except OSError:
            if not place.exists():
                raise
        else:
            sync_folder(home)
            return place


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in `folder`; a no-op where directories cannot be synced (Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def attempts(home: Path) -> list[Path]:
    """The finished attempts under `home`, in order of their numbers."""
    found = [entry for entry in home.iterdir() if entry.name.isdecimal() and (entry / "run.json").is_file()]
    return sorted(found, key=lambda entry: int(entry.name))


def read_json(path: Path) -> dict[str, Any]:
    """The JSON document in a file of a run."""
    return json.loads(path.read_bytes())


def check_determinism(place: Path) -> None:
    """Raise DeterminismError when an earlier backtest beside `place` had the same inputs and another result.

    A session at a venue may differ from the one before: in it, time and the venue are inputs, too.
    """
    ours = read_json(place / "run.json")
    if ours["stop_reason"] in NOT_REPEATABLE or ours["mode"] != "backtest":
        return
    for earlier in attempts(place.parent):
        theirs = read_json(earlier / "run.json")
        same_inputs = theirs["hashes"]["input_hash"] == ours["hashes"]["input_hash"] and theirs["mode"] == ours["mode"]
        found, expected = ours["hashes"]["result_hash"], theirs["hashes"]["result_hash"]
        if same_inputs and theirs["stop_reason"] not in NOT_REPEATABLE and found != expected:
            raise DeterminismError(place, earlier, found, expected)
