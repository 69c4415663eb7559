"""The structures that a structure, or an anchored feature, builds on: of fitting types, on its own timeframe."""

from collections.abc import Collection, Sequence

import attrs

from play_engine.intervals import interval_name
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.drafts import FeatureDraft, Need, StructureDraft, parameter_node
from play_engine.play.problems import Spot, did_you_mean, listed

_ANCHOR_KEY = "anchor_structure"


@attrs.frozen
class Uses:
    """The structures used, and their types; None for one whose declaration was reported."""

    needs: tuple[Need, ...]
    types: tuple[str | None, ...]

    @property
    def known_types(self) -> frozenset[str] | None:
        """The types, None while one of them is not known."""
        return None if None in self.types else frozenset(name for name in self.types if name is not None)


def read_uses(draft: StructureDraft, names: Names) -> Uses | None:
    """The structures that a structure uses, be they named under `uses` or by a parameter; None after a report."""
    written = draft.fields.get("uses")
    if written is None and draft.fields.has("uses"):
        return None
    nodes = [] if written is None or written.value is None else written.items if written.is_list else [written]
    takes = draft.structure.uses
    allowed = f"{draft.structure.name} uses {listed(takes) or 'no structure'}"
    used = [(node, _read_key(node, takes, allowed, draft.interval_ms, names)) for node in nodes]
    found = [(node, declared) for node, declared in used if declared is not None]
    spot = written.spot if written is not None else draft.fields.node.key_spot
    usable = len(found) == len(used) and _one_per_type([one for _, one in found], spot, names)
    for parameter, kind in draft.structure.key_parameters.items():
        node = parameter_node(draft.fields, parameter)
        if node is not None and node.text is not None:
            usable = _add_named(node, parameter, kind, found, draft, names) and usable
    uses = Uses(tuple(Need(one.id, node.spot) for node, one in found), tuple(one.type for _, one in found))
    return uses if usable and _fits(draft, uses, spot, names) else None


def read_swing(draft: FeatureDraft, names: Names) -> Need | None:
    """The swing that an anchored feature reads: the one that it names, else the first one declared on its timeframe.

    None for a feature that reads none, and after a report.
    """
    indicator, node = draft.indicator, parameter_node(draft.fields, _ANCHOR_KEY)
    if "swing" not in indicator.inputs or draft.params is None:
        return None
    needed = indicator.needs_swing is None or indicator.needs_swing(draft.params)
    if node is not None:
        swing = _read_key(node, ("swing",), "a structure of type swing", draft.interval_ms, names)
        return Need(swing.id, node.spot) if swing is not None and needed else None
    return _first_swing(draft, names) if needed else None


def _first_swing(draft: FeatureDraft, names: Names) -> Need | None:
    here = [
        one
        for one in names.by_id.values()
        if one.what == "structure"
        and (None in (one.interval_ms, draft.interval_ms) or one.interval_ms == draft.interval_ms)
    ]
    spot = draft.fields.node.key_spot
    swing = next((one for one in here if one.type == "swing"), None)
    if swing is not None:
        return Need(swing.id, spot)
    if names.is_complete and draft.interval_ms is not None and all(one.type is not None for one in here):
        interval = interval_name(draft.interval_ms)
        found, allowed = f"{draft.id} has no swing to be anchored to", f"a structure of type swing on {interval}"
        hint = "declare {type: swing, key: .., params: {left: .., right: ..}} under structures on that timeframe"
        names.problems.error(spot, "INVALID_DEPENDENCY", found=found, allowed=allowed, hint=hint)
    return None


def _read_key(
    node: Node, takes: Collection[str], allowed: str, interval_ms: int | None, names: Names
) -> Declared | None:
    """The structure that `node` names, of one of the types `takes`; None after a report."""
    if node.broken:
        return None
    declared = names.by_id.get(node.text or "")
    if declared is None and not names.is_complete:
        return None
    if declared is None or declared.what != "structure":
        fitting = [
            one.id
            for one in names.by_id.values()
            if one.what == "structure" and one.type in takes and one.interval_ms == interval_ms
        ]
        keys = listed(fitting) or f"key of a structure on the same timeframe; {allowed}"
        hint = did_you_mean(node.text or "", fitting)
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=node.shown(), allowed=keys, hint=hint)
        return None
    if interval_ms is not None and declared.interval_ms is not None and interval_ms != declared.interval_ms:
        found = f"{declared.id} on {interval_name(declared.interval_ms)}"
        allowed = f"a structure on {interval_name(interval_ms)}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    if declared.type is not None and declared.type not in takes:
        found = f"{declared.id}, a {declared.type}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    return declared


def _add_named(
    node: Node, parameter: str, kind: str, found: list[tuple[Node, Declared]], draft: StructureDraft, names: Names
) -> bool:
    """Adds the structure that a parameter names to those used; False after a report."""
    allowed = f"{parameter}: key of a {kind}"
    named = _read_key(node, (kind,), allowed, draft.interval_ms, names)
    if named is None:
        return False
    others = [one.id for _, one in found if one.type == kind and one.id != named.id]
    if others:
        what = f"{parameter}: {named.id} beside uses: {listed(others)}"
        allowed = f"one {kind}, in uses or as {parameter}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=what, allowed=allowed)
        return False
    if all(one.id != named.id for _, one in found):
        found.append((node, named))
    return True


def _one_per_type(used: Sequence[Declared], spot: Spot, names: Names) -> bool:
    types = [declared.type for declared in used]
    twice = sorted({name for name in types if name is not None and types.count(name) > 1})
    for name in twice:
        names.problems.error(spot, "INVALID_DEPENDENCY", found=f"two structures of type {name}", allowed="one per type")
    return not twice


def _fits(draft: StructureDraft, uses: Uses, spot: Spot, names: Names) -> bool:
    """Whether every required type is used, by itself and with these parameters."""
    types = uses.known_types
    if types is None:
        return True
    error = names.problems.error
    lacking = [name for name, required in draft.structure.uses.items() if required and name not in types]
    for name in lacking:
        found, allowed = f"{draft.key} uses no {name}", f"uses: key of a {name} on the same timeframe"
        error(spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
    if lacking or draft.params is None:
        return not lacking
    params = draft.params
    broken = [rule for rule in draft.structure.uses_rules if not rule.holds(params, types)]
    for rule in broken:
        found = f"{draft.key} uses {listed(sorted(types)) or 'no structure'}"
        error(spot, "INVALID_DEPENDENCY", found=found, allowed=rule.text)
    return not broken
