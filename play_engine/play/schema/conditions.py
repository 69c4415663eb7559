"""The schemas of conditions: comparisons, lists of conditions, logic, setups; windows beside."""

from play_engine.play.conditions import LOGIC_KEYS
from play_engine.play.schema.keys import Schema, by_type, described, link, mapping, text
from play_engine.play.schema.windows import WINDOW_MEANINGS

_MEANINGS = {
    "all": ("True if every condition of the list is.", "condition_list"),
    "any": ("True if one condition of the list is.", "condition_list"),
    "not": ("True if the condition is false.", "condition"),
}
_VERBOSE = ("lhs", "op", "rhs", "tolerance")


def condition_schemas() -> dict[str, Schema]:
    """A condition, its list form and its mapping forms, and the section `setups`."""
    return {
        "setups": {
            "title": "Setups",
            "description": "Conditions with a name: {setup: name} stands for one wherever a condition may.",
            "type": "object",
            "additionalProperties": link("condition"),
        },
        "condition": by_type(
            "Condition",
            "A comparison, a list of conditions that must all be true, logic, a setup, or a window.",
            array=link("comparison_or_list"),
            object=link("condition_mapping"),
            string=link("placeholder"),
        ),
        "comparison_or_list": {
            "title": "Comparison or list",
            "description": "[left, operator, right], or a list of conditions that must all be true.",
            # Lists and mappings alone make a list of conditions; a comparison has an operator.
            "if": {"items": {"anyOf": [{"type": ["array", "object"]}, link("placeholder")]}},
            "then": link("condition_list"),
            "else": link("comparison"),
        },
        "condition_list": {
            "title": "List of conditions",
            "description": "Conditions, at least one.",
            "type": "array",
            "minItems": 1,
            "items": link("condition"),
        },
        "condition_mapping": {
            "title": "Condition as a mapping",
            "description": "Logic, a setup or a window under its one key; or a comparison spelt out.",
            "if": {"anyOf": [{"required": [name]} for name in _VERBOSE]},
            "then": link("comparison_mapping"),
            "else": link("logic"),
        },
        "logic": _logic(),
    }


def _logic() -> Schema:
    schema = mapping("Logic", "Exactly one of these keys.", {name: _value(name) for name in LOGIC_KEYS})
    return schema | {"minProperties": 1, "maxProperties": 1}


def _value(name: str) -> Schema:
    if name == "setup":
        return text("Name of a setup; not inside a window.")
    if name in _MEANINGS:
        meaning, kind = _MEANINGS[name]
        return described(meaning, link(kind))
    return described(WINDOW_MEANINGS[name], link(name))
