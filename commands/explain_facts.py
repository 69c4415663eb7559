"""What a Play is beside its rules, in words: when it is evaluated, how it orders and what it risks."""

from collections.abc import Mapping
from typing import Any

from commands.explain_risk import risk_facts
from play_engine.explanation.wording import number_text
from play_engine.intervals import interval_name
from play_engine.play.composing import compose
from play_engine.play.model import FeatureSpec, Play, StructureSpec
from play_engine.play.problems import Problems
from play_engine.warmup import warmup_bars

_SIDES = {
    "long_only": "long positions only",
    "short_only": "short positions only",
    "long_short": "long and short positions",
}
_PROMISES = {
    "sl_tp_only": "stop and target alone close them",
    "signal": "signals close them, beside whatever stop and target there are",
    "first_hit": "stop, target or signal closes them, whichever comes first",
}

_TOLD_IN_WORDS = ("atr_key", "anchor_structure", "ms_key")


def facts(play: Play) -> dict[str, str]:
    """One line each: name and text, in the order in which they are read best; what does not apply is left out."""
    lines = {
        "timeframes": ", ".join(f"{role} {interval_name(length)}" for role, length in play.roles.items()),
        "evaluated": _evaluated(play),
        "warm-up": " and ".join(
            f"{bars:,} bars of {interval_name(length)}" for length, bars in sorted(warmup_bars(play).items())
        ),
        "positions": _positions(play),
        **risk_facts(play),
        "entry order": _entry(play),
        "drawdown": _drawdown(play),
        "costs": (
            f"taker {play.account.taker_bps:g} bps, maker {play.account.maker_bps:g} bps, "
            f"slippage {play.slippage_bps:g} bps"
        ),
    }
    return {name: text for name, text in lines.items() if text}


def declarations(play: Play) -> dict[str, dict[str, str]]:
    """Features and structures by id, with what is computed and on which timeframe."""
    return {
        "features": {spec.id: _feature(spec) for spec in play.features},
        "structures": {spec.key: _structure(spec) for spec in play.structures},
    }


def value_text(value: Any) -> str:
    """A number, word or list as a Play would have it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(number_text, value))}]"
    return number_text(value)


def variables_of(play: Play, given: Mapping[str, object]) -> dict[str, Any]:
    """The variables that the Play declares, with the values that count: those given from outside go before."""
    document = compose(play.text, Problems(play.file))
    section = None if document is None else document.fields.get("variables")
    declared = section.plain() if section is not None and section.is_mapping else {}
    return {**(declared if isinstance(declared, dict) else {}), **given}


def _feature(spec: FeatureSpec) -> str:
    source = "" if spec.source in (None, "close") else f" of {spec.source}"
    output = "" if spec.source_output in (None, "value") else f".{spec.source_output}"
    anchor = "" if spec.swing is None else f", anchored to {spec.swing}"
    return f"{spec.indicator.name}{_params(spec.params)}{source}{output} on {interval_name(spec.interval_ms)}{anchor}"


def _structure(spec: StructureSpec) -> str:
    uses = f", using {' and '.join(spec.uses)}" if spec.uses else ""
    atr = "" if spec.atr is None else f", measured in {spec.atr[0]}"
    return f"{spec.type}{_params(spec.params)} on {interval_name(spec.interval_ms)}{uses}{atr}"


def _params(params: Mapping[str, Any]) -> str:
    """The parameters that have a value; those that name a feature or structure are told in words."""
    given = {name: value for name, value in params.items() if value is not None and name not in _TOLD_IN_WORDS}
    return f"({', '.join(f'{name} {value_text(value)}' for name, value in given.items())})" if given else ""


def _evaluated(play: Play) -> str:
    exec_name = interval_name(play.exec_ms)
    if play.minute_mode:
        return f"at every minute close, since a rule names last_price or mark_price; bars are those of {exec_name}"
    return f"at every close of {exec_name}"


def _positions(play: Play) -> str:
    flip = "; an entry against the open one turns it over" if _may_flip(play) else ""
    return f"{_SIDES[play.policy.mode]}, one at a time; {_PROMISES[play.policy.exit_mode]}{flip}"


def _may_flip(play: Play) -> bool:
    return play.policy.allow_flip and play.policy.mode == "long_short"


def _entry(play: Play) -> str:
    entry = play.entry
    if entry.type == "MARKET":
        return "at the market"
    where = f"{entry.limit_offset_pct:g} % better than" if entry.limit_offset_pct else "at"
    closes = f"{entry.expire_after_bars} closes of {interval_name(play.exec_ms)}"
    until = f", cancelled after {closes}" if entry.expire_after_bars else ""
    return f"a limit {where} the price of the decision, {entry.time_in_force}{until}"


def _drawdown(play: Play) -> str:
    limit_pct = play.account.max_drawdown_pct
    if limit_pct >= 100.0:
        return "no limit"
    return f"no entry any more once the equity is {limit_pct:g} % below its peak"
