"""A session of pybit, Bybit's own client library, unchanged but for its addresses, against the served venue."""

import queue
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
import trio

from actors.clock import wall_time_ms
from exchange.venue.faults.faults import Delivery, NoFaults, Socket
from exchange.venue.opening import AccountSpec, open_venue
from exchange.venue.serving import serve
from tests.exchange.venue.market_scene import made_market

pybit = pytest.importorskip("pybit", reason="pybit is installed for development only")
unified_trading = pytest.importorskip("pybit.unified_trading")
websocket_trading = pytest.importorskip("pybit._websocket_trading")

KEY, SECRET = "pybit-key", "pybit-secret"
PATIENCE_S = 5.0
MARKET = {"category": "linear", "symbol": "BTCUSDT", "orderType": "Market", "qty": "0.01"}


class SomeWayOff(NoFaults):
    """Frames take a moment. pybit writes down what it has subscribed to after it has sent the request, and its reader
    dies of an answer that is there before. `acknowledged` has an entry for each subscription, which pybit does not
    wait for."""

    def __init__(self) -> None:
        self.acknowledged: queue.Queue[str] = queue.Queue()

    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        if '"op":"subscribe"' in frame:
            self.acknowledged.put(frame)
        return [attrs.evolve(one, wait_s=0.02) for one in super().frame(socket, frame)]


class Pushes:
    """What arrived, by topic."""

    def __init__(self, topics: Sequence[str]) -> None:
        self._frames: dict[str, queue.Queue[Any]] = {topic: queue.Queue() for topic in topics}

    def take(self, frame: Any) -> None:
        self._frames[frame["topic"]].put(frame)

    def row(self, topic: str, fits: Callable[[Any], bool]) -> Any:
        """The next row of a topic that fits."""
        while True:
            for row in self._frames[topic].get(timeout=PATIENCE_S)["data"]:
                if fits(row):
                    return row


@contextmanager
def private_socket(pushes: Pushes) -> Iterator[Any]:
    socket = unified_trading.WebSocket(testnet=False, channel_type="private", api_key=KEY, api_secret=SECRET)
    try:
        socket.order_stream(pushes.take)
        socket.execution_stream(pushes.take)
        socket.position_stream(pushes.take)
        socket.wallet_stream(pushes.take)
        yield socket
    finally:
        socket.exit()


def trade(base: str, way: SomeWayOff) -> None:
    """The session; runs in a thread, as pybit knows nothing of tasks."""
    session = unified_trading.HTTP(testnet=False, api_key=KEY, api_secret=SECRET)
    session.endpoint = base
    one = {"category": "linear", "symbol": "BTCUSDT"}
    assert abs(session.get_server_time()["time"] - wall_time_ms()) < 1000
    listed = session.get_instruments_info(**one)["result"]["list"][0]
    assert listed["priceFilter"]["tickSize"] == "0.10"
    assert len(session.get_kline(**one, interval="5", limit=10)["result"]["list"]) == 10
    price = float(session.get_tickers(**one)["result"]["list"][0]["lastPrice"])
    session.set_leverage(**one, buyLeverage="5", sellLeverage="5")
    pushes = Pushes(("order", "execution", "position", "wallet"))
    with private_socket(pushes):
        for _ in range(4):
            way.acknowledged.get(timeout=PATIENCE_S)
        orders_and_pushes(session, pushes, price)
    closed = session.get_closed_pnl(**one)["result"]["list"]
    assert [row["closedSize"] for row in closed] == ["0.01"]
    fills = session.get_executions(**one)["result"]["list"]
    assert [(row["side"], row["execQty"]) for row in fills] == [("Sell", "0.01"), ("Buy", "0.01")]
    session.client.close()


def orders_and_pushes(session: Any, pushes: Pushes, price: float) -> None:
    one = {"category": "linear", "symbol": "BTCUSDT"}
    levels = {"stopLoss": f"{price - 900:.1f}", "takeProfit": f"{price + 900:.1f}"}
    entry = session.place_order(**MARKET, **levels, side="Buy", orderLinkId="entry")["result"]["orderId"]
    assert pushes.row("order", lambda row: row["orderId"] == entry)["orderStatus"] == "Filled"
    assert pushes.row("execution", lambda row: row["orderId"] == entry)["execQty"] == "0.01"
    assert pushes.row("position", lambda row: row["size"] == "0.01")["leverage"] == "5"
    assert float(pushes.row("wallet", lambda _: True)["coin"][0]["totalPositionIM"]) > 0.0
    stops = session.get_open_orders(**one)["result"]["list"]
    assert {row["stopOrderType"] for row in stops} == {"StopLoss", "TakeProfit"}

    limit = {**MARKET, "orderType": "Limit", "side": "Buy"}
    resting = session.place_order(**limit, price=f"{price - 500:.1f}", orderLinkId="rest")["result"]["orderId"]
    assert pushes.row("order", lambda row: row["orderId"] == resting)["orderStatus"] == "New"
    session.amend_order(**one, orderId=resting, price=f"{price - 600:.1f}")
    amended = pushes.row("order", lambda row: row["orderId"] == resting)
    assert float(amended["price"]) == round(price - 600, 1)
    session.cancel_order(**one, orderLinkId="rest")
    assert pushes.row("order", lambda row: row["orderId"] == resting)["orderStatus"] == "Cancelled"

    exit_ = session.place_order(**MARKET, side="Sell", reduceOnly=True)["result"]["orderId"]
    assert pushes.row("execution", lambda row: row["orderId"] == exit_)["closedSize"] == "0.01"
    assert pushes.row("position", lambda row: row["size"] == "0")["side"] == ""


def watch_market_and_trade_by_socket(_base: str, _way: SomeWayOff) -> None:
    """Candles and tickers of the public socket, and an order over the trade socket."""
    pushes = Pushes(("kline.1.BTCUSDT", "tickers.BTCUSDT"))
    public = unified_trading.WebSocket(testnet=False, channel_type="linear")
    trading = unified_trading.WebSocketTrading(testnet=False, api_key=KEY, api_secret=SECRET)
    answers: queue.Queue[Any] = queue.Queue()
    try:
        public.kline_stream(interval=1, symbol="BTCUSDT", callback=pushes.take)
        public.ticker_stream(symbol="BTCUSDT", callback=lambda frame: pushes.take({**frame, "data": [frame["data"]]}))
        assert pushes.row("kline.1.BTCUSDT", lambda row: row["confirm"])["interval"] == "1"
        assert pushes.row("tickers.BTCUSDT", lambda row: "lastPrice" in row)["symbol"] == "BTCUSDT"
        trading.place_order(answers.put, **MARKET, side="Buy", orderLinkId="by-socket")
        answer = answers.get(timeout=PATIENCE_S)
        assert (answer["retCode"], answer["data"]["orderLinkId"]) == (0, "by-socket")
    finally:
        public.exit()
        trading.exit()


@pytest.mark.parametrize("session", [trade, watch_market_and_trade_by_socket])
async def test_pybit_trades(session: Callable[[str, SomeWayOff], None], monkeypatch: pytest.MonkeyPatch) -> None:
    way = SomeWayOff()
    served = open_venue(
        made_market(3000, step_ms=1000, history=300),
        [AccountSpec(api_key=KEY, secret=SECRET)],
        speed=60.0,
        now_ms=wall_time_ms,
        faults=way,
    )
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve, served.app, 0)
        nursery.start_soon(served.run)
        sockets = f"ws://127.0.0.1:{port}/v5"
        monkeypatch.setattr(unified_trading, "PRIVATE_WSS", f"{sockets}/private")
        monkeypatch.setattr(unified_trading, "PUBLIC_WSS", f"{sockets}/public/{{CHANNEL_TYPE}}")
        monkeypatch.setattr(websocket_trading, "TRADE_WSS", f"{sockets}/trade")
        with trio.fail_after(30):
            await trio.to_thread.run_sync(session, f"http://127.0.0.1:{port}", way)
        nursery.cancel_scope.cancel()
