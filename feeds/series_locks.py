"""Who may do what with a series of the store at the same time: one writer, and any number of readers beside it.

A reader never waits for a writer's work. It only marks the series as being read, and a writer leaves replaced files
alone until nobody reads. Locks are the operating system's (flock): they end with the process that holds them.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager

from feeds.partitions import SeriesFolder
from play_engine.errors import DataError


@contextmanager
def reading_series(series: SeriesFolder) -> Generator[None]:
    """Keep every file of the series that exists now from being deleted."""
    descriptor = os.open(series.path, os.O_RDONLY)
    try:
        # Held against us only for the moment in which a writer deletes replaced files.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def writing_series(series: SeriesFolder) -> Generator[None]:
    """Hold the series for writing: makes its folder, and clears away staged files, a crashed writer's and our own.

    Afterwards replaced files go, unless somebody reads; then a later writer finds them. Raises DataError at once when
    somebody else writes this series.
    """
    series.path.mkdir(parents=True, exist_ok=True)
    with (series.path / ".writer").open("w") as lock:
        if not _locked(lock.fileno()):
            raise DataError(f"{series.path}: another import writes this series; try again when it is done")
        _clear_staged(series)
        try:
            yield
        finally:
            _clear_staged(series)
            _delete_superseded(series)


def _delete_superseded(series: SeriesFolder) -> None:
    descriptor = os.open(series.path, os.O_RDONLY)
    try:
        if _locked(descriptor):
            for partition in series.superseded():
                partition.path.unlink()
    finally:
        os.close(descriptor)


def _clear_staged(series: SeriesFolder) -> None:
    for staged in series.path.glob(".*.tmp"):
        staged.unlink()


def _locked(descriptor: int) -> bool:
    """Take the exclusive lock, if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
