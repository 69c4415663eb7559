"""The values that keys of a Play take, as schemas: numbers, flags, words, texts; each may be a placeholder, too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import attrs

from play_engine.play.ranges import ANY, Range

Schema = dict[str, Any]

# Stands for "no default": `null` may be one.
NONE_GIVEN: Any = object()
_NAME = "[A-Za-z_][A-Za-z0-9_]*"

PLACEHOLDERS: dict[str, Schema] = {
    "placeholder": {
        "title": "Variable",
        "description": "A variable of the Play alone: ${name}, or ${name|value where there is none}.",
        "type": "string",
        "pattern": rf"^\$\{{{_NAME}(\|[^}}]*)?\}}$",
    },
    "template": {
        "title": "Text with variables",
        "description": "Text that holds variables of the Play: ${name}, or ${name|value where there is none}.",
        "type": "string",
        "pattern": rf"\$\{{{_NAME}(\|[^}}]*)?\}}",
    },
}


def link(name: str) -> Schema:
    """What stands under `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def number(meaning: str, within: Range = ANY, default: Any = NONE_GIVEN) -> Schema:
    """A number."""
    return key(meaning, {"type": "number", **bounds(within)}, default)


def integer(meaning: str, within: Range = ANY, default: Any = NONE_GIVEN) -> Schema:
    """An integer; an integral float is one."""
    return key(meaning, {"type": "integer", **bounds(within)}, default)


def flag(meaning: str, default: Any = NONE_GIVEN) -> Schema:
    """`true` or `false`."""
    return key(meaning, {"type": "boolean"}, default)


def choice(meaning: str, words: Iterable[str], default: Any = NONE_GIVEN) -> Schema:
    """One of several words."""
    return key(meaning, {"enum": list(words)}, default, "template")


def text(meaning: str) -> Schema:
    """Text that is not blank; a placeholder is text itself."""
    return {"description": meaning, "type": "string", "pattern": r"\S"}


def key(meaning: str, value: Schema, default: Any = NONE_GIVEN, placeholder: str = "placeholder") -> Schema:
    """The key of a mapping whose value is `value`, or a placeholder for it."""
    given = {} if default is NONE_GIVEN else {"default": default}
    return {"description": meaning, **given, "anyOf": [value, link(placeholder)]}


def described(meaning: str, value: Schema) -> Schema:
    """The key of a mapping whose value is `value` as it stands."""
    return {"description": meaning, **value}


def or_null(meaning: str, value: Schema) -> Schema:
    """The key of a mapping that may also be left empty."""
    return {"description": meaning, "anyOf": [value, {"type": "null"}]}


def without_effect(schema: Schema) -> Schema:
    """A key that is accepted, and does nothing."""
    return schema | {"deprecated": True}


def mapping(title: str, meaning: str, keys: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """A mapping with these keys and no other."""
    needed = {"required": list(required)} if required else {}
    return {
        "title": title,
        "description": meaning,
        "type": "object",
        "properties": dict(keys),
        **needed,
        "additionalProperties": False,
    }


def by_type(title: str, meaning: str, **forms: Schema) -> Schema:
    """One of several forms that differ in their JSON type; faults are then told of the form that was meant."""
    return {
        "title": title,
        "description": meaning,
        "type": list(forms),
        "allOf": [{"if": {"type": name}, "then": form} for name, form in forms.items()],
    }


def when(name: str, value: str, then: Schema) -> Schema:
    """`then` holds for mappings whose key `name` is `value`."""
    return {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": then}


def bounds(within: Range) -> Schema:
    """The ends of a range."""
    ends: Schema = {}
    if within.low > ANY.low:
        ends["exclusiveMinimum" if within.open_low else "minimum"] = within.low
    if within.high < ANY.high:
        ends["exclusiveMaximum" if within.open_high else "maximum"] = within.high
    return ends


def default_of(model: type, name: str) -> Any:
    """The default of a field of the model."""
    return getattr(attrs.fields(model), name).default


def words_of(model: type, name: str) -> tuple[str, ...]:
    """The words that a field of the model may hold."""
    return get_args(getattr(attrs.fields(model), name).type)
