"""Backtests: a data provider's history as feed, the simulator as exchange, and a virtual clock that the feeds move."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import trio

from actors.account import PreparedAccount
from actors.clock import VirtualClock
from actors.feed import Listener, Subscription, run_feed
from actors.gateway import run_gateway
from actors.messages import StopFeed
from actors.stage import FromGateway, Stage, common_time, report_failed, tell_failed
from actors.supervision import Child
from feeds.provider import DataProvider


class BacktestStage(Stage):
    """Accounts that share a virtual clock."""

    def __init__(
        self,
        accounts: Sequence[PreparedAccount],
        feeds: Mapping[str, DataProvider],
        runs_dir: Path | None,
        clock: VirtualClock,
    ) -> None:
        self._subscriptions: dict[str, list[Subscription]] = {name: [] for name in feeds}
        super().__init__(accounts, feeds, runs_dir, mode="backtest")
        for name in feeds:
            self._add_feed(name, clock)

    def _gateway(self, account: PreparedAccount, mailbox: FromGateway) -> Child:
        exchange = account.exchange(account.window.start_ms)
        failed = partial(report_failed, account.name, exchange, self._to_persistence.clone())
        persistence = self._to_persistence.clone()
        run = partial(run_gateway, account.name, account.window, exchange, common_time(account), mailbox, persistence)
        return Child(name=f"gateway {account.name}", run=run, on_failure=failed)

    def _subscribe(self, account: PreparedAccount, symbol: str, start_ms: int, listeners: Sequence[Listener]) -> None:
        traded = next(one for one in account.symbols if one.symbol == symbol)
        self._subscriptions[traded.feed].append(
            Subscription(
                symbol=symbol,
                start_ms=start_ms,
                end_ms=account.window.end_ms,
                listeners=tuple(listeners),
                marked=account.marked,
                readings=traded.readings,
                synthetic=traded.synthetic,
            )
        )

    def _add_feed(self, name: str, clock: VirtualClock) -> None:
        subscriptions = self._subscriptions[name]
        clock.add_hand(name, min((subscription.start_ms for subscription in subscriptions), default=0))
        to_feed, commands = trio.open_memory_channel[StopFeed](1)
        self._feed_commands.append(to_feed)
        run = partial(run_feed, name, self._feeds[name], subscriptions, commands, clock)
        failed = partial(tell_failed, self._gateways[name])
        self.children.append(Child(name=f"feed {name}", run=run, on_failure=failed))
