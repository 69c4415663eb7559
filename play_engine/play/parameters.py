"""The `params` of a feature or structure, checked against the declaration of its type."""

from collections.abc import Mapping, Sequence
from typing import Any

from play_engine.declaration import Constraint, Parameter
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Problems
from play_engine.play.ranges import ANY, Range
from play_engine.play.scalars import Codes, choice_of, flag_of, integer_of, number_of, text_of

_CODES = Codes.both("INVALID_PARAM")


def read_parameters(
    owner: Fields, parameters: Sequence[Parameter], constraints: Sequence[Constraint]
) -> dict[str, Any] | None:
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
    values = {parameter.name: _read(fields, parameter, written) for parameter in parameters}
    unknown = set(written) - set(values)
    if node is not None:
        fields.finish(also=values, code="INVALID_PARAM")
    if unknown or any(value is _UNUSABLE for value in values.values()):
        return None
    return values if _holds(values, constraints, fields) else None


_UNUSABLE = object()


def _read(fields: Fields, parameter: Parameter, written: Mapping[str, Node]) -> Any:
    node = written.get(parameter.name)
    if node is None:
        if not parameter.required:
            return _default(parameter)
        spot = fields.node.key_spot
        found, allowed = f"no {parameter.name}", f"{parameter.name}: {_allowed(parameter)}"
        fields.problems.error(spot, "INVALID_PARAM", found=found, allowed=allowed)
        return _UNUSABLE
    if node.value is None and not node.broken and parameter.default is None and not parameter.required:
        return None
    value = _value(node, parameter, fields.problems)
    return _UNUSABLE if value is None else value


def _default(parameter: Parameter) -> Any:
    if parameter.kind == "number" and parameter.default is not None:
        return float(parameter.default)
    return parameter.default


def _value(node: Node, parameter: Parameter, problems: Problems) -> int | float | bool | str | None:
    within = _range(parameter)
    match parameter.kind:
        case "int":
            return integer_of(node, problems, within, _CODES)
        case "number":
            return number_of(node, problems, within, _CODES)
        case "flag":
            return flag_of(node, problems, _CODES)
        case "text":
            if parameter.choices:
                return choice_of(node, problems, parameter.choices, _CODES)
            return text_of(node, problems, _CODES)


def _range(parameter: Parameter) -> Range:
    if parameter.minimum is None and parameter.maximum is None:
        return ANY
    low = ANY.low if parameter.minimum is None else parameter.minimum
    high = ANY.high if parameter.maximum is None else parameter.maximum
    return Range(low, high, parameter.open_minimum)


def _allowed(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(parameter.choices)
    within = _range(parameter)
    return parameter.kind if within == ANY else f"{parameter.kind} {within.text()}"


def _holds(values: dict[str, Any], constraints: Sequence[Constraint], fields: Fields) -> bool:
    """Whether the parameters fit together; reports each constraint that does not hold."""
    broken = [constraint for constraint in constraints if not constraint.holds(values)]
    found = ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)
    for constraint in broken:
        fields.problems.error(fields.node.key_spot, "INVALID_PARAM", found=found, allowed=constraint.text)
    return not broken
