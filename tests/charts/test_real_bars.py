"""Every type of structure on recorded bars: shapes agree with the columns, and none is drawn before it was known."""

import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from charts.columns import chart_columns
from charts.seen import Outputs, Seen
from charts.shapes import Drawing
from charts.structures import DRAWINGS
from charts.structures.blocks import lives
from feeds.candle_file import CandleFile
from play_engine.play import load_play
from play_engine.structures import STRUCTURES

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED", Path(__file__).parents[2].parent / "shared"))
CANDLES = SHARED / "data" / "bybit_linear_BTCUSDT_15m_2025-01.parquet"
ROWS = 2_000
PLAY = """\
version: "3.0.0"
name: everything
symbol: BTCUSDT
timeframes: {low_tf: "15m", med_tf: "1h", high_tf: "4h", exec: low_tf}
account: {starting_equity_usdt: 10000, max_leverage: 2}
features:
  atr: {indicator: atr, params: {length: 14}}
structures:
  exec:
    - {type: swing, key: swing, params: {left: 3, right: 3, atr_key: atr}}
    - {type: trend, key: trend, uses: swing}
    - {type: market_structure, key: ms, uses: swing}
    - {type: fibonacci, key: fib, uses: swing, params: {levels: [0.5, 0.618]}}
    - {type: zone, key: demand, uses: swing, params: {zone_type: demand, width_atr: 0.7}}
    - {type: derived_zone, key: retrace, uses: swing, params: {levels: [0.5, 0.618], max_active: 4}}
    - {type: displacement, key: impulse}
    - {type: fair_value_gap, key: gap, params: {max_active: 3, max_age_bars: 80}}
    - {type: order_block, key: ob, uses: [swing, impulse], params: {max_active: 2, max_age_bars: 120}}
    - {type: breaker_block, key: breaker, uses: [ob, ms]}
    - {type: liquidity_zones, key: pools, uses: swing}
    - {type: premium_discount, key: range, uses: swing}
actions:
  entry_long:
    - ["close", ">", "atr"]
position_policy: {mode: long_only, exit_mode: sl_tp_only}
risk_model:
  stop_loss: {type: price_percent, value: 1.0}
  take_profit: {type: price_percent, value: 2.0}
  sizing: {model: percent_equity, value: 25.0}
"""
pytestmark = pytest.mark.skipif(
    not CANDLES.exists(), reason=f"no recorded bars at {CANDLES}; set PLAYHOUSE_SHARED to the folder that holds them"
)
KEYS = ("swing", "trend", "ms", "fib", "demand", "retrace", "impulse", "gap", "ob", "breaker", "pools", "range")
BLOCKS = {"gap": 0.5, "ob": 0.0, "breaker": 0.0}


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Seen]]:
    """Type and columns of each structure, by key."""
    path = tmp_path_factory.mktemp("play") / "everything.yml"
    path.write_text(PLAY)
    play = load_play(path)
    feed = CandleFile(CANDLES, play.symbol)
    coverage = feed.coverage(play.symbol)
    bars = feed.bars(play.symbol, coverage.start_ms, coverage.start_ms + ROWS * play.exec_ms, 700)
    computed = chart_columns(play, bars, coverage.interval_ms, frozenset(KEYS))
    return {spec.key: (spec.type, computed.seen[spec.key]) for spec in play.structures}


def first_rows(seen: Seen, count: int) -> Seen:
    """The columns as they were after `count` bars."""

    def cut(outputs: Outputs) -> Outputs:
        return {name: values[:count] for name, values in outputs.items()}

    prices = {name: getattr(seen, name)[:count] for name in ("ts", "open", "high", "low", "close")}
    return attrs.evolve(
        seen, outputs=cut(seen.outputs), uses={type_: cut(used) for type_, used in seen.uses.items()}, **prices
    )


def known_by(drawing: Drawing, end_ms: float) -> Iterator[tuple[object, ...]]:
    """What could be drawn at an instant, without what may still change: where it ends, and how strong it is."""
    for box in (*drawing.boxes, *drawing.candles):
        if max(box.start_ms, box.origin_ms) < end_ms:
            yield "box", box.origin_ms, box.start_ms, box.lower, box.upper, box.direction
    for line in drawing.lines:
        if line.known_ms <= end_ms and line.start_ms < end_ms:
            yield "line", line.start_ms, line.start_price, line.direction, line.label, line.known_ms
    for mark in drawing.marks:
        if mark.known_ms <= end_ms:
            yield "mark", mark.ts_ms, mark.price, mark.place, mark.label, mark.known_ms


def test_every_type_is_here(columns: dict[str, tuple[str, Seen]]) -> None:
    assert {type_ for type_, _ in columns.values()} == set(DRAWINGS) == set(STRUCTURES) - {"rolling_window"}


@pytest.mark.parametrize("key", KEYS)
def test_later_bars_add_shapes_and_change_none(key: str, columns: dict[str, tuple[str, Seen]]) -> None:
    type_, seen = columns[key]
    whole = DRAWINGS[type_](seen)
    assert len(whole) > 10
    for count in (701, 1_400, 1_999):
        end_ms = seen.closed(count - 1)
        now = set(known_by(DRAWINGS[type_](first_rows(seen, count)), end_ms))
        assert set(known_by(whole, end_ms)) <= now
        # A leg or a wave that goes on replaces what was drawn of it.
        assert len(now - set(known_by(whole, end_ms))) <= (3 if type_ in ("swing", "trend") else 0)


@pytest.mark.parametrize("key", BLOCKS)
def test_the_lives_of_blocks_are_those_of_the_columns(key: str, columns: dict[str, tuple[str, Seen]]) -> None:
    seen = columns[key][1]
    found = lives(seen, touch_depth=BLOCKS[key])
    rows = np.arange(len(seen.ts))
    touched, ended = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    active = {1: np.zeros(len(rows), dtype=int), -1: np.zeros(len(rows), dtype=int)}
    for life in found:
        if life.touched is not None:
            touched[life.touched] = True
        ended[[life.ended] if life.reason == "closed through" and life.ended is not None else []] = True
        # A block that is given up for its age is still there on its last bar.
        gone = len(rows) if life.ended is None else life.ended + (life.reason == "given up for its age")
        until = gone if life.touched is None else min(gone, life.touched + 1)
        active[life.direction][life.created : until] += 1
    np.testing.assert_array_equal(touched, seen.outputs["any_mitigated_this_bar"] == 1)
    np.testing.assert_array_equal(ended, seen.outputs["any_invalidated_this_bar"] == 1)
    np.testing.assert_array_equal(active[1], seen.outputs["active_bull_count"])
    np.testing.assert_array_equal(active[-1], seen.outputs["active_bear_count"])
    assert len(found) == seen.outputs["version"][-1]


def test_pivots_lie_on_the_extremes_of_their_neighbours(columns: dict[str, tuple[str, Seen]]) -> None:
    seen = columns["swing"][1]
    for mark in DRAWINGS["swing"](seen).marks:
        row = int((mark.ts_ms - seen.ts[0]) // seen.interval_ms)
        near = slice(row - 3, row + 4)
        assert mark.price == (seen.high[near].max() if mark.place == 1 else seen.low[near].min())
        assert mark.known_ms == seen.closed(row + 3)


def test_order_blocks_come_from_a_candle_against_their_direction(columns: dict[str, tuple[str, Seen]]) -> None:
    seen = columns["ob"][1]
    for box in DRAWINGS["order_block"](seen).boxes:
        row = int((box.origin_ms - seen.ts[0]) // seen.interval_ms)
        assert sorted((seen.open[row], seen.close[row])) == [box.lower, box.upper]
        assert (seen.close[row] - seen.open[row]) * box.direction < 0.0
        assert 1 <= (box.start_ms - box.origin_ms) / seen.interval_ms - 1 <= seen.params["lookback"]
