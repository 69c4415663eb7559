from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from play_engine.declaration import Used
from play_engine.structures.liquidity_zones import LIQUIDITY_ZONES
from play_engine.structures.swing import SWING
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.structures.block_examples import TABLE_C, candles, rows_of
from tests.play_engine.structures.examples import assert_rows, swing_rows

Bar = tuple[float, float, float, float]
QUIET: Bar = (50, 50, 50, 50)


def _rows(bars: list[Bar], pivots: Mapping[int, float], atr: Mapping[int, float] | None = None, **params: Any) -> Any:
    """Rows with swing pivots that become known on a bar: positive prices are highs, negative ones lows."""
    market = candles(*bars)
    for bar, value in (atr or {}).items():
        market["atr"][bar] = value
    events = {
        bar: {f"{kind}_accepted": 1, f"{kind}_level": abs(price)}
        for bar, price in pivots.items()
        for kind in ["high" if price > 0 else "low"]
    }
    values = {"tolerance_atr": 0.5, "sweep_atr": 0.25, **params}
    uses = {"swing": rows_of("swing", len(bars), events)}
    return run_structure(LIQUIDITY_ZONES, values, market, atr=market["atr"], uses=uses).rows


def _up(high: float, close: float = 50) -> Bar:
    return (50, max(high, close), 50, close)


def _down(low: float, close: float = 50) -> Bar:
    return (50, 50, min(low, close), close)


def test_two_highs_close_together_are_a_zone_until_swept() -> None:
    swing = swing_rows(TABLE_C, left=1, right=1)
    rows = run_structure(LIQUIDITY_ZONES, {}, TABLE_C, atr=TABLE_C["atr"], uses={"swing": swing}).rows
    assert_rows(
        LIQUIDITY_ZONES,
        rows,
        """
        new_zone_this_bar     · · · · · · 1 · · · · ·
        sweep_this_bar        · · · · · · · · · 1 · ·
        sweep_direction       0 0 0 0 0 0 0 0 0 1 0 0
        swept_level           – – – – – – – – – 110.1 – –
        nearest_high_level    – – – – – – 110.1 110.1 110.1 – – –
        nearest_high_touches  0 0 0 0 0 0 2 2 2 0 0 0
        nearest_low_level     – – – – – – – – – – – –
        version               0 0 0 0 0 0 1 1 1 2 2 2
        sweep_age_bars        -1 -1 -1 -1 -1 -1 -1 -1 -1 0 1 2
        """,
    )


def test_a_close_beyond_the_level_breaks_it_in_silence() -> None:
    bars = [QUIET, QUIET, _up(61), QUIET]
    swept, broken = (_rows([*bars[:2], bar, QUIET], {0: 60, 1: 60}) for bar in (_up(61, 59.9), _up(61, 60)))
    np.testing.assert_array_equal(swept["sweep_this_bar"], [0, 0, 1, 0])
    np.testing.assert_array_equal(broken["sweep_this_bar"], [0, 0, 0, 0])
    assert swept["version"][-1] == broken["version"][-1] == 2
    assert np.isnan(broken["nearest_high_level"][2])


@pytest.mark.parametrize(("high", "swept"), [(60.25, 0), (60.5, 1)])
def test_price_must_trade_farther_than_the_margin(high: float, swept: int) -> None:
    assert _rows([QUIET, QUIET, _up(high)], {0: 60, 1: 60})["sweep_this_bar"][2] == swept


def test_a_zone_is_not_tested_on_the_bar_that_makes_it() -> None:
    rows = _rows([QUIET, _up(70), _up(70)], {0: 60, 1: 60})
    np.testing.assert_array_equal(rows["sweep_this_bar"], [0, 0, 1])


def test_lows_are_the_mirror_of_highs() -> None:
    rows = _rows([QUIET, QUIET, _down(39)], {0: -40, 1: -40.5})
    np.testing.assert_array_equal(rows["nearest_low_level"], [np.nan, 40.25, np.nan])
    assert rows[["sweep_direction", "swept_level"]][2].tolist() == (-1, 40.25)


def test_a_further_pivot_moves_the_zone_and_is_no_event() -> None:
    rows = _rows([QUIET] * 3, {0: 60, 1: 60.5, 2: 60.25})
    np.testing.assert_array_equal(rows["nearest_high_level"], [np.nan, 60.25, 60.25])
    np.testing.assert_array_equal(rows["nearest_high_touches"], [0, 2, 3])
    np.testing.assert_array_equal(rows["new_zone_this_bar"], [0, 1, 0])
    assert rows["version"][-1] == 1


@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_pivots_without_an_atr_are_remembered_but_make_no_zone(missing: float) -> None:
    rows = _rows([QUIET] * 3, {0: 60, 1: 60, 2: 60}, atr={0: missing, 1: missing})
    np.testing.assert_array_equal(rows["nearest_high_touches"], [0, 0, 3])


def test_without_an_atr_no_zone_is_pierced() -> None:
    rows = _rows([QUIET, QUIET, _up(70), _up(70)], {0: 60, 1: 60}, atr={2: np.nan})
    np.testing.assert_array_equal(rows["sweep_this_bar"], [0, 0, 0, 1])


def test_only_the_latest_pivots_are_remembered() -> None:
    pivots = {0: 60, 1: 70, 2: 60}
    assert _rows([QUIET] * 3, pivots, max_swing_history=3)["version"][-1] == 1
    assert _rows([QUIET] * 3, pivots, max_swing_history=2)["version"][-1] == 0


def test_of_too_many_zones_the_oldest_leaves() -> None:
    rows = _rows([QUIET] * 3, {0: 60, 1: 70, 2: 80}, min_touches=1, max_active=2)
    np.testing.assert_array_equal(rows["nearest_high_level"], [60, 60, 70])
    assert rows["version"][-1] == 3


def test_a_zone_is_given_up_when_its_last_pivot_is_too_old() -> None:
    rows = _rows([QUIET] * 7, {0: 60, 2: 60}, min_touches=1, max_age_bars=3)
    np.testing.assert_array_equal(rows["nearest_high_touches"], [1, 1, 2, 2, 2, 2, 0])
    assert rows["version"][-1] == 1
    assert _rows([QUIET] * 7, {0: 60}, min_touches=1, max_age_bars=0)["nearest_high_touches"][-1] == 1


def test_pivots_that_were_traded_through_form_no_zone_again() -> None:
    rows = _rows([QUIET, QUIET, _up(60.5), QUIET], {0: 60, 1: 60, 3: 60.25})
    np.testing.assert_array_equal(rows["new_zone_this_bar"], [0, 1, 0, 0])
    # A pivot beyond the wick stays.
    rows = _rows([QUIET, QUIET, QUIET, _up(60.5), QUIET], {0: 60, 1: 60, 2: 60.75, 4: 60.75}, tolerance_atr=0.25)
    np.testing.assert_array_equal(rows["new_zone_this_bar"], [0, 1, 0, 0, 1])


def test_of_several_sweeps_the_one_with_the_most_touches_is_reported_then_the_newest() -> None:
    bars = [*[QUIET] * 3, _up(70)]
    # 60 has two pivots, 62 one.
    assert _rows(bars, {0: 60, 1: 60, 2: 62}, min_touches=1)["swept_level"][3] == 60
    rows = _rows(bars, {0: 60, 1: 62}, min_touches=1)
    assert (rows["swept_level"][3], rows["version"][3]) == (62, 4)


def test_of_equal_sweeps_on_both_sides_the_newer_one_is_reported() -> None:
    both: Bar = (50, 70, 30, 50)
    newer_high = _rows([*[QUIET] * 2, both], {0: -40, 1: 60}, min_touches=1)
    newer_low = _rows([*[QUIET] * 2, both], {0: 60, 1: -40}, min_touches=1)
    assert newer_high[["sweep_direction", "swept_level"]][2].tolist() == (1, 60)
    assert newer_low[["sweep_direction", "swept_level"]][2].tolist() == (-1, 40)


def test_of_zones_made_on_the_same_bar_the_low_one_is_reported() -> None:
    accepted = {"high_accepted": 1, "high_level": 60, "low_accepted": 1, "low_level": 40}
    market = candles(QUIET, (50, 70, 30, 50))
    uses = {"swing": rows_of("swing", 2, {0: accepted})}
    rows = run_structure(LIQUIDITY_ZONES, {"min_touches": 1}, market, atr=market["atr"], uses=uses).rows
    assert rows[["sweep_direction", "swept_level", "version"]][1].tolist() == (-1, 40, 4)


def test_the_nearest_zone_is_the_newest_among_equals() -> None:
    # The margin is so wide that the close between them pierces neither.
    rows = _rows([QUIET] * 3, {0: 49, 1: 51}, min_touches=1, sweep_atr=5)
    np.testing.assert_array_equal(rows["nearest_high_level"], [49, 51, 51])
    assert rows["version"][-1] == 2


def test_the_state_has_room_for_the_greatest_memory() -> None:
    pivots: dict[int, float] = {i: 1_000 + 10 * i for i in range(600)}
    rows = _rows([QUIET] * 600, pivots, min_touches=1, max_active=64, max_swing_history=512, max_age_bars=0)
    # The oldest of the 64 newest zones is the nearest.
    assert rows["nearest_high_level"][-1] == 1_000 + 10 * (600 - 64)


@pytest.mark.parametrize(("params", "bars"), [({}, 775), ({"max_swing_history": 2, "max_age_bars": 0}, 77)])
def test_warmup_counts_pivots_and_the_life_of_zones(params: dict[str, int], bars: int) -> None:
    swing = Used(params=with_defaults(SWING, {"left": 5, "right": 5}), warmup=55)
    assert LIQUIDITY_ZONES.warmup(with_defaults(LIQUIDITY_ZONES, params), {"swing": swing}) == bars
