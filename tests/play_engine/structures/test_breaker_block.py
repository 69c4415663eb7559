from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.declaration import Used
from play_engine.structures import STRUCTURES
from play_engine.structures.breaker_block import BREAKER_BLOCK
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.structures.block_examples import TABLE_B, candles, rows_of
from tests.play_engine.structures.examples import assert_rows, swing_rows

BROKEN_SUPPORT = {
    "any_invalidated_this_bar": 1,
    "last_invalidated_direction": 1,
    "last_invalidated_lower": 10,
    "last_invalidated_upper": 11,
}
BROKEN_RESISTANCE = {**BROKEN_SUPPORT, "last_invalidated_direction": -1}
BREAK_DOWN = {"bos_this_bar": 1, "bias": -1}
TURN_DOWN = {"choch_this_bar": 1, "bias": -1}
BREAK_UP = {"bos_this_bar": 1, "bias": 1}

Events = Mapping[int, Mapping[str, Any]]


def _rows(closes: list[float], broken: Events, breaks: Events | None = None, **params: Any) -> NDArray[np.void]:
    """Bars without a range; `breaks` is what the market structure reports, None without one."""
    market = candles(*((close, close, close, close) for close in closes))
    uses = {"order_block": rows_of("order_block", len(closes), broken)}
    if breaks is not None:
        uses["market_structure"] = rows_of("market_structure", len(closes), breaks)
    return run_structure(BREAKER_BLOCK, params, market, uses=uses).rows


def test_support_that_broke_with_a_change_of_character_is_resistance() -> None:
    swing = swing_rows(TABLE_B, left=1, right=1)
    order_block = run_structure(STRUCTURES["order_block"], {}, TABLE_B, atr=TABLE_B["atr"], uses={"swing": swing}).rows
    structure = run_structure(STRUCTURES["market_structure"], {}, TABLE_B, uses={"swing": swing}).rows
    uses = {"order_block": order_block, "market_structure": structure}
    assert_rows(
        BREAKER_BLOCK,
        run_structure(BREAKER_BLOCK, {}, TABLE_B, uses=uses).rows,
        """
        new_this_bar            · · · · · · · · · · 1 · · ·
        new_direction           0 0 0 0 0 0 0 0 0 0 -1 0 0 0
        new_upper               – – – – – – – – – – 100 – – –
        new_lower               – – – – – – – – – – 99 – – –
        active_bear_count       0 0 0 0 0 0 0 0 0 0 1 1 0 0
        nearest_bear_lower      – – – – – – – – – – 99 99 – –
        any_mitigated_this_bar  · · · · · · · · · · · 1 · ·
        version                 0 0 0 0 0 0 0 0 0 0 1 1 1 1
        """,
    )


def test_without_a_market_structure_every_broken_block_is_a_breaker() -> None:
    rows = _rows([9, 12], {0: BROKEN_SUPPORT, 1: BROKEN_RESISTANCE})
    np.testing.assert_array_equal(rows["new_direction"], [-1, 1])
    np.testing.assert_array_equal(rows["nearest_bull_upper"], [np.nan, 11])


@pytest.mark.parametrize("event", [BREAK_DOWN, TURN_DOWN])
@pytest.mark.parametrize(
    ("bar", "made"), [(0, False), (1, True), (2, True), (3, True), (4, True), (5, True), (6, False)]
)
def test_a_break_of_structure_must_lie_within_the_window_on_either_side(
    event: Mapping[str, int], bar: int, made: bool
) -> None:
    rows = _rows([9] * 8, {3: BROKEN_SUPPORT}, {bar: event}, break_window=2)
    assert rows["version"][-1] == made
    assert not made or rows["new_this_bar"][max(bar, 3)] == 1


def test_a_window_of_nothing_asks_for_the_same_bar() -> None:
    events = {1: BROKEN_SUPPORT, 4: BROKEN_SUPPORT}
    np.testing.assert_array_equal(
        _rows([9] * 6, events, {2: BREAK_DOWN, 4: BREAK_DOWN}, break_window=0)["version"][3:], [0, 1, 1]
    )


def test_a_break_the_other_way_confirms_nothing() -> None:
    assert _rows([9, 9], {0: BROKEN_SUPPORT}, {0: BREAK_UP, 1: BREAK_UP})["version"][-1] == 0


def test_a_bias_without_an_event_confirms_nothing() -> None:
    assert _rows([9, 9], {0: BROKEN_SUPPORT}, {0: {"bias": -1}})["version"][-1] == 0


def test_a_waiting_candidate_is_dropped_when_price_closes_back_through_it() -> None:
    closes = [9, 11, 9, 9]
    assert _rows(closes, {0: BROKEN_SUPPORT}, {2: BREAK_DOWN})["version"][-1] == 1
    closes[1] = 11.1
    assert _rows(closes, {0: BROKEN_SUPPORT}, {2: BREAK_DOWN})["version"][-1] == 0


def test_a_newer_candidate_replaces_one_that_waits() -> None:
    newer = {**BROKEN_SUPPORT, "last_invalidated_lower": 10.5}
    rows = _rows([9, 9, 9], {0: BROKEN_SUPPORT, 1: newer}, {2: BREAK_DOWN})
    np.testing.assert_array_equal(rows["new_lower"], [np.nan, np.nan, 10.5])


def test_one_bar_can_make_a_breaker_of_each_direction_the_resistance_is_the_newer_one() -> None:
    # Inside the range 10 to 11 neither candidate is closed through. The break up came earlier.
    rows = _rows([10.5] * 3, {0: BROKEN_SUPPORT, 1: BROKEN_RESISTANCE}, {2: BREAK_DOWN}, break_window=3)
    np.testing.assert_array_equal(rows["version"], [0, 0, 1])
    rows = _rows([10.5] * 3, {1: BROKEN_SUPPORT, 2: BROKEN_RESISTANCE}, {0: BREAK_UP, 2: BREAK_DOWN})
    np.testing.assert_array_equal(rows["version"], [0, 0, 2])
    assert rows[["new_direction", "active_bull_count", "active_bear_count"]][2].tolist() == (-1, 1, 1)


def test_warmup_is_that_of_what_it_uses_and_the_life_of_its_blocks() -> None:
    used = {"order_block": Used(params={}, warmup=558), "market_structure": Used(params={}, warmup=165)}
    assert BREAKER_BLOCK.warmup(with_defaults(BREAKER_BLOCK, {}), used) == 1_058
    never = with_defaults(BREAKER_BLOCK, {"max_age_bars": 0, "max_active": 2})
    assert BREAKER_BLOCK.warmup(never, {"order_block": Used(params={}, warmup=100)}) == 180


def test_ms_key_names_a_market_structure_and_the_window_needs_one() -> None:
    assert BREAKER_BLOCK.key_parameters == {"ms_key": "market_structure"}
    (window,) = BREAKER_BLOCK.no_effects
    assert window.parameter == "break_window"
    assert window.when({}, frozenset({"order_block"}))
    assert not window.when({}, frozenset({"order_block", "market_structure"}))
