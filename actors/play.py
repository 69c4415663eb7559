"""The play actor: the market in, intents out. What to compute is the engine's business."""

import trio

from actors.messages import FeedMessage, GatewayMessage, Intents, MarketEnded
from play_engine.engine import Engine


async def run_play(
    instance: str,
    engine: Engine,
    mailbox: trio.MemoryReceiveChannel[FeedMessage],
    gateway: trio.MemorySendChannel[GatewayMessage],
) -> None:
    """Turn every slice of the market into the intents of its instants, until it ends or the gateway has stopped."""
    async with mailbox, gateway:
        async for message in mailbox:
            if isinstance(message, MarketEnded):
                return
            try:
                await gateway.send(Intents(instance=instance, batch=engine.process(message.market)))
            except trio.BrokenResourceError:
                return
