"""The schemas of `params`, from the parameters that indicators and structures declare."""

from collections.abc import Iterable
from typing import Any

from play_engine.declaration import Parameter
from play_engine.play.ranges import ANY, Range
from play_engine.play.schema.keys import NONE_GIVEN, Schema, bounds, key, link, mapping


def parameters_schema(title: str, meaning: str, parameters: Iterable[Parameter]) -> Schema:
    """The mapping of the parameters of one type."""
    parameters = tuple(parameters)
    required = [parameter.name for parameter in parameters if parameter.required]
    return mapping(title, meaning, {parameter.name: _parameter(parameter) for parameter in parameters}, required)


def _parameter(parameter: Parameter) -> Schema:
    placeholder = "template" if parameter.kind == "text" else "placeholder"
    default: Any = NONE_GIVEN if parameter.required or parameter.default is None else _plain(parameter.default)
    meaning = parameter.meaning[:1].upper() + parameter.meaning[1:]
    schema = key(f"{meaning}." if meaning else "", _value(parameter), default, placeholder)
    if parameter.nullable or (parameter.default is None and not parameter.required):
        schema["anyOf"].append({"type": "null"})
    return schema


def _plain(default: Any) -> Any:
    return list(default) if isinstance(default, tuple) else default


def _value(parameter: Parameter) -> Schema:
    match parameter.kind:
        case "int":
            return {"type": "integer", **_bounds(parameter)}
        case "number":
            return {"type": "number", **_bounds(parameter)}
        case "flag":
            return {"type": "boolean"}
        case "numbers":
            one = {"anyOf": [{"type": "number", **_bounds(parameter)}, link("placeholder")]}
            return {"type": "array", "minItems": 1, "maxItems": parameter.most, "items": one}
        case "instant":
            return {"type": ["string", "integer"], "pattern": r"^\s*[0-9]{4}", "minimum": 0}
        case "text" | "key":
            return {"enum": list(parameter.choices)} if parameter.choices else {"type": "string", "pattern": r"\S"}


def _bounds(parameter: Parameter) -> Schema:
    low = ANY.low if parameter.minimum is None else parameter.minimum
    high = ANY.high if parameter.maximum is None else parameter.maximum
    return bounds(Range(low, high, parameter.open_minimum, parameter.open_maximum))
