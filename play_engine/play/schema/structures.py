"""The schemas of the section `structures`: any structure, and the parameters of each type."""

from collections.abc import Mapping

from play_engine.declaration import Structure
from play_engine.intervals import INTERVALS
from play_engine.play.schema.features import NEW_ID
from play_engine.play.schema.keys import Schema, by_type, choice, described, link, mapping, or_null, when
from play_engine.play.schema.parameters import parameters_schema
from play_engine.play.timeframes import ROLES

_USES: Schema = {
    "title": "Uses",
    "description": "Keys of structures on the same timeframe.",
    "type": ["string", "array", "null"],
    "pattern": r"\S",
    "items": {"type": "string", "pattern": r"\S"},
}


def structure_schemas(structures: Mapping[str, Structure]) -> dict[str, Schema]:
    """The section, one structure, and for each type its parameters."""
    roles = {role: described(f"Structures on {role}.", link("structures_of_a_role")) for role in ("exec", *ROLES)}
    of_intervals = {name: described(f"Structures on {name}.", link("structure_list")) for name in INTERVALS}
    return {
        "structures": mapping("Structures", "Market structures by timeframe.", roles),
        "structures_of_a_role": by_type(
            "Structures of a role",
            "A list of structures on the role's timeframe, or such lists by interval.",
            array=link("structure_list"),
            object=link("structures_by_interval"),
            null={},
        ),
        "structures_by_interval": mapping("Structures by interval", "Lists of structures by interval.", of_intervals),
        "structure_list": {
            "title": "List of structures",
            "description": "Structures of one timeframe; null, [] and {} are none.",
            "type": ["array", "null", "object"],
            "items": link("structure"),
            "maxProperties": 0,
        },
        "structure": _structure(structures),
        "uses": _USES,
        **{params_name(name): _params(structure) for name, structure in structures.items()},
    }


def params_name(structure: str) -> str:
    """The name under which the parameters of a structure stand."""
    return f"params_of_structure_{structure}"


def _structure(structures: Mapping[str, Structure]) -> Schema:
    id_ = {"description": "Id that rules refer to.", "anyOf": [{"type": "string", **NEW_ID}, link("template")]}
    keys = {
        "type": choice("What is detected.", structures),
        "key": id_,
        "params": {
            "description": "Parameters of the type; those not written have their defaults.",
            "type": ["object", "null"],
        },
        "uses": described("Key of the structure that it builds on, or a list of keys.", link("uses")),
    }
    structure = mapping("Structure", "A market structure on one timeframe.", keys, ("type", "key"))
    return structure | {"allOf": [when("type", name, _rest(structures[name])) for name in structures]}


def _rest(structure: Structure) -> Schema:
    """What the type makes of the other keys."""
    keys: Schema = {"params": or_null(f"Parameters of {structure.name}.", link(params_name(structure.name)))}
    # What a parameter names need not stand under `uses`.
    used = {name for name, is_required in structure.uses.items() if is_required}
    needed = [
        *(["params"] if any(parameter.required for parameter in structure.parameters) else []),
        *(["uses"] if used - set(structure.key_parameters.values()) else []),
    ]
    return {"properties": keys, **({"required": needed} if needed else {})}


def _params(structure: Structure) -> Schema:
    return parameters_schema(f"Parameters of {structure.name}", f"{structure.summary}.", structure.parameters)
