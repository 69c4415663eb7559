"""The gateway actor of an account: intents and market in, orders and fills out."""

from collections.abc import Mapping
from typing import Any, Protocol

import trio

from actors.common_time import CommonTime, Stretch
from actors.messages import (
    AccountChanged,
    ActorFailed,
    GatewayMessage,
    Intents,
    MarketEnded,
    MarketMoved,
    Report,
    RunEnded,
)
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.records import Records
from play_engine.market import MarketSlice
from play_engine.warmup import Window


async def run_gateway(
    account: str,
    window: Window,
    exchange: SimulatedExchange,
    time: CommonTime,
    mailbox: trio.MemoryReceiveChannel[GatewayMessage],
    persistence: trio.MemorySendChannel[Report],
) -> None:
    """Bring the markets of the account's symbols together with its plays' intents, and report what came of them.

    They may arrive in any order; a stretch of time is worked off when all of it is there, so results do not depend on
    scheduling. Ends when all markets have ended, when the account has stopped, or when an actor that its run needs has
    failed; the run's end is then reported, once.
    """
    ended, reason, error = "", "failed", "an actor of the account went away"
    async with mailbox, persistence:
        async for message in mailbox:
            match message:
                case MarketMoved(market=market):
                    time.add_market(market)
                case Intents(instance=instance, batch=batch):
                    time.add_intents(instance, batch)
                case MarketEnded(symbol=symbol, reason=why):
                    time.end(symbol, whole=why == "completed")
                    ended = why if ended in ("", "completed") else ended
                case ActorFailed(error=text):
                    error = text
                    break
            for stretch in time.stretches():
                await persistence.send(_work_off(account, window, exchange, stretch))
                if exchange.stopped:
                    break
            if exchange.stopped or time.is_over:
                reason, error = ended or exchange.stop_reason, ""
                break
        all_given = ended == "completed" and time.is_over and time.is_empty
        await persistence.send(run_ended(account, exchange, reason, error, all_given=all_given))


def _work_off(account: str, window: Window, exchange: SimulatedExchange, stretch: Stretch) -> AccountChanged:
    given = tuple(stretch.market.values())
    if stretch.until_ms <= window.start_ms:
        return AccountChanged(account=account, until_ms=stretch.until_ms, given=given)
    market = {symbol: inside(window, piece) for symbol, piece in stretch.market.items()}
    records = exchange.advance(market, stretch.intents)
    played = tuple(piece.bars for piece in market.values())
    if exchange.stopped:
        played = tuple(bars.between(window.start_ms, exchange.stop_ms) for bars in played)
    return AccountChanged(account=account, until_ms=stretch.until_ms, given=given, played=played, records=records)


def inside(window: Window, market: MarketSlice) -> MarketSlice:
    """What of a slice comes after the warm-up."""
    bars = market.bars
    return market.split(window.start_ms)[1] if len(bars) and bars.ts[0] < window.start_ms else market


class EndedBooks(Protocol):
    """What keeps the books of an account's run, and can close them."""

    @property
    def stop_reason(self) -> str:
        """Why the run has stopped."""
        ...

    @property
    def stop_ms(self) -> int:
        """The instant up to which it has been worked off."""
        ...

    def finish(self, stop_reason: str) -> Records:
        """Close the books; the last rows."""
        ...

    def counters(self) -> Mapping[str, Any]:
        """Counts and sums that the metrics need beside the records."""
        ...

    def gate_refusals(self) -> Mapping[str, int]:
        """How often the policy refused an entry or dropped a close, by reason."""
        ...


def run_ended(account: str, exchange: EndedBooks, reason: str, error: str, *, all_given: bool) -> RunEnded:
    """Close the account's books for `reason`, and what there is to report of it."""
    return RunEnded(
        account=account,
        records=exchange.finish(reason),
        all_given=all_given,
        stop_reason=exchange.stop_reason,
        stop_ms=exchange.stop_ms,
        counters={**exchange.counters(), "gate_refusals": exchange.gate_refusals()},
        error=error,
    )
