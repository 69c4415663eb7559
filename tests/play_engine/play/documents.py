"""Texts of Plays to load and to damage, and what a loader says about them."""

from play_engine.errors import ConfigError, Problem
from play_engine.play import parse_play
from play_engine.play.model import Play

# One section a line of the mapping, in file order.
SECTIONS = {
    "version": 'version: "3.0.0"',
    "name": "name: harbour",
    "symbol": "symbol: SOLUSDT",
    "timeframes": "timeframes: {low_tf: 5m, med_tf: 1h, high_tf: 4h, exec: low_tf}",
    "variables": "",
    "account": "account: {starting_equity_usdt: 5000, max_leverage: 3}",
    "features": """\
features:
  ema_fast: {indicator: ema, params: {length: 12}}
  ema_slow: {indicator: ema, params: {length: 40}, tf: med_tf}
  rsi_14: {indicator: rsi, params: {length: 14}}
  macd_x: {indicator: macd}
  st: {indicator: supertrend}
  atr_14: {indicator: atr}""",
    "structures": """\
structures:
  exec:
    - {type: swing, key: sw, params: {left: 3, right: 3}}
    - {type: trend, key: tr, uses: sw}""",
    "setups": "",
    "actions": 'actions:\n  entry_long: ["close", ">", "ema_fast"]\n  exit_long: ["rsi_14", ">", 70]',
    "position_policy": "position_policy: {mode: long_only, exit_mode: first_hit}",
    "risk": "risk: {stop_loss_pct: 2, take_profit_pct: 4}",
    "risk_model": "",
    "more": "",
}
MARK = "¦"


def document(**sections: str) -> str:
    """The text of a Play that loads, with some of its sections written anew; `""` leaves one out."""
    unknown = set(sections) - set(SECTIONS)
    assert not unknown, f"no such section: {unknown}"
    return "\n".join(text for text in (SECTIONS | sections).values() if text) + "\n"


def with_rule(condition: str, **sections: str) -> str:
    """The text of a Play whose entry has this condition."""
    return document(actions=f"actions:\n  entry_long: {condition}\n  exit_long: ['rsi_14', '>', 70]", **sections)


def load(text: str, **variables: object) -> Play:
    """The Play that the text is."""
    return parse_play(text.encode(), "play.yml", variables)


def problems_of(text: str, **variables: object) -> list[Problem]:
    """Every problem of the text: of a Play that loads its warnings."""
    try:
        return list(load(text, **variables).warnings)
    except ConfigError as error:
        return error.problems


def codes_of(text: str, **variables: object) -> list[str]:
    """The codes of all problems, in file order."""
    return [problem.code for problem in problems_of(text, **variables)]


def errors_of(text: str, **variables: object) -> list[Problem]:
    """The errors among the problems of the text."""
    return [problem for problem in problems_of(text, **variables) if problem.severity == "error"]


def marked_place(text: str) -> tuple[str, int, int]:
    """The text without its mark, and the line and column at which the mark stood."""
    before, _, after = text.partition(MARK)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")
