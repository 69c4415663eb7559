"""Ratios of a leg, as `fibonacci` and `derived_zone` take them: a list in which no two are the same to six digits."""

from play_engine.declaration import Constraint, Parameter, Params

RATIOS = Parameter(name="levels", kind="numbers", required=True, meaning="ratios of the leg, 1 to 32 of them")


def ratio_text(ratio: float) -> str:
    """A ratio with at most six significant digits: `0.618`, `1`, `-0.272`; the two zeros are one."""
    return f"{ratio + 0.0:g}"


def _are_distinct(params: Params) -> bool:
    names = [ratio_text(ratio) for ratio in params["levels"]]
    return len(set(names)) == len(names)


DISTINCT_RATIOS = Constraint(holds=_are_distinct, text="levels that differ in their first six digits")
