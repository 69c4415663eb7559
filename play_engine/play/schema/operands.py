"""The schemas of what conditions compare: references, numbers, arithmetic."""

from play_engine.play.operands import ARITHMETIC
from play_engine.play.ranges import Range
from play_engine.play.references import MAX_OFFSET
from play_engine.play.schema.keys import Schema, by_type, described, integer, link, mapping, text

_OPERATIONS = {
    "+": "The sum of two operands.",
    "-": "The difference of two operands.",
    "*": "The product of two operands.",
    "/": "The quotient of two operands; missing where the divisor is 0.",
    "%": "The remainder, with the sign of the divisor; missing where the divisor is 0.",
}


def operand_schemas() -> dict[str, Schema]:
    """References, arithmetic, and the places where they may stand."""
    return {
        "reference_text": _reference_text(),
        "reference": _reference(),
        "arithmetic_list": _arithmetic_list(),
        "arithmetic": _arithmetic(),
        "operand": by_type(
            "Operand",
            "A number, a reference, or arithmetic.",
            number={},
            string=link("reference_text"),
            object=link("reference_or_arithmetic"),
            array=link("arithmetic_list"),
        ),
        "left": by_type(
            "Left side",
            "A reference or arithmetic.",
            string=link("reference_text"),
            object=link("reference_or_arithmetic"),
            array=link("arithmetic_list"),
        ),
        "reference_or_arithmetic": {
            "title": "Reference or arithmetic",
            "description": "A reference with field and offset, or an operator with its operands.",
            "if": {"anyOf": [{"required": [name]} for name in ("feature_id", "field", "offset")]},
            "then": link("reference"),
            "else": link("arithmetic"),
        },
    }


def _reference_text() -> Schema:
    return {
        "title": "Reference as text",
        "description": "id, id.output, id.name[x] or id.name[x].part of a feature, structure or built-in name.",
        "type": "string",
        "anyOf": [{"pattern": r"^[A-Za-z_][A-Za-z0-9_-]*(\..+)?$"}, link("template")],
    }


def _reference() -> Schema:
    keys = {
        "feature_id": text("Id of a feature or structure, or a built-in name."),
        "field": text("Output; `value` unless written."),
        "offset": integer("Bars of the series' own timeframe before the visible one.", Range(0, MAX_OFFSET), 0),
    }
    return mapping("Reference", "One output, now or some bars ago.", keys, ("feature_id",))


def _arithmetic_list() -> Schema:
    return {
        "title": "Arithmetic as a list",
        "description": "[operand, operator, operand] with one of + - * / %.",
        "type": "array",
        "minItems": 3,
        "maxItems": 3,
        "prefixItems": [
            link("operand"),
            {"anyOf": [{"enum": list(ARITHMETIC)}, link("template")]},
            link("operand"),
        ],
    }


def _arithmetic() -> Schema:
    two = {"type": "array", "minItems": 2, "maxItems": 2, "items": link("operand")}
    keys = {name: described(_OPERATIONS[name], {"anyOf": [two, link("placeholder")]}) for name in ARITHMETIC}
    return mapping("Arithmetic", "An operator with its two operands.", keys) | {"minProperties": 1, "maxProperties": 1}
