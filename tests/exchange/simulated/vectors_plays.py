"""Worked minutes of Plays: decisions at 100 that arrive with the first bar, and what the policy makes of the rest."""

import math
from typing import Any

import attrs

from play_engine.play.model import BreakEven, Sizing, Trailing
from tests.exchange.simulated.scene import Bar, Market, Player, Scene
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, At, play
from tests.exchange.simulated.vector_case import FALLING, FLAT, MAKER, TAKER, Vector

ONE_TIER = attrs.evolve(INSTRUMENT, tiers=(attrs.evolve(INSTRUMENT.tiers[0], limit=math.inf),))
EVEN = BreakEven(activation_pct=1.0, offset_pct=0.1)
ALL_IN = {"leverage": 100.0, "sizing": Sizing(model="percent_equity", value=95.0)}
BY_PERCENT = Trailing(trail_pct=2.0)


def decided(name: str, bars: list[Bar], then: Any = (), side: str = "entry_long", **of: Any) -> dict[str, Any]:
    """What a vector needs of a scene with one Play that enters at once; `then` are later decisions."""
    expected, settings = of.pop("expected"), of.pop("settings", {})
    instrument = of.pop("instrument", INSTRUMENT)
    made = play(**of)
    market = Market(bars=bars, instrument=instrument, leverage=made.leverage)
    instants = [At(0, (side,)), *then]
    return {"name": name, "scene": Scene(markets=[market], seats=[Player(made, instants)], settings=settings)} | {
        "expected": expected
    }


def exec_close(minute: int, price: float) -> At:
    """An exec close without intents."""
    return At(minute * MINUTE, price=price, exec_close=True)


CLOSE = (At(MINUTE, ("exit_all",)),)
WITH_LIMIT_TARGET = {"stop": 5.0, "target": 4.0, "limit_target": True}
AT_LIMIT: dict[str, Any] = {"fills": [(10, 100, None, TAKER, 0), (10, 104, 0.208, MAKER, 96_666)], "net": 39.242}

ROWS = [
    decided(
        "1c of a Play",
        [FLAT, (80, 82, 79, 81)],
        stop=5.0,
        expected={"wallet": 9898.955, "exit": "liquidation", "stop_reason": "liquidation"},
    ),
    decided(
        "10b",
        [FLAT, (100, 121, 99.5, 120), (120, 120.5, 118, 118.2)],
        stop=2.0,
        trailing=BY_PERCENT,
        expected={
            "fills": [(10, 100, None, TAKER, 0), (10, 118.58, None, TAKER, 134_200)],
            "net": 184.59781,
            "exit": "trailing_stop",
        },
    ),
    decided(
        "16",
        [(100, 101, 100, 101), (101, 101, 97.5, 97.5), (97.4, 98, 97, 98), (98, 98, 98, 98)],
        [exec_close(1, 101.0), exec_close(2, 97.5), exec_close(3, 98.0), exec_close(4, 98.0)],
        qty=300.0,
        settings={"max_drawdown_pct": 10.0, "on_drawdown": "flatten"},
        expected={
            "fills": [(300, 100, None, TAKER, 0), (300, 97.4, 16.071, TAKER, 2 * MINUTE)],
            "wallet": 9187.429,
            "exit": "max_drawdown",
            "stop_reason": "max_drawdown",
        },
    ),
    decided("18", [FLAT], instrument=ONE_TIER, **ALL_IN, expected={"qty": 8968.631}),
    decided("18 dearer", [(100.4,) * 4], instrument=ONE_TIER, **ALL_IN, expected={"qty": 8968.631}),
    decided(
        "18 too dear",
        [(100.6,) * 4],
        instrument=ONE_TIER,
        **ALL_IN,
        expected={"fills": [], "ended": {1: "Rejected INSUFFICIENT_MARGIN"}},
    ),
    decided("20f", [FLAT, (100, 105, 99, 104.5)], **WITH_LIMIT_TARGET, expected=AT_LIMIT),
    decided(
        "20f jump",
        [FLAT, (106, 107, 105, 106)],
        **WITH_LIMIT_TARGET,
        expected={"fills": [(10, 100, None, TAKER, 0), (10, 104, 0.208, MAKER, MINUTE)], "net": 39.242},
    ),
    decided("20f standing", [FLAT, FLAT], **WITH_LIMIT_TARGET, expected={"live": [2, 3], "triggers": {2: 95.0}}),
    decided(
        "26 of a Play",
        [(100, 103, 99, 102)],
        settings={"latency_ms": 30_000},
        expected={"fills": [(10, 101, None, TAKER, 30_000)]},
    ),
    decided(
        "26 of a sooner Play",
        [(100, 103, 99, 102)],
        settings={"latency_ms": 20_000},
        expected={"fills": [(10, 99, None, TAKER, 20_000)]},
    ),
    decided(
        "27",
        [FLAT, (100, 101.5, 99.9, 101), (101, 101.2, 99.5, 99.8)],
        stop=5.0,
        break_even=EVEN,
        expected={
            "fills": [(10, 100, None, TAKER, 0), (10, 100.1, None, TAKER, 132_000)],
            "net": -0.10055,
            "exit": "break_even",
        },
    ),
    decided(
        "27b",
        [FLAT, (100, 100.2, 98.8, 98.9), (98.9, 99.95, 98.5, 99)],
        side="entry_short",
        stop=5.0,
        break_even=EVEN,
        expected={
            "fills": [(10, 100, None, TAKER, 0), (10, 99.9, None, TAKER, 139_047)],
            "net": -0.09945,
            "exit": "break_even",
        },
    ),
    decided(
        "29 of a Play",
        [FLAT, (101, 105, 100, 102)],
        CLOSE,
        stop=5.0,
        target=4.0,
        expected={
            "ended": {2: "Deactivated POSITION_CLEARED", 3: "Deactivated POSITION_CLEARED"},
            "net": 8.8945,
            "exit": "signal",
        },
    ),
    decided(
        "29b of a late Play",
        [FLAT, (100, 104, 100, 103)],
        CLOSE,
        target=4.0,
        settings={"latency_ms": 50_000},
        expected={"ended": {3: "Rejected REDUCE_ONLY_NO_POSITION"}, "refusals": {"STALE_CLOSE": 1}},
    ),
    decided(
        "55 of a Play",
        [FALLING, (94, 95, 93, 94)],
        CLOSE,
        stop=5.0,
        leverage=2.0,
        expected={"net": -61.067, "exit": "signal"},
    ),
]

VECTORS: list[Vector] = [Vector(**row) for row in ROWS]
