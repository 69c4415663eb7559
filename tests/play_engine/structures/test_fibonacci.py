from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.declaration import StructureOutputs, Used
from play_engine.structures.fibonacci import FIBONACCI
from play_engine.structures.swing import SWING
from play_engine.structures.trend import TREND
from tests.play_engine.columns import run_structure, with_defaults
from tests.play_engine.structures.examples import TABLE_A, assert_columns, swing_rows


def _fibonacci(uses: dict[str, NDArray[Any]] | None = None, **params: Any) -> StructureOutputs:
    return run_structure(FIBONACCI, params, TABLE_A, uses=uses or {"swing": swing_rows(TABLE_A, left=1, right=1)})


def test_levels_of_the_latest_pair() -> None:
    params = {"levels": (0.5, 1.0)}
    assert_columns(
        FIBONACCI,
        params,
        _fibonacci(**params),
        """
        level_0.5         – – – – – 12 12 12 13.5 13.5 14.75 14.75 14.25 14.25 12.5
        level_1           – – – – – 10 10 10 10 10 12.5 12.5 12.5 12.5 9
        anchor_high       – – – – – 14 14 14 17 17 17 17 16 16 16
        anchor_low        – – – – – 10 10 10 10 10 12.5 12.5 12.5 12.5 9
        range             – – – – – 4 4 4 7 7 4.5 4.5 3.5 3.5 7
        anchor_direction  · · · · · bearish bearish bearish bullish bullish bearish bearish bullish bullish bearish
        anchor_age_bars   -1 -1 -1 -1 -1 1 2 3 1 2 1 2 1 2 1
        """,
    )


# On bar 8 the pair is bullish, 10 … 17; on bar 10 bearish, 17 … 12.5.
@pytest.mark.parametrize(
    ("mode", "bar_8", "bar_10"),
    [
        ("retracement", 15.25, 15.875),
        ("extension", 18.75, 11.375),
        ("extension_up", 18.75, 18.125),
        ("extension_down", 8.25, 11.375),
    ],
)
def test_levels_lie_inside_the_leg_or_beyond_its_end(mode: str, bar_8: float, bar_10: float) -> None:
    levels = _fibonacci(levels=(0.25,), mode=mode).slots["level"][:, 0]
    assert (levels[8], levels[10]) == (bar_8, bar_10)


def test_latest_pivots_of_different_legs_have_no_direction_and_no_hash() -> None:
    rows = _fibonacci(levels=(0.5,), use_paired_anchor=False).rows
    swing = swing_rows(TABLE_A, left=1, right=1)
    np.testing.assert_array_equal(rows["anchor_high"][5:], swing["high_level"][5:])
    np.testing.assert_array_equal(rows["anchor_low"][5:], swing["low_level"][5:])
    assert not rows["anchor_direction"].any()
    assert not rows["anchor_hash"].any()


def test_a_high_below_the_low_is_no_leg() -> None:
    swing = np.repeat(SWING.initial_row(), 15)
    swing["high_idx"], swing["low_idx"], swing["high_level"], swing["low_level"] = 1, 2, 5.0, 5.0
    swing["high_level"][8] = 6.0
    rows = _fibonacci({"swing": swing}, levels=(0.5,), use_paired_anchor=False).rows
    np.testing.assert_array_equal(rows["range"], [np.nan] * 8 + [1.0] * 7)
    np.testing.assert_array_equal(rows["anchor_age_bars"], [-1] * 8 + [6, 7, 8, 9, 10, 11, 12])


@pytest.mark.parametrize("use_paired_anchor", [True, False])
def test_with_a_trend_the_pair_is_taken_while_there_is_a_direction(use_paired_anchor: bool) -> None:
    swing = swing_rows(TABLE_A, left=1, right=1)
    trend = np.repeat(TREND.initial_row(), 15)
    trend["direction"] = [0] * 6 + [1] * 4 + [0] * 4 + [-1]
    uses = {"swing": swing, "trend": trend}
    flags = {"use_trend_anchor": True, "use_paired_anchor": use_paired_anchor}
    params = {"levels": (0.5,), "mode": "extension", **flags}
    assert_columns(
        FIBONACCI,
        params,
        _fibonacci(uses, **params),
        """
        anchor_high             – – – – – – 14 14 17 17 17 17 17 17 16
        anchor_direction        · · · · · · bullish bullish bullish bullish bullish bullish bullish bullish bearish
        anchor_trend_direction  0 0 0 0 0 0 1 1 1 1 1 1 1 1 -1
        level_0.5               – – – – – – 16 16 20.5 20.5 20.5 20.5 20.5 20.5 5.5
        anchor_age_bars         -1 -1 -1 -1 -1 -1 2 3 1 2 3 4 5 6 1
        """,
    )
    assert FIBONACCI.no_effects[0].when(with_defaults(FIBONACCI, params), frozenset(uses))


def test_columns_are_named_after_the_ratios() -> None:
    levels = (0.618, 1.0, 2, -0.272, -0.0, 1.23456789, 1e-5, 1e6)
    names = [output.name for output in FIBONACCI.columns({"levels": levels})]
    assert names[len(FIBONACCI.outputs) :] == [
        "level_0.618",
        "level_1",
        "level_2",
        "level_-0.272",
        "level_0",
        "level_1.23457",
        "level_1e-05",
        "level_1e+06",
    ]


@pytest.mark.parametrize(
    ("params", "held"),
    [
        ({"levels": (0.5, 1.0)}, [True, True]),
        ({"levels": (0.5, 0.50000001)}, [False, True]),
        ({"levels": (0.0, -0.0)}, [False, True]),
        ({"levels": (1,), "mode": "extension"}, [True, True]),
        ({"levels": (1,), "mode": "extension", "use_paired_anchor": False}, [True, False]),
        ({"levels": (1,), "mode": "extension", "use_paired_anchor": False, "use_trend_anchor": True}, [True, True]),
        ({"levels": (1,), "mode": "extension_up", "use_paired_anchor": False}, [True, True]),
    ],
)
def test_levels_must_differ_and_an_extension_needs_a_direction(params: dict[str, Any], held: list[bool]) -> None:
    values = with_defaults(FIBONACCI, params)
    assert [constraint.holds(values) for constraint in FIBONACCI.constraints] == held


@pytest.mark.parametrize(
    ("flag", "used", "holds"), [(True, {"swing"}, False), (True, {"swing", "trend"}, True), (False, {"swing"}, True)]
)
def test_a_trend_anchor_needs_a_trend(flag: bool, used: set[str], holds: bool) -> None:
    assert FIBONACCI.uses_rules[0].holds({"use_trend_anchor": flag}, frozenset(used)) is holds


@pytest.mark.parametrize(("flag", "bars"), [(False, 55), (True, 110)])
def test_warmup_is_that_of_the_swing_or_of_the_trend(flag: bool, bars: int) -> None:
    used = {"swing": Used(params=with_defaults(SWING, {"left": 5, "right": 5}), warmup=55)}
    assert FIBONACCI.warmup({"use_trend_anchor": flag}, used) == bars
