"""How a worked minute is written down: a scene in a few words, and what must come out of it."""

from typing import Any

import attrs

from exchange.orders import NewOrder
from tests.exchange.simulated.scene import Act, Bar, Market, Scene
from tests.exchange.simulated.sim_driver import MINUTE

FLAT = (100.0, 100.0, 100.0, 100.0)
FALLING = (100.0, 100.0, 99.0, 99.0)
TAKER, MAKER = 2, 1


@attrs.frozen
class Vector:
    """A scene, and by name what comes out of it.

    `fills` are (quantity, price, fee, liquidity, ts), None for what does not matter; `ended` are final state and reason
    of orders by id; `net`, `mae`, `mfe` and `exit` are those of the last trade; `live` are ids of live orders; other
    names are those of the account and of the first position.
    """

    name: str
    scene: Scene
    expected: dict[str, Any]


def order(side: int, qty: float = 10.0, *, at: int = 0, desk: int = 0, **of: Any) -> Act:
    """An order of a client; with a price it is a limit order, with a trigger it waits for it."""
    if "price" in of:
        of = {"type": "Limit"} | of
    return Act(at, NewOrder(side=side, qty=qty, **of), desk=desk)


def buy(qty: float = 10.0, **of: Any) -> Act:
    """A buy order."""
    return order(1, qty, **of)


def sell(qty: float = 10.0, **of: Any) -> Act:
    """A sell order."""
    return order(-1, qty, **of)


def close(qty: float = 10.0, *, at: int = MINUTE, **of: Any) -> Act:
    """A sell order at market that only reduces."""
    return sell(qty, at=at, reduce_only=True, **of)


def rise(trigger: float, **of: Any) -> Act:
    """A buy order that waits for a rise."""
    return buy(trigger=trigger, trigger_direction=1, **of)


def fall(trigger: float, **of: Any) -> Act:
    """A sell order that waits for a fall."""
    return sell(trigger=trigger, trigger_direction=2, **of)


def vector(name: str, acts: Any, bars: list[Bar], *, of: dict[str, Any] | None = None, **expected: Any) -> Vector:
    """A vector on one instrument; `of` are what its market, its scene and its settings have beside the usual."""
    of = dict(of or {})
    market = {key: of.pop(key) for key in ("marks", "volume", "funding", "instrument", "leverage") if key in of}
    scene = {key: of.pop(key) for key in ("wallet", "start", "interval_ms", "end", "seats") if key in of}
    acts = acts if isinstance(acts, list) else [acts]
    return Vector(name, Scene(markets=[Market(bars=bars, **market)], acts=acts, settings=of, **scene), expected)
