"""What holds for every structure: chunks change nothing, later bars change nothing, the state is plain bytes."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.structures import STRUCTURES
from play_engine.structures.swing import SWING
from play_engine.structures.trend import TREND
from tests.play_engine.columns import run_structure
from tests.play_engine.market import bars, cuts, random_walk

_SWINGS: dict[str, dict[str, Any]] = {
    "fractal": {"left": 1, "right": 2, "atr_key": "atr", "min_pct_move": 0.3},
    "strict": {"left": 2, "right": 1, "strict_alternation": True, "atr_key": "atr", "min_atr_move": 1.0},
    "zigzag": {"mode": "atr_zigzag", "atr_multiplier": 1.5, "atr_key": "atr"},
}
each_swing = pytest.mark.parametrize("params", _SWINGS.values(), ids=_SWINGS)


def _atr(rows: int) -> Floats:
    """Values between one and five ticks, with missing and zero ones."""
    pattern = np.array([np.nan, 0.03, 0.02, 0.05, 0.0, 0.02, 0.04, 0.03, np.nan, 0.02, 0.01])
    return np.resize(pattern, rows)


def _both(market: dict[str, Floats], params: dict[str, Any], borders: list[int] | None = None) -> list[NDArray[Any]]:
    swing = run_structure(SWING, params, market, atr=_atr(len(market["close"])), cuts=borders, seed=1)
    return [swing, run_structure(TREND, {}, market, uses={"swing": swing}, cuts=borders, seed=2)]


@each_swing
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_chunks_with_the_state_kept_as_bytes_change_no_bit(params: dict[str, Any], data: st.DataObject) -> None:
    market = data.draw(bars())
    borders = cuts(data.draw, len(market["close"]))
    cut, whole = _both(market, params, borders), _both(market, params)
    assert [rows.tobytes() for rows in cut] == [rows.tobytes() for rows in whole]


@each_swing
def test_bar_by_bar_changes_no_bit(params: dict[str, Any]) -> None:
    market = random_walk(80, seed=4)
    single, whole = _both(market, params, list(range(81))), _both(market, params)
    assert [rows.tobytes() for rows in single] == [rows.tobytes() for rows in whole]
    assert whole[0]["version"][-1] > 3


@each_swing
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_later_bars_change_no_bit(params: dict[str, Any], data: st.DataObject) -> None:
    market = data.draw(bars())
    rows = data.draw(st.integers(1, len(market["close"])))
    prefix = _both({name: column[:rows] for name, column in market.items()}, params)
    assert [r.tobytes() for r in prefix] == [r[:rows].tobytes() for r in _both(market, params)]


@each_swing
@settings(deadline=None, max_examples=40)
@given(market=bars())
def test_pivots_are_prices_of_their_bars_and_pairs_have_a_range(
    params: dict[str, Any], market: dict[str, Floats]
) -> None:
    swing, trend = _both(market, params)
    for row in swing:
        for kind in ("high", "low"):
            if row[f"{kind}_idx"] >= 0:
                assert row[f"{kind}_level"] == market[kind][row[f"{kind}_idx"]]
        assert row["version"] == row["high_version"] + row["low_version"]
        assert row["pair_version"] == 0 or row["pair_high_level"] > row["pair_low_level"]
    accepted = swing["high_accepted"].astype(int) + swing["low_accepted"]
    np.testing.assert_array_equal(np.cumsum(accepted), swing["version"])
    assert (np.diff(trend["version"]) >= 0).all()
    np.testing.assert_array_equal(trend["wave_count"] == 0, trend["direction"] == 0)


@settings(deadline=None, max_examples=40)
@given(market=bars())
def test_strict_pivots_alternate_unless_one_replaces_another(market: dict[str, Floats]) -> None:
    swing, _ = _both(market, _SWINGS["strict"])
    kinds = [
        kind
        for row in swing
        for kind in ("high", "low")
        if row[f"{kind}_accepted"] and not row[f"{kind}_replaced_pending"]
    ]
    assert all(kind != before for before, kind in pairwise(kinds))


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_declaration_is_whole(structure: Any) -> None:
    assert STRUCTURES[structure.name] is structure
    assert structure.summary
    assert structure.formula
    assert len(structure.initial_state({"mode": "fractal"})) == 1
    initial = structure.initial_row()[0]
    for output in structure.outputs:
        assert (output.kind == "ENUM") == bool(output.labels)
        assert np.isnan(initial[output.name]) if output.kind == "FLOAT" else initial[output.name] in (0, -1)
