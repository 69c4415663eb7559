"""What holds for every structure: chunks change nothing, later bars change nothing, the state is plain bytes."""

from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Output, Structure, StructureOutputs
from play_engine.structures import STRUCTURES
from tests.play_engine.columns import random_cuts, run_structure, with_defaults
from tests.play_engine.market import bars, cuts

Market = dict[str, Floats]


@attrs.frozen
class Case:
    """A structure as a Play may declare it; `uses` has names of other cases."""

    type: str
    params: dict[str, Any]
    uses: tuple[str, ...] = ()


# A structure that needs parameters has its plain case here; every other one gets it by being registered.
_CASES: dict[str, Case] = {
    "swing": Case("swing", {"left": 1, "right": 2, "atr_key": "atr", "min_pct_move": 0.3}),
    "swing strict": Case(
        "swing", {"left": 2, "right": 1, "strict_alternation": True, "atr_key": "atr", "min_atr_move": 1.0}
    ),
    "swing zigzag": Case("swing", {"mode": "atr_zigzag", "atr_multiplier": 1.5, "atr_key": "atr"}),
    "trend strict": Case("trend", {"wave_history_size": 2}, ("swing strict",)),
    "trend zigzag": Case("trend", {}, ("swing zigzag",)),
    "market_structure wick": Case("market_structure", {"confirmation_close": False}, ("swing zigzag",)),
    "fibonacci": Case("fibonacci", {"levels": (0.382, 0.5, 1.0), "use_trend_anchor": True}, ("swing", "trend")),
    "fibonacci latest": Case(
        "fibonacci", {"levels": (-0.272, 2.0), "mode": "extension_up", "use_paired_anchor": False}, ("swing strict",)
    ),
    "zone": Case("zone", {"zone_type": "demand", "width_atr": 1.5}, ("swing",)),
    "zone supply": Case("zone", {"zone_type": "supply", "width_atr": 0.5}, ("swing zigzag",)),
    "derived_zone": Case("derived_zone", {"levels": (0.382, 0.5, 0.618), "max_active": 4}, ("swing",)),
    "derived_zone one slot": Case(
        "derived_zone",
        {"levels": (0.0, 1.0), "max_active": 1, "mode": "extension", "use_paired_source": False},
        ("swing zigzag",),
    ),
    "rolling_window": Case("rolling_window", {"size": 5, "source": "high", "mode": "max"}),
    "rolling_window long": Case("rolling_window", {"size": 60, "source": "volume", "mode": "min"}),
    "order_block swings": Case(
        "order_block", {"require_displacement": False, "max_active": 1, "max_age_bars": 20}, ("swing",)
    ),
    "fair_value_gap few": Case("fair_value_gap", {"max_active": 1, "max_age_bars": 15, "min_gap_atr": 0.5}),
    "liquidity_zones few": Case(
        "liquidity_zones", {"max_active": 1, "max_swing_history": 3, "max_age_bars": 20}, ("swing zigzag",)
    ),
    "breaker_block alone": Case("breaker_block", {"max_active": 1, "max_age_bars": 0}, ("order_block swings",)),
}
for _name, _structure in STRUCTURES.items():
    _CASES.setdefault(_name, Case(_name, {}, tuple(_structure.uses)))

each_case = pytest.mark.parametrize("case", _CASES)
each_structure = pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)


def _atr(rows: int) -> Floats:
    """Values between one and five ticks, with missing and zero ones."""
    pattern = np.array([np.nan, 0.03, 0.02, 0.05, 0.0, 0.02, 0.04, 0.03, np.nan, 0.02, 0.01])
    return np.resize(pattern, rows)


def _run(name: str, market: Market, borders: list[int] | None = None) -> StructureOutputs:
    """The outputs of a case; it and what it uses see the market in the same chunks."""
    case = _CASES[name]
    structure = STRUCTURES[case.type]
    uses = {_CASES[used].type: _run(used, market, borders).rows for used in case.uses}
    atr = None if structure.atr == "never" else _atr(len(market["close"]))
    return run_structure(structure, case.params, market, atr=atr, uses=uses, cuts=borders, seed=1)


def _bits(out: StructureOutputs, rows: int | None = None) -> tuple[bytes, bytes]:
    return out.rows[:rows].tobytes(), out.slots[:rows].tobytes()


def _columns(name: str, out: StructureOutputs) -> list[tuple[Output, NDArray[Any]]]:
    """Every output of a case with its column."""
    case = _CASES[name]
    structure, params = STRUCTURES[case.type], with_defaults(STRUCTURES[case.type], case.params)
    return [(output, structure.column(params, out, output.name)) for output in structure.columns(params)]


def _walk(rows: int, seed: int, *, gap: int, body: int, wick: int) -> Market:
    """A random walk on ticks of 0.01 around 50."""
    rng = np.random.default_rng(seed)
    bodies = rng.integers(-body, body + 1, rows)
    close = 5_000 + np.cumsum(bodies + rng.integers(-gap, gap + 1, rows))
    ticks = {
        "open": close - bodies,
        "high": np.maximum(close, close - bodies) + rng.integers(0, wick + 1, rows),
        "low": np.minimum(close, close - bodies) - rng.integers(0, wick + 1, rows),
        "close": close,
    }
    volume = rng.integers(0, 5, rows).astype(np.float64)
    return {**{column: prices * 0.01 for column, prices in ticks.items()}, "volume": volume}


_MARKETS = {
    "random": _walk(240, 5, gap=0, body=8, wick=4),
    "flat": _walk(120, 6, gap=0, body=0, wick=0),
    "gappy": _walk(240, 7, gap=12, body=2, wick=1),
    "calm": _walk(240, 8, gap=0, body=1, wick=1),
}
each_market = pytest.mark.parametrize("market", _MARKETS)


@each_case
@each_market
def test_chunks_with_the_state_kept_as_bytes_change_no_bit(case: str, market: str) -> None:
    columns = _MARKETS[market]
    rows = len(columns["close"])
    borders = random_cuts(np.random.default_rng(3), rows, 10)
    assert _bits(_run(case, columns, borders)) == _bits(_run(case, columns))


@each_case
def test_bar_by_bar_changes_no_bit(case: str) -> None:
    market = {column: values[:120] for column, values in _MARKETS["random"].items()}
    assert _bits(_run(case, market, list(range(121)))) == _bits(_run(case, market))


@each_case
@each_market
def test_later_bars_change_no_bit(case: str, market: str) -> None:
    columns = _MARKETS[market]
    whole = _run(case, columns)
    for rows in (1, 2, 37, len(columns["close"]) - 1):
        prefix = _run(case, {column: values[:rows] for column, values in columns.items()})
        assert _bits(prefix) == _bits(whole, rows)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_neither_chunks_nor_later_bars_change_a_bit_on_any_market(data: st.DataObject) -> None:
    case, market = data.draw(st.sampled_from(sorted(_CASES))), data.draw(bars())
    whole = _run(case, market)
    assert _bits(_run(case, market, cuts(data.draw, len(market["close"])))) == _bits(whole)
    rows = data.draw(st.integers(1, len(market["close"])))
    assert _bits(_run(case, {column: values[:rows] for column, values in market.items()})) == _bits(whole, rows)


@each_case
def test_every_case_finds_something_on_a_random_market(case: str) -> None:
    out = _run(case, _MARKETS["random"])
    moving = [output.name for output, column in _columns(case, out) if len(np.unique(column)) > 1]
    assert moving


@each_case
@each_market
def test_values_are_of_their_kind(case: str, market: str) -> None:
    for output, column in _columns(case, _run(case, _MARKETS[market])):
        if output.kind == "BOOL":
            assert set(column.tolist()) <= {0, 1}, output.name
        if output.kind == "ENUM":
            assert set(column.tolist()) <= set(range(len(output.labels))), output.name
        if output.kind == "FLOAT":
            assert not np.isinf(column).any(), output.name
        if output.kind == "INT" and output.initial == -1:
            assert (column >= -1).all(), output.name
            assert (column < len(column)).all(), output.name
        if "version" in output.name:
            assert (np.diff(column) >= 0).all(), output.name


@pytest.mark.parametrize("case", [name for name, case in _CASES.items() if case.type == "derived_zone"])
@each_market
def test_zones_fill_the_first_slots_newest_first(case: str, market: str) -> None:
    slots = _run(case, _MARKETS[market]).slots
    assert slots.shape[1] == _CASES[case].params["max_active"]
    assert (np.diff((slots["state"] == 0).astype(int), axis=1) >= 0).all()
    made = np.where(slots["state"] == 0, -1, slots["anchor_idx"])
    assert (np.diff(made, axis=1) <= 0).all()


@pytest.mark.parametrize("kind", ["swing", "swing strict", "swing zigzag"])
@settings(deadline=None, max_examples=20)
@given(market=bars())
def test_pivots_are_prices_of_their_bars_and_pairs_have_a_range(kind: str, market: Market) -> None:
    swing = _run(kind, market).rows
    for row in swing:
        for side in ("high", "low"):
            if row[f"{side}_idx"] >= 0:
                assert row[f"{side}_level"] == market[side][row[f"{side}_idx"]]
        assert row["version"] == row["high_version"] + row["low_version"]
        assert row["pair_version"] == 0 or row["pair_high_level"] > row["pair_low_level"]
    accepted = swing["high_accepted"].astype(int) + swing["low_accepted"]
    np.testing.assert_array_equal(np.cumsum(accepted), swing["version"])


@each_market
def test_a_trend_without_direction_has_no_waves(market: str) -> None:
    for case in ("trend", "trend strict", "trend zigzag"):
        trend = _run(case, _MARKETS[market]).rows
        np.testing.assert_array_equal(trend["wave_count"] == 0, trend["direction"] == 0)


@settings(deadline=None, max_examples=20)
@given(market=bars())
def test_strict_pivots_alternate_unless_one_replaces_another(market: Market) -> None:
    kinds = [
        kind
        for row in _run("swing strict", market).rows
        for kind in ("high", "low")
        if row[f"{kind}_accepted"] and not row[f"{kind}_replaced_pending"]
    ]
    assert all(kind != before for before, kind in pairwise(kinds))


@each_structure
def test_declaration_is_whole(structure: Structure) -> None:
    assert STRUCTURES[structure.name] is structure
    assert structure.summary
    assert structure.formula
    assert set(structure.uses) <= set(STRUCTURES)
    parameters = [parameter.name for parameter in structure.parameters]
    assert {rule.parameter for rule in structure.no_effects} <= set(parameters)
    assert ("atr_key" in parameters) == (structure.atr != "never")
    declared = [*structure.parameters, *structure.outputs, *structure.slot_outputs]
    assert [one.name for one in declared if not one.meaning] == []


@each_case
def test_outputs_begin_with_nothing_known(case: str) -> None:
    structure, params = STRUCTURES[_CASES[case].type], with_defaults(STRUCTURES[_CASES[case].type], _CASES[case].params)
    assert len(structure.initial_state(params)) == 1
    out = StructureOutputs(rows=structure.initial_row(), slots=structure.initial_slots(params))
    columns = _columns(case, out)
    assert len({output.name for output, _ in columns}) == len(columns)
    for output, column in columns:
        assert (output.kind == "ENUM") == bool(output.labels)
        assert np.isnan(column[0]) if output.kind == "FLOAT" else column[0] in (0, -1)
