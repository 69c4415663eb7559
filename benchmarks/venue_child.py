"""The other process of the measurements at a venue: a served local venue, or a bare server that sends candle frames.

    python -m benchmarks.venue_child venue ACCOUNTS MINUTES SPEED
    python -m benchmarks.venue_child plain FRAME COUNT

It prints its port. A venue goes on as lines of its standard input say, `NAME UNTIL_MS`: that account has acknowledged;
`finished` is printed at the end of the replay. SPEED is market seconds a second, 0 for as fast as accounts acknowledge.
It is the house's own venue, opened as a session opens it: limits of requests are lifted, which the command `venue` has.
"""

import json
import os
import sys
from functools import partial

import trio
from trio_websocket import ConnectionClosed, WebSocketRequest, serve_websocket

from actors.local_venue import LocalVenue, open_local_venue
from actors.venue_plan import VenuePlan
from benchmarks.venue_scene import accounts, feeds

LOOPBACK = "127.0.0.1"


async def _serve_venue(count: int, minutes: int, speed: float) -> None:
    plan = VenuePlan(name="venue", speed=speed or None)
    async with open_local_venue(plan, accounts(count, minutes), feeds(minutes)) as served:
        print(served.endpoints.rest_url.rpartition(":")[2], flush=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_tell_of_the_end, served)
            await _obey(served)
            nursery.cancel_scope.cancel()


async def _tell_of_the_end(served: LocalVenue) -> None:
    await served.venue.finished.wait()
    print("finished", flush=True)


async def _obey(served: LocalVenue) -> None:
    """Until standard input ends."""
    rest = b""
    async with trio.lowlevel.FdStream(os.dup(sys.stdin.fileno())) as stream:
        async for data in stream:
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                name, until_ms = line.decode().split()
                served.venue.acknowledge(name, int(until_ms))


async def _serve_plain(frame: str, count: int) -> None:
    """Send so many frames to everybody who subscribes to anything."""

    async def send(request: WebSocketRequest) -> None:
        socket = await request.accept()
        try:
            await socket.send_message(_acknowledgement(await socket.get_message()))
            for _ in range(count):
                await socket.send_message(frame)
            await socket.get_message()
        except ConnectionClosed:
            return

    async with trio.open_nursery() as nursery:
        server = await nursery.start(partial(serve_websocket, send, LOOPBACK, 0, None))
        print(server.port, flush=True)
        async with trio.lowlevel.FdStream(os.dup(sys.stdin.fileno())) as stream:
            async for _ in stream:
                continue
        nursery.cancel_scope.cancel()


def _acknowledgement(request: str | bytes) -> str:
    req_id = json.loads(request).get("req_id", "")
    return json.dumps({"success": True, "ret_msg": "", "op": "subscribe", "req_id": req_id, "conn_id": "plain"})


def main(kind: str, *wanted: str) -> None:
    """Serve until standard input ends."""
    if kind == "venue":
        trio.run(_serve_venue, int(wanted[0]), int(wanted[1]), float(wanted[2]))
    else:
        trio.run(_serve_plain, wanted[0], int(wanted[1]))


main(*sys.argv[1:])
