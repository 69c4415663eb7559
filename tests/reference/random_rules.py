"""Random conditions as a Play would write them, of the references that the Play in `small_plays` declares."""

from typing import Any

from hypothesis import strategies as st

# Intervals that a window may be anchored to, in minutes.
_ANCHORS = {"1m": 1, "3m": 3, "exec": 5, "med_tf": 15, "30m": 30, "1h": 60, "2h": 120}
_DECIMALS = (
    "close", "open", "high", "low", "volume", "fast", "slow", "rsi", "mac.macd", "mac.signal", "volumes", "ema_1m",
    "sma-3m", "ema_15m", "ema_1h", "sma_2h", "sma_4h", "sw.high_level", "sw_1m.low_level", "sw_1h.high_level",
)  # fmt: skip
_WHOLES = ("tr.direction", "tr_1h.direction", "sw.high_idx", "sw_1m.version", "sw.low_age_bars", "tr_1m.strength")
_FLAGS = ("tr.last_hh", "tr_1m.last_ll", "sw.high_accepted", "sw_1m.low_accepted")
_LABELS = {
    "sw.pair_direction": ("none", "bullish", "bearish"),
    "tr_1m.last_wave_direction": ("none", "BULLISH", "bearish"),
    "sw_1m.last_confirmed_pivot_type": ("none", "High", "low"),
}

Draw = Any


@st.composite
def conditions(draw: Draw, depth: int = 3, step_minutes: int = 5, minute_prices: bool = False) -> Any:
    """A condition that loads; `step_minutes` is the length of a step of the timeline in force."""
    kind = draw(st.sampled_from(["test", "test", "connective", "window"])) if depth else "test"
    if kind == "test":
        return draw(_tests(minute_prices))
    if kind == "window":
        return draw(_windows(depth, step_minutes, minute_prices))
    inner = conditions(depth - 1, step_minutes, minute_prices)
    children = draw(st.lists(inner, min_size=1, max_size=3))
    return draw(st.sampled_from([children, {"all": children}, {"any": children}, {"not": children[0]}]))


@st.composite
def _windows(draw: Draw, depth: int, step_minutes: int, minute_prices: bool) -> Any:
    operator = draw(st.sampled_from(["holds_for", "occurred_within", "count_true"]))
    body: dict[str, Any] = {}
    form = draw(st.sampled_from(["bars", "anchor_tf", "duration"]))
    if form == "duration":
        minutes = draw(st.integers(1, 130))
        body["duration"] = f"{minutes}m"
        count, operator = -(-minutes // step_minutes), f"{operator}_duration"
    else:
        count = body["bars"] = draw(st.integers(1, 9))
    if form == "anchor_tf":
        body["anchor_tf"] = draw(st.sampled_from(sorted(_ANCHORS)))
        step_minutes = _ANCHORS[body["anchor_tf"]]
    if operator.startswith("count_true"):
        body["min_true"] = draw(st.integers(1, count))
    return {operator: {**body, "expr": draw(conditions(depth - 1, step_minutes, minute_prices))}}


@st.composite
def _tests(draw: Draw, minute_prices: bool) -> Any:
    names = (*_DECIMALS, "last_price", "mark_price") if minute_prices else _DECIMALS
    family = draw(st.sampled_from(["order", "order", "cross", "cross", "between", "near", "whole", "flag", "label"]))
    if family in ("whole", "flag", "label"):
        return draw(_equalities(family))
    left, right = draw(_references((*names, *_WHOLES)) | _arithmetic(names)), draw(_operands(names))
    if family == "order":
        return [left, draw(st.sampled_from([">", "<", ">=", "<="])), right]
    if family == "cross":
        return [left, draw(st.sampled_from(["cross_above", "cross_below"])), right]
    if family == "near":
        tolerance = draw(st.sampled_from([0, 0.125, 0.5, 1, 3, 50]))
        return [left, draw(st.sampled_from(["near_abs", "near_pct"])), right, tolerance]
    other = draw(_references(names))
    pair = draw(st.sampled_from([[right, other], {"low": right, "high": other}]))
    return {"lhs": left, "op": "between", "rhs": pair}


@st.composite
def _equalities(draw: Draw, family: str) -> Any:
    names = {"whole": _WHOLES, "flag": _FLAGS, "label": tuple(_LABELS)}[family]
    name = draw(st.sampled_from(names))
    constants: dict[str, tuple[Any, ...]] = {"whole": (-1, 0, 1, 2, 3.0, True), "flag": (True, False, 0, 1.0)}
    constant = st.sampled_from(_LABELS[name] if family == "label" else constants[family])
    left = draw(st.just(name) | _references((name,)))
    if family == "whole":
        left = draw(st.just(left) | _wholes())
    if draw(st.booleans()):
        return [left, "in", draw(st.lists(constant, min_size=1, max_size=3))]
    return [left, draw(st.sampled_from(["==", "!="])), draw(constant | _references(names))]


@st.composite
def _references(draw: Draw, names: tuple[str, ...]) -> Any:
    name = draw(st.sampled_from(names))
    if draw(st.booleans()):
        return name
    series, _, field = name.partition(".")
    return {"feature_id": series, **({"field": field} if field else {}), "offset": draw(st.integers(0, 5))}


def _numbers() -> st.SearchStrategy[int | float]:
    eighths = st.integers(-40, 40).map(lambda eighth: eighth / 8)
    return st.integers(-3, 3) | st.integers(95, 105) | eighths | st.sampled_from([99.5, 0.0])


def _operands(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return _references((*names, *_WHOLES)) | _numbers() | _arithmetic(names)


@st.composite
def _arithmetic(draw: Draw, names: tuple[str, ...], depth: int = 2) -> Any:
    leaf = _references((*names, *_WHOLES)) | _numbers()
    part = leaf | _arithmetic(names, depth - 1) if depth else leaf
    return draw(_written(draw(part), draw(st.sampled_from("+-*/%")), draw(part)))


@st.composite
def _wholes(draw: Draw) -> Any:
    """Arithmetic of whole numbers alone."""
    part = _references(_WHOLES) | st.integers(-4, 4)
    return draw(_written(draw(part), draw(st.sampled_from("+-*%")), draw(part)))


def _written(left: Any, sign: str, right: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([[left, sign, right], {sign: [left, right]}])
