"""What tests of faults need: rules at work, a socket without a network, frames and requests as the venue makes them."""

import json
from typing import Any

import attrs

from exchange.venue.faults.faults import Asked
from exchange.venue.faults.injection import InjectedFaults
from exchange.venue.faults.rules import FaultPlan, FaultRule

NOW_MS = 1_700_000_000_000
MINUTE_MS = 60_000


@attrs.define
class StillSocket:
    """A socket that only counts how often it has been cut."""

    kind: str = "private"
    account: str = "key-one"
    cuts: int = 0

    def close(self) -> None:
        self.cuts += 1


@attrs.define
class SetClock:
    """Server time that a test sets."""

    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


def injecting(*rules: FaultRule, seed: int = 0, clock: SetClock | None = None) -> InjectedFaults:
    return InjectedFaults(FaultPlan(seed=seed, rules=rules), clock or SetClock())


def order_request(**changes: Any) -> Asked:
    body = json.dumps({"symbol": "BTCUSDT", "qty": "1", "stopLoss": "90", "takeProfit": "110"}).encode()
    whole: dict[str, Any] = {
        "method": "POST",
        "path": "/v5/order/create",
        "account": "key-one",
        "body": body,
        **changes,
    }
    return Asked(**whole)


def candle_frame(*, confirm: bool = True, start_ms: int = NOW_MS) -> str:
    data = {"start": start_ms, "end": start_ms + MINUTE_MS - 1, "interval": "1", "close": "100.50", "confirm": confirm}
    return json.dumps({"topic": "kline.1.BTCUSDT", "type": "snapshot", "data": [data], "ts": NOW_MS})


def order_frame(number: int = 0) -> str:
    data = {"symbol": "BTCUSDT", "orderId": str(number), "orderStatus": "New", "qty": "1"}
    return json.dumps({"topic": "order", "id": str(number), "data": [data]})
