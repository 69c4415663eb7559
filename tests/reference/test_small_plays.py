"""The engine against the reference: every form of a condition, and random ones, over minutes with gaps."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.play import parse_play
from play_engine.warmup import Window as Stretch
from tests.play_engine.minutes import MONDAY_MS, minute_bars, with_gaps
from tests.reference.agreement import Agreement, Chosen, compare, everything
from tests.reference.document import read_document
from tests.reference.market import MINUTE_MS, Market
from tests.reference.observed import minutes_of
from tests.reference.random_rules import conditions
from tests.reference.small_plays import declarations, every_form, play_of

# What a case that captures metadata, and several that compete, look like.
BLOCKS = """\
  - id: enter
    cases:
      - {when: ["sma_4h", ">", "close"], emit: [entry_long, {action: exit_long, percent: 40}]}
      - when: ["rsi", ">", 55]
        emit:
          - no_action
          - action: entry_short
            metadata:
              text: dip
              flag: true
              number: 1.5
              nothing: null
              primary: {feature_id: mac}
              label: {feature_id: sw, field: pair_direction}
              last_flag: {feature_id: tr, field: last_hh, offset: 2}
              whole: {feature_id: tr, field: direction}
              slow: {feature_id: sma_4h}
              minute: {feature_id: last_price, offset: 3}
              moment: {feature_id: timestamp, offset: 1}
              funding: {feature_id: funding_rate}
      - {when: ["rsi", "<", 45], emit: [exit_short, adjust_stop]}
    else: {emit: [{action: exit_all, percent: 99.5, metadata: {rsi: {feature_id: rsi}}}]}
  - id: leave
    cases: [{when: {setup: rising}, emit: [{action: exit_short, metadata: {p: {feature_id: mark_price}}}]}]
    else: {emit: [entry_short]}
"""


def agreement(
    text: str, *, count: int, seed: int, chosen: Chosen = everything, window: Stretch | None = None
) -> Agreement:
    """Compare a Play over random minutes, in small chunks."""
    bars = minute_bars(with_gaps(count, seed=seed, gaps=max(count // 150, 2), longest=90, first=7), seed=seed)
    market = Market(minutes_of(bars))
    play, document = parse_play(text.encode(), "small.yml", {}), read_document(text)
    return compare(play, document, bars, market, chosen=chosen, window=window, chunk_rows=64)


@pytest.mark.parametrize("exec_role", ["low_tf", "med_tf"])
@pytest.mark.parametrize("minute_mode", [False, True])
def test_every_form_of_a_condition(exec_role: str, minute_mode: bool) -> None:
    text = every_form(exec_role, minute_mode=minute_mode)
    chosen: Chosen = (lambda instants: instants[::17]) if minute_mode else everything
    found = agreement(text, count=2_600, seed=3, chosen=chosen)
    assert found.differences == []
    # Most rules are both true and false somewhere; the rest are about values that are never there.
    assert sum({True, False} <= seen for seen in found.truths) > 0.85 * len(found.truths)


@pytest.mark.slow
@pytest.mark.parametrize("exec_role", ["low_tf", "med_tf"])
@pytest.mark.parametrize("minute_mode", [False, True])
@pytest.mark.parametrize("seed", [4, 5])
def test_every_form_at_every_instant(exec_role: str, minute_mode: bool, seed: int) -> None:
    found = agreement(every_form(exec_role, minute_mode=minute_mode), count=6_000, seed=seed)
    assert found.differences == []


def test_cases_actions_and_metadata() -> None:
    found = agreement(declarations() + BLOCKS, count=2_600, seed=1)
    assert found.differences == []
    assert found.actions == {"entry_long", "entry_short", "exit_long", "exit_short", "exit_all"}


def test_nothing_is_emitted_outside_the_window() -> None:
    start, end = MONDAY_MS + 302 * MINUTE_MS, MONDAY_MS + 901 * MINUTE_MS
    found = agreement(declarations() + BLOCKS, count=1_300, seed=2, window=Stretch(start, end))
    assert found.differences == []
    assert "entry_short" in found.actions


def _random_rules(minute_mode: bool, seed: int, data: st.DataObject, rules: int) -> None:
    condition = conditions(step_minutes=1 if minute_mode else 5, minute_prices=minute_mode)
    drawn = data.draw(st.lists(condition, min_size=rules, max_size=rules))
    if minute_mode:
        drawn.append(["last_price", ">", 100])
    text = play_of([json.dumps(rule) for rule in drawn])
    assert agreement(text, count=250 if minute_mode else 900, seed=seed).differences == []


@settings(max_examples=6)
@given(minute_mode=st.booleans(), seed=st.integers(0, 9), data=st.data())
def test_random_conditions(minute_mode: bool, seed: int, data: st.DataObject) -> None:
    _random_rules(minute_mode, seed, data, 6)


@pytest.mark.slow
@settings(max_examples=300)
@given(minute_mode=st.booleans(), seed=st.integers(0, 99), data=st.data())
def test_many_random_conditions(minute_mode: bool, seed: int, data: st.DataObject) -> None:
    _random_rules(minute_mode, seed, data, 10)
