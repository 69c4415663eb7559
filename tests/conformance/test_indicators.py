"""Every indicator against stored columns: TA-Lib's where the definition is TA-Lib's, independent ones elsewhere."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from play_engine.indicators.settling import settling_bars, settling_ema, settling_rma
from tests.conformance.vectors import index, needs, vectors
from tests.play_engine.columns import random_cuts, run_indicator, with_defaults

pytestmark = needs("indicators")

_INDEX = index("indicators")
_REGISTRY = index("indicators", "registry.json")
_IMPLEMENTED = sorted(set(INDICATORS) & set(_INDEX.get("indicators", {})))


@cache
def _candles(name: str) -> dict[str, Floats]:
    table = pq.read_table(vectors("indicators") / "candles" / f"{name}.parquet")
    bars = {field: table[field].to_numpy() for field in ("open", "high", "low", "close", "volume")}
    bars["hl2"] = (bars["high"] + bars["low"]) / 2
    bars["hlc3"] = (bars["high"] + bars["low"] + bars["close"]) / 3
    bars["ohlc4"] = (bars["open"] + bars["high"] + bars["low"] + bars["close"]) / 4
    return bars


@cache
def _expected(indicator: str, candles: str) -> dict[str, Floats]:
    table = pq.read_table(vectors("indicators") / "expected" / f"{indicator}.parquet")
    rows = table.filter(pc.equal(table["candles"].cast("string"), candles))
    return {name: rows[name].cast("float64").to_numpy() for name in rows.column_names if "." in name}


def _source(case: dict[str, Any], bars: dict[str, Floats]) -> Floats:
    feature, _, output = case["source"].partition(".")
    if feature not in case.get("features", {}):
        return bars[feature]
    declared = case["features"][feature]
    if declared["indicator"] not in INDICATORS:
        pytest.skip(f"its source is {declared['indicator']}, which does not exist yet")
    indicator = INDICATORS[declared["indicator"]]
    inputs = [bars[str(indicator.source) if field == "x" else field] for field in indicator.inputs]
    return run_indicator(indicator, declared["params"], inputs)[output or indicator.primary.name]


CASES = [
    pytest.param(name, case, candles, id=f"{name}-{case['id']}-{candles}")
    for name in _IMPLEMENTED
    for case in _INDEX["indicators"][name]["cases"]
    for candles in case["columns"][0]["candles"]
]


@pytest.mark.parametrize(("name", "case", "candles"), CASES)
def test_columns_are_the_expected_ones_in_one_call_and_in_chunks(name: str, case: dict[str, Any], candles: str) -> None:
    indicator, bars = INDICATORS[name], _candles(candles)
    params = case["params"]
    assert with_defaults(indicator, params) == case["resolved"]
    inputs = [_source(case, bars) if field == "x" else bars[field] for field in indicator.inputs]
    found = run_indicator(indicator, params, inputs)
    for column in case["columns"]:
        _compare(found[column["output"]], _expected(name, candles)[column["column"]], column["candles"][candles])
    cuts = random_cuts(np.random.default_rng(len(inputs[0])), len(inputs[0]), 12)
    chunked = run_indicator(indicator, params, inputs, cuts, seed=1)
    assert {key: column.tobytes() for key, column in chunked.items()} == {
        key: column.tobytes() for key, column in found.items()
    }


def _compare(found: Floats, expected: Floats, tolerance: dict[str, Any]) -> None:
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected), "missing elsewhere")
    np.testing.assert_allclose(found, expected, rtol=tolerance["rtol"], atol=tolerance["atol"], equal_nan=True)
    valid = np.flatnonzero(~np.isnan(found))
    assert (int(valid[0]) if len(valid) else None) == tolerance["first_valid"]


@pytest.mark.parametrize("name", _IMPLEMENTED)
def test_declaration_is_the_registered_one(name: str) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name]
    assert indicator.source == registered["source"]
    assert [field for field in indicator.inputs if field != "x"] == registered["inputs"]
    kinds = {"int": "int", "number": "float", "flag": "bool", "text": "str"}
    found = [
        (p.name, kinds[p.kind], p.default, p.minimum, p.maximum, p.open_minimum, list(p.choices))
        for p in indicator.parameters
    ]
    assert found == [
        (key, p["type"], p["default"], p.get("min"), p.get("max"), p.get("exclusive_min", False), p.get("choices", []))
        for key, p in registered["params"].items()
    ]
    assert [constraint.text for constraint in indicator.constraints] == registered.get("constraints", [])
    outputs = [(output.name, output.kind.lower(), output.primary) for output in indicator.outputs]
    assert outputs == [(output["name"], output["type"], output["primary"]) for output in registered["outputs"]]


_FUNCTIONS = {
    "S": settling_bars,
    "SE": settling_ema,
    "SR": settling_rma,
    "ceil": lambda x: int(np.ceil(x)),
    "max": max,
    "floor": lambda x: int(np.floor(x)),
}


@pytest.mark.parametrize("name", _IMPLEMENTED)
@pytest.mark.parametrize("scale", [0, 1, 7])
def test_first_valid_bar_and_warmup_are_the_registered_ones(name: str, scale: int) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name]
    # Other values than the defaults too: raised by 0, 1, 2 … times the scale, which keeps the constraints.
    params = {
        p.name: p.default + place * scale if p.kind == "int" and p.name != "ddof" else p.default
        for place, p in enumerate(indicator.parameters)
    }
    names = {**params, **_FUNCTIONS, "s": 5 * scale if indicator.source else 0, "w": 9 * scale}
    first = {o["name"]: eval(o["first_valid"], {}, names) for o in registered["outputs"]}  # noqa: S307
    warmup = {o["name"]: eval(o["warmup"], {}, names) for o in registered["outputs"]}  # noqa: S307
    assert indicator.first(params, names["s"]) == first
    assert indicator.warmup(params, names["w"]) == warmup
