"""The section `structures`: declared market structures, their parameters and timeframes."""

from collections.abc import Iterator, Mapping
from typing import Any

from play_engine.declaration import Structure
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.drafts import StructureDraft
from play_engine.play.fields import Fields
from play_engine.play.parameters import read_parameters
from play_engine.play.problems import did_you_mean, listed
from play_engine.play.timeframes import ROLES, Timeframes, read_interval


def read_structures(
    root: Fields, timeframes: Timeframes, structures: Mapping[str, Structure], names: Names
) -> list[StructureDraft]:
    """The declared structures, without what they build on; declares their keys in `names`.

    A structure with a problem is declared too, but is not among the result.
    """
    section = root.mapping("structures")
    if section is None:
        names.is_complete = names.is_complete and not root.written("structures")
        return []
    names.is_complete = names.is_complete and not any(node.lacks_entries for node in section.node.walk())
    drafts: list[StructureDraft] = []
    for node, interval_ms in _spec_nodes(section, timeframes, names):
        draft = _read_structure(node, interval_ms, structures, names)
        if draft is not None:
            drafts.append(draft)
    section.finish()
    return drafts


def _spec_nodes(section: Fields, timeframes: Timeframes, names: Names) -> Iterator[tuple[Node, int | None]]:
    """Every structure's mapping with the timeframe that it lives on, in file order."""
    roles = {**timeframes.roles, "exec": timeframes.exec_ms}
    for role in ("exec", *ROLES):
        section.has(role)
    for role, node in section.node.fields.items():
        if role not in ("exec", *ROLES) or node.broken:
            continue
        if not node.is_mapping or _is_spec(node):
            yield from ((item, roles.get(role)) for item in _list(node, names))
            continue
        for name, specs in node.fields.items():
            # The inner key is a scalar of its own, as if it were written as a value.
            key = Node(value=name, path=specs.path, line=specs.key_line, column=specs.key_column)
            interval_ms = read_interval(key, section.problems)
            if not specs.broken:
                yield from ((item, interval_ms) for item in _list(specs, names))


def _is_spec(node: Node) -> bool:
    """Whether a mapping is a structure that was not put into a list."""
    return "type" in node.fields and "key" in node.fields


def _list(node: Node, names: Names) -> list[Node]:
    if not (node.is_list or node.value is None or node.value == {}):
        allowed = "a list of structures, a mapping of interval to list, or null"
        hint = "put the structure into a list: [{type: .., key: ..}]" if _is_spec(node) else ""
        names.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed, hint=hint)
        names.is_complete = False
    return node.items


def _read_structure(
    node: Node, interval_ms: int | None, structures: Mapping[str, Structure], names: Names
) -> StructureDraft | None:
    """One structure; None after a report."""
    problems = names.problems
    if node.broken:
        names.is_complete = False
        return None
    if not node.is_mapping:
        allowed = "a mapping with type, key, params, uses"
        problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed)
        names.is_complete = False
        return None
    fields = Fields(node, problems)
    structure = _read_type(fields, structures)
    if not fields.has("key"):
        fields.missing("key", "an id", "a structure needs a key by which rules name it: {type: .., key: ..}")
    key = fields.text("key", None)
    fields.has("params")
    fields.has("uses")
    _report_misplaced_atr_key(fields)
    fields.finish(also=("atr_key",) if "atr_key" in node.fields else ())
    params = read_parameters(fields, structure) if structure else None
    if key is None:
        names.is_complete = False
        return None
    accepted = names.accepts(node.fields["key"].spot, key)
    names.add(_declared(key, structure, params, interval_ms))
    if structure is None or not accepted:
        return None
    return StructureDraft(key=key, structure=structure, params=params, interval_ms=interval_ms, fields=fields)


def _declared(
    key: str,
    structure: Structure | None,
    params: dict[str, Any] | None,
    interval_ms: int | None,
) -> Declared:
    outputs = structure.columns(params) if structure is not None and params is not None else None
    primary = next((output for output in outputs or () if output.primary), None)
    kind = None if structure is None else structure.name
    return Declared(
        id=key,
        what="structure",
        type=kind,
        interval_ms=interval_ms,
        outputs=outputs,
        primary=primary,
        numbers=_numbers(structure, params),
    )


def _numbers(structure: Structure | None, params: dict[str, Any] | None) -> tuple[float, ...]:
    """Every number in a parameter that is a list of them."""
    if structure is None or params is None:
        return ()
    return tuple(
        number for parameter in structure.parameters if parameter.kind == "numbers" for number in params[parameter.name]
    )


def _read_type(fields: Fields, structures: Mapping[str, Structure]) -> Structure | None:
    """The declaration of the type; None after a report."""
    node = fields.require("type", allowed=listed(structures))
    if node is None:
        return None
    structure = structures.get(node.text or "")
    if structure is None:
        code = "INVALID_TYPE" if node.text is None else "UNSUPPORTED_STRUCTURE"
        allowed, hint = listed(structures), did_you_mean(node.text or "", structures)
        fields.problems.error(node.spot, code, found=node.shown(), allowed=allowed, hint=hint)
    return structure


def _report_misplaced_atr_key(fields: Fields) -> None:
    node = fields.node.fields.get("atr_key")
    if node is not None:
        found, hint = f"atr_key: {node.shown()}", "atr_key is a parameter: write it under params"
        fields.problems.error(node.key_spot, "UNKNOWN_KEY", found=found, allowed="type, key, params, uses", hint=hint)
