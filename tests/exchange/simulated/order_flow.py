"""Random order flow: a random market with jumps and gaps, random decisions, and a random strategy."""

from typing import Any

import numpy as np

from exchange.simulated.records import Records
from play_engine.bars import BarSeries
from play_engine.play.model import (
    BreakEven,
    EntryOrder,
    IntentSpec,
    Note,
    PositionPolicy,
    Sizing,
    StopRule,
    TargetRule,
    Trailing,
)
from play_engine.rules.expression import Reference
from tests.exchange.simulated.sim_driver import MINUTE, At, candles, exchange, joined, play, play_out

MINUTES = 120
ACTIONS = ("entry_long", "entry_short", "exit_long", "exit_short", "exit_all", "no_action")


def market(rng: np.random.Generator, volatility: float) -> BarSeries:
    """A random walk on the tick grid with jumps between bars and missing minutes."""
    ts = np.flatnonzero(rng.random(MINUTES + 50) > 0.1)[:MINUTES] * MINUTE
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, volatility, len(ts))))
    opening = np.concatenate([[100.0], close[:-1]]) * np.exp(rng.normal(0, volatility / 2, len(ts)))
    high = np.maximum(opening, close) * np.exp(np.abs(rng.normal(0, volatility, len(ts))))
    low = np.minimum(opening, close) * np.exp(-np.abs(rng.normal(0, volatility, len(ts))))
    table = np.round(np.stack([opening, high, low, close], axis=1), 2)
    volume = np.round(np.exp(rng.normal(4.0, 2.0, len(ts))), 3) * (rng.random(len(ts)) > 0.05)
    return candles(*map(tuple, table), ts=list(ts), volume=volume)


def decisions(rng: np.random.Generator, bars: BarSeries) -> list[At]:
    """Instants at minute closes and inside gaps, some with several intents, some with operands missing."""
    instants: list[At] = []
    previous = -1
    for k, opened in enumerate(bars.ts):
        ends = [int(opened) + MINUTE]
        if k and bars.ts[k - 1] + MINUTE < opened:
            ends = [int(opened), *ends]
        for ts in ends:
            if ts <= previous or (ts == opened and k == 0):
                continue
            price = float(bars.close[k] if ts > opened else bars.close[k - 1])
            count = int(rng.integers(0, 3)) if rng.random() < 0.5 else 0
            intents = tuple((str(rng.choice(ACTIONS)), float(rng.choice([30.0, 50.0, 100.0]))) for _ in range(count))
            operand = price * 0.01 if rng.random() < 0.9 else np.nan
            instants.append(At(ts, intents, price, bool(rng.random() < 0.4), operand, operand, (operand,)))
            previous = ts
    return instants


READ = Reference("x", "value", "FLOAT")
INTENTS = (IntentSpec(block="b", action="entry_long", metadata=(Note(name="x", value=READ),)),)


def entry_order(rng: np.random.Generator) -> EntryOrder:
    """A market order as often as a limit of any kind, near enough to be met."""
    if rng.random() < 0.4:
        return EntryOrder()
    return EntryOrder(
        type="LIMIT",
        limit_offset_pct=float(rng.choice([-0.3, 0.0, 0.2, 0.5])),
        time_in_force=str(rng.choice(["GTC", "GTC", "GTC", "IOC", "FOK", "PostOnly"])),  # type: ignore[arg-type]
        expire_after_bars=int(rng.integers(0, 4)),
    )


def stop_moves(rng: np.random.Generator) -> dict[str, Any]:
    """A trailing stop, a break-even stop, both, or none."""
    trailing = (None, None, Trailing(trail_pct=0.8, activation_pct=0.2), Trailing(atr=READ, atr_multiplier=1.2))
    return {
        "trailing": trailing[int(rng.integers(4))],
        "break_even": BreakEven(activation_pct=0.5, offset_pct=0.1) if rng.random() < 0.4 else None,
    }


def strategy(rng: np.random.Generator) -> tuple[Any, dict[str, Any]]:
    """A play and settings that use anything."""
    stop = (
        None,
        StopRule(type="price_percent", value=1.0),
        StopRule(type="atr_multiple", value=1.5, buffer_pct=0.1),
        StopRule(type="trailing_atr", value=1.0),
    )[int(rng.integers(4))]
    rules = (None, TargetRule(type="price_percent", value=0.4), TargetRule(type="price_percent", value=1.2))
    risk = Sizing(model="risk_based", value=2.0) if stop else Sizing(model="percent_equity", value=30.0)
    sizes = (Sizing(model="percent_equity", value=90.0), risk, Sizing(model="fixed_usdt", value=5_000.0))
    of = play(
        stop=stop,
        target=rules[int(rng.integers(3))],
        sizing=sizes[int(rng.integers(3))],
        leverage=float(rng.choice([1.0, 3.0, 5.0, 20.0, 50.0])),
        slippage_bps=float(rng.choice([0.0, 2.0, 15.0])),
        anchor=str(rng.choice(["decision", "fill"])),
        policy=PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=bool(rng.random() < 0.5)),
        entry=entry_order(rng),
        limit_target=bool(rng.random() < 0.6),
        intents=INTENTS if rng.random() < 0.5 else (),
        **stop_moves(rng),
    )
    overrides = {
        "on_liquidation": str(rng.choice(["halt", "continue", "continue", "continue"])),
        "max_drawdown_pct": float(rng.choice([2.0, 10.0, 90.0, 90.0])),
        "on_drawdown": str(rng.choice(["halt", "flatten"])),
        "tp_gap_fill": str(rng.choice(["market", "level"])),
        "on_sl_beyond_liq": str(rng.choice(["reject", "adjust", "warn"])),
        "limit_fill": str(rng.choice(["touch", "through"])),
        "intrabar_path": str(rng.choice(["adverse", "nearest"])),
        "participation_rate": (None, None, 0.3, 1.0)[int(rng.integers(4))],
    }
    return of, overrides


class Case:
    """One random market with one random strategy."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.bars = market(self.rng, float(self.rng.choice([0.002, 0.01])))
        self.instants = decisions(self.rng, self.bars)
        self.play, self.overrides = strategy(self.rng)
        atr = self.bars.close * 0.008 * (self.rng.random(len(self.bars)) > 0.1)
        self.atr = np.where(atr == 0.0, np.nan, atr)

    def run(self, cuts: list[int], **how: Any) -> tuple[Records, Any]:
        """Rows and account before the end, with the bars cut as told."""
        account = exchange(self.play, self.overrides, **how)
        parts = play_out(account, self.bars, self.instants, cuts, self.atr)
        return joined(parts), account
