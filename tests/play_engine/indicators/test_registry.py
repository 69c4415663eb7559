import inspect
from typing import Any

import pytest

from play_engine.declaration import Indicator, Surroundings
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import with_defaults

_INPUTS = {"x", "open", "high", "low", "close", "volume", "ts", "bar", "swing"}
_MINUTE_MS = 60_000
each_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)


def test_indicators_are_found_by_their_name_and_cannot_be_replaced() -> None:
    assert all(indicator.name == name for name, indicator in INDICATORS.items())
    with pytest.raises(TypeError):
        INDICATORS["ema"] = INDICATORS["sma"]  # type: ignore[index]


@each_indicator
def test_kernel_takes_what_the_declaration_says(indicator: Indicator) -> None:
    arguments = indicator.kernel_arguments(with_defaults(indicator, {}), _MINUTE_MS)
    columns = [*indicator.inputs, *(output.name for output in indicator.outputs), *indicator.hidden]
    kernel: Any = indicator.kernel
    assert len(inspect.signature(kernel.py_func).parameters) == len(columns) + len(arguments) + 2
    # Anything else would be a second version of the kernel, or none.
    assert {type(argument) for argument in arguments} <= {int, float, bool}


@each_indicator
def test_declaration_is_whole(indicator: Indicator) -> None:
    defaults = with_defaults(indicator, {})
    outputs = {output.name for output in indicator.outputs}
    assert indicator.summary
    assert indicator.formula
    assert [output.name for output in indicator.outputs if output.primary] == [indicator.primary.name]
    assert all(constraint.holds(defaults) for constraint in indicator.constraints)
    assert all(rule.holds(defaults, _MINUTE_MS) for rule in indicator.timeframe_rules)
    assert set(indicator.inputs) <= _INPUTS
    assert (indicator.source is not None) == ("x" in indicator.inputs)
    assert (indicator.needs_swing is not None) == ("swing" in indicator.inputs)
    assert set(indicator.first(defaults, 0)) == set(indicator.warmup(defaults, 0)) == outputs
    if indicator.preroll is not None:
        assert set(indicator.preroll(defaults, Surroundings(interval_ms=_MINUTE_MS))) == outputs


@each_indicator
def test_everything_that_a_play_may_write_or_read_has_a_meaning(indicator: Indicator) -> None:
    named = (*indicator.parameters, *indicator.outputs)
    assert [thing.name for thing in named if not thing.meaning] == []


def test_constraints_refuse_what_has_no_value() -> None:
    macd, bbands, psar = INDICATORS["macd"], INDICATORS["bbands"], INDICATORS["psar"]
    assert not macd.constraints[0].holds({"fast": 26, "slow": 26, "signal": 9})
    assert not bbands.constraints[0].holds({"length": 1, "std": 2.0, "ddof": 1})
    assert not psar.constraints[0].holds({"af0": 0.3, "af": 0.02, "max_af": 0.2})


@pytest.mark.parametrize(
    ("name", "params", "interval_ms", "fits"),
    [
        ("vwap", {"anchor": "4h"}, 14_400_000, True),
        ("vwap", {"anchor": "4h"}, 21_600_000, False),
        ("vwap", {"anchor": "D"}, 7 * 86_400_000, False),
        ("vwap", {"anchor": "M"}, 7 * 86_400_000, True),
        ("vwap", {"anchor": None}, 7 * 86_400_000, True),
        ("session_levels", {}, 86_400_000, True),
        ("session_levels", {}, 7 * 86_400_000, False),
    ],
)
def test_sessions_are_not_shorter_than_bars(name: str, params: dict[str, Any], interval_ms: int, fits: bool) -> None:
    assert all(rule.holds(params, interval_ms) for rule in INDICATORS[name].timeframe_rules) == fits
