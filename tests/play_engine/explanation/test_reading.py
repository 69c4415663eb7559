"""What each line of a rule was: verdicts agree with the values beside them, and with those that the engine acts on."""

from collections.abc import Iterator

import attrs
import pytest

from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.explanation.reading import RuleReader, RuleReading, Value
from play_engine.explanation.wording import Wording
from play_engine.intervals import MINUTE_MS
from play_engine.market import MarketSlice
from tests.play_engine.explanation.rules import TEXT, play_of, rules, walk
from tests.play_engine.minutes import MONDAY_MS, minute_bars, with_gaps
from tests.play_engine.play.documents import load, with_rule

BARS = minute_bars(with_gaps(900, seed=5, gaps=5, longest=12), seed=8)
STEP_MS = 5 * MINUTE_MS
# Instants after the warm-up, one of them not on an evaluation.
INSTANTS = [MONDAY_MS + minute * MINUTE_MS for minute in (25, 240, 245, 250, 385, 387, 500, 610, 845, 890)]


def read_at(instant_ms: int, text: str = TEXT) -> tuple[Engine, RuleReader, list[RuleReading]]:
    """The engine fed with what has closed by an instant, and its rules there."""
    play = play_of(text)
    engine = Engine(play, base_ms=MINUTE_MS)
    engine.advance(MarketSlice(bars=BARS.between(0, instant_ms - MINUTE_MS + 1)))
    reader = RuleReader(engine, instant_ms, Wording.of(play))
    return engine, reader, [reader.read(rule) for rule in rules(play)]


def nodes(instant_ms: int) -> Iterator[RuleReading]:
    """Every line of every rule at an instant."""
    _, _, readings = read_at(instant_ms)
    for reading in readings:
        yield from walk(reading)


@pytest.mark.parametrize("instant_ms", INSTANTS)
def test_the_verdicts_are_those_that_the_engine_acts_on(instant_ms: int) -> None:
    engine, reader, readings = read_at(instant_ms)
    verdicts = [column[reader.row] for column in engine.blocks[0].verdicts]
    assert [reading.verdict for reading in readings] == [(False, None, True)[int(one)] for one in verdicts]
    assert {reading.instant_ms for reading in readings} == {int(engine.timeline.ts[reader.row])}
    # The longest gap is of twelve minutes.
    assert instant_ms - 4 * STEP_MS < int(engine.timeline.ts[reader.row]) <= instant_ms


@pytest.mark.parametrize("instant_ms", INSTANTS)
def test_connectives_follow_their_children(instant_ms: int) -> None:
    rank: dict[bool | None, int] = {False: 0, None: 1, True: 2}
    for node in nodes(instant_ms):
        children = [rank[child.verdict] for child in node.children]
        if node.text in ("all of", "any of", "not"):
            expected = {"all of": min(children), "any of": max(children), "not": 2 - children[0]}[node.text]
            assert rank[node.verdict] == expected


@pytest.mark.parametrize("instant_ms", INSTANTS)
def test_windows_follow_their_shifts(instant_ms: int) -> None:
    least = {"at least once": 1, "at least 2 times": 2, "at each": 3}
    windows = [node for node in nodes(instant_ms) if node.shifts is not None]
    assert [node.shifts for node in windows] == [6, 3, 6]
    for node in windows:
        needed = next(count for words, count in least.items() if node.text.startswith(words))
        assert node.true_shifts is not None
        assert node.verdict is (node.true_shifts >= needed)
        child = node.children[0]
        assert child.verdict is not True or node.true_shifts >= 1


@pytest.mark.parametrize("instant_ms", INSTANTS)
def test_comparisons_follow_their_values(instant_ms: int) -> None:
    for node in nodes(instant_ms):
        values: dict[str, Value] = {operand.text: operand.value for operand in node.operands}
        before: dict[str, Value] = {operand.text: operand.previous for operand in node.operands}
        if node.text == "close crosses above ema_fast":
            expected = _above(before, False) and _above(values, True)
            assert node.verdict is (None if None in (*values.values(), *before.values()) else expected)
        if node.text == "close is above ema_fast":
            assert node.verdict is (None if None in values.values() else _above(values, True))
        if node.text == "sw.pair_direction is not bullish":
            assert values["sw.pair_direction"] in ("none", "bullish", "bearish")
            assert node.verdict is (values["sw.pair_direction"] != "bullish")
        if node.text.startswith("close is between"):
            assert {"close", "ema_fast", "ema_fast × 0.999", "ema_fast × 1.001"} == set(values)


def _above(values: dict[str, Value], strictly: bool) -> bool:
    close, ema = values["close"], values["ema_fast"]
    if not isinstance(close, float) or not isinstance(ema, float):
        return False
    return close > ema if strictly else close <= ema


def test_inside_an_anchored_window_the_closes_are_its_own() -> None:
    anchored = [
        node for node in nodes(MONDAY_MS + 385 * MINUTE_MS) if node.text == "at each of the last 3 closes of 15m:"
    ]
    assert anchored[0].instant_ms == MONDAY_MS + 385 * MINUTE_MS
    assert anchored[0].children[0].instant_ms == MONDAY_MS + 375 * MINUTE_MS


def test_before_the_first_values_everything_is_missing() -> None:
    crossing = next(node for node in nodes(MONDAY_MS + STEP_MS) if "crosses" in node.text)
    assert crossing.verdict is None
    assert [operand.previous for operand in crossing.operands] == [None, None]
    assert all(operand.has_previous for operand in crossing.operands)


def test_types_of_values() -> None:
    leaf = next(node for node in nodes(INSTANTS[4]) if node.text == "tr.direction is 1")
    assert leaf.setups == ("up",)
    assert isinstance(leaf.operands[0].value, int)


NESTED = """{holds_for: {bars: 1, anchor_tf: 1h, expr: {any: [
  {occurred_within: {bars: 2, anchor_tf: 15m, expr: ["close", "cross_above", "ema_fast"]}},
  {count_true_duration: {duration: 2h, min_true: 1, expr: ["close", ">", "ema_fast"]}}]}}}"""


def read_nested(bars: BarSeries, instant_ms: int, *, chunk_rows: int = 32_768) -> RuleReading:
    """A rule with windows inside an anchored window, in a Play on five minutes."""
    play = load(with_rule(NESTED))
    engine = Engine(play, base_ms=MINUTE_MS, chunk_rows=chunk_rows)
    for piece in engine.chunks(MarketSlice(bars=bars)):
        engine.advance(piece)
    return RuleReader(engine, instant_ms, Wording.of(play)).read(rules(play)[0])


def minutes_at(reading: RuleReading) -> list[int | None]:
    """When each line stood, in minutes after the first bar."""
    found = [node.instant_ms for node in walk(reading)]
    return [None if ms is None else (ms - MONDAY_MS) // MINUTE_MS for ms in found]


@pytest.mark.parametrize("minute", range(420, 480, 5))
def test_what_stands_inside_another_window_is_read_where_that_window_stands(minute: int) -> None:
    at, whole = (read_nested(minute_bars(range(last), seed=3), MONDAY_MS + last * MINUTE_MS) for last in (minute, 420))
    assert minutes_at(at) == [minute, 420, 420, 420, 420, 420]
    # Seen from a later instant the lines below are what they were at the full hour.
    assert at.children == whole.children
    occurred = at.children[0].children[0]
    assert occurred.true_shifts is not None
    assert occurred.verdict is (occurred.true_shifts >= 1)


def test_windows_inside_another_one_are_of_both_verdicts() -> None:
    readings = [
        read_nested(minute_bars(range(480), seed=3).rows(0, last), MONDAY_MS + last * MINUTE_MS)
        for last in range(150, 480, 30)
    ]
    verdicts = {reading.children[0].children[0].verdict for reading in readings}
    assert verdicts == {True, False}


def test_every_timeline_is_read_at_the_instant_that_is_explained() -> None:
    # The last bars of the hour are missing; that it is over is known when minute 61 has come.
    bars = minute_bars([minute for minute in range(62) if not 52 <= minute < 61], seed=3)
    reading = read_nested(bars, MONDAY_MS + 62 * MINUTE_MS)
    assert minutes_at(reading) == [55, None, None, None, None, None]


def test_before_the_first_close_there_is_no_verdict_and_no_value() -> None:
    reading = read_nested(minute_bars(range(50), seed=3), MONDAY_MS + 50 * MINUTE_MS)
    assert (reading.verdict, reading.true_shifts, reading.shifts) == (False, 0, 1)
    (inner,) = reading.children
    for node in walk(inner):
        assert node.absent == "no close of 1h yet"
        assert (node.instant_ms, node.verdict, node.operands, node.shifts) == (None, None, (), None)


def test_what_is_not_kept_any_more_is_not_shown() -> None:
    bars = minute_bars(range(480), seed=3)
    whole = {minute: read_nested(bars.rows(0, minute), MONDAY_MS + minute * MINUTE_MS) for minute in range(300, 480, 5)}
    lacking = 0
    for minute, expected in whole.items():
        found = read_nested(bars.rows(0, minute), MONDAY_MS + minute * MINUTE_MS, chunk_rows=1)
        for node, other in zip(walk(found), walk(expected), strict=True):
            if node.absent:
                lacking += 1
                assert node.absent == "closes of 15m so old are not kept"
                continue
            if node.shifts is None:
                lacking += other.shifts is not None
                node = attrs.evolve(node, true_shifts=other.true_shifts, shifts=other.shifts)
            pairs = zip(node.operands, other.operands, strict=True)
            operands = tuple(theirs if not ours.has_previous else ours for ours, theirs in pairs)
            evolved = attrs.evolve(node, operands=operands, children=())
            assert evolved == attrs.evolve(other, children=())
    assert lacking
