"""What the venue says of its maintenance, on request and as frames of the topic `system.status`."""

from collections.abc import Sequence
from typing import Any

import msgspec

from exchange.venue.faults.maintenance import SERVICES, Maintenance
from exchange.venue.market.trades import uuid_shaped

STATUS_TOPIC = "system.status"
# All products are away together, and the environment is the venue's own.
_PRODUCTS = [1, 2, 3, 4]
_MAINTAIN_TYPE, _ENVIRONMENT = 1, 1


def status_rows(windows: Sequence[Maintenance], now_ms: int) -> list[dict[str, Any]]:
    """Announced windows, newest first, as they stand at `now_ms` of server time."""
    newest_first = sorted(windows, key=lambda window: window.start_ms, reverse=True)
    return [_row(window, now_ms) for window in newest_first if window.announced]


def status_frame(windows: Sequence[Maintenance], now_ms: int) -> str:
    """The same as a frame of the topic."""
    frame = {"topic": STATUS_TOPIC, "ts": now_ms, "data": status_rows(windows, now_ms)}
    return msgspec.json.encode(frame).decode()


def _row(window: Maintenance, now_ms: int) -> dict[str, Any]:
    services = sorted(SERVICES[part] for part in window.parts)
    return {
        "id": uuid_shaped(f"{window.start_ms}:{services}"),
        "title": "maintenance",
        "state": _state(window, now_ms),
        "begin": str(window.start_ms),
        "end": str(window.end_ms),
        "href": "",
        "serviceTypes": services,
        "product": _PRODUCTS,
        "uidSuffix": [],
        "maintainType": _MAINTAIN_TYPE,
        "env": _ENVIRONMENT,
    }


def _state(window: Maintenance, now_ms: int) -> str:
    if now_ms < window.start_ms:
        return "scheduled"
    return "ongoing" if window.covers(now_ms) else "completed"
