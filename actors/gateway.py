"""The gateway actor of an account: intents and market in, orders and fills out."""

from collections import deque

import trio

from actors.messages import AccountChanged, Bars, BarsEnded, GatewayMessage, InstanceFailed, Intents, Report, RunEnded
from exchange.adapter import ExchangeAdapter
from play_engine.bars import BarSeries
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.warmup import Window


async def run_gateway(
    instance: str,
    window: Window,
    exchange: ExchangeAdapter,
    mailbox: trio.MemoryReceiveChannel[GatewayMessage],
    persistence: trio.MemorySendChannel[Report],
) -> None:
    """Bring each chunk of bars together with the play's intents for it, and report what came of them.

    Bars and intents may arrive in any order; a chunk is worked off when both are there, so results do not depend on
    scheduling. Ends when the bars have ended, when the account has stopped, or when an actor of the instance has
    failed; the run's end is then reported, once.
    """
    bars: deque[BarSeries] = deque()
    intents: deque[IntentBatch] = deque()
    ended, reason, error = "", "failed", "an actor of the instance went away"
    async with mailbox, persistence:
        async for message in mailbox:
            match message:
                case Bars(series=series):
                    bars.append(series)
                case Intents(batch=batch):
                    intents.append(batch)
                case BarsEnded(reason=why):
                    ended = why
                case InstanceFailed(error=text):
                    error = text
                    break
            if bars and intents:
                await persistence.send(_work_off(instance, window, exchange, bars.popleft(), intents.popleft()))
            if exchange.stopped or (ended and not bars):
                reason, error = ended or exchange.stop_reason, ""
                break
        all_given = ended == "completed" and not bars
        await persistence.send(run_ended(instance, exchange, reason, error, bars_ended=all_given))


def _work_off(
    instance: str, window: Window, exchange: ExchangeAdapter, bars: BarSeries, intents: IntentBatch
) -> AccountChanged:
    if intents.until_ms != bars.end_ms:
        raise InternalError(f"{instance}: intents up to {intents.until_ms} for bars up to {bars.end_ms}")
    played = bars.between(window.start_ms, window.end_ms)
    records = exchange.advance(played, intents)
    if exchange.stopped:
        played = played.between(window.start_ms, exchange.stop_ms)
    return AccountChanged(instance=instance, series=bars, played=played, records=records)


def run_ended(instance: str, exchange: ExchangeAdapter, reason: str, error: str, *, bars_ended: bool) -> RunEnded:
    """Close the account's books for `reason`, and what there is to report of it."""
    return RunEnded(
        instance=instance,
        records=exchange.finish(reason),
        bars_ended=bars_ended,
        stop_reason=exchange.stop_reason,
        stop_ms=exchange.stop_ms,
        counters={**exchange.counters(), "gate_refusals": exchange.gate_refusals()},
        error=error,
    )
