"""A Play with every kind of condition, and walking what was read of it."""

from collections.abc import Iterator

from play_engine.explanation.reading import RuleReading
from play_engine.explanation.tree import RuleNode, block_rules
from play_engine.play.model import Play
from tests.play_engine.play.documents import load

TEXT = """\
version: "3.0.0"
name: all_kinds
symbol: BTCUSDT
timeframes: {low_tf: 5m, med_tf: 15m, high_tf: 1h, exec: low_tf}
variables: {least: 2}
account: {max_leverage: 2}
features:
  ema_fast: {indicator: ema, params: {length: 3}}
  ema_slow: {indicator: ema, params: {length: 4}, tf: med_tf}
structures:
  exec:
    - {type: swing, key: sw, params: {left: 2, right: 2}}
    - {type: trend, key: tr, uses: sw}
setups:
  up: ["tr.direction", "==", 1]
  strong: {all: [{setup: up}, ["close", ">", {feature_id: ema_fast, offset: 2}]]}
actions:
  - id: enter
    cases:
      - when:
          - {setup: strong}
          - ["close", "cross_above", "ema_fast"]
          - {occurred_within: {bars: 6, expr: ["close", "<", "ema_slow"]}}
        emit: [entry_long]
      - when:
          any:
            - {holds_for: {bars: 3, anchor_tf: 15m, expr: ["close", ">", "ema_fast"]}}
            - {count_true_duration: {duration: 30m, min_true: "${least}", expr: {any: [["low", ">", "ema_slow"]]}}}
            - {not: ["close", "between", [["ema_fast", "*", 0.999], {"*": ["ema_fast", 1.001]}]]}
            - ["sw.pair_direction", "!=", "bullish"]
            - ["tr.direction", "in", [1, -1]]
            - {lhs: close, op: near_pct, rhs: ema_fast, tolerance: 0.5}
        emit: [{action: exit_long, percent: 50}]
    else: {emit: [exit_short]}
position_policy: {mode: long_short, exit_mode: first_hit}
risk_model:
  stop_loss: {type: structure, level: {long: sw.low_level, short: sw.high_level}}
  take_profit: {type: price_percent, value: 4.0}
  sizing: {model: percent_equity, value: 25.0}
"""


def rules(play: Play) -> list[RuleNode]:
    """The rule of each case of the Play."""
    return [rule for block in play.blocks for rule in block_rules(play, block)]


def lines(node: RuleNode, depth: int = 0) -> Iterator[str]:
    """A rule as indented lines, the names of setups before the text."""
    yield "  " * depth + "".join(f"({name}) " for name in node.setups) + node.text
    for child in node.children:
        yield from lines(child, depth + 1)


def walk(reading: RuleReading) -> Iterator[RuleReading]:
    """A reading and all below it."""
    yield reading
    for child in reading.children:
        yield from walk(child)


def play_of(text: str = TEXT) -> Play:
    """The Play that the text is."""
    return load(text)
