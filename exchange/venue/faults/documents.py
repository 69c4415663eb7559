"""Fault rules and maintenance as JSON objects."""

from collections.abc import Mapping
from typing import Any

import attrs

from exchange.venue.control.fields import ControlMistake, Fields
from exchange.venue.faults.maintenance import SERVICES, Maintenance
from exchange.venue.faults.rules import FaultPlan, FaultRule

_TEXTS = ("path", "method", "socket", "topic", "account", "message")
_NUMBERS = ("chance", "seconds", "factor")
_WHOLES = ("count", "skip", "candle_ms", "code", "status", "reset_ms")
_SHOWN_OF_KEY = 4


def read_plan(document: object) -> FaultPlan:
    """A plan: `{"seed": 7, "rules": [...]}`. Raises ControlMistake."""
    fields = Fields(document)
    seed, rules = fields.whole("seed", 0), fields.items("rules", None)
    fields.end()
    return FaultPlan(seed=seed, rules=read_rules(rules))


def read_rules(documents: object) -> tuple[FaultRule, ...]:
    """Rules, each an object with the fields of FaultRule. Raises ControlMistake that says which rule and key."""
    if not isinstance(documents, list | tuple):
        raise ControlMistake("rules: found no list; allowed: a list of fault rules")
    return tuple(_read_rule(document, f"rules[{at}].") for at, document in enumerate(documents))


def rule_document(rule: FaultRule, hits: int) -> dict[str, Any]:
    """A rule for whoever asks for the state: what differs from the defaults, and how often it has hit."""
    defaults = FaultRule(kind=rule.kind)
    values = attrs.asdict(rule)
    given = {key: value for key, value in values.items() if value != getattr(defaults, key)}
    if rule.account:
        given["account"] = shortened(rule.account)
    return {"kind": rule.kind, **given, "hits": hits}


def read_maintenance(fields: Fields, now_ms: int) -> Maintenance:
    """A window: `{"seconds": 60, "in_seconds": 0, "parts": ["rest"], "code": 10016, "status": 200, "announced": true}`.

    Raises ControlMistake.
    """
    start_ms = now_ms + round(1000 * fields.number("in_seconds", 0.0))
    seconds = fields.number("seconds")
    parts = fields.items("parts", list(SERVICES))
    if not all(isinstance(part, str) for part in parts):
        raise fields.mistake("parts", parts, ", ".join(SERVICES))
    try:
        return Maintenance(
            start_ms=start_ms,
            end_ms=start_ms + round(1000 * seconds),
            parts=frozenset(parts),
            code=fields.whole("code", 10016),
            status=fields.whole("status", 200),
            announced=fields.flag("announced", default=True),
        )
    except ControlMistake:
        raise
    except ValueError as error:
        raise ControlMistake(str(error)) from None


def maintenance_document(window: Maintenance) -> dict[str, Any]:
    """A window for whoever asks for the state."""
    return {**attrs.asdict(window), "parts": sorted(window.parts)}


def shortened(key: str) -> str:
    """An API key as it may be shown: enough to tell two apart, too little to use it."""
    return f"{key[:_SHOWN_OF_KEY]}…" if len(key) > 2 * _SHOWN_OF_KEY else "…" if key else ""


def _read_rule(document: object, where: str) -> FaultRule:
    fields = Fields(document, where)
    values: dict[str, Any] = {"kind": fields.text("kind", None)}
    readers: Mapping[str, Any] = {
        **dict.fromkeys(_TEXTS, fields.text),
        **dict.fromkeys(_NUMBERS, fields.number),
        **dict.fromkeys(_WHOLES, fields.whole),
    }
    for key, read in readers.items():
        if fields.has(key):
            values[key] = read(key)
    fields.end(*readers)
    try:
        return FaultRule(**values)
    except ValueError as error:
        raise ControlMistake(f"{where}{error}") from None
