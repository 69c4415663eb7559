"""Every indicator against stored columns: TA-Lib's where the definition is TA-Lib's, independent ones elsewhere."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Parameter, Surroundings
from play_engine.indicators import INDICATORS
from play_engine.indicators.settling import settling_bars, settling_ema, settling_rma
from play_engine.intervals import DAY_MS, INTERVALS
from play_engine.structures import STRUCTURES
from tests.conformance.vectors import index, needs, vectors
from tests.play_engine.columns import random_cuts, run_indicator, with_defaults

pytestmark = needs("indicators")

_INDEX = index("indicators")
_REGISTRY = index("indicators", "registry.json")
_IMPLEMENTED = sorted(set(INDICATORS) & set(_INDEX.get("indicators", {})))


@cache
def _candles(name: str) -> dict[str, NDArray[Any]]:
    """What an indicator may read, by the names of inputs and price fields."""
    table = pq.read_table(vectors("indicators") / "candles" / f"{name}.parquet")
    bars = {field: table[field].to_numpy() for field in ("ts", "open", "high", "low", "close", "volume")}
    bars["hl2"] = (bars["high"] + bars["low"]) / 2
    bars["hlc3"] = (bars["high"] + bars["low"] + bars["close"]) / 3
    bars["ohlc4"] = (bars["open"] + bars["high"] + bars["low"] + bars["close"]) / 4
    bars["bar"] = np.arange(len(table))
    first = STRUCTURES["swing"].initial_row()
    bars["swing"] = np.repeat(first, len(table))
    for column in (name for name in table.column_names if name.startswith("swing_")):
        field = column.removeprefix("swing_")
        values = table[column].to_pylist()
        labels = next(output.labels for output in STRUCTURES["swing"].outputs if output.name == field)
        bars["swing"][field] = [labels.index(value) for value in values] if labels else values
    return bars


@cache
def _expected(indicator: str, candles: str) -> dict[str, Floats]:
    table = pq.read_table(vectors("indicators") / "expected" / f"{indicator}.parquet")
    rows = table.filter(pc.equal(table["candles"].cast("string"), candles))
    return {name: rows[name].cast("float64").to_numpy() for name in rows.column_names if "." in name}


def _source(case: dict[str, Any], bars: dict[str, NDArray[Any]]) -> Floats:
    feature, _, output = case["source"].partition(".")
    if feature not in case.get("features", {}):
        return bars[feature]
    declared = case["features"][feature]
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
    params = case.get("params_per_candles", {}).get(candles, case["params"])
    assert with_defaults(indicator, params) == {**case["resolved"], **params}
    interval_ms = _INDEX["candles"][candles]["timeframe_ms"]
    inputs = [_source(case, bars) if field == "x" else bars[field] for field in indicator.inputs]
    found = run_indicator(indicator, params, inputs, interval_ms=interval_ms)
    for column in case["columns"]:
        _compare(found[column["output"]], _expected(name, candles)[column["column"]], column["candles"][candles])
    cuts = random_cuts(np.random.default_rng(len(inputs[0])), len(inputs[0]), 12)
    chunked = run_indicator(indicator, params, inputs, cuts, seed=1, interval_ms=interval_ms)
    assert {key: column.tobytes() for key, column in chunked.items()} == {
        key: column.tobytes() for key, column in found.items()
    }


def _compare(found: Floats, expected: Floats, tolerance: dict[str, Any]) -> None:
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected), "missing elsewhere")
    np.testing.assert_allclose(found, expected, rtol=tolerance["rtol"], atol=tolerance["atol"], equal_nan=True)
    valid = np.flatnonzero(~np.isnan(found))
    assert (int(valid[0]) if len(valid) else None) == tolerance["first_valid"]


_KINDS = {"int": "int", "number": "float", "flag": "bool", "key": "key", "instant": "time"}
# Among the choices, what stands for all intervals that divide a day.
_INTRADAY = "an intraday timeframe"
_INTRADAY_NAMES = [name for name, length in INTERVALS.items() if length < DAY_MS]


def _kind(parameter: Parameter) -> str:
    return "enum" if parameter.choices else _KINDS[parameter.kind]


def _registered_choices(parameter: dict[str, Any]) -> set[str | None]:
    choices = set(parameter.get("choices", []))
    return choices - {_INTRADAY} | set(_INTRADAY_NAMES) if _INTRADAY in choices else choices


def _choices(parameter: Parameter) -> set[str | None]:
    return {*parameter.choices, None} if parameter.nullable else set(parameter.choices)


@pytest.mark.parametrize("name", _IMPLEMENTED)
def test_declaration_is_the_registered_one(name: str) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name]
    assert indicator.source == registered["source"]
    # The number of a bar says where a swing's pivot lies; it is no input of the definition.
    assert [field for field in indicator.inputs if field not in ("x", "bar")] == registered["inputs"]
    found = {
        p.name: (_kind(p), p.default, p.minimum, p.maximum, p.open_minimum, _choices(p)) for p in indicator.parameters
    }
    assert list(found) == list(registered["params"])
    for key, p in registered["params"].items():
        limits = p.get("min"), p.get("max"), p.get("exclusive_min", False)
        assert found[key] == (p["type"], p["default"], *limits, _registered_choices(p))
    outputs = [(output.name, output.kind.lower(), output.primary) for output in indicator.outputs]
    assert outputs == [(output["name"], output["type"], output["primary"]) for output in registered["outputs"]]


@pytest.mark.parametrize("name", _IMPLEMENTED)
def test_constraints_are_the_registered_ones(name: str) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name].get("constraints", [])
    # Rules on the timeframe and on a swing have their own place in a declaration, and their own words.
    own = [text for text in registered if "timeframe" not in text]
    assert [constraint.text for constraint in indicator.constraints] == own
    on_swing = [text for text in registered if "swing" in text]
    assert (len(indicator.timeframe_rules), int(indicator.needs_swing is not None)) == (
        len(registered) - len(own) - len(on_swing),
        len(on_swing),
    )


def _session_ms(anchor: str | None) -> int:
    days = {"D": 1, "W": 7, "M": 31}
    return 0 if anchor is None else days[anchor] * DAY_MS if anchor in days else INTERVALS[anchor]


_FUNCTIONS = {
    "S": settling_bars,
    "SE": settling_ema,
    "SR": settling_rma,
    "DAY": DAY_MS,
    "bars": lambda ms, tf: int(np.ceil(ms / tf)),
    "session_ms": _session_ms,
    "ceil": lambda x: int(np.ceil(x)),
    "max": max,
    "floor": lambda x: int(np.floor(x)),
    "sqrt": np.sqrt,
}


@pytest.mark.parametrize("name", _IMPLEMENTED)
@pytest.mark.parametrize("scale", [0, 1, 7])
def test_first_valid_bar_and_warmup_are_the_registered_ones(name: str, scale: int) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name]
    params = {p.name: p.default for p in indicator.parameters}
    for place, p in enumerate(indicator.parameters):
        # Other values than the defaults too: raised by 0, 1, 2 … times the scale, which keeps the constraints.
        if p.kind == "int" and p.name != "ddof" and p.default is not None:
            params[p.name] += place * scale
    _check_expressions(name, params, scale)
    for parameter in indicator.parameters:
        # Every choice, and what is not given by default, changes the formulas.
        for choice in _choices(parameter) - {parameter.default}:
            _check_expressions(name, {**params, parameter.name: choice}, scale)
        if parameter.kind == "int" and parameter.default is None:
            _check_expressions(name, {**params, parameter.name: 10 + scale}, scale)
    assert set(indicator.first(params, 0)) == {output["name"] for output in registered["outputs"]}


def _check_expressions(name: str, params: dict[str, Any], scale: int) -> None:
    indicator, registered = INDICATORS[name], _REGISTRY["indicators"][name]
    interval_ms = 300_000 * (scale + 1)
    w = 9 * scale
    # A session and an anchor have no bar of their own: what is registered for them is when they may begin.
    names = {**params, **_FUNCTIONS, "s": 5 * scale if indicator.source else 0, "w": w, "tf": interval_ms}
    first, warmup = indicator.first(params, names["s"]), dict(indicator.warmup(params, w))
    if indicator.preroll is not None:
        more = indicator.preroll(params, Surroundings(interval_ms=interval_ms))
        warmup = {output: bars + more[output] for output, bars in warmup.items()}
    for output in registered["outputs"]:
        if output["first_valid"] is not None:
            assert first[output["name"]] == eval(output["first_valid"], {}, names)  # noqa: S307
        # The memory of an anchored one is that of its swing, but its source has to be settled too.
        settled = w if indicator.needs_swing is not None and indicator.source is not None else 0
        assert warmup[output["name"]] == eval(output["warmup"], {}, names) + settled  # noqa: S307
