"""Numbers, orders and positions of the slow exchange: plain objects, and grids by plain rounding."""

import math
from typing import Any

import attrs

NAN = math.nan
MASK = 2**64 - 1
# Sums of float64 amounts agree to this share of their size.
TOLERANCE = 1e-9


def on_grid(x: float, step: str, *, up: bool) -> float:
    """`x` on the grid of `step` (decimal text), rounded up or down unless it already lies on it."""
    digits = len(step.partition(".")[2])
    parts, per_unit = int(step.replace(".", "")), 10**digits
    count = x * per_unit / parts
    near = round(count)
    if abs(count - near) > 1e-6:
        near = math.ceil(count) if up else math.floor(count)
    return near * parts / per_unit


def cash(x: float) -> float:
    """Money on eight decimals, half away from zero."""
    units = abs(x) * 1e8
    if units > 2**52:
        return x
    whole = math.floor(units + 0.5 + max(1e-6, units * 2.0**-50)) / 1e8
    return math.copysign(whole, x) if whole else 0.0


def draw(seed: int, order_id: int, purpose: int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments."""
    z = (seed + (order_id * 256 + purpose + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    z ^= z >> 31
    return (z >> 11) * 2.0**-53


@attrs.define(eq=False)
class Order:
    """`state` is coming (not yet arrived), Untriggered, New or working (a market child that found too little volume);
    PartiallyFilled is New with something filled. `since` is the minute in which it came, or was changed last, and
    `blocked` the one in which it found too little volume."""

    id: int
    desk: Any
    kind: str
    side: int
    qty: float
    type: str = "Market"
    tif: str = "IOC"
    price: float = NAN
    trigger: float = NAN
    direction: int = 0
    source: str = "Last"
    reduce_only: bool = False
    close_on_trigger: bool = False
    mode: str = ""
    stop_loss: float = NAN
    take_profit: float = NAN
    stop_by: str = "Last"
    target_by: str = "Last"
    stop_limit: float = NAN
    target_limit: float = NAN
    trailing: float = NAN
    trailing_activation: float = NAN
    link_id: str = ""
    parent: int = 0
    play: int = -1
    state: str = "coming"
    arrival: int = 0
    created: int = 0
    updated: int = 0
    filled: float = 0.0
    value: float = 0.0
    fees: float = 0.0
    amendments: int = 0
    since: int = -1
    blocked: int = -1
    # Whether its pair of children has come, and for such a child its parent.
    has_pair: bool = False
    opener: Any = None
    # What a Play's order carries along.
    trade: int = 0
    exit_reason: str = ""
    bars_left: int = 0
    plan: Any = None
    target: float = NAN

    @property
    def leaves(self) -> float:
        return self.desk.lot(self.qty - self.filled)

    @property
    def rank(self) -> int:
        return {"stop_loss": 3, "trailing_stop": 3, "take_profit": 4, "target": 4}.get(self.kind, 5)

    @property
    def is_child(self) -> bool:
        return self.kind in ("stop_loss", "take_profit", "trailing_stop")

    @property
    def rests(self) -> bool:
        return self.state == "New" and self.type == "Limit" and not self.reduce_only


@attrs.define(eq=False)
class Trade:
    """A position from flat to flat, and what has been booked on it."""

    id: int
    side: int
    entry_ts: int
    play: int
    opener: Order
    entry_qty: float = 0.0
    entry_value: float = 0.0
    exit_qty: float = 0.0
    exit_value: float = 0.0
    max_qty: float = 0.0
    gross: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    slippage: float = 0.0
    mae: float = 0.0
    mfe: float = 0.0
    best: float = NAN
    fills: int = 0
    bars_held: int = 0
    first_stop: float = NAN
    first_target: float = NAN
    exit_reason: str = ""
    # What a Play remembers of it.
    mover: str = ""
    sent_stop: float = NAN
    trailing: bool = False
    broke_even: bool = False
    anchor_due: bool = False
    limit_target: float = NAN
    rest: float = 0.0
    rest_reason: str = ""
    full_close: bool = False


@attrs.define(eq=False)
class Trail:
    """The exchange's trailing stop: it follows the best price since it was set."""

    distance: float
    activation: float
    on: bool
    extreme: float
