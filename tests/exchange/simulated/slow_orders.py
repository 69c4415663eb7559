"""Orders, positions and prices of the slow exchange: plain objects, and grids by rounding."""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np


def cents(price: float) -> int:
    return round(price * 100)


def qty3(qty: float) -> float:
    return round(qty, 3)


def worse(price: float, side: int, bps: float) -> float:
    """`price` after slippage, on the worse tick."""
    exact = price * (1 + side * bps / 1e4) * 100
    near = round(exact)
    if abs(exact - near) <= 1e-6:
        return near / 100
    return (np.ceil(exact) if side > 0 else np.floor(exact)) / 100


@attrs.define
class Order:
    id: int
    kind: str
    side: int
    qty: float
    price: float = np.nan
    tif: str = "IOC"
    trigger: float = np.nan
    state: str = "coming"
    filled: float = 0.0
    since: int = -1
    tried: int = -1
    trade: int = 0
    exit_reason: str = ""
    bars_left: int = 0
    plan: Any = None
    operands: tuple[float, float] = (np.nan, np.nan)

    @property
    def leaves(self) -> float:
        return qty3(self.qty - self.filled)

    @property
    def rank(self) -> int:
        return {"stop_loss": 3, "entry": 5}.get(self.kind, 4)

    @property
    def direction(self) -> int:
        """+1 if the price must rise to it."""
        return self.side if self.kind == "stop_loss" else -self.side


@attrs.define
class Position:
    trade: int
    side: int
    opener: Order
    qty: float = 0.0
    value: float = 0.0
    peak: float = 0.0
    mover: str = ""
    next_stop: tuple[float, str] | None = None
    trailing: bool = False
    broke_even: bool = False
    anchor_due: bool = False
    rest: float = 0.0
    rest_reason: str = ""

    @property
    def entry(self) -> float:
        return self.value / self.qty


def ticks(start: float, end: float) -> Iterator[float]:
    """Every price from start to end on the grid of cents, both included."""
    first, last = cents(start), cents(end)
    for cent in range(first, last + (1 if last >= first else -1), 1 if last >= first else -1):
        yield cent / 100
