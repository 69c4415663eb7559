"""Running instances from beginning to end: the door through which commands and Python users come in."""

import signal
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import attrs
import trio

from actors.account import PreparedAccount
from actors.backtest_stage import BacktestStage
from actors.clock import VirtualClock
from actors.instance import Instance
from actors.messages import AccountChanged, Outcome
from actors.preparing import prepare_accounts
from actors.rehearsal import rehearse
from actors.stage import Progress, Stage
from actors.supervision import only_error, supervise
from feeds.provider import DataProvider


def run_instances(
    instances: Sequence[Instance],
    feeds: Mapping[str, DataProvider],
    *,
    runs_dir: Path | None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> list[Outcome]:
    """Run all instances to their ends, side by side; an outcome for each account, in the order of `instances`.

    Artefacts go below `runs_dir`; without it results stay in memory. With `stop_on_signals` (only in the main thread),
    SIGINT and SIGTERM end the runs where they are, with results up to there and the stop reason `halted`; a signal
    before the runs have begun, and a second one, cancel everything and raise KeyboardInterrupt. Raises ConfigError or
    DataError, before anything starts, for what cannot be run.
    """
    prepared = prepare_accounts(instances, feeds)
    return run_prepared(prepared, feeds, runs_dir=runs_dir, on_progress=on_progress, stop_on_signals=stop_on_signals)


def run_prepared(
    accounts: Sequence[PreparedAccount],
    feeds: Mapping[str, DataProvider],
    *,
    runs_dir: Path | None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> list[Outcome]:
    """`run_instances` for accounts that have been prepared against the same feeds already."""
    clock = VirtualClock()
    stage = partial(_open_backtests, accounts, used_feeds(accounts, feeds), runs_dir, clock)
    return perform(accounts, stage, on_progress=on_progress, stop_on_signals=stop_on_signals, clock=clock)


@asynccontextmanager
async def _open_backtests(
    accounts: Sequence[PreparedAccount],
    feeds: Mapping[str, DataProvider],
    runs_dir: Path | None,
    clock: VirtualClock,
) -> AsyncGenerator[Stage]:
    yield BacktestStage(accounts, feeds, runs_dir, clock)


def used_feeds(accounts: Sequence[PreparedAccount], feeds: Mapping[str, DataProvider]) -> dict[str, DataProvider]:
    """The feeds that accounts use, by name, in the order of their first use."""
    names = dict.fromkeys(traded.feed for account in accounts for traded in account.symbols)
    return {name: feeds[name] for name in names}


def perform(
    accounts: Sequence[PreparedAccount],
    open_stage: Callable[[], AbstractAsyncContextManager[Stage]],
    *,
    on_progress: Callable[[Progress], None] | None,
    stop_on_signals: bool,
    clock: trio.abc.Clock | None = None,
) -> list[Outcome]:
    """Run a stage of these accounts in an event loop of its own until each of them has ended; see `run_instances`."""
    performance = _Performance(accounts, open_stage, on_progress)
    try:
        outcomes = trio.run(performance.run, stop_on_signals, clock=clock)
    except BaseExceptionGroup as group:
        raise only_error(group) from group
    if outcomes is None:
        raise KeyboardInterrupt
    return outcomes


@attrs.define(eq=False)
class _Performance:
    accounts: Sequence[PreparedAccount]
    open_stage: Callable[[], AbstractAsyncContextManager[Stage]]
    on_progress: Callable[[Progress], None] | None
    # What a signal does: before the runs have begun there is nothing to end but everything.
    stop: Callable[[], None] | None = None

    async def run(self, stop_on_signals: bool) -> list[Outcome] | None:
        """The outcomes; None if a signal cancelled everything."""
        outcomes: list[Outcome] | None = None
        async with trio.open_nursery() as nursery:
            if stop_on_signals:
                await nursery.start(self._stop_on_signals, nursery.cancel_scope)
            for account in self.accounts:
                await trio.to_thread.run_sync(rehearse, account, abandon_on_cancel=True)
            async with self.open_stage() as stage:
                self.stop = partial(stage.stop, "halted")
                async with trio.open_nursery() as running:
                    running.start_soon(self._show_progress, stage.progress)
                    running.start_soon(supervise, stage.children)
                outcomes = [stage.outcomes[account.name].receive_nowait() for account in self.accounts]
            nursery.cancel_scope.cancel()
        return outcomes

    async def _show_progress(self, changes: trio.MemoryReceiveChannel[AccountChanged]) -> None:
        windows = {account.name: account.window for account in self.accounts}
        bars = dict.fromkeys(windows, 0)
        async for change in changes:
            played = sum(map(len, change.played))
            bars[change.account] += played
            window = windows[change.account]
            if self.on_progress is not None and played:
                self.on_progress(
                    Progress(
                        account=change.account,
                        start_ms=window.start_ms,
                        end_ms=window.end_ms,
                        until_ms=max(series.end_ms for series in change.played),
                        bars=bars[change.account],
                    )
                )

    async def _stop_on_signals(
        self, everything: trio.CancelScope, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            async for _ in signals:
                if self.stop is None:
                    everything.cancel()
                else:
                    self.stop()
                    self.stop = None
