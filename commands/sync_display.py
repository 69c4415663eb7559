"""Progress of a sync, on stderr: bars that grow on a terminal, a line now and then elsewhere."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from commands.presentation import console, say
from feeds.bybit.reports import SyncProgress

# Off a terminal, progress of a stage is told when each of these parts of it is done.
_TOLD_PARTS = 4
# A stage of fewer windows is over before anybody has read a line about it.
_FEWEST_TOLD = 20
_STAGES = {"fetch": "", "gaps": ", gaps again", "audit": ", audit"}


class SyncDisplay:
    """Shows how far each series is: a context manager, and the callable that a sync reports to."""

    def __init__(self) -> None:
        target = console(stderr=True)
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._told: dict[tuple[str, str], int] = {}
        self._bars: Progress | None = None
        if target.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
            self._bars = Progress(*columns, TextColumn("{task.fields[rest]}"), console=target)

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, progress: SyncProgress) -> None:
        """Take a report."""
        key = progress.series, progress.stage
        name = f"{progress.series}{_STAGES[progress.stage]}"
        rest = f"{progress.rows:,} rows, {_left(progress.eta_s)}"
        if self._bars is not None:
            if key not in self._tasks:
                self._tasks[key] = self._bars.add_task(name, total=progress.total, rest="")
            self._bars.update(self._tasks[key], completed=progress.done, rest=rest)
            return
        part = _TOLD_PARTS * progress.done // max(1, progress.total)
        if progress.total >= _FEWEST_TOLD and self._told.get(key, 0) < part:
            self._told[key] = part
            say(f"{name}: {100 * part // _TOLD_PARTS} % done, {rest}")


def _left(eta_s: float | None) -> str:
    """How long it still takes, in words."""
    if eta_s is None:
        return "no estimate yet"
    minutes, seconds = divmod(round(eta_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"
