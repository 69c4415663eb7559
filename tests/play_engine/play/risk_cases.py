"""Damaged policies, risk sections and entries.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import MARK, document


def policy(text: str, risk: str = "risk: {stop_loss_pct: 2, take_profit_pct: 4}", rule: str = "exit_long") -> str:
    """A Play with this policy and risk, and one action."""
    actions = f'actions:\n  {rule}: ["close", ">", "ema_fast"]'
    return document(position_policy=f"position_policy: {text}", risk=risk, actions=actions)


def risk(text: str) -> str:
    """A Play with this short risk section."""
    return document(risk=f"risk: {text}")


def model(stop: str = "{type: percent, value: 2}", target: str = "{type: percent, value: 4}", more: str = "") -> str:
    """A Play with this risk model."""
    sizing = "" if "sizing" in more else "\n  sizing: {model: percent_equity, value: 10}"
    return document(risk="", risk_model=f"risk_model:\n  stop_loss: {stop}\n  take_profit: {target}{sizing}\n  {more}")


RISK = [
    (policy("{mode: ¦both, exit_mode: signal}"), "INVALID_VALUE", "position_policy.mode"),
    (policy("{exit_mode: ¦sltp}"), "INVALID_VALUE", "position_policy.exit_mode"),
    (policy("{allow_flip: ¦1, exit_mode: signal}"), "INVALID_TYPE", "position_policy.allow_flip"),
    (
        policy("{max_positions_per_symbol: ¦2, exit_mode: signal}"),
        "UNSUPPORTED_POLICY",
        "position_policy.max_positions_per_symbol",
    ),
    (policy("{allow_scale_in: ¦true, exit_mode: signal}"), "UNSUPPORTED_POLICY", "position_policy.allow_scale_in"),
    (policy("{exit_mode: ¦sl_tp_only}"), "EXIT_MODE_NO_SIGNAL_EXIT", "position_policy.exit_mode"),
    (
        policy("{exit_mode: ¦sl_tp_only}", "risk: {stop_loss_pct: 2}", "entry_long"),
        "EXIT_MODE_REQUIRES_SL_TP",
        "position_policy.exit_mode",
    ),
    (policy("{exit_mode: ¦first_hit}", "", "entry_long"), "EXIT_MODE_FIRST_HIT_NO_EXITS", "position_policy.exit_mode"),
    (
        policy("{mode: long_short, exit_mode: ¦sl_tp_only, allow_flip: true}", rule="entry_long"),
        "EXIT_MODE_NO_SIGNAL_EXIT",
        "position_policy.exit_mode",
    ),
    (risk("{stop_loss_pct: ¦0, take_profit_pct: 4}"), "INVALID_RISK", "risk.stop_loss_pct"),
    (risk("{stop_loss_pct: ¦101, take_profit_pct: 4}"), "INVALID_RISK", "risk.stop_loss_pct"),
    (
        risk("{take_profit: ¦{type: rr_ratio, value: 2}}").replace(MARK, "").replace("take_profit", "¦take_profit"),
        "INVALID_RISK",
        "risk.take_profit",
    ),
    (risk("{stop_loss_pct: 2, take_profit_pct: 4, ¦stop: 1}"), "UNKNOWN_KEY", "risk.stop"),
    (
        risk("{stop_loss_pct: 2, take_profit_pct: 4, ¦break_even: {activation_pct: 0.1}}"),
        "INVALID_RISK",
        "risk.break_even",
    ),
    (risk("{stop_loss_pct: 2, take_profit_pct: 4, tp_order_type: ¦limit}"), "INVALID_RISK", "risk.tp_order_type"),
    (risk("{stop_loss_pct: 2, take_profit_pct: 4, ¦trailing: {trail_pct: 1}}"), "UNKNOWN_KEY", "risk.trailing"),
    (risk("{¦stop_loss: {type: trailing_pct}}"), "MISSING_REQUIRED_FIELD", "risk.stop_loss.trail_pct"),
    (risk("{stop_loss_pct: 2, max_position_pct: ¦0}"), "INVALID_RISK", "risk.max_position_pct"),
    (risk("{stop_loss_pct: 2, take_profit_pct: ¦10001}"), "INVALID_RISK", "risk.take_profit_pct"),
    (model("{type: ¦atr, value: 2}"), "INVALID_RISK", "risk_model.stop_loss.type"),
    (
        model("{type: atr_multiple, value: 2}").replace("stop_loss", "¦stop_loss"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.atr_feature_id",
    ),
    (model("{value: 2}").replace("stop_loss", "¦stop_loss"), "MISSING_REQUIRED_FIELD", "risk_model.stop_loss.type"),
    (
        model("{type: percent}").replace("stop_loss", "¦stop_loss"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.value",
    ),
    (model("{type: percent, value: 2, ¦level: sw.low_level}"), "UNKNOWN_KEY", "risk_model.stop_loss.level"),
    (
        model("{type: atr_multiple, value: 2, atr_feature_id: ¦atr_15}"),
        "UNDECLARED_FEATURE",
        "risk_model.stop_loss.atr_feature_id",
    ),
    (model("{type: structure, level: ¦sw.low}"), "UNKNOWN_FIELD", "risk_model.stop_loss.level"),
    (model("{type: structure, level: ¦sw.pair_direction}"), "INVALID_RISK", "risk_model.stop_loss.level"),
    (
        model("{type: structure, ¦level: {long: sw.low_level}}"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.level.short",
    ),
    (
        model("{type: structure, level: sw.low_level, buffer_pct: ¦-1}"),
        "INVALID_RISK",
        "risk_model.stop_loss.buffer_pct",
    ),
    (
        model("{type: structure, level: ¦sw_low_level}"),
        "UNDECLARED_FEATURE",
        "risk_model.stop_loss.level",
    ),
    (model("{type: price_percent, value: ¦100.5}"), "INVALID_RISK", "risk_model.stop_loss.value"),
    (model("{type: fixed_points, value: ¦0}"), "INVALID_RISK", "risk_model.stop_loss.value"),
    (
        model("{type: atr_multiple, value: ¦0, atr_feature_id: atr_14}"),
        "INVALID_RISK",
        "risk_model.stop_loss.value",
    ),
    (
        model("{type: structure}").replace("stop_loss", "¦stop_loss"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.level",
    ),
    (
        model("{type: trailing_pct}").replace("stop_loss", "¦stop_loss"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.trail_pct",
    ),
    (model("{type: trailing_pct, trail_pct: ¦0}"), "INVALID_RISK", "risk_model.stop_loss.trail_pct"),
    (model("{type: trailing_pct, value: ¦0}"), "INVALID_RISK", "risk_model.stop_loss.value"),
    (
        model("{type: trailing_pct, trail_pct: 1, activation_pct: ¦-1}"),
        "INVALID_RISK",
        "risk_model.stop_loss.activation_pct",
    ),
    (
        model("{type: trailing_pct, trail_pct: 1, ¦atr_multiplier: 2}"),
        "UNKNOWN_KEY",
        "risk_model.stop_loss.atr_multiplier",
    ),
    (
        model("{type: trailing_atr}").replace("stop_loss", "¦stop_loss"),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss.atr_feature_id",
    ),
    (
        model("{type: trailing_atr, atr_feature_id: ¦sw.pair_direction}"),
        "INVALID_RISK",
        "risk_model.stop_loss.atr_feature_id",
    ),
    (
        model("{type: trailing_atr, atr_feature_id: atr_14, trail_pct: ¦0}"),
        "INVALID_RISK",
        "risk_model.stop_loss.trail_pct",
    ),
    (model("¦2"), "INVALID_RISK", "risk_model.stop_loss"),
    (model(target="{type: ¦structure}"), "INVALID_RISK", "risk_model.take_profit.type"),
    (model(target="{type: percent, value: ¦10001}"), "INVALID_RISK", "risk_model.take_profit.value"),
    (model(target="{type: rr_ratio, value: ¦101}"), "INVALID_RISK", "risk_model.take_profit.value"),
    (model(target="{type: percent, value: 1, ¦buffer_pct: 1}"), "UNKNOWN_KEY", "risk_model.take_profit.buffer_pct"),
    (model(target="{type: fixed_points, value: ¦0}"), "INVALID_RISK", "risk_model.take_profit.value"),
    (model(more="¦trailing: {}"), "MISSING_REQUIRED_FIELD", "risk_model.trailing.atr_feature_id"),
    (model(more="¦trailing: {activation_pct: 2}"), "MISSING_REQUIRED_FIELD", "risk_model.trailing.atr_feature_id"),
    (model(more="trailing: {trail_pct: ¦0}"), "INVALID_RISK", "risk_model.trailing.trail_pct"),
    (model(more="trailing: {trail_pct: 1, atr_multiplier: ¦0}"), "INVALID_RISK", "risk_model.trailing.atr_multiplier"),
    (model(more="trailing: {trail_pct: 1, ¦value: 1}"), "UNKNOWN_KEY", "risk_model.trailing.value"),
    (
        model(more="trailing: {atr_feature_id: ¦atr_15}"),
        "UNDECLARED_FEATURE",
        "risk_model.trailing.atr_feature_id",
    ),
    (model(more="¦break_even: {activation_pct: 1, offset_pct: 1}"), "INVALID_RISK", "risk_model.break_even"),
    (model(more="break_even: {offset_pct: ¦-1}"), "INVALID_RISK", "risk_model.break_even.offset_pct"),
    (model(more="break_even: {¦activation: 1}"), "UNKNOWN_KEY", "risk_model.break_even.activation"),
    (model(more="anchor: ¦open"), "INVALID_RISK", "risk_model.anchor"),
    (model(more="sizing: {model: ¦kelly, value: 1}"), "INVALID_RISK", "risk_model.sizing.model"),
    (model(more="sizing: {model: fixed_usdt, value: ¦0}"), "INVALID_RISK", "risk_model.sizing.value"),
    (model(more="¦sizing: {model: fixed_usdt}"), "MISSING_REQUIRED_FIELD", "risk_model.sizing.value"),
    (
        document(
            risk="",
            risk_model="¦risk_model: {take_profit: {type: percent, value: 1}, sizing: {model: risk_based, value: 1}}",
        ),
        "MISSING_REQUIRED_FIELD",
        "risk_model.stop_loss",
    ),
    (document(more="entry: {order_type: LIMIT, limit_offset_pct: ¦-1}"), "INVALID_VALUE", "entry.limit_offset_pct"),
    (document(more="entry: {expire_after_bars: ¦-1}"), "INVALID_VALUE", "entry.expire_after_bars"),
    (document(more="entry: {expire_after_bars: ¦1.5}"), "INVALID_TYPE", "entry.expire_after_bars"),
    (document(more="entry: {¦offset: 1}"), "UNKNOWN_KEY", "entry.offset"),
]
