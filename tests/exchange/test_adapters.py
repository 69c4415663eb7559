"""Every adapter keeps the contract: the one without a wire, and the client at the served venue."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Literal

import attrs
import numpy as np
import pytest
import trio

from exchange.adapter import ExchangeAdapter
from exchange.bybit.adapter import open_bybit_adapter
from exchange.bybit.settings import BybitSettings, local_endpoints
from exchange.bybit.signing import Credentials
from exchange.reports import Report
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.accounts.direct import DirectAdapter
from exchange.venue.accounts.setup import listing_of
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from exchange.venue.opening import AccountSpec, open_venue
from exchange.venue.serving import serve
from play_engine.bars import BarSeries
from tests.exchange.contract import BEGIN_MS, SCENARIOS, SCRIPT, SYMBOL, Stage
from tests.exchange.venue.market_scene import MINUTE_MS, instrument

# Quiet minutes before the script.
_HISTORY = 20


def _server_time_ms() -> int:
    """The clock of venue and client alike: soon after the script."""
    return BEGIN_MS + 2 * _HISTORY * MINUTE_MS


def scripted_market() -> VenueMarket:
    rows = np.array([(60_000.0,) * 4] * _HISTORY + list(SCRIPT))
    columns = {name: rows[:, place].copy() for place, name in enumerate(("open", "high", "low", "close"))}
    ts = BEGIN_MS + MINUTE_MS * np.arange(len(rows))
    bars = BarSeries(symbol=SYMBOL, interval_ms=MINUTE_MS, ts=ts, volume=np.full(len(rows), 50.0), **columns)
    tape = Tape(instrument=instrument(SYMBOL), bars=bars)
    return VenueMarket([tape], MINUTE_MS, start_ms=BEGIN_MS + _HISTORY * MINUTE_MS)


@attrs.define
class ScriptedStage:
    """A stage whose market is played by a function."""

    adapter: ExchangeAdapter
    play: Callable[[], object]

    async def step(self) -> None:
        self.play()
        await self.adapter.caught_up()

    async def reports(self) -> list[Report]:
        await self.adapter.caught_up()
        found: list[Report] = []
        while True:
            try:
                found.append(self.adapter.reports.receive_nowait())
            except trio.WouldBlock:
                return found


@asynccontextmanager
async def direct() -> AsyncIterator[Stage]:
    market = scripted_market()
    account = VenueAccount(
        1, [listing_of(instrument(SYMBOL))], market.now_ms, deposit_usdt=10_000.0, last={SYMBOL: market.last(SYMBOL)}
    )

    def play() -> None:
        step = market.next_step()
        assert step is not None
        account.advance(step)

    yield ScriptedStage(DirectAdapter(account), play)


@asynccontextmanager
async def served(orders_over: Literal["rest", "socket"]) -> AsyncIterator[Stage]:
    account = AccountSpec(api_key="contract", secret="kept")  # noqa: S106 - a key of this test alone
    market = scripted_market()
    opened = open_venue(market, [account], speed=None, now_ms=_server_time_ms, limit_factor=0.0)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve, opened.app, 0)
        async with open_bybit_adapter(
            local_endpoints(port),
            Credentials(api_key=account.api_key, secret=account.secret),
            BybitSettings(entries_per_symbol_per_s=50),
            symbols=[SYMBOL],
            now_ms=_server_time_ms,
            rng=np.random.default_rng(1),
            orders_over=orders_over,
        ) as adapter:
            yield ScriptedStage(adapter, opened.venue.play_step)
        nursery.cancel_scope.cancel()


ADAPTERS: dict[str, Callable[[], AbstractAsyncContextManager[Stage]]] = {
    "direct": direct,
    "rest": partial(served, "rest"),
    "socket": partial(served, "socket"),
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
@pytest.mark.parametrize("exchange", ADAPTERS)
async def test_adapter_keeps_the_contract(exchange: str, scenario: Callable[[Stage], Awaitable[None]]) -> None:
    async with ADAPTERS[exchange]() as stage:
        await scenario(stage)
