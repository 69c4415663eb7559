"""The persistence actor: everything that happened goes to the recorder of its run, in order."""

from collections.abc import Mapping

import attrs
import trio

from actors.clock import Stopwatch
from actors.fingerprint import Fingerprint
from actors.messages import AccountChanged, Outcome, Report, RunEnded
from results.attempt import DeterminismError
from results.benchmark import BenchmarkAccumulator
from results.recorder import Recorder
from results.result import open_result
from results.summary import RunSummary


@attrs.frozen(kw_only=True, eq=False)
class RunBook:
    """What persistence needs of one run: where its records go, what is known beforehand, and what becomes known.

    `outcome` takes one message, what became of the run.
    """

    recorder: Recorder
    summary: RunSummary
    benchmark: BenchmarkAccumulator
    fingerprint: Fingerprint
    outcome: trio.MemorySendChannel[Outcome]
    stopwatch: Stopwatch = attrs.field(factory=Stopwatch)


async def run_persistence(
    books: Mapping[str, RunBook],
    mailbox: trio.MemoryReceiveChannel[Report],
    progress: trio.MemorySendChannel[AccountChanged],
) -> None:
    """Record what gateways report until every run has ended; an outcome goes out when its run is complete and on disk.

    Recording happens in a worker thread. Progress is a courtesy: it is dropped when nobody takes it in time. What has
    not begun when the actor is cancelled leaves no trace; what has begun stays where it is, as after a crash.
    """
    waiting = set(books)
    async with mailbox, progress:
        try:
            await _take_reports(books, waiting, mailbox, progress)
        finally:
            for instance in waiting:
                if not books[instance].recorder.has_records:
                    books[instance].recorder.discard()


async def _take_reports(
    books: Mapping[str, RunBook],
    waiting: set[str],
    mailbox: trio.MemoryReceiveChannel[Report],
    progress: trio.MemorySendChannel[AccountChanged],
) -> None:
    while waiting:
        reports = await _burst(mailbox)
        await trio.to_thread.run_sync(_record, books, reports)
        for report in reports:
            if isinstance(report, AccountChanged):
                _offer(progress, report)
            else:
                await _finish(books[report.instance], report)
                waiting.discard(report.instance)


async def _burst(mailbox: trio.MemoryReceiveChannel[Report]) -> list[Report]:
    """The next report and all that wait behind it: one trip to a worker thread for what came meanwhile."""
    first = await mailbox.receive()
    waiting = mailbox.statistics().current_buffer_used
    return [first, *(mailbox.receive_nowait() for _ in range(waiting))]


def _record(books: Mapping[str, RunBook], reports: list[Report]) -> None:
    for report in reports:
        book = books[report.instance]
        book.recorder.add(report.records)
        if isinstance(report, AccountChanged):
            book.fingerprint.add(report.series)
            book.benchmark.add(report.played)


async def _finish(book: RunBook, ended: RunEnded) -> None:
    async with book.outcome:
        if book.recorder.has_records:
            outcome = await trio.to_thread.run_sync(_complete, book, ended)
        else:
            await trio.to_thread.run_sync(book.recorder.discard)
            outcome = Outcome(instance=ended.instance, result=None, error=ended.error)
        await book.outcome.send(outcome)


def _complete(book: RunBook, ended: RunEnded) -> Outcome:
    summary = attrs.evolve(
        book.summary,
        stop_reason=ended.stop_reason,
        stop_ms=ended.stop_ms,
        error=ended.error,
        counters=ended.counters,
        benchmark=book.benchmark,
        series=(book.fingerprint.used(all_delivered=ended.bars_ended),),
        wall_s={"run": book.stopwatch.elapsed_s()},
    )
    try:
        return Outcome(instance=ended.instance, result=book.recorder.finish(summary), error=ended.error)
    except DeterminismError as error:
        return Outcome(instance=ended.instance, result=open_result(error.path), error=str(error))


def _offer(progress: trio.MemorySendChannel[AccountChanged], message: AccountChanged) -> None:
    try:
        progress.send_nowait(message)
    except (trio.WouldBlock, trio.BrokenResourceError):
        return
