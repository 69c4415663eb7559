"""The `params` of a feature or structure, checked against the declaration of its type."""

from collections.abc import Mapping
from typing import Any

from play_engine.declaration import Indicator, Parameter, Params, Structure
from play_engine.intervals import interval_name
from play_engine.play.document import Node, scalar_text
from play_engine.play.fields import Fields
from play_engine.play.former_names import former_parameters
from play_engine.play.problems import Problems
from play_engine.play.ranges import ANY, Range
from play_engine.play.scalars import Codes, choice_of, flag_of, integer_of, number_of, text_of
from play_engine.play.written_instants import ALLOWED as ALLOWED_INSTANTS
from play_engine.play.written_instants import instant_of

_CODES = Codes.both("INVALID_PARAM")
_UNUSABLE = object()


def read_parameters(owner: Fields, declared: Indicator | Structure) -> dict[str, Any] | None:
    """Every declared parameter with its value, defaults filled in; None after a report.

    `owner` is the mapping that holds `params`.
    """
    node = owner.get("params")
    if node is None and owner.has("params"):
        return None
    if node is not None and node.value is not None and not node.is_mapping:
        owner.problems.error(node.spot, _CODES.type, found=node.shown(), allowed="a mapping of parameters")
        return None
    fields = Fields(node if node is not None else owner.node, owner.problems, _CODES)
    written: Mapping[str, Node] = {} if node is None else node.fields
    values = {parameter.name: _read(fields, parameter, written) for parameter in declared.parameters}
    unknown = set(written) - set(values)
    if node is not None:
        fields.finish(also=values, code="INVALID_PARAM", former=former_parameters(declared.name))
    if unknown or any(value is _UNUSABLE for value in values.values()):
        return None
    return values if _holds(values, declared, fields) else None


def fits_timeframe(owner: Fields, indicator: Indicator, params: Params, interval_ms: int) -> bool:
    """Whether an indicator with these parameters can be on the timeframe; reports each rule that does not hold."""
    node = owner.get("params") or owner.node
    broken = [rule for rule in indicator.timeframe_rules if not rule.holds(params, interval_ms)]
    for rule in broken:
        found = ", ".join([*_shown(params), f"on {interval_name(interval_ms)}"])
        owner.problems.error(node.key_spot, "INVALID_PARAM", found=found, allowed=rule.text)
    return not broken


def _read(fields: Fields, parameter: Parameter, written: Mapping[str, Node]) -> Any:
    node = written.get(parameter.name)
    if node is None:
        if not parameter.required:
            return _default(parameter)
        spot = fields.node.key_spot
        found, allowed = f"no {parameter.name}", f"{parameter.name}: {_allowed(parameter)}"
        fields.problems.error(spot, "INVALID_PARAM", found=found, allowed=allowed)
        return _UNUSABLE
    may_be_null = parameter.nullable or (parameter.default is None and not parameter.required)
    if node.value is None and not node.broken and may_be_null:
        return None
    value = _value(node, parameter, fields.problems)
    return _UNUSABLE if value is None else value


def _default(parameter: Parameter) -> Any:
    if parameter.kind == "number" and parameter.default is not None:
        return float(parameter.default)
    return parameter.default


def _value(node: Node, parameter: Parameter, problems: Problems) -> Any:
    within = _range(parameter)
    match parameter.kind:
        case "int":
            return integer_of(node, problems, within, _CODES)
        case "number":
            return number_of(node, problems, within, _CODES)
        case "numbers":
            return _numbers(node, parameter, problems)
        case "flag":
            return flag_of(node, problems, _CODES)
        case "instant":
            return instant_of(node, problems, _CODES)
        case "text" if parameter.choices:
            return choice_of(node, problems, parameter.choices, _CODES)
        case "text" | "key":
            return text_of(node, problems, _CODES)


def _numbers(node: Node, parameter: Parameter, problems: Problems) -> tuple[float, ...] | None:
    if node.broken:
        return None
    if not 1 <= len(node.items) <= parameter.most:
        problems.error(node.spot, _CODES.type, found=node.shown(), allowed=_allowed(parameter))
        return None
    values = [number_of(item, problems, _range(parameter), _CODES) for item in node.items]
    usable = tuple(value for value in values if value is not None)
    return usable if len(usable) == len(values) else None


def _range(parameter: Parameter) -> Range:
    low = ANY.low if parameter.minimum is None else parameter.minimum
    high = ANY.high if parameter.maximum is None else parameter.maximum
    return Range(low, high, parameter.open_minimum, parameter.open_maximum)


def _allowed(parameter: Parameter) -> str:
    """What may be written for a parameter, in words."""
    if parameter.choices:
        return ", ".join(parameter.choices)
    within = "" if _range(parameter) == ANY else f" {_range(parameter).text()}"
    match parameter.kind:
        case "numbers":
            each = f", each{within}" if within else ""
            return f"a list of 1 to {parameter.most} numbers{each}"
        case "instant":
            return ALLOWED_INSTANTS
        case "key":
            return "an id"
        case _:
            return f"{parameter.kind}{within}"


def _holds(values: Params, declared: Indicator | Structure, fields: Fields) -> bool:
    """Whether the parameters fit together; reports each constraint that does not hold."""
    broken = [constraint for constraint in declared.constraints if not constraint.holds(values)]
    for constraint in broken:
        found = ", ".join(_shown(values))
        fields.problems.error(fields.node.key_spot, "INVALID_PARAM", found=found, allowed=constraint.text)
    return not broken


def _shown(values: Params) -> list[str]:
    """The parameters that have a value, as a report shows them."""
    given = {name: value for name, value in values.items() if value is not None}
    shown = {name: list(value) if isinstance(value, tuple) else scalar_text(value) for name, value in given.items()}
    return [f"{name} {value}" for name, value in shown.items()]
