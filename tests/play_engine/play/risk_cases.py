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
        risk("{stop_loss_pct: 2, take_profit_pct: 4, ¦break_even: {activation_pct: 1}}"),
        "NOT_SUPPORTED_YET",
        "risk.break_even",
    ),
    (risk("{stop_loss_pct: 2, take_profit_pct: 4, tp_order_type: ¦Limit}"), "NOT_SUPPORTED_YET", "risk.tp_order_type"),
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
    (model("{type: ¦trailing_pct, trail_pct: 2}"), "NOT_SUPPORTED_YET", "risk_model.stop_loss.type"),
    (model("{type: ¦trailing_atr, atr_feature_id: atr_14}"), "NOT_SUPPORTED_YET", "risk_model.stop_loss.type"),
    (model("¦2"), "INVALID_RISK", "risk_model.stop_loss"),
    (model(target="{type: ¦structure}"), "INVALID_RISK", "risk_model.take_profit.type"),
    (model(target="{type: percent, value: ¦10001}"), "INVALID_RISK", "risk_model.take_profit.value"),
    (model(more="¦trailing: {trail_pct: 2}"), "NOT_SUPPORTED_YET", "risk_model.trailing"),
    (model(more="¦break_even: {}"), "NOT_SUPPORTED_YET", "risk_model.break_even"),
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
    (document(more="entry: {order_type: ¦limit}"), "NOT_SUPPORTED_YET", "entry.order_type"),
]
