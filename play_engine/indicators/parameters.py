"""The parameters and constraints that many indicators have in common."""

from play_engine.declaration import Constraint, Parameter


def bars_parameter(name: str, default: int, minimum: int = 1) -> Parameter:
    """A number of bars, at most 10,000."""
    return Parameter(name=name, kind="int", default=default, minimum=minimum, maximum=10_000)


def factor_parameter(name: str, default: float) -> Parameter:
    """A factor above 0, at most 1,000."""
    return Parameter(name=name, kind="number", default=default, minimum=0, maximum=1_000, open_minimum=True)


# Divisor n − ddof of a standard deviation: 0 that of the charts, 1 that of a sample.
DDOF = Parameter(name="ddof", kind="int", default=0, minimum=0, maximum=1)


def less(smaller: str, larger: str) -> Constraint:
    """Parameter `smaller` must be below parameter `larger`."""
    return Constraint(holds=lambda params: params[smaller] < params[larger], text=f"{smaller} < {larger}")
