"""Rules become typed trees."""

import pytest

from play_engine.play.model import Case
from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
    DurationWindow,
    Near,
    Not,
    OneOf,
    Reference,
    Window,
)
from tests.play_engine.play.documents import codes_of, document, load, problems_of, with_rule

CLOSE = Reference("close", "value", "FLOAT")
RSI = Reference("rsi_14", "value", "FLOAT")
EMA = Reference("ema_fast", "value", "FLOAT")
DIRECTION = Reference("tr", "direction", "INT")
ACCEPTED = Reference("sw", "high_accepted", "BOOL")
PAIR = Reference("sw", "pair_direction", "ENUM")
ABOVE = Comparison(">", CLOSE, EMA)


def five(kind: str = "INT") -> Constant:
    """The number 5 as it is written."""
    return Constant(5, "INT") if kind == "INT" else Constant(5.0, "FLOAT")


TREES: list[tuple[str, Condition]] = [
    ('["close", ">", "ema_fast"]', ABOVE),
    ("{op: '>', rhs: ema_fast, lhs: close}", ABOVE),
    ("\n    - close\n    - '>'\n    - ema_fast", ABOVE),
    ('[["close", ">", "ema_fast"]]', ABOVE),
    ('{all: [["close", ">", "ema_fast"]]}', All((ABOVE,))),
    ('[["close", ">", "ema_fast"], {not: ["rsi_14", "<", 5]}]', All((ABOVE, Not(Comparison("<", RSI, five()))))),
    ('{any: [["close", ">", "ema_fast"], ["rsi_14", "<=", 5.0]]}', AnyOf((ABOVE, Comparison("<=", RSI, five("F"))))),
    ('{not: [["close", ">", "ema_fast"], ["close", ">", "ema_fast"]]}', Not(All((ABOVE, ABOVE)))),
    ('["close", "cross_above", "ema_fast"]', Crossing("cross_above", CLOSE, EMA)),
    ('["rsi_14", "cross_below", 5]', Crossing("cross_below", RSI, five())),
    ('["rsi_14", "between", [5, "ema_fast"]]', Between(RSI, five(), EMA)),
    ('["rsi_14", "between", {high: "ema_fast", low: 5}]', Between(RSI, five(), EMA)),
    ('["close", "near_pct", "ema_fast", 3]', Near("near_pct", CLOSE, EMA, 3.0)),
    ("{lhs: close, op: near_abs, rhs: 5, tolerance: 0}", Near("near_abs", CLOSE, five(), 0.0)),
    (
        '[["close", "-", "ema_fast"], ">", {"*": ["ema_fast", 5]}]',
        Comparison(">", Arithmetic("-", CLOSE, EMA, "FLOAT"), Arithmetic("*", EMA, five(), "FLOAT")),
    ),
    (
        '[["tr.direction", "%", 5], "==", 5]',
        Comparison("==", Arithmetic("%", DIRECTION, five(), "INT"), five()),
    ),
    ('["tr.direction", "==", -1]', Comparison("==", DIRECTION, Constant(-1, "INT"))),
    ('["tr.direction", "!=", 1.0]', Comparison("!=", DIRECTION, Constant(1, "INT"))),
    ('["tr.direction", "==", true]', Comparison("==", DIRECTION, Constant(1, "INT"))),
    ('["tr.direction", "==", "sw.high_accepted"]', Comparison("==", DIRECTION, ACCEPTED)),
    ('["tr.direction", "in", [1, 0]]', OneOf(DIRECTION, (Constant(1, "INT"), Constant(0, "INT")))),
    ('["sw.high_accepted", "==", 1]', Comparison("==", ACCEPTED, Constant(True, "BOOL"))),
    ('["sw.high_accepted", "!=", false]', Comparison("!=", ACCEPTED, Constant(False, "BOOL"))),
    ('["sw.pair_direction", "==", "BULLISH"]', Comparison("==", PAIR, Constant(1, "ENUM"))),
    ('["sw.pair_direction", "in", ["none", "Bearish"]]', OneOf(PAIR, (Constant(0, "ENUM"), Constant(2, "ENUM")))),
    ('{holds_for: {bars: 3, expr: ["close", ">", "ema_fast"]}}', Window(3, 3, ABOVE)),
    ('{occurred_within: {bars: 3, expr: [["close", ">", "ema_fast"]]}}', Window(3, 1, ABOVE)),
    ('{count_true: {min_true: 2, expr: {all: [["close", ">", "ema_fast"]]}, bars: 3.0}}', Window(3, 2, All((ABOVE,)))),
    (
        '{holds_for: {bars: 3, anchor_tf: "1h", expr: ["close", ">", "ema_fast"]}}',
        AnchoredWindow(3_600_000, 3, 3, ABOVE),
    ),
    (
        '{occurred_within: {bars: 3, anchor_tf: exec, expr: ["close", ">", "ema_fast"]}}',
        AnchoredWindow(300_000, 3, 1, ABOVE),
    ),
    (
        '{count_true: {bars: 1500, min_true: 2, anchor_tf: high_tf, expr: [["close", ">", "ema_fast"]]}}',
        AnchoredWindow(14_400_000, 1500, 2, ABOVE),
    ),
    (
        '{holds_for_duration: {duration: " 1H ", expr: ["close", ">", "ema_fast"]}}',
        DurationWindow(3_600_000, None, ABOVE),
    ),
    (
        '{occurred_within_duration: {duration: 1d, expr: ["close", ">", "ema_fast"]}}',
        DurationWindow(86_400_000, 1, ABOVE),
    ),
    (
        '{count_true_duration: {duration: 24h, min_true: 288, expr: ["close", ">", "ema_fast"]}}',
        DurationWindow(86_400_000, 288, ABOVE),
    ),
    (
        '{count_true_duration: {duration: 3m, min_true: 1, expr: ["close", ">", "ema_fast"]}}',
        DurationWindow(180_000, 1, ABOVE),
    ),
    (
        '{holds_for: {bars: 2, anchor_tf: 1m, expr: {holds_for: {bars: 3, expr: ["close", ">", "ema_fast"]}}}}',
        AnchoredWindow(60_000, 2, 2, Window(3, 3, ABOVE)),
    ),
    ('[{feature_id: rsi_14, offset: 2}, "<", 5]', Comparison("<", Reference("rsi_14", "value", "FLOAT", 2), five())),
    (
        '[{feature_id: macd_x, field: signal}, "<", 5]',
        Comparison("<", Reference("macd_x", "signal", "FLOAT"), five()),
    ),
    ('["timestamp", "!=", 5]', Comparison("!=", Reference("timestamp", "value", "INT"), five())),
    ('["close.value", ">", "ema_fast.value"]', ABOVE),
]


def rule(condition: str, **sections: str) -> Condition:
    """The tree that a condition becomes."""
    return load(with_rule(condition, **sections)).blocks[0].cases[0].when


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_every_form_becomes_its_tree(text: str, tree: Condition) -> None:
    assert rule(text) == tree


def test_enums_with_other_labels_are_compared_label_by_label() -> None:
    tree = rule('["sw.pair_direction", "!=", "sw.last_confirmed_pivot_type"]')
    pivot = Reference("sw", "last_confirmed_pivot_type", "ENUM")
    none = Constant(0, "ENUM")
    both_none = All((Comparison("==", PAIR, none), Comparison("==", pivot, none)))
    missing = [Not(Comparison("==", one, one)) for one in (PAIR, pivot)]
    assert tree == Not(AnyOf((both_none, *missing)))


def test_enums_with_the_same_labels_are_compared_by_code() -> None:
    other = Reference("tr", "last_wave_direction", "ENUM")
    assert rule('["sw.pair_direction", "==", "tr.last_wave_direction"]') == Comparison("==", PAIR, other)


def test_setups_are_put_in_where_they_are_named() -> None:
    setups = 'setups:\n  both: [{setup: up}, {not: {setup: up}}]\n  up: ["close", ">", "ema_fast"]'
    assert rule("{all: [{setup: both}]}", setups=setups) == All((All((ABOVE, Not(ABOVE))),))


def test_a_bare_id_of_many_outputs_means_the_primary_one_except_on_the_left() -> None:
    text = with_rule('[["close", "-", "macd_x"], ">", "st"]')
    comparison = load(text).blocks[0].cases[0].when
    assert isinstance(comparison, Comparison)
    assert comparison.right == Reference("st", "trend", "FLOAT")
    assert codes_of(text) == ["PRIMARY_OUTPUT_ASSUMED", "PRIMARY_OUTPUT_ASSUMED"]
    (error,) = problems_of(with_rule('["macd_x", ">", 0]'))
    assert error.hint == "macd_x has no field 'value'; fields: macd, signal, histogram; did you mean macd_x.macd?"


@pytest.mark.parametrize(
    ("condition", "minute_mode"),
    [
        ('["last_price", ">", 5]', True),
        ('{any: [{not: ["close", "<", ["mark_price", "*", 2]]}]}', True),
        ('["funding_rate", ">", "open_interest"]', False),
    ],
)
def test_minute_mode_follows_from_the_names_in_conditions(condition: str, minute_mode: bool) -> None:
    assert load(with_rule(condition)).minute_mode is minute_mode


def test_minute_mode_follows_from_unused_setups_and_not_from_levels() -> None:
    assert load(with_rule('["close", ">", 5]', setups='setups: {a: ["last_price", ">", 5]}')).minute_mode
    stop = "risk: {stop_loss: {type: structure, level: last_price}, take_profit_pct: 4}"
    assert not load(with_rule('["close", ">", 5]', risk=stop)).minute_mode


def test_a_dot_written_as_a_line_is_told_the_dot() -> None:
    (error,) = problems_of(with_rule('["close", ">", "sw_low_level"]'))
    assert (error.code, error.hint) == ("UNDECLARED_FEATURE", "did you mean sw.low_level?")


def test_a_word_beside_an_integer_is_told_what_to_compare_with() -> None:
    (error,) = problems_of(with_rule('["tr.direction", "==", "bullish"]'))
    assert (error.code, error.hint) == ("UNDECLARED_FEATURE", "tr.direction is INT: compare it with a whole number")
    (error,) = problems_of(with_rule('["tr.direction", "==", "sww.high_accepted"]'))
    assert (error.code, error.hint) == ("UNDECLARED_FEATURE", "did you mean sw?")


def test_blocks_number_their_intents_in_file_order() -> None:
    actions = """\
actions:
  - id: enter
    cases:
      - {when: ["rsi_14", "<", 5], emit: [{action: entry_long}, no_action]}
      - {when: ["close", ">", "ema_fast"], emit: [entry_long]}
    else: {emit: [no_action]}
  - {id: leave, cases: [{when: ["rsi_14", "<", 5], emit: [{action: exit_long, percent: 50}]}]}"""
    play = load(document(actions=actions))
    assert [(intent.block, intent.action, intent.percent) for intent in play.intents] == [
        ("enter", "entry_long", 100.0),
        ("enter", "no_action", 100.0),
        ("enter", "entry_long", 100.0),
        ("enter", "no_action", 100.0),
        ("leave", "exit_long", 50.0),
    ]
    enter, leave = play.blocks
    assert enter.cases == (Case(when=Comparison("<", RSI, five()), emit=(0, 1)), Case(when=ABOVE, emit=(2,)))
    assert (enter.otherwise, leave.cases[0].emit, leave.otherwise) == ((3,), (4,), ())
