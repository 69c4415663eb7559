"""A served venue for the tests of its application: real sockets on a free port, a client that signs, and no clock but
the steps that a test plays."""

import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from exchange.venue.faults.faults import Faults
from exchange.venue.opening import AccountSpec, ServedVenue, open_venue
from exchange.venue.serving import serve
from tests.exchange.venue.market_scene import made_market

# Server time stands still, so that windows and signatures are what a test says.
SERVER_MS = 1_790_000_000_000
KEY, SECRET = "test-key", "test-secret"
DEMO_KEY, DEMO_SECRET = "demo-key", "demo-secret"
PATIENCE_S = 5.0
# Nothing here speaks TLS, but each client would read all certificates of the machine again.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def signed(text: str, secret: str = SECRET) -> str:
    """What the venue must find."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Client:
    """Signs requests as an ordinary client does."""

    def __init__(self, port: int, http: httpx.AsyncClient, served: ServedVenue) -> None:
        self.port = port
        self.http = http
        self.served = served
        self.key, self.secret = KEY, SECRET
        self.now_ms = SERVER_MS

    def log_in_as(self, key: str, secret: str) -> None:
        """From now on sign as somebody else."""
        self.key, self.secret = key, secret

    def headers(self, payload: str) -> dict[str, str]:
        text = f"{self.now_ms}{self.key}5000{payload}"
        return {
            "X-BAPI-API-KEY": self.key,
            "X-BAPI-TIMESTAMP": str(self.now_ms),
            "X-BAPI-RECV-WINDOW": "5000",
            "X-BAPI-SIGN": signed(text, self.secret),
        }

    async def get(self, path: str, query: str = "") -> httpx.Response:
        url = f"{path}?{query}" if query else path
        return await self.http.get(url, headers=self.headers(query))

    async def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        text = json.dumps(body)
        return await self.http.post(path, content=text, headers=self.headers(text))

    async def asked(self, path: str, query: str = "") -> Any:
        """The result of a GET that succeeds."""
        return _result(await self.get(path, query))

    async def done(self, path: str, **body: Any) -> Any:
        """The result of a POST about BTCUSDT that succeeds."""
        return _result(await self.post(path, {"category": "linear", "symbol": "BTCUSDT", **body}))

    async def refused(self, path: str, **body: Any) -> int:
        """The code of a POST about BTCUSDT."""
        answer = await self.post(path, {"category": "linear", "symbol": "BTCUSDT", **body})
        return answer.json()["retCode"]

    @asynccontextmanager
    async def socket(self, path: str) -> AsyncGenerator["Socket"]:
        async with open_websocket_url(f"ws://127.0.0.1:{self.port}{path}") as connection:
            yield Socket(connection)
        # Where the server has ended it, the library leaves its end open.
        await connection._stream.aclose()

    @asynccontextmanager
    async def private(self, *topics: str) -> AsyncGenerator["Socket"]:
        """A private socket that has logged in and subscribed."""
        async with self.socket("/v5/private") as socket:
            assert (await socket.ask(self.login()))["success"] is True
            if topics:
                assert (await socket.ask({"op": "subscribe", "args": topics}))["success"] is True
            yield socket

    def login(self, expires: int | str = SERVER_MS + 1000) -> dict[str, Any]:
        return {"op": "auth", "args": [self.key, expires, signed(f"GET/realtime{expires}", self.secret)]}

    def play(self, steps: int = 1) -> None:
        for _ in range(steps):
            assert self.served.venue.play_step()


class Socket:
    """Frames as JSON values."""

    def __init__(self, connection: WebSocketConnection) -> None:
        self.connection = connection

    async def ask(self, value: Any) -> Any:
        await self.connection.send_message(json.dumps(value))
        return await self.next()

    async def next(self) -> Any:
        with trio.fail_after(PATIENCE_S):
            return json.loads(await self.connection.get_message())

    async def ask_for_control(self, value: Any) -> Any:
        """The answer to a request; pushes are passed over."""
        frame = await self.ask(value)
        while "topic" in frame:
            frame = await self.next()
        return frame

    async def next_of(self, topic: str) -> Any:
        """The next frame of a topic; those of others are passed over."""
        while (frame := await self.next()).get("topic") != topic:
            pass
        return frame


@asynccontextmanager
async def served_venue(
    *,
    faults: Faults | None = None,
    limit_factor: float = 1.0,
    address_requests: int = 0,
    lists_funding: bool = True,
    history: int = 300,
) -> AsyncGenerator[Client]:
    """A venue whose market stands still until the test plays a step."""
    served = open_venue(
        made_market(history=history),
        [
            AccountSpec(api_key=KEY, secret=SECRET, lists_funding=lists_funding),
            AccountSpec(api_key=DEMO_KEY, secret=DEMO_SECRET, demo=True),
        ],
        speed=1.0,
        now_ms=lambda: SERVER_MS,
        faults=faults,
        limit_factor=limit_factor,
        address_requests=address_requests,
    )
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve, served.app, 0)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=NO_TLS) as http:
            yield Client(port, http, served)
        nursery.cancel_scope.cancel()


def _result(answer: httpx.Response) -> Any:
    assert answer.status_code == 200
    envelope = answer.json()
    assert envelope["retCode"] == 0, envelope
    return envelope["result"]
