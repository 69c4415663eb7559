"""What is wrong with the declaration of an indicator, before its kernel is ever called."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from play_engine.declaration import Constraint, Indicator, Output, Parameter, Params, Surroundings
from play_engine.indicators.mistakes import MISTAKES, mistake_text
from play_engine.intervals import MINUTE_MS
from play_engine.play.model import PRICE_SOURCES
from play_engine.play.ranges import ANY, Range
from play_engine.structures import STRUCTURES

INPUTS = ("open", "high", "low", "close", "volume", "x", "ts", "bar", "swing")
_SWING_KEY = "anchor_structure"


@attrs.frozen(kw_only=True)
class Fault:
    """One thing that is wrong with an indicator, and what is allowed instead."""

    found: str
    allowed: str


def declaration_faults(indicator: Indicator) -> list[Fault]:
    """Everything that contradicts the contract of an indicator; empty where nothing does.

    Its functions are called with the defaults, if every parameter has one.
    """
    faults = list(_wrong_types(indicator))
    if faults:
        # What has the wrong type cannot be looked into.
        return faults
    faults = [*_wrong_inputs(indicator), *_wrong_names(indicator), *_wrong_defaults(indicator)]
    if faults or any(parameter.required for parameter in indicator.parameters):
        return faults
    return list(_wrong_functions(indicator, _defaults(indicator.parameters)))


def _wrong_types(indicator: Indicator) -> Iterator[Fault]:
    if not isinstance(indicator.name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        yield Fault(found=f"name is {indicator.name!r}", allowed="text")
    items: dict[str, type] = {"inputs": str, "parameters": Parameter, "outputs": Output, "hidden": str}
    for name, kind in items.items():
        value: Any = getattr(indicator, name)
        if not isinstance(value, tuple) or not all(isinstance(item, kind) for item in value):
            yield Fault(found=f"{name} is {value!r}", allowed=f"a tuple of {kind.__name__}")
    if not indicator.outputs or not indicator.inputs:
        yield Fault(found="no outputs or no inputs", allowed="at least one output and one input")
    for name in ("kernel", "lookback", "first", "warmup"):
        if not callable(getattr(indicator, name)):
            yield Fault(found=f"{name} is {getattr(indicator, name)!r}", allowed="a function")
    for name in ("arguments", "preroll", "needs_swing"):
        if getattr(indicator, name) is not None and not callable(getattr(indicator, name)):
            yield Fault(found=f"{name} is {getattr(indicator, name)!r}", allowed="a function, or None")


def _wrong_inputs(indicator: Indicator) -> Iterator[Fault]:
    for name in indicator.inputs:
        if name not in INPUTS:
            yield Fault(found=f"input {name}", allowed=f"inputs out of {', '.join(INPUTS)}")
    if "x" in indicator.inputs and indicator.source not in PRICE_SOURCES:
        allowed = f"a price field, since x is an input: {', '.join(PRICE_SOURCES)}"
        yield Fault(found=f"source {indicator.source}", allowed=allowed)
    if "x" not in indicator.inputs and indicator.source is not None:
        yield Fault(found=f"source {indicator.source}", allowed="no source, since x is no input")
    keys = [parameter.name for parameter in indicator.parameters if parameter.kind == "key"]
    if "swing" in indicator.inputs and _SWING_KEY not in keys:
        allowed = f"a parameter {_SWING_KEY} of kind key, since swing is an input"
        yield Fault(found=f"no parameter {_SWING_KEY} of kind key", allowed=allowed)


def _wrong_names(indicator: Indicator) -> Iterator[Fault]:
    columns = [*(output.name for output in indicator.outputs), *indicator.hidden]
    parameters = [parameter.name for parameter in indicator.parameters]
    for what, names in (("output or hidden column", columns), ("parameter", parameters)):
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield Fault(found=f"more than one {what} {name}", allowed=f"a name of its own for each {what}")
    primary = [output.name for output in indicator.outputs if output.primary]
    if len(primary) > 1:
        yield Fault(found=f"primary outputs {', '.join(primary)}", allowed="one primary output at most")


def _wrong_defaults(indicator: Indicator) -> Iterator[Fault]:
    for parameter in indicator.parameters:
        fault = Fault(
            found=f"default {parameter.default!r} of {parameter.name}",
            allowed=f"a default that may be written: {parameter.kind} {', '.join(parameter.choices)}".rstrip(),
        )
        try:
            within = _range(parameter)
            if parameter.default is not None and not _fits(parameter, within):
                known = "" if within == ANY else f" {within.text()}"
                yield attrs.evolve(fault, allowed=f"{fault.allowed}{known}")
        except MISTAKES as error:
            yield attrs.evolve(fault, found=f"{fault.found}, which cannot be compared: {mistake_text(error)}")


def _range(parameter: Parameter) -> Range:
    low = ANY.low if parameter.minimum is None else parameter.minimum
    high = ANY.high if parameter.maximum is None else parameter.maximum
    return Range(low, high, parameter.open_minimum, parameter.open_maximum)


def _fits(parameter: Parameter, within: Range) -> bool:
    value = parameter.default
    match parameter.kind:
        case "int":
            return _is_whole(value) and within.contains(value)
        case "number":
            return (_is_whole(value) or isinstance(value, float)) and within.contains(value)
        case "numbers":
            return isinstance(value, tuple) and 1 <= len(value) <= parameter.most and all(map(within.contains, value))
        case "flag":
            return isinstance(value, bool)
        case "instant":
            return _is_whole(value)
        case "text" | "key":
            return isinstance(value, str) and (not parameter.choices or value in parameter.choices)
        case _:  # pyright: ignore[reportUnnecessaryComparison]
            return False


def _defaults(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """What a feature without `params` gets."""
    values = {parameter.name: parameter.default for parameter in parameters}
    numbers = [one.name for one in parameters if one.kind == "number" and one.default is not None]
    return values | {name: float(values[name]) for name in numbers}


@attrs.frozen
class _Call:
    """A call of one function of a declaration, and what may come of it."""

    name: str
    make: Callable[[], Any]
    is_right: Callable[[Any], bool]
    allowed: str


def _wrong_functions(indicator: Indicator, params: Params) -> Iterator[Fault]:
    calls = [*_calls(indicator, params), *(_condition(one, params) for one in indicator.constraints)]
    for call in calls:
        try:
            found = call.make()
        except MISTAKES as error:
            raised = f"{call.name} raises with the defaults: {mistake_text(error)}"
            yield Fault(found=raised, allowed=call.allowed)
            continue
        if not call.is_right(found):
            yield Fault(found=f"{call.name} gives {found!r} with the defaults", allowed=call.allowed)


def _calls(indicator: Indicator, params: Params) -> Iterator[_Call]:
    names = {output.name for output in indicator.outputs}
    each = f"a whole number of bars, 0 or more, for each output: {', '.join(sorted(names))}"

    def is_named(found: Any) -> bool:
        return _names_all(found, names)

    yield _Call("lookback", lambda: indicator.lookback(params), _is_bars, "a whole number of bars, 0 or more")
    yield _Call("first", lambda: indicator.first(params, 0), is_named, each)
    yield _Call("warmup", lambda: indicator.warmup(params, 0), is_named, each)
    if (preroll := indicator.preroll) is not None:
        around = _surroundings(indicator)
        yield _Call("preroll", lambda: preroll(params, around), is_named, each)
    if (needs_swing := indicator.needs_swing) is not None:
        yield _Call("needs_swing", lambda: needs_swing(params), lambda found: isinstance(found, bool), "a bool")


def _condition(constraint: Constraint, params: Params) -> _Call:
    return _Call(f"the constraint '{constraint.text}'", lambda: constraint.holds(params), bool, "that it holds")


def _surroundings(indicator: Indicator) -> Surroundings:
    # A swing has no lengths by default; any will do.
    swing = _defaults(STRUCTURES["swing"].parameters) | {"left": 5, "right": 5}
    return Surroundings(interval_ms=MINUTE_MS, swing=swing if "swing" in indicator.inputs else None)


def _names_all(found: Any, names: set[str]) -> bool:
    return isinstance(found, Mapping) and set(found) == names and all(map(_is_bars, found.values()))


def _is_bars(found: Any) -> bool:
    return _is_whole(found) and found >= 0


def _is_whole(found: Any) -> bool:
    return isinstance(found, int) and not isinstance(found, bool)
