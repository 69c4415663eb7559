"""A local venue on real sockets: the public REST of Bybit, its archive of trades, and what can go wrong with them."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
import numpy as np
import trio

from feeds.bybit.settings import ClientSettings
from tests.feeds.bybit.faults import Faults
from tests.feeds.bybit.truth import Market

STALL_S = 0.3
# A client that does not wait longer for a test than it must.
QUICK = {
    "requests_per_s": 2_000.0,
    "request_timeout_s": 0.25,
    "backoff_first_s": 0.002,
    "backoff_most_s": 0.01,
    "ban_s": 0.05,
}
_KLINES = {"/v5/market/kline": "last", "/v5/market/mark-price-kline": "mark"}
_READINGS = {"/v5/market/funding/history": "funding", "/v5/market/open-interest": "open_interest"}


class Venue:
    """Serves one or several markets; `targets` counts what was asked."""

    def __init__(self, *markets: Market, faults: Faults | None = None, on_request: Callable[[], None] = lambda: None):
        self.markets = {market.symbol: market for market in markets}
        self.faults = faults or Faults(None)
        self.on_request = on_request
        self.targets: Counter[str] = Counter()
        self.files: dict[str, bytes] = {}
        self.statuses: list[int] = []
        self.delay_s = 0.0
        self.port = 0

    @property
    def now_ms(self) -> int:
        return max(market.now_ms for market in self.markets.values())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **changes: Any) -> ClientSettings:
        return ClientSettings(base_url=self.url, archive_url=self.url, **{**QUICK, **changes})

    async def serve(self, nursery: trio.Nursery) -> None:
        listeners = await nursery.start(trio.serve_tcp, self._connection, 0)
        self.port = listeners[0].socket.getsockname()[1]

    async def _connection(self, stream: trio.SocketStream) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            while await self._exchange(stream, connection):
                connection.start_next_cycle()
        except (trio.BrokenResourceError, h11.RemoteProtocolError):
            pass

    async def _exchange(self, stream: trio.SocketStream, connection: h11.Connection) -> bool:
        target = ""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await stream.receive_some(65_536))
            elif isinstance(event, h11.Request):
                target = event.target.decode()
            elif isinstance(event, h11.EndOfMessage):
                return await self._answer(stream, connection, target)
            elif isinstance(event, h11.ConnectionClosed):
                return False

    async def _answer(self, stream: trio.SocketStream, connection: h11.Connection, target: str) -> bool:
        self.targets[target] += 1
        self.on_request()
        await trio.sleep(self.delay_s)
        fault = self.faults.draw(target)
        if fault == "stall":
            await trio.sleep(STALL_S)
        if fault in {"hang_up", "stall"}:
            return False
        status, headers, body = self._reply(target, fault)
        told = len(body) + (50 if fault == "truncated" else 0)
        head = h11.Response(status_code=status, headers=[*headers, ("Content-Length", str(told))])
        await stream.send_all(connection.send(head) + connection.send(h11.Data(data=body)))
        if fault == "truncated":
            return False
        await stream.send_all(connection.send(h11.EndOfMessage()) or b"")
        return True

    def _reply(self, target: str, fault: str) -> tuple[int, list[tuple[str, str]], bytes]:
        now = [("Timenow", str(self.now_ms))]
        if self.statuses:
            return self.statuses.pop(0), now, b"no"
        parts = urlsplit(target)
        if parts.path.startswith("/trading/"):
            file = self.files.get(parts.path)
            return (404, now, b"not here") if file is None else (200, now, file)
        if fault in {"http_500", "http_429"}:
            return int(fault[-3:]), now, b"<html>"
        if fault == "html":
            return 200, now, b"<html>a proxy was here</html>"
        if fault == "throttled":
            reset = [("X-Bapi-Limit-Status", "0"), ("X-Bapi-Limit-Reset-Timestamp", str(self.now_ms + 15))]
            return 200, [*now, *reset], _envelope({}, self.now_ms, 10006, "Too many visits!")
        if fault == "spent":
            now += [("X-Bapi-Limit-Status", "0"), ("X-Bapi-Limit-Reset-Timestamp", str(self.now_ms + 60))]
        if fault == "restarting":
            return 200, now, _envelope({}, self.now_ms, 10016, "Server error")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return 200, now, self._rest(parts.path, query, fault)

    def _rest(self, path: str, query: dict[str, str], fault: str) -> bytes:
        if path == "/v5/market/time":
            return _envelope({"timeSecond": "0", "timeNano": "0"}, self.now_ms)
        market = self.markets.get(query["symbol"])
        if market is None:
            return _envelope({}, self.now_ms, 10001, "params error: Symbol Invalid")
        result = {"category": query["category"], "symbol": market.symbol, "list": self._rows(market, path, query)}
        # A fault is one of an answer, not of the market.
        result = copy.deepcopy(result)
        self.faults.spoil(fault, result)
        return _envelope(result, self.now_ms)

    def _rows(self, market: Market, path: str, query: dict[str, str]) -> list[Any]:
        if path in _KLINES:
            return _kline_rows(market, _KLINES[path], int(query["start"]), int(query["end"]), int(query["limit"]))
        if path in _READINGS:
            span = int(query["startTime"]), int(query["endTime"])
            return _reading_rows(market, _READINGS[path], *span, int(query["limit"]))
        return [market.listing] if path.endswith("instruments-info") else market.tiers


def _kline_rows(market: Market, kind: str, start_ms: int, end_ms: int, limit: int) -> list[list[str]]:
    """Newest first, both ends included, the newest ones if there are more than the limit."""
    bars = market.bars[kind].between(start_ms, end_ms + 1)
    bars = bars.rows(max(0, len(bars) - limit), len(bars))
    columns = [(column, ".2f") for column in (bars.open, bars.high, bars.low, bars.close)]
    columns += [(bars.volume, ".3f"), (bars.volume * bars.close, ".4f")] if kind == "last" else []
    texts = [[format(value, form) for value in column.tolist()] for column, form in columns]
    return [list(row) for row in zip(map(str, bars.ts.tolist()), *texts, strict=True)][::-1]


def _reading_rows(market: Market, kind: str, start_ms: int, end_ms: int, limit: int) -> list[dict[str, str]]:
    readings = market.readings[kind]
    inside = np.flatnonzero((readings.ts >= start_ms) & (readings.ts <= end_ms))[-limit:]
    rows = [(str(int(readings.ts[i])), float(readings.values[i])) for i in inside[::-1]]
    if kind == "funding":
        return [
            {"symbol": market.symbol, "fundingRate": f"{value:.8f}", "fundingRateTimestamp": ts} for ts, value in rows
        ]
    return [{"openInterest": f"{value:.3f}", "singleOpenInterest": "1", "timestamp": ts} for ts, value in rows]


def _envelope(result: dict[str, Any], now_ms: int, code: int = 0, message: str = "OK") -> bytes:
    envelope = {"retCode": code, "retMsg": message, "result": result, "retExtInfo": {}, "time": now_ms}
    return json.dumps(envelope).encode()
