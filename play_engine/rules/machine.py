"""The machine that evaluates rules: one compiled loop over instructions, each of them over the rows of a chunk.

Operands are rows of a matrix of float64 values with NaN for missing, conditions rows of a matrix of verdicts; an
instruction names them by number. So a chunk of one instant costs one call, and the columns of a long chunk stay what
they are everywhere else: contiguous.
"""

from math import isfinite, isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints
from play_engine.compiled import compiled, constant, inner
from play_engine.rules.verdicts import FALSE, TRUE, UNKNOWN, Verdicts

# `out`, `a`, `b` and `c` are numbers of columns; an operand below zero is the constant number −1 − n.
INSTRUCTION = np.dtype(
    [
        *[(name, "<i8") for name in ("op", "out", "a", "b", "c")],
        # Bars, or ms, that a window looks back on, and how many true instants it asks for (−1: all).
        ("reach", "<i8"),
        ("min_true", "<i8"),
        ("tolerance", "<f8"),
    ]
)

GREATER, LESS, GREATER_EQUAL, LESS_EQUAL, EQUAL, NOT_EQUAL = map(constant, range(6))
ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO = map(constant, range(10, 15))
CROSS_ABOVE, CROSS_BELOW, BETWEEN, NEAR_ABS, NEAR_PCT, ONE_OF = map(constant, range(20, 26))
COPY, NOT, AND, OR, WINDOW, DURATION = map(constant, range(30, 36))


@compiled
def execute(
    instructions: NDArray[Any],
    constants: Floats,
    values: Floats,
    verdicts: Verdicts,
    ts: Ints,
    step_ms: int,
    first: int,
    start: int,
    stop: int,
) -> None:
    """Carry out the instructions, in order, on rows start … stop − 1 of `values` and `verdicts`.

    `ts` are the instants of the rows in ms, `step_ms` apart where the market has no gap; `first` is the row of the
    first instant there ever was, or 0 if it has left the table.
    """
    for instruction in instructions:
        op = instruction.op
        if op <= NOT_EQUAL:
            compare(instruction, constants, values, verdicts, start, stop)
        elif op <= MODULO:
            calculate(instruction, constants, values, start, stop)
        elif op <= CROSS_BELOW:
            cross(instruction, constants, values, verdicts, start, stop)
        elif op <= ONE_OF:
            test(instruction, constants, values, verdicts, start, stop)
        elif op <= OR:
            connect(instruction, verdicts, start, stop)
        elif op == WINDOW:
            look_back(instruction, verdicts, start, stop)
        else:
            look_back_in_time(instruction, verdicts, ts, step_ms, first, start, stop)


@inner
def operand(constants: Floats, values: Floats, number: int, row: int) -> float:
    """An operand at a row."""
    return values[number, row] if number >= 0 else constants[-1 - number]


@inner
def verdict(holds: bool) -> int:
    """The verdict of a test whose operands are all there."""
    return TRUE if holds else FALSE


@inner
def compare(i: Any, constants: Floats, values: Floats, verdicts: Verdicts, start: int, stop: int) -> None:
    """a `> < >= <= == !=` b."""
    for t in range(start, stop):
        a, b = operand(constants, values, i.a, t), operand(constants, values, i.b, t)
        if isnan(a) or isnan(b):
            verdicts[i.out, t] = UNKNOWN
        elif i.op == GREATER:
            verdicts[i.out, t] = verdict(a > b)
        elif i.op == LESS:
            verdicts[i.out, t] = verdict(a < b)
        elif i.op == GREATER_EQUAL:
            verdicts[i.out, t] = verdict(a >= b)
        elif i.op == LESS_EQUAL:
            verdicts[i.out, t] = verdict(a <= b)
        elif i.op == EQUAL:
            verdicts[i.out, t] = verdict(a == b)
        else:
            verdicts[i.out, t] = verdict(a != b)


@inner
def calculate(i: Any, constants: Floats, values: Floats, start: int, stop: int) -> None:
    """a `+ - * / %` b; missing where an operand is, the divisor is zero, or the result is not finite."""
    for t in range(start, stop):
        a, b = operand(constants, values, i.a, t), operand(constants, values, i.b, t)
        result = nan
        if i.op == ADD:
            result = a + b
        elif i.op == SUBTRACT:
            result = a - b
        elif i.op == MULTIPLY:
            result = a * b
        elif b != 0.0:
            result = a / b if i.op == DIVIDE else a % b
        values[i.out, t] = result if isfinite(result) else nan


@inner
def cross(i: Any, constants: Floats, values: Floats, verdicts: Verdicts, start: int, stop: int) -> None:
    """a crosses b between the row before and this one; equal before counts as not yet crossed."""
    for t in range(start, stop):
        a, b = operand(constants, values, i.a, t), operand(constants, values, i.b, t)
        a_before, b_before = operand(constants, values, i.a, t - 1), operand(constants, values, i.b, t - 1)
        if isnan(a) or isnan(b) or isnan(a_before) or isnan(b_before):
            verdicts[i.out, t] = UNKNOWN
        elif i.op == CROSS_ABOVE:
            verdicts[i.out, t] = verdict(a_before <= b_before and a > b)
        else:
            verdicts[i.out, t] = verdict(a_before >= b_before and a < b)


@inner
def test(i: Any, constants: Floats, values: Floats, verdicts: Verdicts, start: int, stop: int) -> None:
    """b ≤ a ≤ c, or a near b, or a among the constants number b … c − 1."""
    for t in range(start, stop):
        a = operand(constants, values, i.a, t)
        if i.op == ONE_OF:
            found = UNKNOWN if isnan(a) else FALSE
            for k in range(i.b, i.c):
                if a == constants[k]:
                    found = TRUE
            verdicts[i.out, t] = found
            continue
        b = operand(constants, values, i.b, t)
        c = operand(constants, values, i.c, t) if i.op == BETWEEN else 0.0
        if isnan(a) or isnan(b) or isnan(c):
            verdicts[i.out, t] = UNKNOWN
        elif i.op == BETWEEN:
            verdicts[i.out, t] = verdict(b <= a and a <= c)
        elif i.op == NEAR_ABS:
            verdicts[i.out, t] = verdict(abs(a - b) <= i.tolerance)
        elif b == 0.0:
            verdicts[i.out, t] = UNKNOWN
        else:
            verdicts[i.out, t] = verdict(abs(a - b) / abs(b) <= i.tolerance / 100.0)


@inner
def connect(i: Any, verdicts: Verdicts, start: int, stop: int) -> None:
    """Kleene's connectives; with false 0, unknown 1, true 2 they are a minimum, a maximum and a difference."""
    for t in range(start, stop):
        a = verdicts[i.a, t]
        if i.op == COPY:
            verdicts[i.out, t] = a
        elif i.op == NOT:
            verdicts[i.out, t] = TRUE - a
        elif i.op == AND:
            verdicts[i.out, t] = min(a, verdicts[i.b, t])
        else:
            verdicts[i.out, t] = max(a, verdicts[i.b, t])


@inner
def look_back(i: Any, verdicts: Verdicts, start: int, stop: int) -> None:
    """a is true at `min_true` or more of the `reach` latest rows."""
    true = 0
    for t in range(start - i.reach + 1, start):
        true += verdicts[i.a, t] == TRUE
    for t in range(start, stop):
        true += verdicts[i.a, t] == TRUE
        verdicts[i.out, t] = verdict(true >= i.min_true)
        true -= verdicts[i.a, t - i.reach + 1] == TRUE


@inner
def look_back_in_time(i: Any, verdicts: Verdicts, ts: Ints, step_ms: int, first: int, start: int, stop: int) -> None:
    """a is true at `min_true` or more of the rows later than `reach` ms ago, or at all of them.

    The instants that would lie before the first one there was count as not true.
    """
    steps = (i.reach + step_ms - 1) // step_ms
    oldest = max(first, start - steps)
    true = 0
    for t in range(oldest, start):
        true += verdicts[i.a, t] == TRUE
    for t in range(start, stop):
        true += verdicts[i.a, t] == TRUE
        while ts[oldest] <= ts[t] - i.reach:
            true -= verdicts[i.a, oldest] == TRUE
            oldest += 1
        if i.min_true >= 0:
            verdicts[i.out, t] = verdict(true >= i.min_true)
        else:
            whole = ts[t] - (steps - 1) * step_ms >= ts[first]
            verdicts[i.out, t] = verdict(whole and true == t - oldest + 1)
