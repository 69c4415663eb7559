import inspect
from typing import Any

import pytest

from play_engine.declaration import Indicator
from play_engine.indicators import INDICATORS

_BAR_COLUMNS = {"open", "high", "low", "close", "volume"}
each_indicator = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS)


def test_indicators_are_found_by_their_name_and_cannot_be_replaced() -> None:
    assert all(indicator.name == name for name, indicator in INDICATORS.items())
    with pytest.raises(TypeError):
        INDICATORS["ema"] = INDICATORS["sma"]  # type: ignore[index]


@each_indicator
def test_kernel_takes_what_the_declaration_says(indicator: Indicator) -> None:
    outputs = [output.name for output in indicator.outputs]
    declared: list[str] = [*indicator.inputs, *(p.name for p in indicator.parameters), *outputs, *indicator.hidden]
    kernel: Any = indicator.kernel
    assert len(inspect.signature(kernel.py_func).parameters) == len(declared) + 2


@each_indicator
def test_declaration_is_whole(indicator: Indicator) -> None:
    defaults = {parameter.name: parameter.default for parameter in indicator.parameters}
    outputs = {output.name for output in indicator.outputs}
    assert indicator.summary
    assert indicator.formula
    assert [output.name for output in indicator.outputs if output.primary] == [indicator.primary.name]
    assert all(constraint.holds(defaults) for constraint in indicator.constraints)
    assert set(indicator.inputs) - {"x"} <= _BAR_COLUMNS
    assert (indicator.source is not None) == ("x" in indicator.inputs)
    assert set(indicator.first(defaults, 0)) == set(indicator.warmup(defaults, 0)) == outputs


def test_constraints_refuse_what_has_no_value() -> None:
    macd, bbands = INDICATORS["macd"], INDICATORS["bbands"]
    assert not macd.constraints[0].holds({"fast": 26, "slow": 26, "signal": 9})
    assert not bbands.constraints[0].holds({"length": 1, "std": 2.0, "ddof": 1})
