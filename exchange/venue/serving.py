"""Serving: an ASGI application on a port of this machine."""

from collections.abc import Callable
from typing import Any, cast

import trio
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.typing import ConnectionState
from hypercorn.utils import wrap_app
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
# Clients keep connections for their next request; who is turned away in between may lose it.
_KEEP_ALIVE_S = 75
_LARGEST_FRAME_BYTES = 1024 * 1024
_LARGEST_BODY_BYTES = 1024 * 1024
_NEVER = 1_000_000_000


async def serve(
    app: ASGIApp, port: int, *, host: str = LOOPBACK, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED
) -> None:
    """Serve an application until cancelled; `task_status` gets the port, which 0 lets the system choose.

    Every connection has `cut` in the state of its scope: call it to break the connection at once. Cancelling breaks all
    of them, also those whose clients do not read. Raises OSError if the port is taken.
    """
    listeners = await trio.open_tcp_listeners(port, host=host)
    config = _config()
    wrapped = wrap_app(cast("Any", app), _LARGEST_BODY_BYTES, "asgi")
    context = WorkerContext(None)
    live: set[Callable[[], None]] = set()

    async def handle(stream: trio.SocketStream) -> None:
        cut = stream.socket.close
        live.add(cut)
        try:
            await TCPServer(wrapped, config, context, ConnectionState({"cut": cut}), cast("Any", stream)).run()
        finally:
            live.discard(cut)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(_cut_at_the_end, live)
        nursery.start_soon(trio.serve_listeners, handle, listeners)
        task_status.started(listeners[0].socket.getsockname()[1])


async def _cut_at_the_end(live: set[Callable[[], None]]) -> None:
    """The server library does not let a send be cancelled; only the end of its socket ends it."""
    try:
        await trio.sleep_forever()
    finally:
        for cut in list(live):
            cut()


def _config() -> Config:
    config = Config()
    config.accesslog = None
    config.include_server_header = False
    config.keep_alive_timeout = _KEEP_ALIVE_S
    config.keep_alive_max_requests = _NEVER
    config.websocket_max_message_size = _LARGEST_FRAME_BYTES
    return config
