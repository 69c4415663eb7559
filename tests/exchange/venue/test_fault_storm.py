"""Every fault at once, seeded: clients suffer, the venue does not."""

import contextlib
import json

import httpx
import pytest
import trio
from trio_websocket import ConnectionClosed, HandshakeError, open_websocket_url

from exchange.venue.faults.rules import KINDS, FaultRule
from tests.exchange.venue.injecting import injecting
from tests.exchange.venue.served_scene import Client, Socket, served_venue

ORDER = {"category": "linear", "symbol": "BTCUSDT", "orderType": "Market", "qty": "0.01"}
LINEAR = "category=linear&symbol=BTCUSDT"
TOPICS = ("order", "execution", "position", "wallet")
CHANCE = 0.2


def storm() -> list[FaultRule]:
    """Each kind of fault, with waits that do not make a test slow."""
    return [
        FaultRule(kind=kind, chance=CHANCE, seconds=None if facts.seconds is None else 0.001)
        for kind, facts in KINDS.items()
    ]


async def listen(client: Client) -> None:
    """Read private frames for ever, connecting again whenever the connection has gone."""
    while True:
        with contextlib.suppress(ConnectionClosed, HandshakeError, ValueError, trio.TooSlowError):
            async with open_websocket_url(f"ws://127.0.0.1:{client.port}/v5/private") as connection:
                try:
                    socket = Socket(connection)
                    await connection.send_message(json.dumps(client.login()))
                    await connection.send_message(json.dumps({"op": "subscribe", "args": TOPICS}))
                    while True:
                        await socket.next()
                finally:
                    # The library leaves the transport open after an end without a farewell.
                    with trio.CancelScope(shield=True):
                        await connection._stream.aclose()
        await trio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    ("seed", "rounds"), [(1, 4), *(pytest.param(seed, 20, marks=pytest.mark.slow) for seed in range(2, 12))]
)
async def test_the_venue_stands_and_its_books_agree(seed: int, rounds: int) -> None:
    faults = injecting(*storm(), seed=seed)
    async with served_venue(faults=faults, limit_factor=0) as client, trio.open_nursery() as nursery:
        nursery.start_soon(listen, client)
        for number in range(rounds):
            for side in ("Buy", "Sell"):
                with contextlib.suppress(httpx.TransportError):
                    await client.post("/v5/order/create", {**ORDER, "side": side, "orderLinkId": f"{side}-{number}"})
            with contextlib.suppress(httpx.TransportError):
                await client.get("/v5/market/kline", f"{LINEAR}&interval=1&limit=5")
            client.play()
        faults.clear()
        assert len(faults.statistics()) > 10
        executions = (await client.asked("/v5/execution/list", f"{LINEAR}&limit=100"))["list"]
        signed = [float(one["execQty"]) * (1 if one["side"] == "Buy" else -1) for one in executions]
        (position,) = (await client.asked("/v5/position/list", LINEAR))["list"]
        held = float(position["size"]) * (-1 if position["side"] == "Sell" else 1)
        assert held == pytest.approx(sum(signed), abs=1e-9)
        # Who comes when it is over is served as ever.
        async with client.private("order") as socket:
            await client.done("/v5/order/create", side="Buy", orderType="Market", qty="0.01")
            assert (await socket.next_of("order"))["data"][0]["orderStatus"] == "Filled"
        nursery.cancel_scope.cancel()
