"""Well-formed Plays at random: every indicator and structure, every form of condition, of exits and of risk.

A Play is drawn as a document, the way a user would write it. What may be declared comes from the registries, so that
a new indicator or structure joins by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import yaml
from hypothesis import strategies as st

from play_engine.declaration import Indicator, Output, Parameter, Structure
from play_engine.indicators import INDICATORS
from play_engine.intervals import INTERVALS
from play_engine.structures import STRUCTURES

Draw = Callable[[st.SearchStrategy[Any]], Any]
Document = dict[str, Any]

_TIMEFRAMES = ("1m", "5m", "15m")
_PRICES = ("open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4")
_SMALL = 12


@attrs.frozen
class Series:
    """Something that a rule may name."""

    name: str
    kind: str
    labels: tuple[str, ...] = ()


@st.composite
def play_documents(draw: Draw) -> str:
    """The text of a Play on 5m bars, with features on 1m, 5m and 15m."""
    declared = _Declarations(draw)
    features, structures = declared.features(), declared.structures()
    rules = _Rules(draw, declared.series)
    document: Document = {
        "version": "3.0.0",
        "name": "drawn",
        "symbol": "BTCUSDT",
        "timeframes": {"low_tf": "5m", "med_tf": "15m", "high_tf": "1h", "exec": "low_tf"},
        "account": {"starting_equity_usdt": 10_000, "max_leverage": draw(st.sampled_from([1, 3, 10]))},
        "features": features,
        "structures": {"low_tf": structures},
        "setups": {"ready": rules.condition(2)},
        "position_policy": {
            "mode": "long_short",
            "exit_mode": "first_hit",
            "allow_flip": draw(st.booleans()),
        },
        "entry": draw(st.sampled_from(_ENTRIES)),
    }
    document["actions"] = rules.actions()
    document |= draw(st.sampled_from(_RISKS))
    return yaml.safe_dump(document, sort_keys=False)


_ENTRIES: list[Document] = [
    {"order_type": "MARKET"},
    {"order_type": "LIMIT", "limit_offset_pct": 0.05, "expire_after_bars": 3},
    {"order_type": "LIMIT", "time_in_force": "PostOnly"},
    {"order_type": "LIMIT", "limit_offset_pct": 0.02, "time_in_force": "IOC"},
]
_RISKS: list[Document] = [
    {"risk": {"stop_loss_pct": 3, "take_profit_pct": 4}},
    {"risk": {"stop_loss": {"type": "trailing_pct", "trail_pct": 0.4}, "max_position_pct": 20}},
    {
        "risk": {
            "take_profit_pct": 2,
            "tp_order_type": "Limit",
            "break_even": {"activation_pct": 0.3, "offset_pct": 0.1},
        }
    },
    {
        "risk_model": {
            "stop_loss": {"type": "atr_multiple", "value": 2, "atr_feature_id": "atr"},
            "take_profit": {"type": "rr_ratio", "value": 1.5},
            "sizing": {"model": "risk_based", "value": 1},
            "trailing": {"atr_multiplier": 1.5, "atr_feature_id": "atr_1m", "activation_pct": 0.1},
        }
    },
    {
        "risk_model": {
            "stop_loss": {"type": "price_percent", "value": 1},
            "take_profit": {"type": "atr_multiple", "value": 3, "atr_feature_id": "atr"},
            "sizing": {"model": "fixed_usdt", "value": 500},
            "anchor": "fill",
        }
    },
]


class _Declarations:
    """Draws features and structures, and remembers what they put out."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        names = ("close", "open", "volume", "funding_rate", "open_interest", "mark_price")
        self.series = [Series(name, "FLOAT") for name in names]

    def features(self) -> Document:
        """Some features of any type, an ATR on 5m and on 1m among them."""
        draw = self._draw
        features: Document = {
            "atr": {"indicator": "atr", "params": {"length": 3}},
            "atr_1m": {"indicator": "atr", "params": {"length": 4}, "tf": "1m"},
        }
        for number in range(draw(st.integers(1, 4))):
            indicator = INDICATORS[draw(st.sampled_from(sorted(INDICATORS)))]
            anchored = "swing" in indicator.inputs
            tf = "5m" if anchored else draw(st.sampled_from(_TIMEFRAMES))
            name = f"f{number}"
            features[name] = {"indicator": indicator.name, "params": self._params(indicator, INTERVALS[tf]), "tf": tf}
            if "x" in indicator.inputs and draw(st.booleans()):
                features[name]["source"] = self._source(features, tf)
            self._remember(name, indicator.outputs)
        return features

    def structures(self) -> list[Document]:
        """A swing, and some structures with whatever they use."""
        draw = self._draw
        swing = {"type": "swing", "key": "swing", "params": {"left": 2, "right": 2, "atr_key": "atr"}}
        specs: dict[str, Document] = {"swing": swing}
        self._remember("swing", STRUCTURES["swing"].outputs)
        for wanted in draw(st.lists(st.sampled_from(sorted(STRUCTURES)), max_size=3)):
            self._add(wanted, specs)
        return draw(st.permutations(list(specs.values())))

    def _add(self, name: str, specs: dict[str, Document]) -> None:
        if name in specs:
            return
        structure = STRUCTURES[name]
        for used in structure.uses:
            self._add(used, specs)
        params = self._params(structure)
        specs[name] = {"type": name, "key": name, "params": params}
        if structure.uses:
            specs[name]["uses"] = list(structure.uses)
        resolved = {p.name: params.get(p.name, p.default) for p in structure.parameters}
        self._remember(name, structure.columns(resolved))

    def _source(self, features: Document, tf: str) -> str:
        earlier = [name for name, spec in features.items() if spec.get("tf", "5m") == tf and name.startswith("f")]
        return str(self._draw(st.sampled_from([*_PRICES, *earlier[:-1]])))

    def _params(self, declared: Indicator | Structure, interval_ms: int = INTERVALS["5m"]) -> Document:
        """Parameters within their ranges that fit together, and the timeframe."""
        ready = st.fixed_dictionaries({p.name: _value(p) for p in declared.parameters if _is_drawn(p)})
        return self._draw(ready.filter(lambda params: _fits(declared, params, interval_ms)))

    def _remember(self, name: str, outputs: Sequence[Output]) -> None:
        for output in outputs:
            bare = output.name == "value"
            self.series.append(Series(name if bare else f"{name}.{output.name}", output.kind, output.labels))


def _is_drawn(parameter: Parameter) -> bool:
    return parameter.kind not in ("key", "instant") and parameter.name != "atr_key"


def _value(parameter: Parameter) -> st.SearchStrategy[Any]:
    low = parameter.minimum if parameter.minimum is not None else 0
    high = parameter.maximum if parameter.maximum is not None else _SMALL
    step = 0.05 if parameter.open_minimum or parameter.open_maximum else 0.0
    match parameter.kind:
        case "int":
            return st.integers(int(low), int(min(high, max(low, _SMALL))))
        case "number":
            return st.floats(low + step, min(high, max(low, 3.0)) - (step if parameter.open_maximum else 0.0))
        case "flag":
            return st.booleans()
        case "numbers":
            ratios = st.sampled_from([-0.272, 0.236, 0.382, 0.5, 0.618, 1.0, 1.618])
            return st.lists(ratios, min_size=1, max_size=4, unique=True)
        case _:
            return st.sampled_from(parameter.choices)


def _fits(declared: Indicator | Structure, params: Mapping[str, Any], interval_ms: int) -> bool:
    values = {parameter.name: params.get(parameter.name, parameter.default) for parameter in declared.parameters}
    rules = declared.timeframe_rules if isinstance(declared, Indicator) else ()
    together = all(constraint.holds(values) for constraint in declared.constraints)
    return together and all(rule.holds(values, interval_ms) for rule in rules)


class _Rules:
    """Draws conditions over given series."""

    def __init__(self, draw: Draw, series: Sequence[Series]) -> None:
        self._draw = draw
        self._numbers = [one for one in series if one.kind in ("FLOAT", "INT")]
        self._exact = [one for one in series if one.kind != "FLOAT"]

    def actions(self) -> Any:
        """Entries and exits in map form or in list form."""
        draw = self._draw
        if draw(st.booleans()):
            return {
                "entry_long": {"all": [{"setup": "ready"}, self.condition(1)]},
                "entry_short": self.condition(2),
                "exit_all": self.condition(2),
            }
        noted = {"n": {"feature_id": "atr"}, "why": "drawn"}
        return [
            {
                "id": "enter",
                "cases": [
                    {"when": self.condition(2), "emit": [{"action": "entry_long", "metadata": noted}]},
                    {"when": {"setup": "ready"}, "emit": ["no_action", "entry_short"]},
                ],
                "else": {"emit": ["no_action"]},
            },
            {
                "id": "leave",
                "cases": [
                    {"when": self.condition(2), "emit": [{"action": "exit_all", "percent": draw(st.integers(1, 100))}]}
                ],
            },
        ]

    def condition(self, depth: int) -> Any:
        """A condition of any form, up to `depth` levels deep."""
        draw = self._draw
        if depth == 0:
            return self._test()
        match draw(st.integers(0, 6)):
            case 0:
                return {"all": [self.condition(depth - 1), self.condition(depth - 1)]}
            case 1:
                return {"any": [self.condition(depth - 1), self.condition(depth - 1)]}
            case 2:
                return {"not": self.condition(depth - 1)}
            case 3:
                return self._window(depth)
            case 4:
                return [self.condition(depth - 1), self.condition(depth - 1)]
            case _:
                return self._test()

    def _window(self, depth: int) -> Document:
        draw = self._draw
        name = draw(st.sampled_from(["holds_for", "occurred_within", "count_true"]))
        bars = draw(st.integers(1, 6))
        body: Document = {"expr": self.condition(depth - 1)}
        least = {"min_true": draw(st.integers(1, bars))} if name == "count_true" else {}
        if draw(st.booleans()):
            return {f"{name}_duration": {"duration": f"{5 * bars}m", **least, **body}}
        anchor = draw(st.sampled_from([{}, {"anchor_tf": "1m"}, {"anchor_tf": "15m"}, {"anchor_tf": "exec"}]))
        return {name: {"bars": bars, **least, **anchor, **body}}

    def _test(self) -> Any:
        draw = self._draw
        left = self._reference(draw(st.sampled_from(self._numbers)))
        match draw(st.integers(0, 5)):
            case 0:
                return [left, draw(st.sampled_from(["cross_above", "cross_below"])), self._operand()]
            case 1:
                return [left, "between", [draw(st.floats(-5, 50)), draw(st.floats(51, 500))]]
            case 2:
                return {"lhs": left, "op": "near_pct", "rhs": self._operand(), "tolerance": draw(st.floats(0, 5))}
            case 3:
                return self._equality(draw(st.sampled_from(self._exact)))
            case 4:
                return [{"-": [left, self._operand()]}, ">", draw(st.floats(-2, 2))]
            case _:
                return [left, draw(st.sampled_from([">", "<", ">=", "<="])), self._operand()]

    def _operand(self) -> Any:
        draw = self._draw
        if draw(st.booleans()):
            return draw(st.floats(-10, 200))
        reference = self._reference(draw(st.sampled_from(self._numbers)))
        return [reference, "*", draw(st.floats(0.9, 1.1))] if draw(st.booleans()) else reference

    def _reference(self, series: Series) -> Any:
        if self._draw(st.booleans()):
            return series.name
        name, _, field = series.name.partition(".")
        reference = {"feature_id": name, "offset": self._draw(st.integers(0, 4))}
        return {**reference, "field": field} if field else reference

    def _equality(self, series: Series) -> Any:
        draw = self._draw
        values: list[Any] = list(series.labels) or ([True, False] if series.kind == "BOOL" else [-1, 0, 1, 2])
        if draw(st.booleans()):
            return [series.name, "in", draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))]
        return [series.name, draw(st.sampled_from(["==", "!="])), draw(st.sampled_from(values))]
