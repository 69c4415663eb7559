"""What the control works on, and what it tells of it."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from exchange.venue.accounts.account import VenueAccount
from exchange.venue.control.server_clock import ServerClock
from exchange.venue.faults.documents import maintenance_document, rule_document, shortened
from exchange.venue.faults.injection import InjectedFaults
from exchange.venue.venue import Venue


@attrs.frozen(kw_only=True)
class Controls:
    """What the control works on; `accounts` by API key. `save` writes the state and says where; None without a file."""

    venue: Venue
    accounts: Mapping[str, VenueAccount]
    faults: InjectedFaults
    clock: ServerClock
    save: Callable[[], Path] | None = None


def state_document(controls: Controls) -> dict[str, Any]:
    """Everything that `GET /state` tells."""
    venue, faults = controls.venue, controls.faults
    return {
        "market": {
            "now_ms": venue.market.now_ms,
            "end_ms": venue.market.end_ms,
            "step_ms": venue.market.step_ms,
            "ended": venue.market.ended,
            "last": {symbol: venue.market.last(symbol) for symbol in venue.market.symbols},
        },
        "server": {"now_ms": controls.clock(), "offset_ms": controls.clock.offset_ms},
        "speed": speed_text(venue.speed),
        "waiting": venue.waiting,
        "participants": dict(venue.participants()),
        "accounts": [_account_document(key, account) for key, account in controls.accounts.items()],
        "sockets": [{"socket": one.kind, "account": shortened(one.account)} for one in faults.sockets()],
        "faults": [rule_document(rule, hits) for rule, hits in faults.rules()],
        "fault_hits": dict(faults.statistics()),
        "maintenance": [maintenance_document(window) for window in faults.maintenance()],
    }


def read_speed(value: object) -> float | None:
    """A speed: market seconds a second, `max` (infinite), or `wait` (None). Raises ValueError."""
    if value == "wait":
        return None
    if value == "max":
        return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError(f"found {value!r}; allowed: a number above 0, max, or wait")
    return float(value)


def speed_text(speed: float | None) -> float | str:
    """A speed as `read_speed` takes it."""
    if speed is None:
        return "wait"
    return "max" if speed == math.inf else speed


def _account_document(key: str, account: VenueAccount) -> dict[str, Any]:
    wallet = account.wallet()
    held = {one.symbol: one.side * one.qty for one in account.positions() if one.side}
    return {
        "account": shortened(key),
        "uid": account.uid,
        "wallet_usdt": wallet.wallet,
        "equity_usdt": wallet.equity,
        "positions": held,
        "open_orders": len(account.open_orders()),
    }
