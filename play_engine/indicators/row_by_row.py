"""Simple sums of columns, compiled. Loops over slices from 0 on are those that the compiler turns into vector code."""

from play_engine.bars import Floats
from play_engine.compiled import compiled


@compiled
def subtract(a: Floats, b: Floats, out: Floats, start: int, stop: int) -> None:
    """a − b on rows start … stop − 1, into the column `out`, which may be one of them."""
    one, other, difference = a[start:stop], b[start:stop], out[start:stop]
    for i in range(stop - start):
        difference[i] = one[i] - other[i]


@compiled
def middles(a: Floats, b: Floats, out: Floats, start: int, stop: int) -> None:
    """The middle between a and b on rows start … stop − 1, into the column `out`."""
    one, other, middle = a[start:stop], b[start:stop], out[start:stop]
    for i in range(stop - start):
        middle[i] = (one[i] + other[i]) / 2.0


@compiled
def changes(x: Floats, n: int, out: Floats, start: int, stop: int) -> None:
    """How far x is from what it was n rows before, on rows start … stop − 1, into the column `out`."""
    now, before, change = x[start:stop], x[start - n : stop - n], out[start:stop]
    for i in range(stop - start):
        change[i] = now[i] - before[i]


@compiled
def rises_and_falls(x: Floats, rises: Floats, falls: Floats, start: int, stop: int) -> None:
    """How far x rose or fell since the row before, 0 if it did not, into two columns, on rows start … stop − 1."""
    now, before, rise, fall = x[start:stop], x[start - 1 : stop - 1], rises[start:stop], falls[start:stop]
    for i in range(stop - start):
        change = now[i] - before[i]
        # A comparison with NaN is false: max leaves a NaN that comes first.
        rise[i], fall[i] = max(change, 0.0), max(0.0 - change, 0.0)
