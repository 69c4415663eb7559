"""A Play's file as mappings and lists: timeframes, setups, and the blocks of its actions in file order."""

from collections.abc import Mapping
from typing import Any

import attrs
import yaml

from tests.reference.market import MINUTE_MS
from tests.reference.variables import substituted

_MINUTES = {
    "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "12h": 720,
    "d": 1440, "w": 10080,
}  # fmt: skip
_MINUTE_PRICES = ("last_price", "mark_price")


@attrs.frozen(kw_only=True)
class Intent:
    """What a case emits; `metadata` as written."""

    action: str
    percent: float = 100.0
    metadata: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Case:
    """A condition as written, and what is emitted when it is true."""

    when: Any
    emit: tuple[Intent, ...]


@attrs.frozen(kw_only=True)
class Block:
    """Cases in file order, and what is emitted when all are false."""

    cases: tuple[Case, ...]
    otherwise: tuple[Intent, ...] = ()


@attrs.frozen(kw_only=True)
class Document:
    """What rules need to know of a Play; intervals in ms, conditions as YAML gave them.

    `timeline_ms` is the interval at whose closes the rules are evaluated: a minute if a condition names its price.
    """

    exec_ms: int
    timeline_ms: int
    roles: Mapping[str, int]
    setups: Mapping[str, Any]
    blocks: tuple[Block, ...]

    def interval(self, text: str) -> int:
        """An interval, or that of a role."""
        return self.roles[text] if text in self.roles else interval_ms(text)


def interval_ms(text: str) -> int:
    """Length of an interval, letter case ignored."""
    return _MINUTES[text.strip().lower()] * MINUTE_MS


def read_document(text: str, outside: Mapping[str, Any] | None = None) -> Document:
    """The Play that a file is; `outside` are values of variables that do not come from it."""
    root = substituted(yaml.safe_load(text), outside or {})
    frames = root["timeframes"]
    roles = {role: interval_ms(frames[role]) for role in ("low_tf", "med_tf", "high_tf")}
    roles["exec"] = roles[frames["exec"]]
    setups, blocks = root.get("setups") or {}, _blocks(root["actions"])
    conditions = [*setups.values(), *(case.when for block in blocks for case in block.cases)]
    minute_mode = any(_names_minute_price(condition) for condition in conditions)
    return Document(
        exec_ms=roles["exec"],
        timeline_ms=MINUTE_MS if minute_mode else roles["exec"],
        roles=roles,
        setups=setups,
        blocks=blocks,
    )


def _blocks(actions: Any) -> tuple[Block, ...]:
    if isinstance(actions, dict):
        return tuple(
            Block(cases=(Case(when=condition, emit=(Intent(action=name),)),)) for name, condition in actions.items()
        )
    return tuple(
        Block(
            cases=tuple(Case(when=case["when"], emit=_intents(case["emit"])) for case in block["cases"]),
            otherwise=_intents((block.get("else") or {}).get("emit") or []),
        )
        for block in actions
    )


def _intents(emit: list[Any]) -> tuple[Intent, ...]:
    return tuple(Intent(action=item) if isinstance(item, str) else _intent(item) for item in emit)


def _intent(item: Mapping[str, Any]) -> Intent:
    return Intent(action=item["action"], percent=float(item.get("percent", 100.0)), metadata=item.get("metadata") or {})


def _names_minute_price(node: Any) -> bool:
    if isinstance(node, str):
        return node.partition(".")[0] in _MINUTE_PRICES
    if isinstance(node, dict):
        return any(key != "setup" and _names_minute_price(child) for key, child in node.items())
    return isinstance(node, list) and any(_names_minute_price(child) for child in node)
