"""Where each mapping of the schema stands in a Play: documents that hold one, ready to be damaged."""

import copy
from typing import Any

import attrs
import yaml

from play_engine.declaration import Parameter, Structure
from play_engine.errors import ConfigError, Problem
from play_engine.indicators import INDICATORS
from play_engine.play import parse_play
from play_engine.play.loader import Registries
from play_engine.play.model import Play
from play_engine.play.schema import play_schema
from play_engine.play.schema.features import params_name as feature_params
from play_engine.play.schema.stops import STOPS, TARGETS
from play_engine.play.schema.structures import params_name as structure_params
from play_engine.structures import STRUCTURES
from tests.play_engine.play.documents import document

SCHEMA = play_schema(Registries(indicators=INDICATORS, structures=STRUCTURES))
DEFINITIONS: dict[str, Any] = SCHEMA["$defs"]
RULE = ["close", ">", "ema_fast"]
Key = str | int


@attrs.frozen
class Place:
    """A mapping of the schema (a name under `$defs`, empty for the root), and where a Play has one: its keys, and what
    else the Play needs to load."""

    name: str
    at: tuple[Key, ...]
    value: dict[str, Any] = attrs.field(factory=dict)
    others: dict[str, Any] = attrs.field(factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of the mapping."""
        return DEFINITIONS[self.name] if self.name else SCHEMA

    def document(self, **changes: Any) -> dict[str, Any]:
        """The Play, with keys of the mapping changed; ABSENT takes one away."""
        root = base() | copy.deepcopy(self.others)
        value = {name: item for name, item in (self.value | changes).items() if item != ABSENT}
        if not self.at:
            return {name: item for name, item in (root | value).items() if item != ABSENT}
        holder: Any = root
        for key in self.at[:-1]:
            holder = holder[key] if isinstance(key, int) else holder.setdefault(key, {})
        holder[self.at[-1]] = copy.deepcopy(value)
        return {name: item for name, item in root.items() if item != ABSENT}

    def path(self, key: str) -> str:
        """The key path of one of its keys, as a report names it."""
        path = ""
        for part in (*self.at, key):
            path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
        return path


# In place of a value: the key is not written.
ABSENT = "(absent)"


def base() -> dict[str, Any]:
    """A Play that loads."""
    return yaml.safe_load(document())


def load(root: dict[str, Any]) -> Play:
    """The Play that a document is."""
    return parse_play(yaml.safe_dump(root, sort_keys=False).encode(), "play.yml")


def errors_of(root: dict[str, Any]) -> list[Problem]:
    """The errors that loading reports; none for a Play that loads."""
    try:
        load(root)
    except ConfigError as error:
        return [problem for problem in error.problems if problem.severity == "error"]
    return []


def places() -> list[Place]:
    """A place for each mapping of the schema."""
    return [*_sections(), *_rules(), *_risk(), *_features(), *_structures()]


def _sections() -> list[Place]:
    timeframes = {"low_tf": "5m", "med_tf": "1h", "high_tf": "4h", "exec": "low_tf"}
    return [
        Place("", ()),
        Place("timeframes", ("timeframes",), timeframes),
        Place("account", ("account",), {"max_leverage": 3, "max_drawdown_pct": 50}),
        Place("fee_model", ("account", "fee_model")),
        Place("backtest", ("backtest",)),
        Place("validation", ("validation",)),
        Place("deploy", ("deploy",)),
        Place("position_policy", ("position_policy",), {"mode": "long_short"}, {"actions": {"entry_long": RULE}}),
        Place("entry", ("entry",)),
        Place("feature", ("features", "x"), {"indicator": "ema"}),
        Place("structures", ("structures",), {"exec": base()["structures"]["exec"]}),
        Place("structures_by_interval", ("structures", "high_tf")),
        Place("structure", ("structures", "exec", 0), base()["structures"]["exec"][0]),
    ]


def _rules() -> list[Place]:
    rule = ("actions", "entry_long")
    block = {"id": "a", "cases": [{"when": RULE, "emit": ["exit_long"]}]}
    blocks = {"actions": [block]}
    verbose = {"lhs": "close", "op": ">", "rhs": "ema_fast"}
    windows = {
        "holds_for": {"bars": 3},
        "occurred_within": {"bars": 3},
        "count_true": {"bars": 1500, "min_true": 2},
        "holds_for_duration": {"duration": "1h"},
        "occurred_within_duration": {"duration": "1h"},
        "count_true_duration": {"duration": "1h", "min_true": 2},
    }
    intent = {"action": "exit_long"}
    with_metadata = {"actions": [block | {"cases": [{"when": RULE, "emit": [intent | {"metadata": {}}]}]}]}
    between = {"actions": {"entry_long": verbose | {"op": "between"}}}
    return [
        Place("actions_by_name", ("actions",), {"entry_long": RULE, "exit_long": RULE}),
        Place("block", ("actions", 0), block, blocks),
        Place("case", ("actions", 0, "cases", 0), block["cases"][0], blocks),
        Place("else", ("actions", 0, "else"), {"emit": ["no_action"]}, blocks),
        Place("intent_mapping", ("actions", 0, "cases", 0, "emit", 0), intent, blocks),
        Place("comparison_mapping", rule, verbose | {"op": "near_pct", "tolerance": 1}),
        Place("logic", rule, {"all": [RULE]}),
        Place("bounds", (*rule, "rhs"), {"low": 1, "high": 2}, between),
        Place("reference", (*rule, "rhs"), {"feature_id": "ema_fast"}, {"actions": {"entry_long": dict(verbose)}}),
        Place(
            "reference",
            ("actions", 0, "cases", 0, "emit", 0, "metadata", "note"),
            {"feature_id": "ema_fast"},
            with_metadata,
        ),
        Place("arithmetic", (*rule, "rhs"), {"*": ["ema_fast", 2]}, {"actions": {"entry_long": dict(verbose)}}),
        *(
            Place(name, (*rule, name), value | {"expr": RULE}, {"actions": {"exit_long": RULE}})
            for name, value in windows.items()
        ),
    ]


def _risk() -> list[Place]:
    percent = {"type": "percent", "value": 2}
    sizing = {"model": "percent_equity", "value": 10}
    model = {"stop_loss": percent, "take_profit": percent, "sizing": sizing}
    full = {"risk": ABSENT, "risk_model": model}
    atr = {"atr_feature_id": "atr_14"}
    keys = {
        "structure": {"level": "sw.low_level"},
        "trailing_pct": {"value": 2},
        "trailing_atr": atr,
        "atr_multiple": atr | {"value": 2},
    }
    places = [
        Place("risk_model", ("risk_model",), model, {"risk": ABSENT}),
        Place("risk", ("risk",), {"stop_loss_pct": 2}),
        Place("sizing", ("risk_model", "sizing"), sizing, full),
        Place("trailing", ("risk_model", "trailing"), {"trail_pct": 1}, full),
        Place("break_even", ("risk_model", "break_even"), {"activation_pct": 1.0}, full),
        Place("levels", ("risk_model", "stop_loss", "level"), {"long": "sw.low_level", "short": "low"}, _by_side(full)),
    ]
    for kind in STOPS:
        value = {"type": kind, **keys.get(kind, {"value": 2})}
        places += [
            Place(f"stop_{kind}", ("risk_model", "stop_loss"), value, full),
            Place(f"stop_short_{kind}", ("risk", "stop_loss"), value),
        ]
    for kind in TARGETS:
        value = {"type": kind, **keys.get(kind, {"value": 2})}
        short = {"risk": {"stop_loss_pct": 2}}
        places += [
            Place(f"target_{kind}", ("risk_model", "take_profit"), value, full),
            Place(f"target_short_{kind}", ("risk", "take_profit"), value, short),
        ]
    return places


def _by_side(full: dict[str, Any]) -> dict[str, Any]:
    return full | {"risk_model": full["risk_model"] | {"stop_loss": {"type": "structure"}}}


def _features() -> list[Place]:
    return [
        Place(
            feature_params(name),
            ("features", "x", "params"),
            _written(indicator.parameters),
            {"features": base()["features"] | {"x": {"indicator": name}}},
        )
        for name, indicator in INDICATORS.items()
    ]


def _structures() -> list[Place]:
    made = []
    for name, structure in STRUCTURES.items():
        specs = base()["structures"]["exec"] + _chain(structure)
        own = {"type": name, "key": "own", "uses": [f"a_{used}" for used in structure.uses]}
        specs.append(own)
        at = ("structures", "exec", len(specs) - 1, "params")
        made.append(Place(structure_params(name), at, _written(structure.parameters), {"structures": {"exec": specs}}))
    return made


def _chain(structure: Structure) -> list[dict[str, Any]]:
    """Specs of all that a structure may use, and of what these use."""
    specs: dict[str, dict[str, Any]] = {}
    for name in structure.uses:
        used = STRUCTURES[name]
        specs |= {spec["key"]: spec for spec in _chain(used)}
        uses = [f"a_{deeper}" for deeper in used.uses]
        specs[f"a_{name}"] = {"type": name, "key": f"a_{name}", "params": _written(used.parameters), "uses": uses}
    return list(specs.values())


def _written(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """The parameters without which a declaration does not load."""
    return {one.name: _sample(one) for one in parameters if one.required or one.name in ("left", "right")}


def _sample(parameter: Parameter) -> Any:
    match parameter.kind:
        case "int":
            return int(max(3, parameter.minimum or 0))
        case "number":
            return 1.0
        case "numbers":
            return [0.5]
        case _:
            return parameter.choices[0]
