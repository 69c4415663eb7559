"""The persistence actor: everything that happened goes to the recorder of its run, in order."""

from collections.abc import Mapping

import attrs
import trio

from actors.clock import Stopwatch
from actors.messages import AccountChanged, Outcome, RunEnded
from results.benchmark import BenchmarkAccumulator
from results.hashes import SeriesUsed
from results.recorder import Recorder
from results.summary import RunSummary


@attrs.frozen(kw_only=True, eq=False)
class RunBook:
    """What persistence needs of one run: where its records go, what is known beforehand, and what becomes known.

    `series` delivers one message, the fingerprint of the bars that the run reads; `outcome` takes one, the outcome.
    """

    recorder: Recorder
    summary: RunSummary
    benchmark: BenchmarkAccumulator
    series: trio.MemoryReceiveChannel[SeriesUsed]
    outcome: trio.MemorySendChannel[Outcome]
    stopwatch: Stopwatch = attrs.field(factory=Stopwatch)


async def run_persistence(
    books: Mapping[str, RunBook],
    mailbox: trio.MemoryReceiveChannel[AccountChanged | RunEnded],
    progress: trio.MemorySendChannel[AccountChanged],
) -> None:
    """Record what gateways report until every run has ended; an outcome goes out when its run is complete and on disk.

    Recording happens in a worker thread. Progress is a courtesy: it is dropped when nobody takes it in time.
    """
    waiting = set(books)
    async with mailbox, progress:
        while waiting:
            reports = await _burst(mailbox)
            await trio.to_thread.run_sync(_record, books, reports)
            for report in reports:
                if isinstance(report, AccountChanged):
                    _offer(progress, report)
                else:
                    await _finish(books[report.instance], report)
                    waiting.discard(report.instance)


async def _burst(mailbox: trio.MemoryReceiveChannel[AccountChanged | RunEnded]) -> list[AccountChanged | RunEnded]:
    """The next report and all that wait behind it: one trip to a worker thread for what came meanwhile."""
    first = await mailbox.receive()
    waiting = mailbox.statistics().current_buffer_used
    return [first, *(mailbox.receive_nowait() for _ in range(waiting))]


def _record(books: Mapping[str, RunBook], reports: list[AccountChanged | RunEnded]) -> None:
    for report in reports:
        book = books[report.instance]
        book.recorder.add(report.records)
        if isinstance(report, AccountChanged):
            book.benchmark.add(report.series)


async def _finish(book: RunBook, ended: RunEnded) -> None:
    async with book.outcome:
        if not book.recorder.has_records:
            await trio.to_thread.run_sync(book.recorder.discard)
            await book.outcome.send(Outcome(instance=ended.instance, result=None, error=ended.error))
            return
        summary = attrs.evolve(
            book.summary,
            stop_reason=ended.stop_reason,
            stop_ms=ended.stop_ms,
            error=ended.error,
            counters=ended.counters,
            benchmark=book.benchmark,
            series=(await book.series.receive(),),
            wall_s={"run": book.stopwatch.elapsed_s()},
        )
        result = await trio.to_thread.run_sync(book.recorder.finish, summary)
        await book.outcome.send(Outcome(instance=ended.instance, result=result, error=ended.error))


def _offer(progress: trio.MemorySendChannel[AccountChanged], message: AccountChanged) -> None:
    try:
        progress.send_nowait(message)
    except (trio.WouldBlock, trio.BrokenResourceError):
        return
