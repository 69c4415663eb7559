"""The ATR that a structure measures in: the feature output that `atr_key` names, or the feature called `atr`."""

from collections.abc import Sequence

import attrs

from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.drafts import Need, StructureDraft, parameter_node
from play_engine.play.problems import did_you_mean, listed
from play_engine.play.references import split_reference

_KEY = "atr_key"


@attrs.frozen
class Atr:
    """The feature output that a structure measures in; both None without one."""

    output: tuple[str, str] | None = None
    need: Need | None = None


def read_atr(draft: StructureDraft, types: frozenset[str] | None, names: Names) -> Atr | None:
    """The ATR of a structure that uses others of these types (None where they are not known); None after a report."""
    structure, node = draft.structure, parameter_node(draft.fields, _KEY)
    if structure.atr == "never" or (node is not None and node.broken):
        return Atr()
    here = [declared for declared in names.by_id.values() if _is_here(declared, draft)]
    known = draft.params is not None and types is not None
    needed = structure.needs_atr is None or (known and structure.needs_atr(draft.params or {}, types or frozenset()))
    if node is not None:
        # What is no text was reported as a parameter.
        written = None if node.text is None else _written_atr(node, node.text, here, names)
        return written if needed or written is None else Atr()
    return _default_atr(draft, here, names) if structure.atr == "default" and needed else Atr()


def _is_here(declared: Declared, draft: StructureDraft) -> bool:
    """Whether this is a feature that the structure could measure in, as far as is known."""
    unknown = declared.interval_ms is None or draft.interval_ms is None
    return declared.what == "feature" and (unknown or declared.interval_ms == draft.interval_ms)


def _default_atr(draft: StructureDraft, here: Sequence[Declared], names: Names) -> Atr | None:
    default = next((declared for declared in here if declared.id == "atr"), None)
    spot = draft.fields.node.key_spot
    if default is not None:
        return None if default.primary is None else Atr(("atr", default.primary.name), Need("atr", spot))
    found, hint = f"{draft.key} has no ATR", "write atr_key under params, or declare a feature atr on its timeframe"
    allowed = listed(declared.id for declared in here)
    names.problems.warn(spot, "NO_ATR_FOR_STRUCTURE", found=found, allowed=allowed, hint=hint)
    return Atr()


def _written_atr(node: Node, text: str, here: Sequence[Declared], names: Names) -> Atr | None:
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
    if found.assumed:
        hint = f"{declared.id}.{output.name} is meant: write the field"
        names.problems.warn(node.spot, "PRIMARY_OUTPUT_ASSUMED", found=text, hint=hint)
    return Atr((declared.id, output.name), Need(declared.id, node.spot))
