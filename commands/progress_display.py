"""Progress of a run, on stderr: bars that grow on a terminal, a few lines elsewhere."""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from commands.presentation import console, say
from commands.times import show_instant

if TYPE_CHECKING:
    from actors.stage import Progress as RunProgress

# Off a terminal, progress is told when each of these parts of a run is done, the last one by the result itself.
_TOLD_PARTS = 4


class ProgressDisplay:
    """Shows how far each account is: a context manager, and the callable that a run reports to."""

    def __init__(self, accounts: Iterable[str]) -> None:
        target = console(stderr=True)
        self._told = dict.fromkeys(accounts, 0)
        self._tasks: dict[str, TaskID] = {}
        self._bars: Progress | None = None
        if target.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
            until = TextColumn("{task.fields[until]}")
            self._bars = Progress(*columns, until, TimeRemainingColumn(), console=target)

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._tasks = {name: self._bars.add_task(name, total=None, until="") for name in self._told}
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, progress: "RunProgress") -> None:
        """Take a report. Time before the start, when the Play warms up, counts as nothing done."""
        done = max(0, progress.until_ms - progress.start_ms)
        total = max(1, progress.end_ms - progress.start_ms)
        if self._bars is not None:
            until = show_instant(progress.until_ms)
            self._bars.update(self._tasks[progress.account], completed=done, total=total, until=until)
            return
        part = _TOLD_PARTS * done // total
        if self._told[progress.account] < part < _TOLD_PARTS:
            self._told[progress.account] = part
            percent = 100 * part // _TOLD_PARTS
            say(f"{progress.account}: {percent} % done, at {show_instant(progress.until_ms)}, {progress.bars:,} bars")
