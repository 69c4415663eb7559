"""The stage: puts instances on, with the adapters that their mode asks for. The one place that knows about modes.

A backtest has a data provider's history as its feed, the simulator as its exchange, a recorder as its store, and a
virtual clock that the feed moves.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import attrs
import trio

from actors.clock import VirtualClock
from actors.feed import Subscription, run_feed
from actors.fingerprint import Fingerprint
from actors.gateway import run_ended, run_gateway
from actors.instance import PreparedInstance
from actors.messages import AccountChanged, FeedMessage, GatewayMessage, InstanceFailed, Outcome, Report, StopFeed
from actors.persistence import RunBook, run_persistence
from actors.play import run_play
from actors.run_summary import code_used, labels_of, summary_of
from actors.supervision import Child, ChildFailed
from exchange.simulated.exchange import SimulatedExchange
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


@attrs.frozen(kw_only=True)
class Progress:
    """How far an instance has come: its run covers start_ms to end_ms, `until_ms` of it is done, in `bars` bars."""

    instance: str
    start_ms: int
    end_ms: int
    until_ms: int
    bars: int


class BacktestStage:
    """Actors and channels of backtest instances that share a clock, wired and ready to be supervised."""

    def __init__(
        self,
        instances: Sequence[PreparedInstance],
        feeds: Mapping[str, DataProvider],
        runs_dir: Path | None,
        clock: VirtualClock,
    ) -> None:
        self._feeds = feeds
        self._runs_dir = runs_dir
        self._clock = clock
        self._code = code_used()
        self.children: list[Child] = []
        self.outcomes: dict[str, trio.MemoryReceiveChannel[Outcome]] = {}
        self._to_persistence, reports = trio.open_memory_channel[Report](MAILBOX_MESSAGES)
        to_progress, self.progress = trio.open_memory_channel[AccountChanged](PROGRESS_MESSAGES)
        self._feed_commands: list[trio.MemorySendChannel[StopFeed]] = []
        books = {prepared.id: self._open_book(prepared) for prepared in instances}
        self.children.append(Child(name="persistence", run=partial(run_persistence, books, reports, to_progress)))
        for name in feeds:
            self._add_feed(name, [prepared for prepared in instances if prepared.instance.feed == name])

    def stop(self, reason: str) -> None:
        """Ask every feed to deliver no more; the runs then end with `reason` as their stop reason. Twice is once."""
        for commands in self._feed_commands:
            try:
                commands.send_nowait(StopFeed(reason=reason))
            except (trio.WouldBlock, trio.BrokenResourceError):
                continue

    def _open_book(self, prepared: PreparedInstance) -> RunBook:
        play_id, labels = prepared.play.id, labels_of(prepared)
        provider = self._feeds[prepared.instance.feed]
        recorder = (
            ArtefactRecorder(self._runs_dir, play_id, labels) if self._runs_dir else MemoryRecorder(play_id, labels)
        )
        to_outcome, self.outcomes[prepared.id] = trio.open_memory_channel[Outcome](1)
        return RunBook(
            recorder=recorder,
            summary=summary_of(prepared, provider.describe(), self._code),
            benchmark=BenchmarkAccumulator(prepared.window.start_ms),
            fingerprint=Fingerprint(
                provider=provider,
                symbol=prepared.play.symbol,
                interval_ms=prepared.coverage.interval_ms,
                start_ms=prepared.feed_from_ms,
                end_ms=prepared.window.end_ms,
            ),
            outcome=to_outcome,
        )

    def _add_feed(self, name: str, instances: Sequence[PreparedInstance]) -> None:
        self._clock.add_hand(name, min((prepared.feed_from_ms for prepared in instances), default=0))
        to_gateways: list[trio.MemorySendChannel[GatewayMessage]] = []
        subscriptions: list[Subscription] = []
        for prepared in instances:
            to_gateway, subscription = self._add_instance(prepared)
            to_gateways.append(to_gateway)
            subscriptions.append(subscription)
        to_feed, commands = trio.open_memory_channel[StopFeed](1)
        self._feed_commands.append(to_feed)
        run = partial(run_feed, name, self._feeds[name], subscriptions, commands, self._clock)
        self.children.append(
            Child(name=f"feed {name}", run=run, on_failure=partial(_tell, [channel.clone() for channel in to_gateways]))
        )

    def _add_instance(self, prepared: PreparedInstance) -> tuple[trio.MemorySendChannel[GatewayMessage], Subscription]:
        window, play = prepared.window, prepared.play
        to_play, play_mailbox = trio.open_memory_channel[FeedMessage](MAILBOX_MESSAGES)
        to_gateway, gateway_mailbox = trio.open_memory_channel[GatewayMessage](MAILBOX_MESSAGES)
        exchange = SimulatedExchange(play, prepared.instrument, prepared.settings, window.start_ms)
        persistence = self._to_persistence.clone()
        engine = Engine(play, base_ms=prepared.coverage.interval_ms, window=window)
        gateway = partial(run_gateway, prepared.id, window, exchange, gateway_mailbox, persistence)
        failed = partial(_report_failed, prepared.id, exchange, self._to_persistence.clone())
        play_run = partial(run_play, engine, play_mailbox, to_gateway.clone())
        self.children += [
            Child(name=f"gateway {prepared.id}", run=gateway, on_failure=failed),
            Child(name=f"play {prepared.id}", run=play_run, on_failure=partial(_tell, [to_gateway.clone()])),
        ]
        subscription = Subscription(
            symbol=play.symbol,
            start_ms=prepared.feed_from_ms,
            end_ms=window.end_ms,
            listeners=(to_play, to_gateway),
        )
        return to_gateway, subscription


async def _tell(gateways: Sequence[trio.MemorySendChannel[GatewayMessage]], failed: ChildFailed) -> None:
    for gateway in gateways:
        try:
            await gateway.send(InstanceFailed(error=failed.text()))
        except trio.BrokenResourceError:
            continue


async def _report_failed(
    instance: str,
    exchange: SimulatedExchange,
    persistence: trio.MemorySendChannel[Report],
    failed: ChildFailed,
) -> None:
    await persistence.send(run_ended(instance, exchange, "failed", failed.text(), bars_ended=False))
