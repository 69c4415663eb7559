"""The section `position_policy`, and the promise of its `exit_mode` against what the Play has."""

from typing import Literal, cast

from play_engine.play.actions import Actions
from play_engine.play.fields import Fields
from play_engine.play.intents import EXITS, WrittenIntent
from play_engine.play.model import PositionPolicy
from play_engine.play.problems import Spot
from play_engine.play.risk import Risk

_MODES = ("long_only", "short_only", "long_short")
_EXIT_MODES = ("sl_tp_only", "signal", "first_hit")
_DEFAULT = PositionPolicy()
_FORBIDDEN = {"long_only": ("entry_short", "exit_short"), "short_only": ("entry_long", "exit_long")}


def read_policy(root: Fields) -> PositionPolicy:
    """The policy of the Play."""
    section = root.mapping("position_policy")
    if section is None:
        return _DEFAULT
    mode = section.choice("mode", _MODES, _DEFAULT.mode)
    exit_mode = section.choice("exit_mode", _EXIT_MODES, _DEFAULT.exit_mode)
    allow_flip = section.flag("allow_flip", _DEFAULT.allow_flip)
    _check_fixed(section)
    section.finish()
    if allow_flip and mode != "long_short":
        found, hint = f"allow_flip with mode {mode}", "no effect: it needs mode long_short"
        section.problems.warn(
            section.node.fields["allow_flip"].key_spot, "FLIP_WITHOUT_LONG_SHORT", found=found, hint=hint
        )
    return PositionPolicy(
        mode=cast(Literal["long_only", "short_only", "long_short"], mode),
        exit_mode=cast(Literal["sl_tp_only", "signal", "first_hit"], exit_mode),
        allow_flip=allow_flip,
    )


def check_promises(root: Fields, policy: PositionPolicy, actions: Actions, risk: Risk) -> None:
    """What `exit_mode` promises must be there, and every action should be possible in the `mode`.

    Nothing is concluded from a key or an action that could not be read.
    """
    if _is_usable(root, "exit_mode"):
        _check_exit_mode(root, policy, actions.emits(*EXITS), risk)
        if not actions.emits(*EXITS) and actions.is_complete:
            _check_no_exit_action(root, policy, risk)
    if _is_usable(root, "mode"):
        _warn_of_forbidden(root, policy, actions)
    if not risk.has_model:
        hint = "sizes come from account.risk_per_trade_pct; no stop and no target is placed"
        root.problems.warn(root.node.spot.of("risk_model"), "NO_RISK_MODEL", found="no risk model", hint=hint)


def _check_exit_mode(root: Fields, policy: PositionPolicy, exit_action: WrittenIntent | None, risk: Risk) -> None:
    if policy.exit_mode != "sl_tp_only":
        return
    error, spot = root.problems.error, _exit_mode_spot(root)
    if not (risk.has_stop and risk.has_target):
        lacking = (word for word, there in (("a stop", risk.has_stop), ("a target", risk.has_target)) if not there)
        found, hint = f"sl_tp_only without {' and '.join(lacking)}", "declare both, or write exit_mode: signal"
        error(spot, "EXIT_MODE_REQUIRES_SL_TP", found=found, allowed="a stop and a target", hint=hint)
    if exit_action is not None or policy.allow_flip:
        what = "allow_flip" if exit_action is None else f"{exit_action.spec.action} in line {exit_action.spot.line}"
        found, hint = f"sl_tp_only with {what}", "write exit_mode: first_hit"
        error(spot, "EXIT_MODE_NO_SIGNAL_EXIT", found=found, allowed="no exit action, no allow_flip", hint=hint)


def _check_no_exit_action(root: Fields, policy: PositionPolicy, risk: Risk) -> None:
    """What follows for a Play that has no exit action."""
    problems, spot = root.problems, _exit_mode_spot(root)
    if policy.exit_mode == "first_hit" and not risk.has_stop and not risk.has_target:
        found, allowed = "first_hit without stop, target and exit action", "at least one of them"
        problems.error(spot, "EXIT_MODE_FIRST_HIT_NO_EXITS", found=found, allowed=allowed)
    if policy.exit_mode == "signal":
        found = "signal without exit_long, exit_short or exit_all"
        hint = "only a stop, a target or the end of the run closes a position"
        problems.warn(spot, "EXIT_MODE_SIGNAL_NO_EXIT_ACTIONS", found=found, hint=hint)


def _warn_of_forbidden(root: Fields, policy: PositionPolicy, actions: Actions) -> None:
    for intent in actions.written:
        if intent.spec.action in _FORBIDDEN.get(policy.mode, ()):
            found, hint = f"{intent.spec.action} with mode {policy.mode}", "this action is never taken"
            root.problems.warn(intent.spot, "ACTION_NEVER_ALLOWED", found=found, hint=hint)


def _is_usable(root: Fields, name: str) -> bool:
    """Whether a key of the policy is absent or was read without a report."""
    section = root.node.fields.get("position_policy")
    if section is None or section.value is None:
        return True
    node = section.fields.get(name)
    values = _MODES if name == "mode" else _EXIT_MODES
    return section.is_mapping and (node is None or node.text in values)


def _exit_mode_spot(root: Fields) -> Spot:
    """Where exit_mode is written, else the section, else the file's first line."""
    section = root.node.fields.get("position_policy")
    path = "position_policy.exit_mode"
    if section is None:
        return root.node.spot.of(path)
    node = section.fields.get("exit_mode")
    return section.key_spot.of(path) if node is None else node.spot.of(path)


def _check_fixed(section: Fields) -> None:
    """What has one possible value in this system."""
    positions = section.integer("max_positions_per_symbol", 1)
    node = section.get("max_positions_per_symbol")
    if positions != 1 and node is not None:
        hint = "max_positions_per_symbol must be 1 (single position only)"
        section.problems.error(node.spot, "UNSUPPORTED_POLICY", found=node.shown(), allowed="1", hint=hint)
    for name in ("allow_scale_in", "allow_scale_out"):
        node = section.get(name)
        if section.flag(name, False) and node is not None:
            hint = f"{name}=True is not supported"
            section.problems.error(node.spot, "UNSUPPORTED_POLICY", found=node.shown(), allowed="false", hint=hint)
