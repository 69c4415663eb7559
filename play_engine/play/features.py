"""The section `features`: declared indicators, their parameters and timeframes."""

from play_engine.declaration import Indicator
from play_engine.play.declared import Declared, Names
from play_engine.play.document import Node
from play_engine.play.drafts import FeatureDraft
from play_engine.play.fields import Fields
from play_engine.play.own_indicators import KnownIndicators
from play_engine.play.parameters import fits_timeframe, read_parameters
from play_engine.play.problems import Problems, did_you_mean, listed
from play_engine.play.timeframes import Timeframes


def read_features(
    root: Fields, timeframes: Timeframes, indicators: KnownIndicators, names: Names
) -> list[FeatureDraft]:
    """The declared features, without what they build on; declares their ids in `names`.

    A feature with a problem is declared too, so that what refers to it is not reported, but is not among the result.
    """
    section = root.mapping("features")
    names.is_complete = not root.written("features") if section is None else not section.node.lacks_entries
    drafts: list[FeatureDraft] = []
    for name, node in section.node.fields.items() if section else ():
        accepted = names.accepts(node.key_spot, name)
        draft = _read_feature(name, node, timeframes, indicators, root.problems)
        names.add(_declared(name, draft))
        if accepted and draft is not None:
            drafts.append(draft)
    return drafts


def _read_feature(
    name: str, node: Node, timeframes: Timeframes, indicators: KnownIndicators, problems: Problems
) -> FeatureDraft | None:
    """One feature; None where its indicator is not known, after a report."""
    if node.broken:
        return None
    if not node.is_mapping:
        allowed = "a mapping with indicator, params, tf, source"
        problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed)
        return None
    fields = Fields(node, problems)
    indicator = _read_indicator(fields, indicators)
    for key in ("params", "tf", "source"):
        fields.has(key)
    fields.finish()
    interval_ms = timeframes.interval_or_exec(fields, "tf")
    if indicator is None:
        return None
    params = read_parameters(fields, indicator)
    if params is not None and interval_ms is not None and not fits_timeframe(fields, indicator, params, interval_ms):
        params = None
    return FeatureDraft(id=name, indicator=indicator, params=params, interval_ms=interval_ms, fields=fields)


def _read_indicator(fields: Fields, known: KnownIndicators) -> Indicator | None:
    indicators = known.by_name
    node = fields.require("indicator", allowed=listed(indicators))
    if node is None:
        return None
    if node.text is None:
        fields.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=listed(indicators))
        return None
    name = node.text.strip().lower()
    if name in indicators:
        node.value = name
        return indicators[name]
    if not known.is_complete:
        return None
    allowed, hint = listed(indicators), did_you_mean(name, indicators)
    fields.problems.error(node.spot, "UNSUPPORTED_INDICATOR", found=node.shown(), allowed=allowed, hint=hint)
    return None


def _declared(name: str, draft: FeatureDraft | None) -> Declared:
    if draft is None:
        return Declared(id=name, what="feature")
    return Declared(
        id=name,
        what="feature",
        type=draft.indicator.name,
        interval_ms=draft.interval_ms,
        outputs=draft.indicator.outputs,
        primary=draft.indicator.primary,
    )
