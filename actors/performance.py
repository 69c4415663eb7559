"""Running instances from beginning to end: the door through which commands and Python users come in."""

import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import trio

from actors.instance import Instance, prepare
from actors.messages import Outcome
from actors.rehearsal import rehearse
from actors.stage import BacktestStage, Progress
from actors.supervision import supervise
from feeds.provider import DataProvider


def run_instances(
    instances: Sequence[Instance],
    feeds: Mapping[str, DataProvider],
    *,
    runs_dir: Path | None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> list[Outcome]:
    """Run all instances to their ends, side by side; outcomes come in the order of `instances`.

    Artefacts go below `runs_dir`; without it results stay in memory. With `stop_on_signals` (only in the main thread),
    SIGINT and SIGTERM end the runs where they are, with results up to there and the stop reason `halted`; a second
    signal cancels everything and raises KeyboardInterrupt. Raises ConfigError or DataError, before anything starts,
    for what cannot be run.
    """
    prepared = [prepare(instance, feeds[instance.feed]) for instance in instances]
    used = {name: feeds[name] for name in dict.fromkeys(instance.feed for instance in instances)}
    stage = BacktestStage(prepared, used, runs_dir)
    performance = _Performance(stage, on_progress)
    try:
        outcomes = trio.run(performance.run, stop_on_signals, clock=stage.clock)
    except BaseExceptionGroup as group:
        raise _only_error(group) from group
    if outcomes is None:
        raise KeyboardInterrupt
    return outcomes


@attrs.frozen
class _Performance:
    stage: BacktestStage
    on_progress: Callable[[Progress], None] | None

    async def run(self, stop_on_signals: bool) -> list[Outcome] | None:
        """The outcomes; None if everything was cancelled by a second signal."""
        outcomes: list[Outcome] | None = None
        async with trio.open_nursery() as nursery:
            if stop_on_signals:
                await nursery.start(self._stop_on_signals, nursery.cancel_scope)
            nursery.start_soon(self._show_progress)
            for prepared in self.stage.instances:
                await trio.to_thread.run_sync(rehearse, prepared, abandon_on_cancel=True)
            await supervise(self.stage.children)
            outcomes = [self._outcome(prepared.id) for prepared in self.stage.instances]
            nursery.cancel_scope.cancel()
        return outcomes

    def _outcome(self, instance: str) -> Outcome:
        return self.stage.outcomes[instance].receive_nowait()

    async def _show_progress(self) -> None:
        runs = {prepared.id: prepared.window for prepared in self.stage.instances}
        bars = dict.fromkeys(runs, 0)
        async for change in self.stage.progress:
            bars[change.instance] += len(change.series)
            window = runs[change.instance]
            if self.on_progress is not None and len(change.series):
                self.on_progress(
                    Progress(
                        instance=change.instance,
                        start_ms=window.start_ms,
                        end_ms=window.end_ms,
                        until_ms=change.series.end_ms,
                        bars=bars[change.instance],
                    )
                )

    async def _stop_on_signals(
        self, everything: trio.CancelScope, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            stopping = False
            async for _ in signals:
                if stopping:
                    everything.cancel()
                stopping = True
                self.stage.stop("halted")


def _only_error(group: BaseExceptionGroup) -> BaseException:
    """The single error inside nested groups; a group that really holds several comes out as it is."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
