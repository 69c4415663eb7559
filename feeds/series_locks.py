"""One writer a series at a time. Readers need no lock, and no writer waits for them.

A reader opens a partition once, and what is open can be read to its end even when its name is gone; a name that is gone
when it comes to it has a newer generation (`feeds.partition_reading`). The writer's lock is the operating system's
(flock): it ends with the process that holds it.
"""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager

from feeds.partitions import SeriesFolder
from play_engine.errors import DataError

WRITER_FILE = ".writer"


class SeriesBusy(DataError):
    """Somebody else writes the series; later it can be done."""


@contextmanager
def writing_series(series: SeriesFolder) -> Generator[None]:
    """Hold the series for writing: makes its folder, and clears away staged files, a crashed writer's and our own.

    Raises SeriesBusy at once when somebody else writes this series.
    """
    series.path.mkdir(parents=True, exist_ok=True)
    with (series.path / WRITER_FILE).open("w") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SeriesBusy(f"{series.path}: another import writes this series; try again when it is done") from None
        _clear_staged(series)
        try:
            yield
        finally:
            _clear_staged(series)


def _clear_staged(series: SeriesFolder) -> None:
    for staged in series.path.glob(".*.tmp"):
        staged.unlink()
