"""The engine's verdicts on random rules, against rules judged instant by instant."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS
from play_engine.play.model import Play
from play_engine.rules.expression import Condition, Reference
from tests.play_engine.minutes import cuts, minute_bars, with_gaps
from tests.play_engine.plays import feature, make_play, ref, swing, trend, watching
from tests.play_engine.rules.slow_rules import SlowRules
from tests.play_engine.rules.trees import conditions
from tests.play_engine.slow_market import SlowMarket
from tests.play_engine.watch import verdicts

MINUTES = 1_300
MINUTES_IN_MINUTE_MODE = 400

# Faster than exec, exec, slower, and a chain; a structure on exec and one above it.
FEATURES = (
    feature("rsi_1m", "rsi", "1m"),
    feature("ema_5m", "ema", "5m", 4),
    feature("sma_of_ema", "sma", "5m", 2, source="ema_5m", source_output="value"),
    feature("atr_15m", "atr", "15m", 2),
    feature("sma_15m", "sma", "15m", 2, source="hlc3"),
)
STRUCTURES = (swing("sw", "5m"), trend("tr", "5m", "sw"), swing("sw_15m", "15m", left=1, right=1))

FLOATS = [
    ref(name, offset)
    for name, offset in [
        ("close", 0), ("close", 1), ("open", 0), ("volume", 2), ("rsi_1m", 0), ("rsi_1m", 7), ("ema_5m", 0),
        ("sma_of_ema", 1), ("sma_15m", 0), ("sma_15m", 2), ("atr_15m", 0), ("sw.high_level", 0),
        ("sw_15m.low_level", 0), ("sw_15m.low_level", 3), ("funding_rate", 0),
    ]
]  # fmt: skip
MINUTE_FLOATS = [ref("last_price"), ref("last_price", 5), ref("mark_price")]
INTEGERS = [
    ref("tr.direction", 0, "INT"),
    ref("tr.direction", 2, "INT"),
    ref("tr.wave_count", 0, "INT"),
    ref("sw.high_accepted", 0, "BOOL"),
    ref("sw_15m.pair_direction", 0, "ENUM"),
    ref("sw_15m.pair_direction", 1, "ENUM"),
]


@cache
def market_of(seed: int, minute_mode: bool) -> tuple[BarSeries, SlowMarket]:
    """Bars with gaps, beginning in the middle of a 15m bar, and what is visible in them."""
    count = MINUTES_IN_MINUTE_MODE if minute_mode else MINUTES
    bars = minute_bars(with_gaps(count, seed=seed, gaps=8, longest=25, first=3 * seed), seed=seed)
    return bars, SlowMarket(play_of((), minute_mode), bars)


def play_of(rules: tuple[Condition, ...], minute_mode: bool) -> Play:
    return make_play(features=FEATURES, structures=STRUCTURES, blocks=watching(*rules), minute_mode=minute_mode)


def assert_judged_alike(
    rules: tuple[Condition, ...], seed: int, *, minute_mode: bool, at: list[int], chunk_rows: int
) -> None:
    bars, market = market_of(seed, minute_mode)
    play = play_of(rules, minute_mode)
    step_ms = MINUTE_MS if minute_mode else play.exec_ms
    slow = SlowRules(market.instants, step_ms, market.read, lambda interval_ms: market.table(interval_ms)[0])
    instants, found = verdicts(play, bars, at, chunk_rows=chunk_rows)
    assert instants == market.instants
    code = {False: 0, None: 1, True: 2}
    for rule, column in zip(rules, found, strict=True):
        expected = [code[slow.verdict(rule, k)] for k in range(len(instants))]
        wrong = [k for k, pair in enumerate(zip(column, expected, strict=True)) if pair[0] != pair[1]]
        assert wrong == [], f"{rule} at instants number {wrong[:9]}"


def rules_over(floats: list[Reference]) -> st.SearchStrategy[tuple[Condition, ...]]:
    return st.lists(conditions(floats, INTEGERS), min_size=1, max_size=4).map(tuple)


SEEDS = st.integers(0, 3)


@settings(deadline=None, max_examples=40)
@given(rules=rules_over(FLOATS), seed=SEEDS, at=cuts(MINUTES - 250), chunk_rows=st.sampled_from([12, 50, 400, 5_000]))
def test_rules_at_exec_closes(rules: tuple[Condition, ...], seed: int, at: list[int], chunk_rows: int) -> None:
    assert_judged_alike(rules, seed, minute_mode=False, at=at, chunk_rows=chunk_rows)


@settings(deadline=None, max_examples=30)
@given(
    rules=rules_over(FLOATS + MINUTE_FLOATS),
    seed=SEEDS,
    at=cuts(MINUTES_IN_MINUTE_MODE - 250),
    chunk_rows=st.sampled_from([2, 9, 90, 5_000]),
)
def test_rules_at_minute_closes(rules: tuple[Condition, ...], seed: int, at: list[int], chunk_rows: int) -> None:
    assert_judged_alike(rules, seed, minute_mode=True, at=at, chunk_rows=chunk_rows)


@pytest.mark.parametrize("minute_mode", [False, True])
def test_the_markets_have_what_the_rules_may_meet(minute_mode: bool) -> None:
    gap_closes, known = set[int](), 0
    for seed in range(4):
        bars, market = market_of(seed, minute_mode)
        minutes = {ts + MINUTE_MS for ts in bars.ts.tolist()}
        gap_closes |= set(market.exec_closes) - minutes
        known += sum(market.read(ref("sw_15m.low_level", 3), instant) is not None for instant in market.instants)
        assert len(market.exec_closes) > 40
        assert len(bars) > MINUTES_IN_MINUTE_MODE - 250
    assert gap_closes
    assert known > 100
