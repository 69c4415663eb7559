"""One timeframe: features and structures over its bars, in whatever pieces the base bars come."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import BarSeries
from play_engine.indicators import INDICATORS
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.play.model import FeatureSpec, StructureSpec
from play_engine.timeframe import Timeframe, in_order, kernel_lookback
from tests.play_engine.minutes import MONDAY_MS, cuts, minute_bars, pieces, slow_bars, with_gaps
from tests.play_engine.plays import feature, make_play, ref, swing, trend
from tests.play_engine.slow_market import SlowMarket

FEATURES = (
    feature("smooth_rsi", "ema", "5m", 2, source="rsi", source_output="value"),
    feature("rsi", "rsi", "5m"),
    feature("atr", "atr", "5m", 2),
    feature("twice", "sma", "5m", 2, source="smooth_rsi", source_output="value"),
    feature("of_hl2", "sma", "5m", 2, source="hl2"),
    feature("of_hlc3", "sma", "5m", 3, source="hlc3"),
    feature("of_ohlc4", "ema", "5m", 3, source="ohlc4"),
    feature("of_volume", "sma", "5m", 3, source="volume"),
    feature("wilder_of_hl2", "rsi", "5m", 2, source="hl2"),
)
STRUCTURES = (
    trend("tr", "5m", "sw"),
    StructureSpec(
        key="sw",
        type="swing",
        params=swing("sw", "5m", atr_key="atr", min_atr_move=0.5).params,
        interval_ms=INTERVALS["5m"],
        atr=("atr", "value"),
    ),
)
OUTPUTS = [(spec.id, "value") for spec in FEATURES] + [
    ("tr", "direction"), ("tr", "wave_count"), ("sw", "high_level"), ("sw", "pair_direction"), ("sw", "high_accepted"),
]  # fmt: skip

Columns = dict[tuple[str, str], list[float]]


def columns_of(
    bars: BarSeries,
    at: Sequence[int] = (),
    *,
    features: tuple[FeatureSpec, ...] = FEATURES,
    capacity: int = 2_000,
) -> Columns:
    """Every output after the bars came in the pieces between the cuts `at`, NaN for missing."""
    frame = Timeframe(INTERVALS["5m"], MINUTE_MS, features, STRUCTURES, lookback=1, capacity=capacity)
    found: Columns = {name: [] for name in OUTPUTS}
    for piece in pieces(bars, at):
        for start in range(0, max(1, len(piece)), capacity):
            frame.append(piece.rows(start, min(start + capacity, len(piece))))
            for name, column in found.items():
                column += frame.columns[name][frame.table.start : frame.table.stop].astype(np.float64).tolist()
    return found


def slow_columns(bars: BarSeries) -> Columns:
    market = SlowMarket(make_play(features=FEATURES, structures=STRUCTURES), bars)
    return {
        name: [
            np.nan if value is None else value
            for value in (market.read(ref(".".join(name)), close) for close in market.exec_closes)
        ]
        for name in OUTPUTS
    }


def bits(columns: Columns) -> dict[tuple[str, str], bytes]:
    return {name: np.array(values).tobytes() for name, values in columns.items()}


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 99), at=cuts(250), capacity=st.sampled_from([1, 5, 64, 2_000]))
def test_columns_are_those_of_the_whole_table_in_any_cut(seed: int, at: list[int], capacity: int) -> None:
    bars = minute_bars(with_gaps(400, seed=seed, gaps=4, longest=20, first=seed % 7), seed=seed)
    assert bits(columns_of(bars, at, capacity=capacity)) == bits(slow_columns(bars))


def test_the_columns_hold_values_and_events() -> None:
    columns = slow_columns(minute_bars(range(600)))
    for name, values in columns.items():
        assert len({value for value in values if value == value}) > 1, name


def test_the_order_of_features_changes_no_bit() -> None:
    bars = minute_bars(range(200))
    assert bits(columns_of(bars, features=FEATURES[::-1])) == bits(columns_of(bars))


def test_whatever_is_read_comes_before_who_reads_it() -> None:
    order = [getattr(spec, "id", None) or getattr(spec, "key", None) for spec in in_order(FEATURES, STRUCTURES)]
    assert sorted(map(str, order)) == sorted([*(spec.id for spec in FEATURES), "sw", "tr"])
    assert order.index("rsi") < order.index("smooth_rsi") < order.index("twice")
    assert order.index("sw") < order.index("tr")


def test_features_and_structures_are_one_graph() -> None:
    anchored = FeatureSpec(
        id="vwap",
        indicator=INDICATORS["ema"],
        params={"length": 3},
        interval_ms=INTERVALS["5m"],
        source="close",
        swing="sw",
    )
    measured = StructureSpec(key="sw", type="swing", params={}, interval_ms=INTERVALS["5m"], atr=("atr", "value"))
    atr = feature("atr", "atr", "5m", 3)
    assert in_order((anchored, atr), (measured,)) == [atr, measured, anchored]


def test_a_price_source_is_no_feature_even_if_one_has_its_name_in_front() -> None:
    spec = feature("x", "ema", "5m", source="close")
    assert in_order((spec,), ()) == [spec]


def test_derived_prices_are_sums_in_the_order_of_the_fields() -> None:
    bars = minute_bars(range(60), seed=5)
    exact = (
        feature("hl2", "sma", "5m", 1, source="hl2"),
        feature("hlc3", "sma", "5m", 1, source="hlc3"),
        feature("ohlc4", "sma", "5m", 1, source="ohlc4"),
    )
    frame = Timeframe(INTERVALS["5m"], MINUTE_MS, exact, (), lookback=1, capacity=100)
    frame.append(bars)
    rows = slice(frame.table.start, frame.table.stop)
    for number, (_, open_, high, low, close, _) in enumerate(slow_bars(bars, INTERVALS["5m"])):
        assert frame.columns["hl2", "value"][rows][number] == (high + low) / 2
        assert frame.columns["hlc3", "value"][rows][number] == (high + low + close) / 3
        assert frame.columns["ohlc4", "value"][rows][number] == (open_ + high + low + close) / 4


def test_a_table_keeps_what_its_hungriest_kernel_reads() -> None:
    assert kernel_lookback((), ()) == 1
    assert kernel_lookback((feature("a", "sma", "5m", 30),), (swing("s", "5m"),)) == 29
    assert kernel_lookback((feature("a", "sma", "5m", 3),), (swing("s", "5m", left=9, right=4),)) == 13


def test_visible_is_the_last_bar_closed_at_or_before_each_instant() -> None:
    frame = Timeframe(INTERVALS["5m"], MINUTE_MS, (), (), lookback=1, capacity=100)
    bars = minute_bars(range(23))
    frame.append(bars.rows(0, 7))
    instants = MONDAY_MS + MINUTE_MS * np.array([1, 4, 5, 6, 7])
    assert (frame.visible(instants) + frame.table.origin).tolist() == [-1, -1, 0, 0, 0]
    assert frame.closes().tolist() == [MONDAY_MS + 5 * MINUTE_MS]
    frame.append(bars.rows(7, 23))
    instants = MONDAY_MS + MINUTE_MS * np.array([8, 10, 14, 15, 19, 20, 23])
    assert (frame.visible(instants) + frame.table.origin).tolist() == [0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("piece", [1, 4])
def test_pieces_that_complete_no_bar_leave_the_columns_alone(piece: int) -> None:
    frame = Timeframe(INTERVALS["15m"], MINUTE_MS, (), (), lookback=1, capacity=4)
    bars = minute_bars(range(15))
    counts: list[int] = []
    for start in range(0, 15, piece):
        frame.append(bars.rows(start, min(15, start + piece)))
        counts.append(frame.table.stop - frame.table.start)
    assert counts == [0] * (len(counts) - 1) + [1]
