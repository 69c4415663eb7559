"""The persistence actor: everything that happened goes to the recorder of its run, in order."""

from collections.abc import Mapping

import attrs
import trio

from actors.account import PreparedAccount
from actors.clock import Stopwatch
from actors.fingerprint import Fingerprint
from actors.funding import funding_counters
from actors.messages import AccountChanged, Outcome, Report, RunEnded
from results.attempt import DeterminismError
from results.benchmark import BenchmarkAccumulator
from results.recorder import Recorder
from results.result import open_result
from results.summary import RunSummary


@attrs.frozen(kw_only=True, eq=False)
class RunBook:
    """What persistence needs of an account's run: where its records go, what is known beforehand, what becomes known.

    `fingerprints` are by symbol. `outcome` takes one message, what became of the run.
    """

    account: PreparedAccount
    recorder: Recorder
    summary: RunSummary
    benchmark: BenchmarkAccumulator
    fingerprints: Mapping[str, Fingerprint]
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
            for account in waiting:
                if not books[account].recorder.has_records:
                    books[account].recorder.discard()


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
                await _finish(books[report.account], report)
                waiting.discard(report.account)


async def _burst(mailbox: trio.MemoryReceiveChannel[Report]) -> list[Report]:
    """The next report and all that wait behind it: one trip to a worker thread for what came meanwhile."""
    first = await mailbox.receive()
    waiting = mailbox.statistics().current_buffer_used
    return [first, *(mailbox.receive_nowait() for _ in range(waiting))]


def _record(books: Mapping[str, RunBook], reports: list[Report]) -> None:
    for report in reports:
        book = books[report.account]
        if report.records is not None:
            book.recorder.add(report.records)
        if isinstance(report, AccountChanged):
            for market in report.given:
                book.fingerprints[market.symbol].add(market)
            for bars in report.played:
                book.benchmark.add(bars)


async def _finish(book: RunBook, ended: RunEnded) -> None:
    async with book.outcome:
        if book.recorder.has_records:
            outcome = await trio.to_thread.run_sync(_complete, book, ended)
        else:
            await trio.to_thread.run_sync(book.recorder.discard)
            outcome = Outcome(account=ended.account, result=None, error=ended.error)
        await book.outcome.send(outcome)


def _complete(book: RunBook, ended: RunEnded) -> Outcome:
    used = [one.used(all_given=ended.all_given) for one in book.fingerprints.values()]
    summary = attrs.evolve(
        book.summary,
        stop_reason=ended.stop_reason,
        stop_ms=ended.stop_ms,
        error=ended.error,
        counters={**ended.counters, **funding_counters(book.account, ended.stop_ms)},
        benchmark=book.benchmark,
        series=tuple(series for of_symbol in used for series in of_symbol),
        wall_s={"run": book.stopwatch.elapsed_s()},
    )
    try:
        return Outcome(account=ended.account, result=book.recorder.finish(summary), error=ended.error)
    except DeterminismError as error:
        return Outcome(account=ended.account, result=open_result(error.path), error=str(error))


def _offer(progress: trio.MemorySendChannel[AccountChanged], message: AccountChanged) -> None:
    try:
        progress.send_nowait(message)
    except (trio.WouldBlock, trio.BrokenResourceError):
        return
