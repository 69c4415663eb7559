"""The reference reads files: placeholders, names, blocks."""

from typing import Any

import pytest

from tests.reference.document import Block, Case, Intent, read_document
from tests.reference.examples import clock, filled, minutes, rules_of
from tests.reference.market import MINUTE_MS, Column, Market
from tests.reference.references import Reference
from tests.reference.rules import Rules
from tests.reference.variables import substituted

FRAMES = "timeframes: {low_tf: 5m, med_tf: 1H, high_tf: d, exec: med_tf}\n"


def _replaced(text: str, variables: dict[str, Any], **outside: Any) -> Any:
    return substituted({"variables": variables, "x": text}, outside)["x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${n}", 12), ("${f}", 0.5), ("${b}", True), ("${l}", [1, "a"]), ("${t}", "up"), ("ema_${n}", "ema_12"),
        ("${t}.${t}", "up.up"), ("${f}x", "0.5x"), ("is ${b}", "is true"), ("${no|14}", 14), ("${no|off}", False),
        ("${no|bull}", "bull"), ("${n|14}", 12), ("$${n}", "${n}"), ("a$${n}${n}", "a${n}12"), ("${no|}", None),
    ],
)  # fmt: skip
def test_placeholders(text: str, expected: object) -> None:
    variables = {"n": 12, "f": 0.5, "b": True, "l": [1, "a"], "t": "up"}
    assert _replaced(text, variables) == expected


def test_values_from_outside_win_and_names_are_left_alone() -> None:
    assert _replaced("${n}", {"n": 12}, n=13) == 13
    assert substituted({"name": "${n}", "actions": {"${n}": ["${n}"]}}, {"n": 1}) == {
        "name": "${n}",
        "actions": {"${n}": [1]},
    }


def test_map_form_is_a_block_of_one_case_for_each_entry() -> None:
    document = read_document(FRAMES + "actions: {exit_long: [a, '>', b], entry_long: {setup: s}}\n")
    assert document.blocks == (
        Block(cases=(Case(when=["a", ">", "b"], emit=(Intent(action="exit_long"),)),)),
        Block(cases=(Case(when={"setup": "s"}, emit=(Intent(action="entry_long"),)),)),
    )
    assert document.exec_ms == document.timeline_ms == 60 * MINUTE_MS
    assert document.interval("low_tf") == document.interval("5M") == 5 * MINUTE_MS
    assert document.interval("exec") == 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("condition", "minute_mode"),
    [
        ("[last_price, '>', 5]", True),
        ("[close, '>', {feature_id: mark_price, offset: 1}]", True),
        ("{not: {holds_for: {bars: 2, expr: [[close, '-', {'*': [last_price.value, 2]}], '>', 1]}}}", True),
        ("[close, between, {low: mark_price, high: 9}]", True),
        ("[close, '>', last_price_x]", False),
        ("{setup: last_price}", False),
    ],
)
def test_a_price_of_the_minute_anywhere_in_a_condition_makes_minutes_the_timeline(
    condition: str, minute_mode: bool
) -> None:
    expected = MINUTE_MS if minute_mode else 60 * MINUTE_MS
    in_action = read_document(FRAMES + f"actions: {{exit_long: {condition}}}\n")
    in_setup = read_document(FRAMES + f"setups: {{s: {condition}}}\nactions: {{exit_long: [close, '>', 5]}}\n")
    assert (in_action.timeline_ms, in_setup.timeline_ms) == (expected, expected)


def test_a_price_of_the_minute_in_metadata_does_not() -> None:
    emit = "emit: [{action: exit_long, percent: 50, metadata: {p: {feature_id: last_price}}}]"
    document = read_document(FRAMES + f"actions: [{{id: a, cases: [{{when: [close, '>', 5], {emit}}}]}}]\n")
    assert document.timeline_ms == 60 * MINUTE_MS
    (intent,) = document.blocks[0].cases[0].emit
    assert intent == Intent(action="exit_long", percent=50.0, metadata={"p": {"feature_id": "last_price"}})


MORNING = Market(minutes("2:00"))
NOTHING = filled(MORNING, "15m", lambda _: None)
NAMES = ("e", "mac.macd", "mac.signal", "fib.level_0.5", "fib.level_1", "z.zone0_state", "z.zone10_state")


def _rules(condition: Any, **columns: Column) -> Rules:
    primary = filled(MORNING, "15m", lambda _: 1.0, primary=True)
    return rules_of(condition, MORNING, {**dict.fromkeys(NAMES, NOTHING), "mac.macd": primary, **columns})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("e", Reference("e", "value")), ("e.value", Reference("e", "value")), ("mac", Reference("mac", "macd")),
        ("mac.signal", Reference("mac", "signal")), ("fib.level[0.5]", Reference("fib", "level_0.5")),
        ("fib.level_1.0", Reference("fib", "level_1")), ("fib.level[1.0]", Reference("fib", "level_1")),
        ("fib.level_0.50", Reference("fib", "level_0.5")), ("z.zone[0].state", Reference("z", "zone0_state")),
        ("z.zone[10].state", Reference("z", "zone10_state")), ("close.value", Reference("close", "value")),
        ({"feature_id": "mac"}, Reference("mac", "macd")),
        ({"feature_id": "e", "offset": 3}, Reference("e", "value", 3)),
        ({"feature_id": "fib", "field": "level[0.5]", "offset": 1}, Reference("fib", "level_0.5", 1)),
    ],
)  # fmt: skip
def test_spellings_of_a_reference(written: Any, expected: Reference) -> None:
    assert _rules([]).references.parse(written) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (["way", "==", "BULLISH"], True), (["way", "!=", "bullish"], False), (["way", "in", ["none", "Bullish"]], True),
        (["way", "==", "other"], False), (["way", "==", "same"], True), (["way", "==", "bearish"], False),
        (["flag", "==", 1], True), (["flag", "!=", True], False), (["flag", "in", [0, 1.0]], True),
        (["count", "==", True], True), (["count", "==", "flag"], True), (["count", "!=", 2], True),
        (["gone", "!=", 1], None), (["gone", "in", [1]], None), (["count", "between", [5, 9]], False),
        (["count", "between", [0, "gone"]], None), (["count", "between", {"high": 1, "low": 1}], True),
        ({"lhs": "count", "op": "near_abs", "rhs": 1.5, "tolerance": 0.5}, True), ([["count", "==", 1]], True),
        ({"not": [["count", "==", 1], ["gone", ">", 1]]}, None), ([["count", "==", 2], ["gone", ">", 1]], False),
    ],
)  # fmt: skip
def test_comparisons(condition: Any, expected: bool | None) -> None:
    labels = ("none", "bullish", "bearish")
    columns = {
        # A literal that the left output can hold is one, also where a series is called so.
        "bearish": filled(MORNING, "15m", lambda _: "bullish", labels=labels),
        "way": filled(MORNING, "15m", lambda _: "bullish", labels=labels),
        "same": filled(MORNING, "15m", lambda _: "bullish", labels=labels),
        "other": filled(MORNING, "15m", lambda _: "none", labels=("none", "high", "low")),
        "flag": filled(MORNING, "15m", lambda _: True),
        "count": filled(MORNING, "15m", lambda _: 1),
        "gone": NOTHING,
    }
    assert _rules(condition, **columns).truth(condition, clock("1:00")) is expected


@pytest.mark.parametrize(
    ("first", "second", "emitted"),
    [
        (1, 1, ["entry_long", "exit_all"]), (0, 1, ["exit_long"]), (None, 1, ["exit_long"]), (0, 0, ["entry_short"]),
        (0, None, []), (None, 0, []), (None, None, []),
    ],
)  # fmt: skip
def test_the_first_true_case_fires_and_else_only_if_all_are_false(
    first: int | None, second: int | None, emitted: list[str]
) -> None:
    document = read_document(
        FRAMES + "actions: [{id: a, cases: [{when: [x, '==', 1], emit: [entry_long, {action: exit_all}]}, "
        "{when: [y, '==', 1], emit: [exit_long]}], else: {emit: [entry_short]}}]\n"
    )
    columns = {("x", "value"): first, ("y", "value"): second}
    market = MORNING.with_columns(
        {name: filled(MORNING, "15m", lambda _, value=value: value) for name, value in columns.items()}
    )
    assert [intent.action for intent in Rules(document, market).emitted(clock("1:00"))] == emitted
