"""Columns as a user reads them: one row per exec bar, named as a Play would."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.engine import Engine
from play_engine.errors import InternalError
from play_engine.inspection import inspect, series_name
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.market import MarketSlice
from play_engine.play.model import Play
from play_engine.rules.expression import Comparison, Crossing
from play_engine.structures import STRUCTURES
from tests.play_engine.minutes import MONDAY_MS, cuts, minute_bars, pieces, slow_bars, with_gaps
from tests.play_engine.plays import block, feature, make_play, ref, swing, trend
from tests.play_engine.slow_market import SlowMarket
from tests.play_engine.watch import verdicts

MACD = feature("macd", "macd", "15m", params={"fast": 2, "slow": 3, "signal": 2})
RSI = feature("rsi", "rsi", "1m", 3)
STRUCTURES_OF_PLAY = (swing("sw", "5m"), trend("tr", "5m", "sw"), swing("sw_15m", "15m", left=1, right=1))


def play_of(*, minute_mode: bool = False, exec_tf: str = "5m") -> Play:
    """Faster and slower features, structures, and a rule that is unknown at first."""
    price = ref("last_price" if minute_mode else "close")
    rules = (
        block(
            "up",
            (Crossing("cross_above", price, ref("macd.signal")), ()),
            (Comparison(">", price, ref("sw_15m.high_level")), ()),
        ),
        block("high", (Comparison(">", price, ref("sw.high_level")), ())),
    )
    return make_play(
        exec_tf, minute_mode=minute_mode, features=(MACD, RSI), structures=STRUCTURES_OF_PLAY, blocks=rules
    )


def observed(play: Play, bars: BarSeries, at: Sequence[int] = (), *, chunk_rows: int = 16_384) -> dict[str, list[Any]]:
    """The whole inspection, its pieces put together, NaN as "missing" so that lists compare."""
    engine = Engine(play, base_ms=bars.interval_ms, chunk_rows=chunk_rows)
    parts = [part for piece in pieces(bars, at) for part in inspect(engine, MarketSlice(bars=piece))]
    return {name: [_plain(value) for part in parts for value in part[name].tolist()] for name in parts[0]}


def _plain(value: Any) -> Any:
    return "missing" if isinstance(value, float) and np.isnan(value) else value


BARS = minute_bars(with_gaps(600, seed=3, gaps=6, longest=20, first=2), seed=3)


def test_names_are_those_that_a_play_uses() -> None:
    outputs = [output.name for output in STRUCTURES["swing"].outputs]
    assert list(observed(play_of(), minute_bars(range(5)))) == [
        "ts",
        *BAR_COLUMNS,
        "macd.macd",
        "macd.signal",
        "macd.histogram",
        "rsi",
        *(f"sw.{name}" for name in outputs),
        *(f"tr.{output.name}" for output in STRUCTURES["trend"].outputs),
        *(f"sw_15m.{name}" for name in outputs),
        "rule.up",
        "rule.high",
    ]
    assert series_name("rsi", "value") == "rsi"
    assert series_name("macd", "signal") == "macd.signal"


@pytest.mark.parametrize("minute_mode", [False, True])
def test_one_row_for_each_exec_bar_from_the_first(minute_mode: bool) -> None:
    found = observed(play_of(minute_mode=minute_mode), BARS)
    expected = slow_bars(BARS, INTERVALS["5m"])
    assert list(zip(*(found[name] for name in ("ts", *BAR_COLUMNS)), strict=True)) == expected
    assert {len(column) for column in found.values()} == {len(expected)}


@pytest.mark.parametrize("minute_mode", [False, True])
def test_series_hold_what_is_visible_at_the_exec_close(minute_mode: bool) -> None:
    play = play_of(minute_mode=minute_mode)
    found, market = observed(play, BARS), SlowMarket(play, BARS)
    for name in ("macd.histogram", "rsi", "sw.high_level", "sw.high_idx", "tr.direction", "sw_15m.low_level"):
        values = [market.read(ref(name), close) for close in market.exec_closes]
        assert found[name] == ["missing" if value is None else value for value in values], name
        assert len(set(found[name])) > 2, name


def test_labels_are_words() -> None:
    play = play_of()
    found, market = observed(play, BARS), SlowMarket(play, BARS)
    codes = [market.read(ref("sw_15m.pair_direction"), close) for close in market.exec_closes]
    words = ("none", "bullish", "bearish")
    assert found["sw_15m.pair_direction"] == [None if code is None else words[int(code)] for code in codes]
    assert set(found["sw_15m.pair_direction"]) == {None, *words}


@pytest.mark.parametrize("minute_mode", [False, True])
def test_rules_hold_their_verdict_at_the_last_instant_up_to_the_exec_close(minute_mode: bool) -> None:
    play = play_of(minute_mode=minute_mode)
    found = observed(play, BARS)
    instants, columns = verdicts(play, BARS)
    for name, column in zip(("rule.up", "rule.high"), columns, strict=True):
        rows = np.searchsorted(instants, np.array(found["ts"]) + INTERVALS["5m"], side="right") - 1
        assert found[name] == [(False, None, True)[column[row]] for row in rows]
        assert set(found[name]) == {True, False, None}


@settings(deadline=None, max_examples=10)
@given(minute_mode=st.booleans(), at=cuts(500), chunk_rows=st.sampled_from([4, 33, 16_384]))
def test_any_cut_gives_the_same_rows(minute_mode: bool, at: list[int], chunk_rows: int) -> None:
    play = play_of(minute_mode=minute_mode)
    at = [min(cut, len(BARS)) for cut in at]
    assert observed(play, BARS, at, chunk_rows=chunk_rows) == observed(play, BARS)


def test_exec_may_be_slower_than_everything() -> None:
    found = observed(play_of(exec_tf="1h"), minute_bars(range(180)), [70])
    assert found["ts"] == [MONDAY_MS + k * INTERVALS["1h"] for k in range(3)]


def test_bars_of_another_interval_are_refused() -> None:
    engine = Engine(make_play("15m"), base_ms=MINUTE_MS)
    with pytest.raises(InternalError, match="5m bars given to an engine that works on 1m bars"):
        list(inspect(engine, MarketSlice(bars=minute_bars(range(3), step_ms=INTERVALS["5m"]))))


def test_bars_that_do_not_follow_are_refused() -> None:
    engine = Engine(make_play("5m"), base_ms=MINUTE_MS)
    list(inspect(engine, MarketSlice(bars=minute_bars(range(10)))))
    with pytest.raises(InternalError, match="bars must be in order"):
        list(inspect(engine, MarketSlice(bars=minute_bars(range(3)))))
