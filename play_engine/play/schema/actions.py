"""The schemas of the section `actions`, in both forms, and of intents with their metadata."""

from play_engine.play.declared import ID
from play_engine.play.intents import ACTIONS, EXITS
from play_engine.play.model import IntentSpec
from play_engine.play.ranges import Range
from play_engine.play.schema.keys import (
    Schema,
    by_type,
    choice,
    default_of,
    described,
    link,
    mapping,
    number,
    or_null,
    without_effect,
)

_MEANINGS = {
    "entry_long": "Opens a long position.",
    "entry_short": "Opens a short position.",
    "exit_long": "Closes a long position.",
    "exit_short": "Closes a short position.",
    "exit_all": "Closes a position of either side.",
    "no_action": "Does nothing.",
}
_WITHOUT_EFFECT = tuple(name for name in ACTIONS if name not in _MEANINGS)


def action_schemas() -> dict[str, Schema]:
    """What the Play does, and when."""
    return {
        "actions": by_type(
            "Actions",
            "What the Play does: a mapping of action to condition, or a list of blocks.",
            object=link("actions_by_name"),
            array={"minItems": 1, "items": link("block")},
        ),
        "actions_by_name": _by_name(),
        "block": mapping(
            "Block",
            "Cases in order: the first true one emits.",
            {
                "id": {
                    "description": "Name of the block, each once.",
                    "anyOf": [{"type": "string", "pattern": f"^{ID.pattern}$"}, link("template")],
                },
                "cases": described("Cases, at least one.", {"type": "array", "minItems": 1, "items": link("case")}),
                "else": or_null("What is emitted when every case is false.", link("else")),
            },
            ("id", "cases"),
        ),
        "case": mapping(
            "Case",
            "A condition, and what is emitted when it is true.",
            {"when": described("The condition.", link("condition")), "emit": _emit()},
            ("when", "emit"),
        ),
        "else": mapping("Else", "What is emitted when no case is true or unknown.", {"emit": _emit()}, ("emit",)),
        "intent": by_type(
            "Intent",
            "The name of an action, or an action with percent and metadata.",
            string={"anyOf": [{"enum": list(ACTIONS)}, link("template")]},
            object=link("intent_mapping"),
        ),
        "intent_mapping": _intent(),
        "metadata": {
            "title": "Metadata",
            "description": "What is stored with the order: constants, and values read at the decision.",
            "type": "object",
            "additionalProperties": by_type(
                "Note",
                "A constant, or a reference as {feature_id, field, offset}.",
                string={},
                number={},
                boolean={},
                null={},
                object=link("reference"),
            ),
        },
    }


def _by_name() -> Schema:
    keys = {name: described(_meaning(name), link("condition")) for name in ACTIONS}
    keys |= {name: without_effect(keys[name]) for name in _WITHOUT_EFFECT}
    return mapping("Actions by name", "Conditions by the action that they lead to.", keys) | {"minProperties": 1}


def _meaning(name: str) -> str:
    return _MEANINGS.get(name, "Accepted, without effect.")


def _emit() -> Schema:
    return described("Intents, at least one, in order.", {"type": "array", "minItems": 1, "items": link("intent")})


def _intent() -> Schema:
    percent = number(
        f"Share of the present quantity that is closed; for {', '.join(EXITS)} only.",
        Range(1, 100),
        default_of(IntentSpec, "percent"),
    )
    keys = {
        "action": choice("What to do.", ACTIONS),
        "percent": percent,
        "metadata": or_null("What is stored with the order.", link("metadata")),
    }
    return mapping("Intent as a mapping", "An action with what belongs to it.", keys, ("action",))
