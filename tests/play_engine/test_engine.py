"""Bars in, intents out."""

from collections.abc import Sequence

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.aggregate import aggregate
from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.engine import Engine
from play_engine.errors import InternalError
from play_engine.intents import ACTION_CODES, IntentBatch, join
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.market import MarketSlice
from play_engine.play.model import IntentSpec, Play, StopRule, TargetRule
from play_engine.rules.expression import All, Comparison, Crossing, Window
from play_engine.warmup import Window as Stretch
from tests.play_engine.minutes import MONDAY_MS, cuts, minute_bars, pieces, with_gaps
from tests.play_engine.plays import block, feature, make_play, number, ref, swing
from tests.play_engine.slow_market import SlowMarket

FEATURES = (
    feature("fast", "ema", "5m", 2),
    feature("slow", "ema", "5m", 5),
    feature("hourly", "sma", "15m", 2),
    feature("atr", "atr", "1m", 3),
)
INTENTS = (
    IntentSpec(block="enter", action="entry_long"),
    IntentSpec(block="enter", action="no_action"),
    IntentSpec(block="leave", action="exit_long", percent=40.0),
    IntentSpec(block="leave", action="exit_all"),
    IntentSpec(block="always", action="entry_short"),
)
ALWAYS = Comparison(">", ref("volume"), number(-1))


def trading_play(exec_tf: str = "5m", *, minute_mode: bool = False) -> Play:
    """Crossings, a window and a higher timeframe; something fires at every instant."""
    price = ref("last_price" if minute_mode else "close")
    up = All((Crossing("cross_above", price, ref("fast")), Comparison(">", price, ref("hourly"))))
    down = Window(4, 3, Comparison("<", price, ref("slow")))
    return make_play(
        exec_tf,
        minute_mode=minute_mode,
        features=FEATURES,
        structures=(swing("sw", "5m"),),
        intents=INTENTS,
        blocks=(
            block("enter", (up, (0,)), otherwise=(1,)),
            block("leave", (down, (2, 3)), (Crossing("cross_below", ref("fast"), ref("slow")), (3,))),
            block("always", (ALWAYS, (4,))),
        ),
        stop=StopRule(type="structure", level_long=ref("sw.low_level"), level_short=ref("sw.high_level")),
        target=TargetRule(type="atr_multiple", value=2.0, atr=ref("atr", 1)),
    )


def run(
    play: Play,
    bars: BarSeries,
    at: Sequence[int] = (),
    *,
    window: Stretch | None = None,
    chunk_rows: int = 16_384,
) -> IntentBatch:
    """All that the engine says about the bars, given in the pieces between the cuts `at`."""
    engine = Engine(play, base_ms=bars.interval_ms, window=window, chunk_rows=chunk_rows)
    return join([engine.process(MarketSlice(bars=piece)) for piece in pieces(bars, at)], until_ms=bars.end_ms)


def minute(count: int) -> int:
    """The instant `count` minutes after Monday."""
    return MONDAY_MS + count * MINUTE_MS


def bits(batch: IntentBatch) -> dict[str, bytes]:
    return {name: np.asarray(value).tobytes() for name, value in attrs.asdict(batch, recurse=False).items()}


def gappy(seed: int = 0, count: int = 400) -> BarSeries:
    return minute_bars(with_gaps(count, seed=seed, gaps=5, longest=25, first=seed % 4), seed=seed)


@settings(deadline=None, max_examples=20)
@given(
    minute_mode=st.booleans(),
    seed=st.integers(0, 20),
    at=cuts(250),
    chunk_rows=st.sampled_from([1, 4, 60, 16_384]),
    bounds=st.one_of(st.none(), st.tuples(st.integers(0, 200), st.integers(0, 300))),
)
def test_any_cut_gives_the_same_bits(
    minute_mode: bool, seed: int, at: list[int], chunk_rows: int, bounds: tuple[int, int] | None
) -> None:
    bars, play = gappy(seed), trading_play(minute_mode=minute_mode)
    window = bounds and Stretch(minute(bounds[0]), minute(bounds[0] + bounds[1]))
    whole = run(play, bars, window=window)
    assert bits(run(play, bars, at, window=window, chunk_rows=chunk_rows)) == bits(whole)


@pytest.mark.parametrize("minute_mode", [False, True])
def test_later_bars_change_no_bit_of_earlier_instants(minute_mode: bool) -> None:
    bars, play = gappy(3), trading_play(minute_mode=minute_mode)
    whole = run(play, bars)
    for count in (1, 7, 100, 101, 222, len(bars) - 1):
        part = run(play, bars.rows(0, count))
        rows, intents = len(part), int(part.first[-1])
        assert bits(part) == bits(
            attrs.evolve(
                whole,
                until_ms=part.until_ms,
                first=whole.first[: rows + 1],
                **{
                    name: getattr(whole, name)[:rows]
                    for name in ("ts", "is_exec_close", "price", "stop_long", "stop_short", "target")
                },
                **{name: getattr(whole, name)[:intents] for name in ("action", "percent", "intent")},
            )
        )


def test_the_order_of_features_changes_no_decision() -> None:
    play, bars = trading_play(), gappy(1)
    assert bits(run(attrs.evolve(play, features=FEATURES[::-1]), bars)) == bits(run(play, bars))


def test_a_batch_holds_one_row_for_each_exec_close() -> None:
    bars, play = minute_bars(range(60)), trading_play()
    batch = run(play, bars)
    market = SlowMarket(play, bars)
    assert batch.ts.tolist() == market.instants
    assert batch.is_exec_close.all()
    assert batch.until_ms == bars.end_ms == minute(60)
    for name, reference in [
        ("price", ref("close")),
        ("stop_long", ref("sw.low_level")),
        ("stop_short", ref("sw.high_level")),
        ("target", ref("atr", 1)),
    ]:
        expected = [market.read(reference, instant) for instant in market.instants]
        found = [None if np.isnan(value) else value for value in getattr(batch, name).tolist()]
        assert found == expected, name
        assert any(value is not None for value in found), name


def test_intents_come_with_their_action_and_percent_in_the_order_of_the_file() -> None:
    batch = run(trading_play(), gappy(2))
    seen: set[tuple[int, ...]] = set()
    for row in range(len(batch)):
        entries = slice(batch.first[row], batch.first[row + 1])
        numbers = batch.intent[entries].tolist()
        seen.add(tuple(numbers))
        assert numbers == sorted(numbers)
        assert numbers[-1] == 4
        assert batch.action[entries].tolist() == [ACTION_CODES[INTENTS[number].action] for number in numbers]
        assert batch.percent[entries].tolist() == [INTENTS[number].percent for number in numbers]
    assert {(4,), (0, 4), (2, 3, 4)} <= seen


@pytest.mark.parametrize("name", ["last_price", "mark_price"])
def test_a_stop_level_of_some_minutes_ago_means_minutes_at_exec_closes_too(name: str) -> None:
    play = attrs.evolve(trading_play(), stop=StopRule(type="structure", level_long=ref(name), level_short=ref(name, 3)))
    bars = minute_bars(range(30))
    batch = run(play, bars)
    assert batch.stop_long.tolist() == bars.close[4::5].tolist()
    assert batch.stop_short.tolist() == bars.close[1::5].tolist()


@pytest.mark.parametrize(("minute_mode", "first"), [(False, 125), (True, 121)])
def test_decisions_begin_with_the_first_bar_that_opens_in_the_window(minute_mode: bool, first: int) -> None:
    bars, play = minute_bars(range(300)), trading_play(minute_mode=minute_mode)
    batch = run(play, bars, window=Stretch(minute(120), minute(200)))
    assert batch.ts[0] == minute(first)
    assert batch.ts[-1] == minute(200)
    step = 1 if minute_mode else 5
    assert (np.diff(batch.ts) == step * MINUTE_MS).all()
    # What is before the window is known in it.
    whole = run(play, bars)
    inside = np.isin(whole.ts, batch.ts)
    assert batch.target.tolist() == whole.target[inside].tolist()
    counts = np.diff(whole.first)[inside]
    assert np.diff(batch.first).tolist() == counts.tolist()


@pytest.mark.parametrize(("start", "end", "expected"), [(122, 134, [130]), (120, 130, [125, 130]), (120, 129, [125])])
def test_a_bar_counts_if_it_opens_and_closes_inside(start: int, end: int, expected: list[int]) -> None:
    batch = run(trading_play(), minute_bars(range(300)), window=Stretch(minute(start), minute(end)))
    decided = batch.ts[np.diff(batch.first) > 0]
    assert decided.tolist() == [minute(instant) for instant in expected]


@pytest.mark.parametrize("at", [[], [125], [124, 126, 130]])
def test_an_exec_close_of_a_bar_that_began_before_the_window_is_a_row_without_intents(at: list[int]) -> None:
    batch = run(trading_play(), minute_bars(range(300)), at, window=Stretch(minute(122), minute(134)))
    assert batch.ts.tolist() == [minute(125), minute(130)]
    assert (np.diff(batch.first) > 0).tolist() == [False, True]


def test_a_window_outside_the_bars_or_without_length_has_no_instant() -> None:
    bars = minute_bars(range(100))
    for bounds in ((200, 300), (50, 50), (60, 40), (-100, -50)):
        for minute_mode in (False, True):
            play = trading_play(minute_mode=minute_mode)
            batch = run(play, bars, [30], window=Stretch(*map(minute, bounds)), chunk_rows=20)
            assert len(batch) == 0, bounds
            assert batch.first.tolist() == [0]


def test_minutes_are_instants_in_minute_mode_and_exec_closes_are_marked() -> None:
    bars, play = minute_bars(range(60)), trading_play(minute_mode=True)
    batch = run(play, bars)
    assert batch.ts.tolist() == [minute(count) for count in range(1, 61)]
    assert batch.price.tolist() == bars.close.tolist()
    assert batch.is_exec_close.tolist() == [int(count % 5 == 0) for count in range(1, 61)]


def test_an_exec_close_inside_a_gap_is_a_row_without_intents_in_minute_mode() -> None:
    bars = minute_bars([*range(8), *range(13, 20)])
    play = trading_play(minute_mode=True)
    for at in ([], [8], [9]):
        batch = run(play, bars, at)
        assert batch.ts.tolist() == [minute(count) for count in [*range(1, 9), 10, *range(14, 21)]]
        lone = 8
        assert batch.is_exec_close[lone] == 1
        assert batch.price[lone] == bars.close[7]
        assert batch.first[lone] == batch.first[lone + 1]
        # From the first exec close on something is emitted at every minute, but not at the lone close.
        assert (np.diff(batch.first) > 0).tolist() == [row >= 4 and row != lone for row in range(len(batch))]


@pytest.mark.parametrize(("end", "present"), [(9, False), (10, True)])
def test_a_lone_exec_close_obeys_the_window(end: int, present: bool) -> None:
    bars = minute_bars([*range(8), *range(13, 20)])
    batch = run(trading_play(minute_mode=True), bars, [8], window=Stretch(minute(5), minute(end)))
    assert (minute(10) in batch.ts) is present


def test_an_exec_close_inside_a_gap_is_an_instant_of_its_own_in_exec_mode() -> None:
    bars = minute_bars([*range(8), *range(13, 20)])
    for at in ([], [8], [9]):
        batch = run(trading_play(), bars, at)
        assert batch.ts.tolist() == [minute(count) for count in (5, 10, 15, 20)]
        assert batch.price[1] == bars.close[7]


@pytest.mark.parametrize(("start", "first_close"), [(5, 10), (7, 10)])
def test_every_exec_close_after_the_start_is_marked_in_minute_mode(start: int, first_close: int) -> None:
    # The exec bar 5–10 began before minute 7, and its close is an instant of the run all the same.
    bars = minute_bars(range(30))
    batch = run(trading_play(minute_mode=True), bars, window=Stretch(minute(start), minute(30)))
    assert batch.ts[0] == minute(start + 1)
    closes = batch.ts[batch.is_exec_close == 1]
    assert closes[0] == minute(first_close)


@pytest.mark.parametrize("minute_mode", [False, True])
def test_exec_may_be_the_base_interval(minute_mode: bool) -> None:
    bars = minute_bars(with_gaps(60, seed=2, gaps=3, longest=7))
    play = trading_play("1m", minute_mode=minute_mode)
    batch = run(play, bars, [5, 6, 40], chunk_rows=9)
    assert batch.ts.tolist() == (bars.ts + MINUTE_MS).tolist()
    assert batch.is_exec_close.all()
    assert batch.price.tolist() == bars.close.tolist()


def test_the_base_interval_may_be_coarser_than_a_minute() -> None:
    play = make_play("15m", blocks=(block("always", (ALWAYS, (4,))),), intents=INTENTS)
    bars = minute_bars(range(3, 30), step_ms=INTERVALS["5m"])
    batch = run(play, bars)
    assert batch.ts.tolist() == [MONDAY_MS + k * INTERVALS["15m"] for k in range(2, 11)]
    assert np.diff(batch.first).tolist() == [1] * 9


@pytest.mark.parametrize("tf", ["1m", "3m"])
def test_timeframes_that_the_base_does_not_divide_are_refused(tf: str) -> None:
    with pytest.raises(InternalError, match=f"{tf} bars cannot be built from 5m bars"):
        Engine(make_play("15m", features=(feature("x", "ema", tf),)), base_ms=INTERVALS["5m"])


def test_an_exec_timeframe_that_the_base_does_not_divide_is_refused() -> None:
    with pytest.raises(InternalError, match="5m bars cannot be built from 3m bars"):
        Engine(make_play("5m"), base_ms=INTERVALS["3m"])


def test_bars_of_another_interval_are_refused() -> None:
    engine = Engine(trading_play(), base_ms=MINUTE_MS)
    with pytest.raises(InternalError, match="5m bars given to an engine that works on 1m bars"):
        engine.process(MarketSlice(bars=minute_bars(range(3), step_ms=INTERVALS["5m"])))


@pytest.mark.parametrize("again", [range(9, 12), range(3, 5)])
def test_bars_that_do_not_follow_are_refused(again: range) -> None:
    engine = Engine(trading_play(), base_ms=MINUTE_MS)
    engine.process(MarketSlice(bars=minute_bars(range(10))))
    with pytest.raises(InternalError, match="bars must be in order, each once"):
        engine.process(MarketSlice(bars=minute_bars(again)))


@pytest.mark.parametrize("minute_mode", [False, True])
def test_no_bars_decide_nothing_and_change_nothing(minute_mode: bool) -> None:
    engine, other = (Engine(trading_play(minute_mode=minute_mode), base_ms=MINUTE_MS) for _ in range(2))
    bars = minute_bars(range(20))
    nothing = engine.process(MarketSlice(bars=bars.rows(0, 0)))
    assert len(nothing) == 0
    assert nothing.first.tolist() == [0]
    for piece in pieces(bars, [7]):
        found = engine.process(MarketSlice(bars=piece))
        assert len(engine.process(MarketSlice(bars=piece.rows(0, 0)))) == 0
        assert bits(found) == bits(other.process(MarketSlice(bars=piece)))


def test_bars_in_read_only_memory_need_no_other_compiled_function() -> None:
    expected = run(trading_play(), minute_bars(range(60)))
    compiled = len(aggregate.signatures)
    bars = minute_bars(range(60))
    for name in ("ts", *BAR_COLUMNS):
        getattr(bars, name).flags.writeable = False
    assert bits(run(trading_play(), bars, [7])) == bits(expected)
    assert len(aggregate.signatures) == compiled


def test_a_batch_does_not_change_when_the_engine_goes_on() -> None:
    bars, play = gappy(4), trading_play()
    engine = Engine(play, base_ms=MINUTE_MS, chunk_rows=50)
    first = engine.process(MarketSlice(bars=bars.rows(0, 40)))
    before = bits(first)
    for piece in pieces(bars.rows(40, len(bars)), [10, 100]):
        engine.process(MarketSlice(bars=piece))
    assert bits(first) == before


def test_memory_does_not_grow_with_the_bars() -> None:
    engine = Engine(trading_play(minute_mode=True), base_ms=MINUTE_MS, chunk_rows=20)
    columns = [frame.ts for frame in engine.frames.values()]
    sizes = [column.size for column in columns]
    for piece in pieces(minute_bars(range(1_000)), list(range(0, 1_000, 90))):
        engine.process(MarketSlice(bars=piece))
    assert [frame.ts.size for frame in engine.frames.values()] == sizes
    assert all(frame.ts is column for frame, column in zip(engine.frames.values(), columns, strict=True))


def test_a_long_offset_reaches_over_many_chunks() -> None:
    rule = Comparison(">=", ref("close", 100), number(-1))
    play = make_play("1m", blocks=(block("old", (rule, (4,))),), intents=INTENTS)
    batch = run(play, minute_bars(range(150)), list(range(0, 150, 7)), chunk_rows=5)
    assert np.diff(batch.first).tolist() == [0] * 100 + [1] * 50
