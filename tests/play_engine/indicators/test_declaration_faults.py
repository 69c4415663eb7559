"""The declaration of an indicator: what contradicts its contract is told; what is built in contradicts nothing."""

from typing import Any

import attrs
import pytest

from play_engine.declaration import Constraint, Indicator, Output, Parameter
from play_engine.indicators import INDICATORS
from play_engine.indicators.declaration_faults import declaration_faults

LENGTH = Parameter(name="length", kind="int", default=10, minimum=1, maximum=99)
VALUE = Output(name="value", primary=True)
GOOD = Indicator(
    name="own",
    summary="",
    formula="",
    inputs=("x",),
    source="close",
    parameters=(LENGTH,),
    outputs=(VALUE,),
    hidden=("memory",),
    lookback=lambda p: p["length"],
    first=lambda p, s: {"value": s + p["length"]},
    warmup=lambda p, w: {"value": w + p["length"]},
    kernel=lambda *_: None,
)


def _raises(*_: Any) -> Any:
    raise NotImplementedError("later")


@pytest.mark.parametrize("indicator", [*INDICATORS.values(), GOOD], ids=lambda indicator: indicator.name)
def test_what_is_right_has_no_faults(indicator: Indicator) -> None:
    assert declaration_faults(indicator) == []


@pytest.mark.parametrize(
    ("changed", "found", "allowed"),
    [
        ({"name": 3}, "name is 3", "text"),
        ({"inputs": ("x", "price")}, "input price", "open, high, low, close, volume, x, ts, bar, swing"),
        ({"inputs": ["x"]}, "inputs is ['x']", "a tuple of str"),
        ({"inputs": ()}, "no inputs", "at least one"),
        ({"inputs": ("x", "swing")}, "anchor_structure", "of kind key"),
        ({"source": None}, "source None", "hlc3"),
        ({"source": "ts"}, "source ts", "hlc3"),
        ({"inputs": ("close",)}, "source close", "no source"),
        ({"outputs": ()}, "no outputs", "at least one"),
        ({"outputs": ("value",)}, "outputs is ('value',)", "a tuple of Output"),
        ({"outputs": (VALUE, Output(name="value"))}, "more than one output or hidden column value", "of its own"),
        ({"outputs": (VALUE, Output(name="b", primary=True))}, "primary outputs value, b", "one primary"),
        ({"hidden": ("value",)}, "more than one output or hidden column value", "of its own"),
        ({"parameters": (LENGTH, LENGTH)}, "more than one parameter length", "of its own"),
        ({"parameters": (attrs.evolve(LENGTH, default=0),)}, "default 0 of length", "int 1 to 99"),
        ({"parameters": (attrs.evolve(LENGTH, default=2.5),)}, "default 2.5 of length", "int 1 to 99"),
        ({"parameters": (attrs.evolve(LENGTH, minimum="1"),)}, "cannot be compared: TypeError", "int"),
        ({"parameters": (attrs.evolve(LENGTH, kind="integer"),)}, "default 10 of length", "integer"),
        ({"constraints": (Constraint(holds=lambda _: False, text="a < b"),)}, "a < b", "holds"),
        ({"lookback": 3}, "lookback is 3", "a function"),
        ({"lookback": lambda _: -1}, "lookback gives -1", "0 or more"),
        ({"lookback": lambda _: 1.5}, "lookback gives 1.5", "0 or more"),
        ({"lookback": _raises}, "lookback raises with the defaults: NotImplementedError: later", "0 or more"),
        ({"first": lambda _, s: {"other": s}}, "first gives {'other': 0}", "for each output: value"),
        ({"warmup": lambda *_: {}}, "warmup gives {}", "for each output: value"),
        ({"warmup": lambda _, w: w}, "warmup gives 0", "for each output: value"),
        ({"preroll": lambda *_: {"value": None}}, "preroll gives {'value': None}", "for each output: value"),
    ],
)
def test_a_fault_says_what_was_found_and_what_is_allowed(changed: dict[str, Any], found: str, allowed: str) -> None:
    (fault,) = declaration_faults(attrs.evolve(GOOD, **changed))
    assert found in fault.found
    assert allowed in fault.allowed


def test_functions_are_not_called_where_a_parameter_has_no_default() -> None:
    needed = attrs.evolve(LENGTH, default=None, required=True)
    assert declaration_faults(attrs.evolve(GOOD, parameters=(needed,), lookback=_raises)) == []
