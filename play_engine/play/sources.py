"""The `source` of a feature: a price field, or an output of another feature of the same timeframe."""

import attrs

from play_engine.declaration import Output
from play_engine.intervals import interval_name
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.drafts import FeatureDraft, Need
from play_engine.play.field_names import find_output
from play_engine.play.model import PRICE_SOURCES
from play_engine.play.problems import did_you_mean, listed


@attrs.frozen
class Source:
    """A price field; or a feature, with the output that is read. Both None for an indicator without a source."""

    name: str | None
    output: str | None = None
    need: Need | None = None


def read_source(draft: FeatureDraft, names: Names) -> Source | None:
    """The source of a feature; None after a report."""
    node = draft.fields.node.fields.get("source")
    if node is None:
        return Source(draft.indicator.source)
    if node.broken:
        return None
    if "x" not in draft.indicator.inputs:
        allowed = f"no source: {draft.indicator.name} reads {listed(draft.indicator.inputs)}"
        names.problems.error(node.key_spot, "INVALID_PARAM", found=f"source: {node.shown()}", allowed=allowed)
        return None
    text = node.text or ""
    if text in PRICE_SOURCES:
        return Source(text)
    feature = names.by_id.get(text.partition(".")[0])
    if feature is None and not names.is_complete:
        return None
    if feature is None or feature.what != "feature":
        features = [name for name, declared in names.by_id.items() if declared.what == "feature"]
        allowed, hint = listed((*PRICE_SOURCES, *features)), did_you_mean(text, (*PRICE_SOURCES, *features))
        names.problems.error(node.spot, "INVALID_VALUE", found=_chain(draft, node), allowed=allowed, hint=hint)
        return None
    return _feature_source(draft, node, feature, names)


def _feature_source(draft: FeatureDraft, node: Node, feature: Declared, names: Names) -> Source | None:
    if feature.outputs is None:
        return None
    own, other = draft.interval_ms, feature.interval_ms
    if own is not None and other is not None and own != other:
        found = f"{_chain(draft, node)} on {interval_name(other)}"
        allowed = f"a feature on {interval_name(own)}, the timeframe of {draft.id}"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed=allowed)
        return None
    output = _named_output(node.text or "", feature)
    if output is None:
        fields = [output.name for output in feature.outputs]
        near = did_you_mean((node.text or "").partition(".")[2], fields)
        hint = near.replace("mean ", f"mean {feature.id}.")
        allowed = listed(f"{feature.id}.{field}" for field in fields)
        names.problems.error(node.spot, "UNKNOWN_FIELD", found=_chain(draft, node), allowed=allowed, hint=hint)
        return None
    if output.kind not in ("FLOAT", "INT"):
        found = f"{_chain(draft, node)} ({output.kind})"
        names.problems.error(node.spot, "INVALID_DEPENDENCY", found=found, allowed="an INT or FLOAT output")
        return None
    return Source(feature.id, output.name, Need(feature.id, node.spot))


def _chain(draft: FeatureDraft, node: Node) -> str:
    return f"{draft.id} -> {node.shown()}"


def _named_output(text: str, feature: Declared) -> Output | None:
    _, dot, field = text.partition(".")
    return find_output(feature.outputs or (), field) if dot else feature.primary
