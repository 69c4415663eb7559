"""How large a position of a Play is, and where its stop and target lie, in words."""

from play_engine.explanation.outputs import operand_text
from play_engine.explanation.wording import Wording
from play_engine.play.model import Play, StopRule, Trailing
from play_engine.rules.expression import Reference

_NO_RULE = "none"


def risk_facts(play: Play) -> dict[str, str]:
    """One line each: size, leverage, stop, target, and how the stop moves; empty for what there is not."""
    wording = Wording.of(play)
    return {
        "size": f"{_size(play)}; at most what 95 % of the free margin carries",
        "leverage": f"{play.leverage:g}",
        "stop": _NO_RULE if play.stop is None else _stop(play, play.stop, wording) + _anchor(play),
        "target": _target(play, wording),
        "trailing": "" if play.trailing is None else _trailing(play.trailing, wording),
        "break-even": _break_even(play),
    }


def _size(play: Play) -> str:
    value = f"{play.sizing.value:g}"
    match play.sizing.model:
        case "percent_equity":
            share = play.sizing.value * play.leverage
            return f"{value} % of the equity as margin, a position of {share:g} % of the equity"
        case "risk_based":
            return f"such that the stop costs {value} % of the equity, before fees"
        case "fixed_usdt":
            return f"a position of {value} USDT"


def _stop(play: Play, stop: StopRule, wording: Wording) -> str:
    value = f"{stop.value:g}"
    beyond = f", and {stop.buffer_pct:g} % of the price beyond" if stop.buffer_pct else ""
    atr = _text(stop.atr, wording)
    match stop.type:
        case "percent":
            return _percent_of_margin(play, stop.value)
        case "price_percent":
            return f"{value} % of the price away"
        case "atr_multiple":
            return f"{value} × {atr} away{beyond}"
        case "fixed_points":
            return f"{value} USDT of price away"
        case "structure":
            return f"at {_levels(stop, wording)}{beyond}"
        case "trailing_pct":
            return f"{value} % of the price away at first, then it trails"
        case "trailing_atr":
            return f"{value} × {atr} away at first, then it trails"


def _target(play: Play, wording: Wording) -> str:
    target = play.target
    if target is None:
        return _NO_RULE
    order = ", as a resting limit order" if play.limit_target else ""
    value = f"{target.value:g}"
    match target.type:
        case "percent":
            return _percent_of_margin(play, target.value) + order
        case "price_percent":
            return f"{value} % of the price away{order}"
        case "rr_ratio":
            return f"{value} times as far away as the stop{order}"
        case "atr_multiple":
            return f"{value} × {_text(target.atr, wording)} away{order}"
        case "fixed_points":
            return f"{value} USDT of price away{order}"


def _percent_of_margin(play: Play, value: float) -> str:
    of_price = value / max(1.0, play.leverage)
    if of_price == value:
        return f"{value:g} % of the price away"
    return f"{value:g} % of the margin away, at leverage {play.leverage:g} {of_price:.4g} % of the price"


def _levels(stop: StopRule, wording: Wording) -> str:
    long, short = _text(stop.level_long, wording), _text(stop.level_short, wording)
    return long if long == short else f"{long} for long, {short} for short positions"


def _anchor(play: Play) -> str:
    return "; measured again from the average price of the fill" if play.anchor == "fill" else ""


def _trailing(trailing: Trailing, wording: Wording) -> str:
    distances = [f"{trailing.atr_multiplier:g} × {_text(trailing.atr, wording)}"] if trailing.atr is not None else []
    distances += [f"{trailing.trail_pct:g} %"] if trailing.trail_pct is not None else []
    moved = f", once the price has moved {trailing.activation_pct:g} %" if trailing.activation_pct else ""
    return f"the stop follows the best price at {', without it '.join(distances)}{moved}"


def _break_even(play: Play) -> str:
    moved = play.break_even
    if moved is None:
        return ""
    where = f"{moved.offset_pct:g} % beyond the entry" if moved.offset_pct else "the entry"
    return f"the stop moves to {where} once the price has moved {moved.activation_pct:g} %"


def _text(reference: Reference | None, wording: Wording) -> str:
    return "" if reference is None else operand_text(reference, wording)
