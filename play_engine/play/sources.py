"""The `source` of a feature: a price field, or an output of another feature of the same timeframe."""

from collections.abc import Sequence
from typing import Any

import attrs

from play_engine.declaration import Indicator, Output
from play_engine.intervals import interval_name
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.field_names import find_output
from play_engine.play.model import PRICE_SOURCES, FeatureSpec
from play_engine.play.ordering import chain_text, in_order_of_need
from play_engine.play.problems import did_you_mean, listed


@attrs.frozen(kw_only=True)
class FeatureDraft:
    """A feature before its source is known; `params` and `interval_ms` are None after a report."""

    id: str
    indicator: Indicator
    params: dict[str, Any] | None
    interval_ms: int | None
    source: Node | None


@attrs.frozen
class _Source:
    """A price field, or with `output` set the output of a feature."""

    name: str | None
    output: str | None = None


def with_sources(drafts: Sequence[FeatureDraft], names: Names) -> tuple[FeatureSpec, ...]:
    """The features that have no problem, each after the feature that is its source."""
    sources = {draft.id: _read_source(draft, names) for draft in drafts}
    by_id = {draft.id: draft for draft in drafts}
    needs = {
        name: [source.name] if source is not None and source.output is not None and source.name is not None else []
        for name, source in sources.items()
    }
    order, cycles = in_order_of_need(needs)
    for cycle in cycles:
        _report_cycle(cycle, by_id[cycle[0]], names)
    specs = (_spec(by_id[name], sources[name]) for name in order)
    return tuple(spec for spec in specs if spec is not None)


def _spec(draft: FeatureDraft, source: _Source | None) -> FeatureSpec | None:
    if draft.params is None or draft.interval_ms is None or source is None:
        return None
    return FeatureSpec(
        id=draft.id,
        indicator=draft.indicator.name,
        params=draft.params,
        interval_ms=draft.interval_ms,
        source=source.name,
        source_output=source.output,
    )


def _read_source(draft: FeatureDraft, names: Names) -> _Source | None:
    """The source of a feature; None after a report."""
    node = draft.source
    if node is None:
        return _Source(draft.indicator.source)
    if node.broken:
        return None
    if "x" not in draft.indicator.inputs:
        allowed = f"no source: {draft.indicator.name} reads {listed(draft.indicator.inputs)}"
        names.problems.error(node.key_spot, "INVALID_PARAM", found=f"source: {node.shown()}", allowed=allowed)
        return None
    text = node.text or ""
    if text in PRICE_SOURCES:
        return _Source(text)
    feature = names.by_id.get(text.partition(".")[0])
    if feature is None and not names.is_complete:
        return None
    if feature is None or feature.what != "feature":
        features = [name for name, declared in names.by_id.items() if declared.what == "feature"]
        allowed, hint = listed((*PRICE_SOURCES, *features)), did_you_mean(text, (*PRICE_SOURCES, *features))
        names.problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed=allowed, hint=hint)
        return None
    return _feature_source(draft, node, feature, names)


def _feature_source(draft: FeatureDraft, node: Node, feature: Declared, names: Names) -> _Source | None:
    if feature.outputs is None:
        return None
    if None not in (draft.interval_ms, feature.interval_ms) and draft.interval_ms != feature.interval_ms:
        found = f"{feature.id} on {interval_name(feature.interval_ms or 0)}"
        allowed = f"a feature on {interval_name(draft.interval_ms or 0)}, the timeframe of {draft.id}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    output = _named_output(node.text or "", feature)
    if output is None:
        allowed = listed(f"{feature.id}.{output.name}" for output in feature.outputs)
        names.problems.error(node.spot, "UNKNOWN_FIELD", found=node.shown(), allowed=allowed)
        return None
    return _Source(feature.id, output.name)


def _named_output(text: str, feature: Declared) -> Output | None:
    _, dot, field = text.partition(".")
    return find_output(feature.outputs or (), field) if dot else feature.primary


def _report_cycle(cycle: list[str], draft: FeatureDraft, names: Names) -> None:
    if draft.source is not None:
        found, allowed = f"a cycle of sources: {chain_text(cycle)}", "sources that end at a price field"
        names.problems.error(draft.source.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
