"""What features and structures build on: one graph of both, in which each comes after what it reads."""

from collections.abc import Mapping, Sequence

from play_engine.play.declared import Names
from play_engine.play.drafts import FeatureDraft, Need, StructureDraft, parameter_node
from play_engine.play.model import FeatureSpec, StructureSpec
from play_engine.play.ordering import chain_text, in_order_of_need
from play_engine.play.sources import Source, read_source
from play_engine.play.structure_atr import Atr, read_atr
from play_engine.play.uses import Uses, read_swing, read_uses

Specs = tuple[tuple[FeatureSpec, ...], tuple[StructureSpec, ...]]


def with_dependencies(features: Sequence[FeatureDraft], structures: Sequence[StructureDraft], names: Names) -> Specs:
    """The features and structures that have no problem, each after those of its kind that it needs."""
    feature_specs: dict[str, FeatureSpec | None] = {}
    structure_specs: dict[str, StructureSpec | None] = {}
    needs: dict[str, list[Need]] = {}
    for draft in features:
        source, swing = read_source(draft, names), read_swing(draft, names)
        needs[draft.id] = [need for need in (source.need if source else None, swing) if need is not None]
        feature_specs[draft.id] = _feature(draft, source, swing)
    for draft in structures:
        uses = read_uses(draft, names)
        types = None if uses is None else uses.known_types
        atr = read_atr(draft, types, names)
        _warn_of_no_effects(draft, types, names)
        measured = atr.need if atr else None
        needs[draft.key] = [*(uses.needs if uses else ()), *([measured] if measured else ())]
        structure_specs[draft.key] = _structure(draft, uses, atr)
    order = _in_order(needs, names)
    in_features, in_structures = ([specs.get(name) for name in order] for specs in (feature_specs, structure_specs))
    return (
        tuple(spec for spec in in_features if isinstance(spec, FeatureSpec)),
        tuple(spec for spec in in_structures if isinstance(spec, StructureSpec)),
    )


def _in_order(needs: Mapping[str, Sequence[Need]], names: Names) -> list[str]:
    """Ids so that each comes after what it needs; reports every cycle, at the need of its first member."""
    order, cycles = in_order_of_need({name: [need.id for need in wanted] for name, wanted in needs.items()})
    for cycle in cycles:
        spot = next(need.spot for need in needs[cycle[0]] if need.id == cycle[1])
        found, allowed = f"a cycle: {chain_text(cycle)}", "features and structures that do not need themselves"
        names.problems.error(spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
    return order


def _feature(draft: FeatureDraft, source: Source | None, swing: Need | None) -> FeatureSpec | None:
    if draft.params is None or draft.interval_ms is None or source is None:
        return None
    return FeatureSpec(
        id=draft.id,
        indicator=draft.indicator,
        params=draft.params,
        interval_ms=draft.interval_ms,
        source=source.name,
        source_output=source.output,
        swing=None if swing is None else swing.id,
    )


def _structure(draft: StructureDraft, uses: Uses | None, atr: Atr | None) -> StructureSpec | None:
    if draft.params is None or draft.interval_ms is None or uses is None or atr is None:
        return None
    return StructureSpec(
        key=draft.key,
        type=draft.structure.name,
        params=draft.params,
        interval_ms=draft.interval_ms,
        uses=tuple(need.id for need in uses.needs),
        atr=atr.output,
    )


def _warn_of_no_effects(draft: StructureDraft, types: frozenset[str] | None, names: Names) -> None:
    """Warns of every written parameter that has no effect beside the others and the structures used."""
    if draft.params is None or types is None:
        return
    for rule in draft.structure.no_effects:
        node = parameter_node(draft.fields, rule.parameter)
        if node is not None and rule.when(draft.params, types):
            found = f"{rule.parameter}: {node.shown()}"
            names.problems.warn(node.key_spot, "INERT_KEY", found=found, hint=f"no effect: {rule.text}")
