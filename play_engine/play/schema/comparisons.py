"""The schemas of comparisons, as a list and as a mapping: what may stand on the right depends on the operator."""

from typing import Any

from play_engine.play.comparisons import OPERATORS
from play_engine.play.ranges import NOT_NEGATIVE
from play_engine.play.schema.keys import Schema, by_type, choice, described, link, mapping, number, when

_NEAR = ("near_abs", "near_pct")
_EQUAL = ("==", "!=")
_OTHER = tuple(name for name in OPERATORS if name not in (*_NEAR, *_EQUAL, "between", "in"))
# Operators, and what stands on their right.
_RIGHT_SIDES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((*_OTHER, *_NEAR), "operand"),
    (_EQUAL, "operand_or_constant"),
    (("between",), "low_and_high"),
    (("in",), "constants"),
)


def comparison_schemas() -> dict[str, Schema]:
    """Both spellings, and the right sides that they have in common."""
    pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": link("operand")}
    return {
        "comparison": _as_list(),
        "comparison_mapping": _as_mapping(),
        "operand_or_constant": {
            "title": "Operand or constant",
            "description": "A number, true or false, a word that the left side may hold, a reference, or arithmetic.",
            "anyOf": [{"type": ["boolean", "string"], "pattern": r"\S"}, link("operand")],
        },
        "low_and_high": by_type(
            "Bounds", "[low, high] or {low, high}.", array=pair, object=link("bounds"), string=link("placeholder")
        ),
        "bounds": mapping(
            "Low and high",
            "Both bounds belong to the range.",
            {
                "low": described("The lowest value.", link("operand")),
                "high": described("The highest value.", link("operand")),
            },
            ("low", "high"),
        ),
        "constants": by_type(
            "Constants",
            "A list of numbers, flags or words; one of them must be equal.",
            array={"minItems": 1, "items": {"type": ["number", "boolean", "string"]}},
            string=link("placeholder"),
        ),
    }


def _as_list() -> Schema:
    op = {"anyOf": [{"enum": list(OPERATORS)}, link("template")]}
    return {
        "title": "Comparison",
        "description": "[left, operator, right]; near_abs and near_pct have a tolerance as fourth element.",
        "type": "array",
        "minItems": 3,
        "maxItems": 4,
        "prefixItems": [link("left"), op],
        "allOf": [
            *({"if": _has(names), "then": {"prefixItems": [True, True, link(right)]}} for names, right in _RIGHT_SIDES),
            {"if": _has(_NEAR), "then": {"minItems": 4, "prefixItems": [True, True, True, _tolerance()]}},
            {"if": _has(tuple(name for name in OPERATORS if name not in _NEAR)), "then": {"maxItems": 3}},
        ],
    }


def _has(names: tuple[str, ...]) -> Schema:
    """Lists whose operator is one of these. An editor that does not know positions still sees that one is there."""
    words = {"enum": list(names)}
    positions: list[Any] = [True, words]
    return {"contains": words, "prefixItems": positions}


def _as_mapping() -> Schema:
    keys = {
        "lhs": described("The left side: a reference or arithmetic.", link("left")),
        "op": choice("The operator.", OPERATORS),
        "rhs": {"description": "The right side: a number, a reference, arithmetic, or what the operator asks for."},
        "tolerance": _tolerance(),
    }
    rules = [when("op", name, {"properties": {"rhs": link(right)}}) for names, right in _RIGHT_SIDES for name in names]
    rules += [when("op", name, {"required": ["tolerance"]}) for name in _NEAR]
    rules += [when("op", name, {"properties": {"tolerance": False}}) for name in OPERATORS if name not in _NEAR]
    needed = ("lhs", "op", "rhs")
    return mapping("Comparison as a mapping", "One comparison, spelt out.", keys, needed) | {"allOf": rules}


def _tolerance() -> Schema:
    return number("Largest distance of near_abs, and of near_pct in percent of the right side.", NOT_NEGATIVE)
