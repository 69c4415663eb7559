"""The sections `risk_model` and `risk`: stop, target, size, and how they are attached."""

from typing import Literal, cast

import attrs

from play_engine.play.backtest import warn_of_no_effect
from play_engine.play.fields import Fields
from play_engine.play.model import Account, BreakEven, Sizing, StopRule, TargetRule, Trailing
from play_engine.play.ranges import PERCENT_OF_PRICE, PERCENT_OF_TARGET, POSITIVE
from play_engine.play.references import References
from play_engine.play.scalars import Codes
from play_engine.play.stop_moves import read_break_even, read_trailing
from play_engine.play.stops import read_stop
from play_engine.play.targets import read_target

_CODES = Codes.both("INVALID_RISK")
# A `risk` with none of these is no risk model.
_RULE_KEYS = ("stop_loss", "stop_loss_pct", "take_profit", "take_profit_pct", "max_position_pct", "break_even")
_SIZING_MODELS = ("percent_equity", "risk_based", "fixed_usdt")
_ORDER_TYPES = ("Market", "Limit")
_ATTACHMENT = ("tp_order_type", "sl_order_type", "anchor")
_Anchor = Literal["decision", "fill"]


@attrs.define(kw_only=True)
class Risk:
    """What a Play says about risk. `has_model`, `has_stop`, `has_target` hold also for what was reported as wrong."""

    has_model: bool = False
    has_stop: bool = False
    has_target: bool = False
    stop: StopRule | None = None
    target: TargetRule | None = None
    trailing: Trailing | None = None
    break_even: BreakEven | None = None
    limit_target: bool = False
    sizing: Sizing = attrs.field(factory=Sizing)
    max_leverage: float | None = None
    anchor: _Anchor = "decision"


def read_risk(root: Fields, account: Account, references: References) -> Risk:
    """Either form of the risk sections, or the sizing of a Play that has none."""
    model, short = root.mapping("risk_model", _CODES), root.mapping("risk", _CODES)
    if model is not None and model.node.fields:
        risk = _read_model(model, short, references)
    elif short is not None and any(name in short.node.fields for name in _RULE_KEYS):
        risk = _read_short(short, references)
    else:
        risk = _read_none(root, account)
    for section, winner in ((short, model), (model, None)):
        if section is not None:
            _warn_of_percent(section)
            _read_attachment(section, winner, risk)
            section.finish()
    if risk.has_model:
        _warn_of_account_percent(root)
    return risk


def _read_none(root: Fields, account: Account) -> Risk:
    """A Play without risk model, or with one of which nothing could be read."""
    nodes = [root.node.fields[name] for name in ("risk_model", "risk") if root.has(name)]
    unusable = any(node.broken or not (node.is_mapping or node.value is None) for node in nodes)
    value = 1.0 if account.risk_per_trade_pct is None else account.risk_per_trade_pct
    return Risk(has_model=unusable, has_stop=unusable, has_target=unusable, sizing=Sizing(value=value))


def _read_model(section: Fields, short: Fields | None, references: References) -> Risk:
    """The full form."""
    risk = Risk(has_model=True, has_stop=True, has_target=True)
    stop = section.require_mapping("stop_loss", "a stop rule {type, ..}")
    target = section.require_mapping("take_profit", "a target rule {type, ..}")
    sizing = section.require_mapping("sizing", "{model, value, max_leverage}")
    read = None if stop is None else read_stop(stop, references, short=False)
    risk.stop = None if read is None else read.rule
    risk.target = None if target is None else read_target(target, references, short=False, has_stop=True)
    if sizing is not None:
        _read_sizing(sizing, risk)
    risk.trailing = read_trailing(section, None if read is None else stop, references, read.trailing if read else None)
    risk.break_even = read_break_even(section)
    for name in _RULE_KEYS:
        if short is not None:
            warn_of_no_effect(short, name, "no effect beside risk_model")
    return risk


def _read_sizing(fields: Fields, risk: Risk) -> None:
    fields.require("model", allowed=", ".join(_SIZING_MODELS))
    fields.require("value", allowed="a number > 0")
    model = fields.choice("model", _SIZING_MODELS, "percent_equity")
    value = fields.number("value", 1.0, POSITIVE)
    risk.sizing = Sizing(model=cast(Literal["percent_equity", "risk_based", "fixed_usdt"], model), value=value)
    risk.max_leverage = fields.number("max_leverage", None, POSITIVE)
    fields.finish()


def _read_short(section: Fields, references: References) -> Risk:
    """The short form: what is absent is not placed."""
    stop, stop_pct = section.written("stop_loss"), section.written("stop_loss_pct")
    target, target_pct = section.written("take_profit"), section.written("take_profit_pct")
    value = section.number("max_position_pct", 10.0, POSITIVE)
    risk = Risk(has_model=True, has_stop=stop or stop_pct, has_target=target or target_pct, sizing=Sizing(value=value))
    stop_rule, target_rule = section.mapping("stop_loss"), section.mapping("take_profit")
    stop_loss_pct = section.number("stop_loss_pct", None, PERCENT_OF_PRICE)
    take_profit_pct = section.number("take_profit_pct", None, PERCENT_OF_TARGET)
    if stop_rule is not None:
        read = read_stop(stop_rule, references, short=True)
        risk.stop, risk.trailing = (None, None) if read is None else (read.rule, read.trailing)
    elif stop_loss_pct is not None:
        risk.stop = StopRule(type="percent", value=stop_loss_pct)
    if target_rule is not None:
        risk.target = read_target(target_rule, references, short=True, has_stop=risk.has_stop)
    elif take_profit_pct is not None:
        risk.target = TargetRule(type="percent", value=take_profit_pct)
    for rule, name in ((stop, "stop_loss"), (target, "take_profit")):
        if rule:
            warn_of_no_effect(section, f"{name}_pct", f"no effect: {name} wins")
    risk.break_even = read_break_even(section)
    return risk


def _warn_of_percent(section: Fields) -> None:
    if section.node.path == "risk":
        for name in _RULE_KEYS:
            section.has(name)
        warn_of_no_effect(section, "risk_per_trade_pct", "no effect: use risk_model.sizing")


def _read_attachment(section: Fields, winner: Fields | None, risk: Risk) -> None:
    """Order types and anchor. What `winner` writes, too, has no effect here."""
    limit = section.choice("tp_order_type", _ORDER_TYPES, "Limit" if risk.limit_target else "Market")
    risk.limit_target = limit == "Limit"
    stop_order = section.choice("sl_order_type", _ORDER_TYPES, "Market")
    risk.anchor = cast(_Anchor, section.choice("anchor", ("decision", "fill"), risk.anchor))
    overridden = [name for name in _ATTACHMENT if winner is not None and winner.has(name)]
    for name in overridden:
        warn_of_no_effect(section, name, "no effect: risk_model wins")
    if stop_order == "Limit" and "sl_order_type" not in overridden:
        hint = "a stop always executes as a market order"
        spot = section.node.fields["sl_order_type"].spot
        section.problems.warn(spot, "SL_ALWAYS_MARKET", found="sl_order_type: Limit", hint=hint)


def _warn_of_account_percent(root: Fields) -> None:
    section = root.node.fields.get("account")
    if section is not None and section.is_mapping:
        warn_of_no_effect(Fields(section, root.problems), "risk_per_trade_pct", "no effect beside a risk model")
