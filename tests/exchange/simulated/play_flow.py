"""Random Plays: random decisions, and a random strategy that uses anything that a Play can ask for."""

from typing import Any

import numpy as np

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
from tests.exchange.simulated.sim_driver import MINUTE, At, play

ACTIONS = ("entry_long", "entry_short", "exit_long", "exit_short", "exit_all", "no_action")
READ = Reference("x", "value", "FLOAT")
INTENTS = (IntentSpec(block="b", action="entry_long", metadata=(Note(name="x", value=READ),)),)


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
            exec_close = ts % (3 * MINUTE) == 0
            instants.append(At(ts, intents, price, exec_close, operand, operand, (operand,)))
            previous = ts
    return instants


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


def strategy(rng: np.random.Generator, **fixed: Any) -> Any:
    """A Play that uses anything; what belongs to its account or symbol is fixed."""
    stop = (
        None,
        StopRule(type="price_percent", value=1.0),
        StopRule(type="atr_multiple", value=1.5, buffer_pct=0.1),
        StopRule(type="trailing_atr", value=1.0),
    )[int(rng.integers(4))]
    rules = (None, TargetRule(type="price_percent", value=0.4), TargetRule(type="price_percent", value=1.2))
    risk = Sizing(model="risk_based", value=2.0) if stop else Sizing(model="percent_equity", value=30.0)
    sizes = (Sizing(model="percent_equity", value=90.0), risk, Sizing(model="fixed_usdt", value=5_000.0))
    return play(
        stop=stop,
        target=rules[int(rng.integers(3))],
        sizing=sizes[int(rng.integers(3))],
        anchor=str(rng.choice(["decision", "fill"])),
        policy=PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=bool(rng.random() < 0.5)),
        entry=entry_order(rng),
        limit_target=bool(rng.random() < 0.6),
        intents=INTENTS if rng.random() < 0.5 else (),
        **stop_moves(rng),
        **fixed,
    )
