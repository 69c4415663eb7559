"""Random order flow: markets with jumps, gaps and marks that part from the last price, and clients that do anything."""

from typing import Any

import attrs
import numpy as np

from exchange.orders import NewOrder
from tests.exchange.simulated.play_flow import decisions, strategy
from tests.exchange.simulated.scene import Act, Bar, Market, Player, Scene
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, NAN

COARSE = attrs.evolve(INSTRUMENT, tick_size="0.05", qty_step="0.01", min_qty=0.01)
# Tiers that orders of this flow reach.
TIGHT = attrs.evolve(
    INSTRUMENT,
    tiers=tuple(
        attrs.evolve(tier, limit=tier.limit / 400.0, deduction=tier.deduction / 400.0) for tier in INSTRUMENT.tiers
    ),
)


def candles_of(rng: np.random.Generator, minutes: int, volatility: float) -> np.ndarray[Any, Any]:
    """A random walk from 100 on, with jumps between bars; shape (minutes, 4)."""
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, volatility, minutes)))
    opening = np.concatenate([[100.0], close[:-1]]) * np.exp(rng.normal(0, volatility / 2, minutes))
    high = np.maximum(opening, close) * np.exp(np.abs(rng.normal(0, volatility, minutes)))
    low = np.minimum(opening, close) * np.exp(-np.abs(rng.normal(0, volatility, minutes)))
    return np.stack([opening, high, low, close], axis=1)


def market(rng: np.random.Generator, minutes: int, volatility: float, leverage: float) -> Market:
    """One instrument: bars on the cent, some missing; marks near them or none; volume; funding now and then."""
    table = candles_of(rng, minutes, volatility)
    bars: list[Bar | None] = [tuple(row) for row in np.round(table, 2).tolist()]
    marks: list[Bar | None] | None = None
    if rng.random() < 0.6:
        shift = np.exp(rng.normal(0, volatility / 3, minutes))
        marks = [tuple(row) for row in np.round(table * shift[:, None], 2).tolist()]
    for k in range(1, minutes):
        if rng.random() < 0.07:
            bars[k] = None
            if marks is not None:
                marks[k] = None
    often = np.flatnonzero(rng.random(minutes) < 0.15)
    funding = [(int(k) * MINUTE + int(rng.choice([0, 0, 20_000, 37_123])), float(rng.normal(0, 2e-3))) for k in often]
    volume = np.round(np.exp(rng.normal(4.0, 2.0, minutes)), 3) * (rng.random(minutes) > 0.05)
    return Market(
        bars=bars,
        marks=marks,
        volume=volume,
        funding=funding,
        instrument=(INSTRUMENT, COARSE, TIGHT)[int(rng.integers(3))],
        leverage=leverage,
    )


class Client:
    """A client with opinions near the price of the minute."""

    def __init__(self, rng: np.random.Generator, markets: list[Market], desks: list[int]) -> None:
        self.rng, self.markets, self.desks = rng, markets, desks
        self.reach = float(rng.choice([0.004, 0.012, 0.03]))
        # When and where each order arrives, in the order of their ids.
        self.sent: list[tuple[int, int]] = []

    def acts(self, count: int) -> list[Act]:
        """What it does, in the order of the ids; the instants of arrival are nearly in order."""
        minutes = len(self.markets[0].bars)
        return [self.act(int(minute)) for minute in np.sort(self.rng.integers(0, minutes, count))]

    def act(self, minute: int) -> Act:
        """One of them, in about the given minute."""
        rng = self.rng
        desk = int(rng.choice(self.desks))
        at = minute * MINUTE + int(rng.choice([0, 0, 0, 0, 20_000, 30_000, 41_234, 59_999]))
        seen = [bar for bar in self.markets[desk].bars[: minute + 1] if bar is not None]
        price = seen[-1][0]
        kind = rng.random()
        if kind < 0.68 or len(self.sent) < 2:
            self.sent.append((at, desk))
            return Act(at, self.order(price, int(rng.choice([1, -1]))), desk=desk)
        return self.request(at, desk, price)

    def recent(self, at: int, desk: int) -> int:
        """The id of one of the orders that have arrived not long ago, or of any, also of one that is not its own."""
        if self.rng.random() < 0.2:
            return int(self.rng.integers(1, len(self.sent) + 10))
        last = sorted((sent[0], k + 1) for k, sent in enumerate(self.sent) if sent[0] <= at and sent[1] == desk)[-3:]
        return int(self.rng.choice([number for _, number in last])) if last else 1

    def near(self, price: float, way: float) -> float:
        """A price at some distance, on the grid or off it."""
        return round(price * (1.0 + way * abs(self.rng.normal(0.0, self.reach))), int(self.rng.choice([2, 2, 2, 3])))

    def size(self, price: float) -> float:
        """A quantity of very different worth."""
        worth = float(self.rng.choice([0.3, 1.0, 3.0, 3.0, 10.0, 40.0])) * self.rng.uniform(50.0, 150.0)
        return round(worth / price, 3)

    def order(self, price: float, side: int) -> NewOrder:
        rng = self.rng
        of: dict[str, Any] = {"side": side, "qty": self.size(price)}
        reference = price
        kind = rng.random()
        if kind < 0.5:
            tif = str(rng.choice(["GTC", "GTC", "GTC", "GTC", "IOC", "FOK", "PostOnly"]))
            takes = rng.random() < (0.8 if tif in ("IOC", "FOK") else 0.2)
            reference = self.near(price, side if takes else -side)
            of |= {"type": "Limit", "price": reference, "tif": tif}
        if rng.random() < 0.25:
            rises = bool(rng.random() < 0.5)
            trigger = self.near(price, 1.0 if rises else -1.0)
            of |= {"trigger": trigger, "trigger_direction": 1 if rises else 2}
            of["trigger_by"] = str(rng.choice(["Last", "Mark"]))
            reference = reference if kind < 0.5 else trigger
        if rng.random() < 0.2:
            closes = "trigger" in of and rng.random() < 0.5
            of |= {"close_on_trigger": True, "qty": 0.0} if closes and rng.random() < 0.5 else {"reduce_only": True}
            return NewOrder(**of)
        return NewOrder(**of, **self.levels(reference, side))

    def levels(self, reference: float, side: int) -> dict[str, Any]:
        rng = self.rng
        of: dict[str, Any] = {}
        if rng.random() < 0.5:
            of |= {"stop_loss": self.near(reference, -side), "stop_by": str(rng.choice(["Last", "Mark"]))}
        if rng.random() < 0.4:
            of |= {"take_profit": self.near(reference, side), "target_by": str(rng.choice(["Last", "Mark"]))}
        if rng.random() < 0.3 and "take_profit" in of:
            of["target_limit"] = of["take_profit"] if rng.random() < 0.5 else self.near(of["take_profit"], side)
        if rng.random() < 0.2 and "stop_loss" in of:
            of["stop_limit"] = self.near(of["stop_loss"], -side)
        if rng.random() < 0.15:
            of["trailing"] = round(reference * 0.008, 2)
            if rng.random() < 0.4:
                of["trailing_activation"] = self.near(reference, side)
        return of

    def request(self, at: int, desk: int, price: float) -> Act:
        rng = self.rng
        kind = rng.random()
        target = self.recent(at, desk)
        if kind < 0.2:
            return Act(at, "cancel", (target,), desk=desk)
        if kind < 0.22:
            return Act(at, "cancel_all", desk=desk)
        if kind < 0.45:
            changes = {"qty": self.size(price), "price": self.near(price, float(rng.choice([1, -1])))}
            changes |= {"trigger": self.near(price, 1.0), "stop_loss": self.near(price, -1.0)}
            few = {name: changes[name] for name in changes if rng.random() < 0.4} or {"qty": changes["qty"]}
            return Act(at, "amend", (target,), few, desk=desk)
        if kind < 0.7:
            return Act(at, "set_trading_stop", named=self.trading_stop(price), desk=desk)
        if kind < 0.85:
            return Act(at, "set_leverage", (float(rng.choice([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])),), desk=desk)
        return Act(at, "add_margin", (float(rng.choice([-30.0, -5.0, 1.0, 5.0, 20.0, 100.0])),), desk=desk)

    def trading_stop(self, price: float) -> dict[str, Any]:
        rng = self.rng
        side = float(rng.choice([1, -1]))
        of: dict[str, Any] = {}
        if rng.random() < 0.6:
            of["stop_loss"] = 0.0 if rng.random() < 0.1 else self.near(price, -side)
            of["stop_by"] = str(rng.choice(["Last", "Mark"]))
        if rng.random() < 0.5:
            of["take_profit"] = 0.0 if rng.random() < 0.1 else self.near(price, side)
            of["target_by"] = str(rng.choice(["Last", "Mark"]))
        if rng.random() < 0.3 or not of:
            of["trailing"] = 0.0 if rng.random() < 0.1 else round(price * float(rng.choice([0.005, 0.01])), 2)
            of["trailing_activation"] = self.near(price, side) if rng.random() < 0.3 else NAN
        return of


def account_settings(rng: np.random.Generator) -> dict[str, Any]:
    """Settings of a whole account, and those that all its instruments share here."""
    return {
        "margin_mode": str(rng.choice(["isolated", "cross"])),
        "slippage_bps": float(rng.choice([0.0, 2.0, 15.0])),
        "slippage_jitter_bps": float(rng.choice([0.0, 0.0, 5.0])),
        "tp_gap_fill": str(rng.choice(["market", "level"])),
        "limit_fill": str(rng.choice(["touch", "through"])),
        "intrabar_path": str(rng.choice(["adverse", "nearest"])),
        "participation_rate": (None, None, 0.3, 1.0)[int(rng.integers(4))],
        "funding": str(rng.choice(["on", "on", "on", "off"])),
        "seed": int(rng.integers(0, 2**63)),
    }


def client_scene(seed: int, minutes: int = 60) -> Scene:
    """One to three instruments and a client."""
    rng = np.random.default_rng(seed)
    volatility = float(rng.choice([0.002, 0.01]))
    leverages = (1.0, 3.0, 10.0, 20.0, 50.0)
    markets = [market(rng, minutes, volatility, float(rng.choice(leverages))) for _ in range(int(rng.integers(1, 4)))]
    client = Client(rng, markets, list(range(len(markets))))
    wallet = float(rng.choice([150.0, 600.0, 3_000.0, 100_000.0]))
    settings = account_settings(rng) | {"on_liquidation": "continue"}
    return Scene(markets=markets, acts=client.acts(int(rng.integers(10, 90))), wallet=wallet, settings=settings)


def play_scene(seed: int, minutes: int = 60, *, with_client: bool = False) -> Scene:
    """One to three instruments with a Play on each, or two on the first; a client may trade what is left."""
    rng = np.random.default_rng(seed)
    volatility = float(rng.choice([0.002, 0.01]))
    leverage = float(rng.choice([1.0, 3.0, 5.0, 20.0, 50.0]))
    settings = account_settings(rng) | {
        "on_liquidation": str(rng.choice(["halt", "continue", "continue", "continue"])),
        "max_drawdown_pct": float(rng.choice([2.0, 10.0, 90.0, 90.0])),
        "on_drawdown": str(rng.choice(["halt", "flatten"])),
        "drawdown_check": str(rng.choice(["exec_close", "exec_close", "minute"])),
        "on_sl_beyond_liq": str(rng.choice(["reject", "adjust", "warn"])),
        "latency_ms": int(rng.choice([0, 0, 0, 300, 41_234])),
        "latency_jitter_ms": int(rng.choice([0, 0, 500])),
        "allow_shared_symbol": True,
    }
    count = int(rng.integers(1, 4))
    markets = [market(rng, minutes, volatility, leverage) for _ in range(count)]
    desks = [*range(count - 1 if with_client and count > 1 else count), *([0] if rng.random() < 0.3 else [])]
    bare = Scene(markets=markets).slices()
    seats = []
    for desk in desks:
        bars = bare[desk].bars
        atr = bars.close * 0.008 * (rng.random(len(bars)) > 0.1)
        of = strategy(rng, leverage=leverage, slippage_bps=settings["slippage_bps"])
        seats.append(Player(of, decisions(rng, bars), desk, np.where(atr == 0.0, np.nan, atr)))
    acts = Client(rng, markets, [count - 1]).acts(20) if with_client and count > 1 else []
    return Scene(markets=markets, acts=acts, seats=seats, settings=settings)
