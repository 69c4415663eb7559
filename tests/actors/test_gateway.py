"""The gateway brings bars and intents together in whatever order they come, and reports the end of a run once."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.common_time import CommonTime, Reader, Source
from actors.gateway import run_gateway
from actors.messages import AccountChanged, ActorFailed, GatewayMessage, Intents, MarketEnded, MarketMoved, RunEnded
from exchange.simulated.records import EQUITY, FILL, LEDGER, ORDER, TRADE, Records
from play_engine.bars import BarSeries
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch, join
from play_engine.market import MarketSlice
from play_engine.warmup import Window
from tests.actors.bars import MINUTE, minutes


def no_records() -> Records:
    return Records(
        trades=np.zeros(0, TRADE),
        orders=np.zeros(0, ORDER),
        fills=np.zeros(0, FILL),
        ledger=np.zeros(0, LEDGER),
        equity=np.zeros(0, EQUITY),
    )


@attrs.define
class FakeExchange:
    """Remembers what it was given; stops on its own after `patience` chunks."""

    patience: int = 1_000
    seen: list[tuple[int, int]] = attrs.field(factory=list)
    stop_reason: str = ""
    stop_ms: int = 0

    @property
    def stopped(self) -> bool:
        return self.stop_reason == "max_drawdown"

    def advance(self, market: Mapping[str, MarketSlice], intents: Sequence[IntentBatch]) -> Records:
        self.seen.append((len(market["AUSDT"]), intents[0].until_ms))
        if len(self.seen) == self.patience:
            self.stop_reason = "max_drawdown"
        return no_records()

    def finish(self, stop_reason: str) -> Records:
        self.stop_reason = self.stop_reason or stop_reason
        return no_records()

    def counters(self) -> Mapping[str, float]:
        return {"minutes": float(sum(bars for bars, _ in self.seen))}

    def gate_refusals(self) -> Mapping[str, int]:
        return {"SIZE_TOO_SMALL": 1}


def intents_for(bars: BarSeries) -> Intents:
    return Intents(instance="a", batch=join([], until_ms=bars.end_ms))


def moved(bars: BarSeries) -> MarketMoved:
    return MarketMoved(market=MarketSlice(bars=bars))


def ended(reason: str) -> MarketEnded:
    return MarketEnded(symbol="AUSDT", reason=reason)


async def gate(messages: Sequence[GatewayMessage], exchange: FakeExchange) -> list[AccountChanged | RunEnded]:
    """Everything that a gateway reports for these messages."""
    mailbox, incoming = trio.open_memory_channel[GatewayMessage](len(messages))
    outgoing, reports = trio.open_memory_channel[AccountChanged | RunEnded](1_000)
    for message in messages:
        mailbox.send_nowait(message)
    mailbox.close()
    time = CommonTime(
        [Source(symbol="AUSDT", start_ms=0, interval_ms=MINUTE)], [Reader(instance="a", symbol="AUSDT", start_ms=0)]
    )
    await run_gateway("a", Window(MINUTE * 10, MINUTE * 100), exchange, time, incoming, outgoing)
    return [report async for report in reports]


CHUNKS = [minutes("AUSDT", 25, start_ms=MINUTE * 25 * number) for number in range(4)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=8, max_size=8))
async def test_any_interleaving_works_off_the_same_pairs(order: list[bool]) -> None:
    bars = [moved(chunk) for chunk in CHUNKS]
    intents = [intents_for(chunk) for chunk in CHUNKS]
    messages: list[GatewayMessage] = []
    for first in order:
        queue = bars if (first and bars) or not intents else intents
        messages.append(queue.pop(0))
    exchange = FakeExchange()
    reports = await gate([*messages, ended("completed")], exchange)
    # The window begins at minute 10.
    assert exchange.seen == [(15, MINUTE * 25), (25, MINUTE * 50), (25, MINUTE * 75), (25, MINUTE * 100)]
    assert [type(report) for report in reports] == [AccountChanged] * 4 + [RunEnded]
    assert isinstance(reports[-1], RunEnded)
    assert (reports[-1].stop_reason, reports[-1].error) == ("completed", "")
    assert reports[-1].counters == {"minutes": 90.0, "gate_refusals": {"SIZE_TOO_SMALL": 1}}


async def test_the_end_of_the_bars_waits_for_intents_on_their_way() -> None:
    chunk = CHUNKS[0]
    exchange = FakeExchange()
    messages = [moved(chunk), ended("halted"), intents_for(chunk)]
    reports = await gate(messages, exchange)
    assert len(exchange.seen) == 1
    assert isinstance(reports[-1], RunEnded)
    assert reports[-1].stop_reason == "halted"


async def test_an_account_that_stops_ends_the_run_early() -> None:
    messages: list[GatewayMessage] = []
    for chunk in CHUNKS:
        messages += [moved(chunk), intents_for(chunk)]
    exchange = FakeExchange(patience=2)
    reports = await gate(messages, exchange)
    assert len(exchange.seen) == 2
    assert isinstance(reports[-1], RunEnded)
    assert (reports[-1].stop_reason, reports[-1].error) == ("max_drawdown", "")


async def test_a_failure_of_the_play_is_reported_as_the_end() -> None:
    messages = [moved(CHUNKS[0]), intents_for(CHUNKS[0]), ActorFailed(error="play a: ValueError: broken")]
    reports = await gate(messages, FakeExchange())
    assert isinstance(reports[-1], RunEnded)
    assert (reports[-1].stop_reason, reports[-1].error) == ("failed", "play a: ValueError: broken")


async def test_senders_that_vanish_are_a_failure() -> None:
    reports = await gate([moved(CHUNKS[0])], FakeExchange())
    assert isinstance(reports[-1], RunEnded)
    assert (reports[-1].stop_reason, reports[-1].error) == ("failed", "an actor of the account went away")


async def test_intents_for_other_bars_are_a_defect() -> None:
    with pytest.raises(InternalError, match="intents up to 3000000 for bars up to 1500000"):
        await gate([moved(CHUNKS[0]), intents_for(CHUNKS[1])], FakeExchange())
