"""The reference of decisions at a venue: parse the frame of a closed candle, send a signed order, and nothing else."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import h11
import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from actors.clock import wall_time_ms
from benchmarks.market import SYMBOL
from benchmarks.venue_scene import REPLAY_MS, TOPIC
from exchange.bybit.settings import BybitEndpoints
from exchange.bybit.signing import Credentials, rest_signature, websocket_signature

_WINDOW_MS = 5_000
_PATH = "/v5/order/create"

Post = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def trade_bare(
    endpoints: BybitEndpoints,
    credentials: Credentials,
    over: str,
    minutes: int,
    acknowledge: Callable[[int], None],
) -> None:
    """Buy at the close of a minute and sell at the next, `minutes` times.

    `acknowledge` gets the instant up to which all has been done. Raises ValueError for an order that is refused.
    """
    opened = _rest if over == "rest" else _socket
    async with open_websocket_url(endpoints.public_ws_url) as public, opened(endpoints, credentials) as post:
        await public.send_message(json.dumps({"op": "subscribe", "args": [TOPIC]}))
        await public.get_message()
        acknowledge(REPLAY_MS)
        for number in range(minutes):
            candle = await _next_candle(public)
            side = "Sell" if number % 2 else "Buy"
            order = {"category": "linear", "symbol": SYMBOL, "side": side, "orderType": "Market", "qty": "0.001"}
            order["orderLinkId"] = f"bare-{number}"
            answer = await post(order)
            if answer["retCode"] != 0:
                raise ValueError(f"order {number} was refused: {answer}")
            acknowledge(candle["end"] + 1)


async def _next_candle(public: WebSocketConnection) -> dict[str, Any]:
    while True:
        candle = json.loads(await public.get_message())["data"][0]
        if candle["confirm"]:
            return candle


@asynccontextmanager
async def _rest(endpoints: BybitEndpoints, credentials: Credentials) -> AsyncGenerator[Post]:
    """One kept connection."""
    host = endpoints.rest_url.removeprefix("http://")
    name, _, port = host.partition(":")
    wire = h11.Connection(h11.CLIENT)
    async with await trio.open_tcp_stream(name, int(port)) as stream:

        async def post(order: dict[str, Any]) -> dict[str, Any]:
            body, now_ms = json.dumps(order), wall_time_ms()
            headers = {
                "Host": host,
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                "X-BAPI-API-KEY": credentials.api_key,
                "X-BAPI-TIMESTAMP": str(now_ms),
                "X-BAPI-RECV-WINDOW": str(_WINDOW_MS),
                "X-BAPI-SIGN": rest_signature(credentials, now_ms, _WINDOW_MS, body),
            }
            head = wire.send(h11.Request(method="POST", target=_PATH, headers=list(headers.items())))
            data = wire.send(h11.Data(data=body.encode()))
            await stream.send_all((head or b"") + (data or b""))
            wire.send(h11.EndOfMessage())
            answer = await _body(stream, wire)
            wire.start_next_cycle()
            return json.loads(answer)

        yield post


async def _body(stream: trio.SocketStream, wire: h11.Connection) -> bytes:
    body = b""
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            wire.receive_data(await stream.receive_some())
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return body


@asynccontextmanager
async def _socket(endpoints: BybitEndpoints, credentials: Credentials) -> AsyncGenerator[Post]:
    """One connection that is signed in."""
    async with open_websocket_url(endpoints.trade_ws_url or "") as socket:
        expires_ms = wall_time_ms() + _WINDOW_MS
        signature = websocket_signature(credentials, expires_ms)
        await socket.send_message(json.dumps({"op": "auth", "args": [credentials.api_key, expires_ms, signature]}))
        await socket.get_message()

        async def post(order: dict[str, Any]) -> dict[str, Any]:
            header = {"X-BAPI-TIMESTAMP": str(wall_time_ms()), "X-BAPI-RECV-WINDOW": str(_WINDOW_MS)}
            frame = {"reqId": order["orderLinkId"], "header": header, "op": "order.create", "args": [order]}
            await socket.send_message(json.dumps(frame))
            return json.loads(await socket.get_message())

        yield post
