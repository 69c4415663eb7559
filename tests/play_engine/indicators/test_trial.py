"""The trial finds out whether an indicator keeps the laws; the indicators that are built in do."""

import sys
from typing import Any

import numpy as np
import pytest
from numba import njit

from play_engine.bars import Floats
from play_engine.declaration import Indicator, Output, Parameter
from play_engine.indicators import INDICATORS
from play_engine.indicators.trial import broken_laws
from play_engine.intervals import MINUTE_MS


def _indicator(kernel: Any, **declared: Any) -> Indicator:
    """An indicator of the close with a plain Python kernel."""
    contract: dict[str, Any] = {
        "inputs": ("x",),
        "source": "close",
        "outputs": (Output(name="value", primary=True),),
        "lookback": lambda _: 1,
        "first": lambda _, s: {"value": s + 1},
        "warmup": lambda _, w: {"value": w + 1},
    }
    return Indicator(name="own", summary="", formula="", kernel=kernel, **(contract | declared))


def _change(x: Floats, value: Floats, start: int, stop: int) -> None:
    for t in range(start, stop):
        value[t] = x[t] - x[t - 1]


def _two_back(x: Floats, value: Floats, start: int, stop: int) -> None:
    for t in range(start, stop):
        value[t] = x[t] - x[t - 2]


def _from_the_start(x: Floats, value: Floats, start: int, stop: int) -> None:
    value[start:stop] = x[start:stop] - x[start:stop].mean()


def _ahead(x: Floats, value: Floats, start: int, stop: int) -> None:
    for t in range(start, stop - 1):
        value[t] = x[t + 1] - x[t]


def _nothing(x: Floats, value: Floats, start: int, stop: int) -> None:
    value[start:stop] = x[start:stop] * float("nan")


def _divided(x: Floats, value: Floats, start: int, stop: int) -> None:
    value[start:stop] = x[start:stop] / (1 // (start - start))


def _unfinished(x: Floats, value: Floats, start: int, stop: int) -> None:
    raise NotImplementedError("later")


def _doubting(x: Floats, value: Floats, start: int, stop: int) -> None:
    raise AssertionError


def _leaving(x: Floats, value: Floats, start: int, stop: int) -> None:
    sys.exit(3)


def test_what_keeps_the_laws_is_told_nothing() -> None:
    assert broken_laws(_indicator(_change), {}, MINUTE_MS) == []


@pytest.mark.parametrize(
    ("kernel", "told"),
    [
        (_two_back, "differs when the bars come in chunks"),
        (_from_the_start, "depends on later bars"),
        (_ahead, "differs when the bars come in chunks"),
        (_nothing, "has no value"),
        (_divided, "cannot be computed: ZeroDivisionError"),
        (_unfinished, "cannot be computed: NotImplementedError: later"),
        (_doubting, "cannot be computed: AssertionError"),
        (_leaving, "cannot be computed: SystemExit: 3"),
    ],
)
def test_what_breaks_a_law_is_told_which(kernel: Any, told: str) -> None:
    found = broken_laws(_indicator(kernel), {}, MINUTE_MS)
    assert any(told in fault.found for fault in found), found


def test_what_is_allowed_depends_on_what_is_wrong() -> None:
    kernels = (_two_back, _nothing, _divided)
    allowed = {broken_laws(_indicator(kernel), {}, MINUTE_MS)[0].allowed for kernel in kernels}
    assert len(allowed) == len(kernels)


def test_of_the_compilers_page_the_first_lines_and_the_place_are_told() -> None:
    @njit
    def untyped(x: Floats, value: Floats, start: int, stop: int) -> None:
        value[start] = x[start] + "text"  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]

    (fault,) = broken_laws(_indicator(untyped), {}, MINUTE_MS)
    assert "TypingError" in fault.found
    assert "test_trial.py" in fault.found
    assert "\n" not in fault.found
    assert len(fault.found) < 400


@pytest.mark.parametrize(
    ("source", "price"),
    [
        ("hl2", lambda _, h, low, __: (h + low) / 2.0),
        ("hlc3", lambda _, h, low, c: (h + low + c) / 3.0),
        ("ohlc4", lambda o, h, low, c: (o + h + low + c) / 4.0),
    ],
)
def test_a_source_that_is_no_column_of_a_bar_is_computed(source: str, price: Any) -> None:
    seen: list[float] = []

    def compared(x: Floats, o: Floats, h: Floats, low: Floats, c: Floats, value: Floats, start: int, stop: int) -> None:
        rows = slice(start, stop)
        seen.append(float(np.abs(x[rows] - price(o[rows], h[rows], low[rows], c[rows])).max(initial=0.0)))
        value[rows] = x[rows]

    inputs = ("x", "open", "high", "low", "close")
    own = _indicator(compared, inputs=inputs, source=source, first=lambda _, s: {"value": s})
    assert broken_laws(own, {}, MINUTE_MS) == []
    assert max(seen) < 1e-9


def test_a_value_before_the_declared_first_bar_is_told() -> None:
    late = _indicator(_change, first=lambda _, s: {"value": s + 3})
    (fault,) = broken_laws(late, {}, MINUTE_MS)
    assert fault.found == "value has a value at bar 1, before its first valid bar 3"


@pytest.mark.parametrize("name", ["ema", "macd", "psar", "vwap", "obv", "supertrend", "volume_profile"])
def test_built_in_indicators_pass_the_trial(name: str) -> None:
    indicator = INDICATORS[name]
    params = {parameter.name: parameter.default for parameter in indicator.parameters}
    assert broken_laws(indicator, params, MINUTE_MS) == []


def test_parameters_reach_the_kernel() -> None:
    def scaled(x: Floats, factor: float, value: Floats, start: int, stop: int) -> None:
        value[start:stop] = x[start:stop] * factor

    own = _indicator(
        scaled, parameters=(Parameter(name="factor", kind="number", default=1.0),), first=lambda _, s: {"value": s}
    )
    assert broken_laws(own, {"factor": 2.0}, MINUTE_MS) == []
