"""The parameters and constraints that many indicators have in common."""

from itertools import pairwise

from play_engine.declaration import Constraint, Parameter


def bars_parameter(name: str, default: int, meaning: str = "bars in the window", minimum: int = 1) -> Parameter:
    """A number of bars, at most 10,000."""
    return Parameter(name=name, kind="int", default=default, minimum=minimum, maximum=10_000, meaning=meaning)


def factor_parameter(name: str, default: float, meaning: str) -> Parameter:
    """A factor above 0, at most 1,000."""
    return Parameter(
        name=name, kind="number", default=default, minimum=0, maximum=1_000, open_minimum=True, meaning=meaning
    )


DDOF = Parameter(
    name="ddof",
    kind="int",
    default=0,
    minimum=0,
    maximum=1,
    meaning="what is taken off the window's length to divide by: 0 as on charts, 1 for a sample",
)


def less(smaller: str, larger: str) -> Constraint:
    """Parameter `smaller` must be below parameter `larger`."""
    return rising(smaller, larger)


def rising(*names: str) -> Constraint:
    """Each of these parameters must be below the next one."""
    return Constraint(
        holds=lambda params: all(params[one] < params[next_] for one, next_ in pairwise(names)),
        text=" < ".join(names),
    )
