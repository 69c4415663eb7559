"""The play actor: bars in, intents out. What to compute is the engine's business."""

import trio

from actors.messages import BarsEnded, FeedMessage, GatewayMessage, Intents
from play_engine.engine import Engine


async def run_play(
    engine: Engine, mailbox: trio.MemoryReceiveChannel[FeedMessage], gateway: trio.MemorySendChannel[GatewayMessage]
) -> None:
    """Turn every chunk of bars into the intents of its instants, until the bars end or the gateway has stopped."""
    async with mailbox, gateway:
        async for message in mailbox:
            if isinstance(message, BarsEnded):
                return
            try:
                await gateway.send(Intents(batch=engine.process(message.series)))
            except trio.BrokenResourceError:
                return
