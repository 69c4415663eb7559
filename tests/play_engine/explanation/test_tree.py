"""Rules in words: each kind of condition, in each spelling, setups by name."""

import pytest

from tests.play_engine.explanation.rules import lines, play_of, rules
from tests.play_engine.play.documents import load, with_rule


def said(rule: str, **sections: str) -> list[str]:
    """The lines of a Play's entry rule."""
    return list(lines(rules(load(with_rule(rule, **sections)))[0]))


LEAVES = {
    '["close", ">", "ema_fast"]': "close is above ema_fast",
    '["close", "<=", 30]': "close is at or below 30",
    '{lhs: close, op: ">=", rhs: 2.50}': "close is at or above 2.5",
    '["tr.direction", "==", -1]': "tr.direction is -1",
    '["sw.pair_direction", "!=", "bullish"]': "sw.pair_direction is not bullish",
    '["sw.high_is_major", "==", true]': "sw.high_is_major is true",
    '["tr.direction", "in", [1, 0]]': "tr.direction is one of 1, 0",
    '["rsi_14", "between", [20, 80]]': "rsi_14 is between 20 and 80",
    '["rsi_14", "between", {low: 20, high: rsi_14}]': "rsi_14 is between 20 and rsi_14",
    '["close", "near_pct", "ema_fast", 0.5]': "close is within 0.5 % of ema_fast",
    '["close", "near_abs", "ema_fast", 5]': "close is within 5 of ema_fast",
    '["macd_x.macd", "cross_below", "macd_x.signal"]': "macd_x.macd crosses below macd_x.signal",
    '["close", ">", {feature_id: ema_fast, offset: 1}]': "close is above ema_fast 1 bar ago",
    '["close", ">", {feature_id: ema_slow, offset: 2}]': "close is above ema_slow 2 bars of 1h ago",
    '["close", ">", {feature_id: last_price, offset: 2}]': "close is above last_price 2 minutes ago",
    '["close", ">", {feature_id: macd_x, field: signal}]': "close is above macd_x.signal",
    '[["close", "-", "open"], ">", {"*": ["atr_14", ["close", "/", 2]]}]': (
        "close - open is above atr_14 × (close ÷ 2)"
    ),
    '[["volume", "%", 3], "<", 2]': "volume mod 3 is below 2",
}


@pytest.mark.parametrize(("rule", "text"), LEAVES.items())
def test_comparisons(rule: str, text: str) -> None:
    assert said(rule) == [text]


RULE = '["close", ">", "open"]'
LINE = "close is above open"
TREES = {
    f"[{RULE}]": [LINE],
    f"[{RULE}, {RULE}]": ["all of", f"  {LINE}", f"  {LINE}"],
    f"{{any: [{RULE}]}}": ["any of", f"  {LINE}"],
    f"{{not: [{RULE}, {RULE}]}}": ["not", "  all of", f"    {LINE}", f"    {LINE}"],
    f"{{holds_for: {{bars: 1, expr: {RULE}}}}}": ["at each of the last 1 bar:", f"  {LINE}"],
    f"{{occurred_within: {{bars: 12, expr: {RULE}}}}}": ["at least once in the last 12 bars:", f"  {LINE}"],
    f"{{count_true: {{bars: 5, min_true: 3, expr: {RULE}}}}}": [
        "at least 3 times in the last 5 bars:",
        f"  {LINE}",
    ],
    f"{{occurred_within: {{bars: 2, anchor_tf: med_tf, expr: {RULE}}}}}": [
        "at least once in the last 2 closes of 1h:",
        f"  {LINE}",
    ],
    f"{{holds_for_duration: {{duration: '2h', expr: {RULE}}}}}": ["all through the last 2h:", f"  {LINE}"],
    f"{{count_true_duration: {{duration: 1d, min_true: 1, expr: {RULE}}}}}": [
        "at least 1 time in the last 1d:",
        f"  {LINE}",
    ],
    '{holds_for: {bars: 30, expr: ["last_price", ">", "open"]}}': [
        "at each of the last 30 minutes:",
        "  last_price is above open",
    ],
}


@pytest.mark.parametrize(("rule", "text"), TREES.items())
def test_logic_and_windows(rule: str, text: list[str]) -> None:
    assert said(rule) == text


def test_setups_are_named_where_they_stand() -> None:
    setups = f"setups: {{up: {RULE}, strong: {{setup: up}}, both: [{{setup: up}}, {RULE}]}}"
    assert said("{all: [{setup: strong}, {setup: both}]}", setups=setups) == [
        "all of",
        f"  (strong) (up) {LINE}",
        "  (both) all of",
        f"    (up) {LINE}",
        f"    {LINE}",
    ]


def test_a_rule_from_variables() -> None:
    said_lines = said('"${rule}"', variables='variables: {rule: ["close", ">", "open"]}')
    assert said_lines == [LINE]


def test_every_condition_of_a_list_of_blocks() -> None:
    first, second = rules(play_of())
    assert next(lines(first)) == "all of"
    assert "  at least 2 times in the last 30m:" in list(lines(second))
