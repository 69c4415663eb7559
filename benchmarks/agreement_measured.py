"""How far the outputs of an indicator are those of TA-Lib, bar for bar, in words."""

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from benchmarks.agreement_bars import OUTAGES
from benchmarks.recipe import Columns, Recipe
from play_engine.bars import Floats
from play_engine.declaration import Params
from play_engine.indicators import INDICATORS
from play_engine.indicators.trial import run_indicator

# Of the value, or of the output's median size where that is larger: a difference of two averages can be near 0.
TOLERANCE = 1e-10
# Bars that differ are those of another start if they all lie in this first part, exceptions if they are so few.
_START_SHARE, _EXCEPTION_SHARE = 0.5, 0.1
EQUAL, EQUAL_FROM = "equal", "equal from bar"


@attrs.frozen(kw_only=True)
class Agreement:
    """How one output agrees with TA-Lib's.

    `first` and `ta_lib_first` are the first bars that have a value on bars that move; `moving` says how the values
    agree there, `outages` what outages change in that.
    """

    output: str
    first: int
    ta_lib_first: int
    moving: str
    outages: str


def agreements(name: str, recipe: Recipe, moving: Columns, outages: Columns) -> Iterator[Agreement]:
    """How each output that the recipe computes agrees with the indicator's, in the order of the declaration."""
    params = {one.name: recipe.params.get(one.name, one.default) for one in INDICATORS[name].parameters}
    begins = INDICATORS[name].first(params, 0)
    ours, ours_in_outages = _ours(name, params, moving), _ours(name, params, outages)
    theirs, theirs_in_outages = recipe.computed(moving), recipe.computed(outages)
    for output in computed_outputs(name, recipe):
        words = _on_moving_bars(ours[output], theirs[output], begins[output])
        differs = _differs(ours_in_outages[output], theirs_in_outages[output], begins[output])
        yield Agreement(
            output=output,
            first=_first(ours[output]),
            ta_lib_first=_first(theirs[output]),
            moving=words,
            outages=_in_outages(differs) if words == EQUAL or words.startswith(EQUAL_FROM) else "–",
        )


def computed_outputs(name: str, recipe: Recipe) -> list[str]:
    """The outputs of the indicator that the recipe assigns."""
    assigned = [line.partition(" = ")[0].split(", ") for line in recipe.program.splitlines()]
    return [output.name for output in INDICATORS[name].outputs if any(output.name in targets for targets in assigned)]


def _ours(name: str, params: Params, columns: Columns) -> dict[str, Floats]:
    indicator = INDICATORS[name]
    inputs = [columns[str(indicator.source) if field == "x" else field] for field in indicator.inputs]
    return run_indicator(indicator, params, inputs)


def _first(column: Floats) -> int:
    return int(np.flatnonzero(~np.isnan(column))[0])


def _differs(ours: Floats, theirs: Floats, begin: int) -> NDArray[np.bool_]:
    """The bars, from `begin` on, on which the two differ or only one has a value."""
    with np.errstate(invalid="ignore"):
        near = np.abs(ours - theirs) <= TOLERANCE * _size(ours)
    differs = ~near & ~(np.isnan(ours) & np.isnan(theirs))
    differs[:begin] = False
    return differs


def _size(column: Floats) -> Floats:
    return np.fmax(np.abs(column), np.nanmedian(np.abs(column)))


def _on_moving_bars(ours: Floats, theirs: Floats, begin: int) -> str:
    bars = np.flatnonzero(_differs(ours, theirs, begin))
    if not len(bars):
        return EQUAL
    if bars[-1] < _START_SHARE * len(ours):
        return f"{EQUAL_FROM} {bars[-1] + 1}"
    if len(bars) < _EXCEPTION_SHARE * len(ours):
        return f"equal on {100 - 100 * len(bars) / len(ours):.0f} % of the bars"
    offsets = ours[begin:] - theirs[begin:]
    if np.ptp(offsets) <= TOLERANCE * np.abs(offsets[0]):
        return "a constant apart"
    apart_pct = float(100 * np.nanmedian(np.abs(ours - theirs) / _size(ours)))
    return f"never equal, in the median {float(f'{apart_pct:.1g}'):g} % apart"


def _in_outages(differs: NDArray[np.bool_]) -> str:
    """What outages do to values that are equal on bars that move: from the first outage on, which bars differ."""
    ends = [*(outage.start for outage in OUTAGES[1:]), len(differs)]
    after = [
        int(np.flatnonzero(differs[outage.start : end])[-1]) + 1 - (outage.stop - outage.start)
        for outage, end in zip(OUTAGES, ends, strict=True)
        if differs[outage.start : end].any()
    ]
    if not after:
        return EQUAL
    return "differs within" if max(after) <= 0 else f"differs within and up to {max(after)} bars after"
