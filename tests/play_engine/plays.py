"""Plays put together by hand, without a file."""

from typing import Any

from play_engine.indicators import INDICATORS
from play_engine.intervals import INTERVALS
from play_engine.play.model import Account, Block, Case, FeatureSpec, Play, StructureSpec
from play_engine.rules.expression import Condition, Constant, Kind, Reference

SWING = {
    "mode": "fractal",
    "left": 2,
    "right": 2,
    "atr_key": None,
    "atr_multiplier": 2.0,
    "major_threshold": 1.5,
    "min_atr_move": None,
    "min_pct_move": None,
    "strict_alternation": False,
}


def make_play(exec_tf: str = "5m", **fields: Any) -> Play:
    """A Play with everything that a test does not name at its simplest."""
    defaults: dict[str, Any] = {
        "id": "test",
        "name": "test",
        "symbol": "BTCUSDT",
        "exec_ms": INTERVALS[exec_tf],
        "roles": {},
        "account": Account(),
        "starting_equity_usdt": 10_000.0,
        "slippage_bps": 0.0,
        "leverage": 1.0,
    }
    return Play(**(defaults | fields))


def watching(*conditions: Condition) -> tuple[Block, ...]:
    """Blocks that only judge: `b0`, `b1` …, each of one case that emits nothing."""
    return tuple(block(f"b{number}", (condition, ())) for number, condition in enumerate(conditions))


def block(id_: str, *cases: tuple[Condition, tuple[int, ...]], otherwise: tuple[int, ...] = ()) -> Block:
    """A block from (condition, numbers of intents)."""
    return Block(id=id_, cases=tuple(Case(when=when, emit=emit) for when, emit in cases), otherwise=otherwise)


def feature(id_: str, indicator: str, tf: str, length: int = 3, **fields: Any) -> FeatureSpec:
    """An indicator whose only parameter is `length`; its source is the close unless `fields` say otherwise."""
    source = {} if indicator == "atr" else {"source": "close"}
    params = {"params": {"length": length}}
    return FeatureSpec(
        **({"id": id_, "indicator": INDICATORS[indicator], "interval_ms": INTERVALS[tf]} | params | source | fields)
    )


def swing(key: str, tf: str, **params: Any) -> StructureSpec:
    """A fractal swing of two bars on either side."""
    return StructureSpec(key=key, type="swing", params=SWING | params, interval_ms=INTERVALS[tf])


def trend(key: str, tf: str, uses: str) -> StructureSpec:
    """The trend over a swing."""
    params = {"wave_history_size": 4}
    return StructureSpec(key=key, type="trend", params=params, interval_ms=INTERVALS[tf], uses=(uses,))


def ref(name: str, offset: int = 0, kind: Kind = "FLOAT") -> Reference:
    """`id` or `id.output`."""
    series, _, field = name.partition(".")
    return Reference(series, field or "value", kind, offset)


def number(value: float) -> Constant:
    """A constant, INT if written without a fraction."""
    return Constant(value, "INT" if isinstance(value, int) else "FLOAT")
