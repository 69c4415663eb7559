"""The stage: puts accounts on. What a mode needs besides, its feeds and its gateways, is added by its own stage."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import attrs
import trio

from actors.account import PreparedAccount, TradedSymbol
from actors.common_time import CommonTime, Reader, Source
from actors.feed import Listener
from actors.fingerprint import fingerprints_of
from actors.gateway import EndedBooks, run_ended
from actors.messages import AccountChanged, ActorFailed, FeedMessage, GatewayMessage, Outcome, Report, StopFeed
from actors.persistence import RunBook, run_persistence
from actors.play import run_play
from actors.run_summary import code_used, labels_of, summary_of
from actors.supervision import Child, ChildFailed
from feeds.provider import DataProvider
from play_engine.engine import Engine
from results.artefacts import ArtefactRecorder
from results.benchmark import BenchmarkAccumulator
from results.recorder import MemoryRecorder

# Messages that a mailbox holds before its sender waits. A message of a backtest is up to 32,768 bars (1.6 MB), so this
# also bounds what is in memory on its way.
MAILBOX_MESSAGES = 4
# Progress that may wait to be shown; what does not fit is dropped.
PROGRESS_MESSAGES = 16

ToGateway = trio.MemorySendChannel[GatewayMessage]
FromGateway = trio.MemoryReceiveChannel[GatewayMessage]


@attrs.frozen(kw_only=True)
class Progress:
    """How far an account's run has come: it covers start_ms to end_ms, `until_ms` of it is done, in `bars` bars of all
    its symbols."""

    account: str
    start_ms: int
    end_ms: int
    until_ms: int
    bars: int


class Stage(ABC):
    """Actors and channels of accounts that run together, wired and ready to be supervised.

    What is the same in every mode is here: the books of the runs, persistence, and a play actor for each instance. A
    mode adds its feeds and its gateways.
    """

    def __init__(
        self,
        accounts: Sequence[PreparedAccount],
        feeds: Mapping[str, DataProvider],
        runs_dir: Path | None,
        *,
        mode: str,
    ) -> None:
        self._feeds = feeds
        self._runs_dir = runs_dir
        self._code = code_used()
        self._mode = mode
        self.children: list[Child] = []
        self.outcomes: dict[str, trio.MemoryReceiveChannel[Outcome]] = {}
        self._to_persistence, reports = trio.open_memory_channel[Report](MAILBOX_MESSAGES)
        to_progress, self.progress = trio.open_memory_channel[AccountChanged](PROGRESS_MESSAGES)
        self._gateways: dict[str, list[ToGateway]] = {name: [] for name in feeds}
        self._feed_commands: list[trio.MemorySendChannel[StopFeed]] = []
        books = {account.name: self._open_book(account) for account in accounts}
        self.children.append(Child(name="persistence", run=partial(run_persistence, books, reports, to_progress)))
        for account in accounts:
            self._add_account(account)

    def stop(self, reason: str) -> None:
        """Ask every feed to deliver no more; the runs then end with `reason` as their stop reason. Twice is once."""
        for commands in self._feed_commands:
            try:
                commands.send_nowait(StopFeed(reason=reason))
            except (trio.WouldBlock, trio.BrokenResourceError):
                continue

    @abstractmethod
    def _gateway(self, account: PreparedAccount, mailbox: FromGateway) -> Child:
        """The gateway of an account, which reports to persistence."""

    @abstractmethod
    def _subscribe(self, account: PreparedAccount, symbol: str, start_ms: int, listeners: Sequence[Listener]) -> None:
        """Have the feed of a symbol deliver it from `start_ms` on."""

    def _open_book(self, account: PreparedAccount) -> RunBook:
        labels = labels_of(account)
        recorder = (
            ArtefactRecorder(self._runs_dir, account.play_id, labels)
            if self._runs_dir
            else MemoryRecorder(account.play_id, labels)
        )
        to_outcome, self.outcomes[account.name] = trio.open_memory_channel[Outcome](1)
        return RunBook(
            account=account,
            recorder=recorder,
            summary=summary_of(account, self._feeds, self._code, mode=self._mode),
            benchmark=BenchmarkAccumulator(account.window.start_ms),
            fingerprints=fingerprints_of(account, self._feeds),
            outcome=to_outcome,
        )

    def _add_account(self, account: PreparedAccount) -> None:
        to_gateway, mailbox = trio.open_memory_channel[GatewayMessage](MAILBOX_MESSAGES)
        self.children.append(self._gateway(account, mailbox))
        with to_gateway:
            plays = self._add_plays(account, to_gateway)
            for traded in account.symbols:
                self._deliver(account, traded, plays, to_gateway)

    def _add_plays(self, account: PreparedAccount, to_gateway: ToGateway) -> dict[str, Listener]:
        """The play actors of an account; the channels to them by instance."""
        channels: dict[str, Listener] = {}
        for one in account.instances:
            channels[one.id], mailbox = trio.open_memory_channel[FeedMessage](MAILBOX_MESSAGES)
            engine = Engine(one.play, base_ms=account.interval_ms, window=account.window)
            run = partial(run_play, one.id, engine, mailbox, to_gateway.clone())
            failed = partial(tell_failed, [to_gateway.clone()])
            self.children.append(Child(name=f"play {one.id}", run=run, on_failure=failed))
        return channels

    def _deliver(
        self, account: PreparedAccount, traded: TradedSymbol, plays: Mapping[str, Listener], to_gateway: ToGateway
    ) -> None:
        """Have a symbol delivered to the Plays that trade it, to each from its own start on, and to the gateway."""
        starts: dict[int, list[Listener]] = {traded.feed_from_ms: []}
        for one in account.instances:
            if one.play.symbol == traded.symbol:
                starts.setdefault(one.feed_from_ms, []).append(plays[one.id])
        starts[traded.feed_from_ms].append(to_gateway.clone())
        self._gateways[traded.feed].append(to_gateway.clone())
        for start_ms, listeners in starts.items():
            self._subscribe(account, traded.symbol, start_ms, listeners)


def common_time(account: PreparedAccount) -> CommonTime:
    """What brings the markets of an account and the intents of its Plays together."""
    return CommonTime(
        [
            Source(
                symbol=traded.symbol,
                start_ms=traded.feed_from_ms,
                interval_ms=account.interval_ms,
                marked=account.marked,
            )
            for traded in account.symbols
        ],
        [Reader(instance=one.id, symbol=one.play.symbol, start_ms=one.feed_from_ms) for one in account.instances],
    )


async def tell_failed(gateways: Sequence[ToGateway], failed: ChildFailed) -> None:
    """Tell gateways that an actor that they need has failed."""
    for gateway in gateways:
        try:
            await gateway.send(ActorFailed(error=failed.text()))
        except trio.BrokenResourceError:
            continue


async def report_failed(
    account: str, books: EndedBooks, persistence: trio.MemorySendChannel[Report], failed: ChildFailed
) -> None:
    """Report the end of a run whose gateway has failed."""
    await persistence.send(run_ended(account, books, "failed", failed.text(), all_given=False))
