"""An intent as a Play writes it: an action name, or an action with percent and metadata."""

import attrs

from play_engine.play.conditions import Conditions
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.metadata import read_metadata
from play_engine.play.model import IntentSpec
from play_engine.play.problems import Problems, Spot, did_you_mean
from play_engine.play.ranges import Range
from play_engine.play.scalars import Codes, number_of

EXITS = ("exit_long", "exit_short", "exit_all")
# Accepted in files, never actionable.
_ADJUSTMENTS = ("adjust_stop", "adjust_target", "adjust_size")
ACTIONS = ("entry_long", "entry_short", *EXITS, "no_action", *_ADJUSTMENTS)
_PERCENT = Codes.both("INVALID_PERCENT")


@attrs.frozen(kw_only=True)
class WrittenIntent:
    """An intent and where its action is named, be the rest of its block usable or not."""

    spec: IntentSpec
    spot: Spot


def read_intent(node: Node, block: str, conditions: Conditions) -> WrittenIntent | None:
    """An element of `emit`; None after a report."""
    problems = conditions.problems
    if node.broken:
        return None
    if node.text is not None:
        known = check_action(node.text, node.spot, problems)
        return WrittenIntent(spec=IntentSpec(block=block, action=node.text), spot=node.spot) if known else None
    if not node.is_mapping:
        allowed = "an action name, or {action, percent, metadata}"
        problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed)
        return None
    fields = Fields(node, problems)
    action_node = fields.require("action", allowed=", ".join(ACTIONS))
    action = fields.text("action", None)
    percent = _read_percent(fields, action)
    metadata = read_metadata(fields, conditions.references)
    fields.finish()
    if action_node is None or action is None or not check_action(action, action_node.spot, problems):
        return None
    spec = IntentSpec(block=block, action=action, percent=percent, metadata=metadata)
    return WrittenIntent(spec=spec, spot=action_node.spot)


def check_action(name: str, spot: Spot, problems: Problems) -> bool:
    """Whether the language knows the action; reports one that it does not know, warns of one without effect."""
    if name not in ACTIONS:
        found, hint = f"unknown action '{name}'", did_you_mean(name, ACTIONS)
        problems.error(spot, "UNKNOWN_ACTION", found=found, allowed=", ".join(ACTIONS), hint=hint)
        return False
    if name in _ADJUSTMENTS:
        problems.warn(spot, "INERT_KEY", found=name, hint="no effect: this action is never taken")
    return True


def _read_percent(fields: Fields, action: str | None) -> float:
    """The share of the present quantity that an exit closes; 100 for what is not an exit."""
    node = fields.get("percent")
    if node is None:
        return 100.0
    percent = number_of(node, fields.problems, Range(1, 100), _PERCENT)
    if action in ACTIONS and action not in EXITS:
        hint = "percent has an effect on exits only"
        fields.problems.warn(node.key_spot, "PERCENT_ON_ENTRY", found=f"percent: {node.shown()}", hint=hint)
        return 100.0
    return 100.0 if percent is None else percent
