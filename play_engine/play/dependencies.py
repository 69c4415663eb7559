"""What a structure builds on: the structures that it uses, and the ATR that it measures in."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from play_engine.declaration import Structure
from play_engine.intervals import interval_name
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.model import StructureSpec
from play_engine.play.ordering import chain_text, in_order_of_need
from play_engine.play.problems import did_you_mean, listed
from play_engine.play.references import split_reference


@attrs.frozen(kw_only=True)
class StructureDraft:
    """A structure before its dependencies are known; `params` and `interval_ms` are None after a report."""

    key: str
    structure: Structure
    params: dict[str, Any] | None
    interval_ms: int | None
    fields: Fields


def with_dependencies(drafts: Sequence[StructureDraft], names: Names) -> tuple[StructureSpec, ...]:
    """The structures that have no problem, each after those that it uses."""
    by_key = {draft.key: draft for draft in drafts}
    uses = {draft.key: _read_uses(draft, names) for draft in drafts}
    atrs = {draft.key: _read_atr(draft, names) for draft in drafts}
    order, cycles = in_order_of_need({key: used or () for key, used in uses.items()})
    for cycle in cycles:
        node = by_key[cycle[0]].fields.node.fields["uses"]
        found = f"a cycle of structures: {chain_text(cycle)}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed="uses without a cycle")
    specs = (_spec(by_key[key], uses[key], atrs[key]) for key in order)
    return tuple(spec for spec in specs if spec is not None)


def _spec(draft: StructureDraft, uses: tuple[str, ...] | None, atr: "_Atr | None") -> StructureSpec | None:
    if draft.params is None or draft.interval_ms is None or uses is None or atr is None:
        return None
    return StructureSpec(
        key=draft.key,
        type=draft.structure.name,
        params=draft.params,
        interval_ms=draft.interval_ms,
        uses=uses,
        atr=atr.output,
    )


def _read_uses(draft: StructureDraft, names: Names) -> tuple[str, ...] | None:
    """The keys that a structure uses; None after a report."""
    written = draft.fields.get("uses")
    if written is None and draft.fields.has("uses"):
        return None
    nodes = [] if written is None or written.value is None else written.items if written.is_list else [written]
    used = [_read_use(node, draft, names) for node in nodes]
    found = [declared for declared in used if declared is not None]
    if len(found) < len(used) or not _fits(draft, written, found, names):
        return None
    return tuple(declared.id for declared in found)


def _read_use(node: Node, draft: StructureDraft, names: Names) -> Declared | None:
    """One used structure; None after a report."""
    if node.broken:
        return None
    candidates = [name for name, declared in names.by_id.items() if declared.what == "structure"]
    declared = names.by_id.get(node.text or "")
    if declared is None and not names.is_complete:
        return None
    if declared is None or declared.what != "structure":
        here = "a key of a structure on the same timeframe"
        allowed, hint = listed(candidates) or here, did_you_mean(node.text or "", candidates)
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=node.shown(), allowed=allowed, hint=hint)
        return None
    own, other = draft.interval_ms, declared.interval_ms
    if own is not None and other is not None and own != other:
        found, allowed = f"{declared.id} on {interval_name(other)}", f"a structure on {interval_name(own)}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    takes = draft.structure.uses
    if declared.type is not None and declared.type not in takes:
        found = f"{declared.id}, a {declared.type}"
        allowed = f"{draft.structure.name} uses {listed(takes) or 'no structure'}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    return declared


def _fits(draft: StructureDraft, written: Node | None, used: Iterable[Declared], names: Names) -> bool:
    """Whether every required type is used, and none twice."""
    types = [declared.type for declared in used]
    spot = written.spot if written is not None else draft.fields.node.key_spot
    twice = sorted({name for name in types if name is not None and types.count(name) > 1})
    for name in twice:
        names.problems.error(spot, "INVALID_DEPENDENCY", found=f"two structures of type {name}", allowed="one per type")
    lacking = [name for name, required in draft.structure.uses.items() if required and name not in types]
    if None not in types:
        for name in lacking:
            found, allowed = f"{draft.key} uses no {name}", f"uses: key of a {name} on the same timeframe"
            names.problems.error(spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
    return not lacking and not twice


@attrs.frozen
class _Atr:
    """The feature output that a structure measures in; None without one."""

    output: tuple[str, str] | None


def _read_atr(draft: StructureDraft, names: Names) -> _Atr | None:
    """The ATR of a structure; None after a report."""
    params = draft.fields.node.fields.get("params")
    node = params.fields.get("atr_key") if params is not None else None
    here = [declared for declared in names.by_id.values() if _is_here(declared, draft)]
    if draft.structure.atr == "never" or (node is not None and node.broken):
        return _Atr(None)
    if node is not None and node.value is not None:
        # What is no text was reported as a parameter.
        return None if node.text is None else _written_atr(node, node.text, here, names)
    if draft.structure.atr == "written":
        return _Atr(None)
    default = next((declared for declared in here if declared.id == "atr"), None)
    if default is not None:
        return None if default.primary is None else _Atr(("atr", default.primary.name))
    found, hint = f"{draft.key} has no ATR", "write atr_key under params, or declare a feature atr on its timeframe"
    allowed = listed(declared.id for declared in here)
    names.problems.warn(draft.fields.node.spot, "NO_ATR_FOR_STRUCTURE", found=found, allowed=allowed, hint=hint)
    return _Atr(None)


def _is_here(declared: Declared, draft: StructureDraft) -> bool:
    """Whether this is a feature that the structure could measure in, as far as is known."""
    unknown = declared.interval_ms is None or draft.interval_ms is None
    return declared.what == "feature" and (unknown or declared.interval_ms == draft.interval_ms)


def _written_atr(node: Node, text: str, here: list[Declared], names: Names) -> _Atr | None:
    found = split_reference(text, {declared.id: declared for declared in here}, joined=True)
    if found is None and not names.is_complete:
        return None
    if found is None:
        allowed, hint = listed(declared.id for declared in here), did_you_mean(text, [one.id for one in here])
        hint = hint or "declare the feature on the structure's own timeframe"
        names.problems.error(node.spot, "UNDECLARED_FEATURE", found=node.shown(), allowed=allowed, hint=hint)
        return None
    declared, output = found.declared, found.output
    if declared.outputs is None:
        return None
    if output is None:
        allowed = listed(f"{declared.id}.{output.name}" for output in declared.outputs)
        names.problems.error(node.spot, "UNKNOWN_FIELD", found=node.shown(), allowed=allowed)
        return None
    return _Atr((declared.id, output.name))
