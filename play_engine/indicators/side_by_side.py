"""Several exponential averages computed in one loop.

Each row of an average waits for the row before. Of several averages in one loop none waits for another, so that three
take little longer than one. What they give is bit for bit what `smooth` gives, called for each.
"""

from math import isnan, nan

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.indicators.building_blocks import smooth, window_sum


@compiled
def smooth_pair(
    x: Floats,
    n: int,
    smoothed: Floats,
    value: Floats,
    y: Floats,
    m: int,
    smoothed_y: Floats,
    value_y: Floats,
    exponential: bool,
    start: int,
    stop: int,
) -> None:
    """`smooth` of x over n values and of y over m, side by side: neither waits for the row before of the other.

    The factors are those of exponential averages, 2 / (n + 1), or of Wilder's, 1 / n. y may be `value`, or share it.
    """
    alpha, beta = (2.0 / (n + 1), 2.0 / (m + 1)) if exponential else (1.0 / n, 1.0 / m)
    previous, previous_y = smoothed[start - 1], smoothed_y[start - 1]
    now, state, out = x[start:stop], smoothed[start:stop], value[start:stop]
    now_y, state_y, out_y = y[start:stop], smoothed_y[start:stop], value_y[start:stop]
    for i in range(stop - start):
        if isnan(now[i]):
            out[i] = nan
        else:
            seed = isnan(previous)
            previous = window_sum(x, n, start + i) / n if seed else alpha * now[i] + (1.0 - alpha) * previous
            out[i] = previous
        state[i] = previous
        if isnan(now_y[i]):
            out_y[i] = nan
        else:
            seed = isnan(previous_y)
            previous_y = window_sum(y, m, start + i) / m if seed else beta * now_y[i] + (1.0 - beta) * previous_y
            out_y[i] = previous_y
        state_y[i] = previous_y


@compiled
def smooth_thrice(
    x: Floats,
    n: int,
    smoothed: Floats,
    value: Floats,
    smoothed_twice: Floats,
    value_twice: Floats,
    smoothed_thrice: Floats,
    value_thrice: Floats,
    start: int,
    stop: int,
) -> None:
    """Exponential averages over n values: of x, of that average, and of the average of the average.

    The same as calling `smooth` three times, but side by side as soon as all three have their seed.
    """
    alpha = 2.0 / (n + 1)
    seeded = start
    while seeded < stop and isnan(smoothed_thrice[seeded - 1]):
        smooth(x, n, alpha, smoothed, value, seeded, seeded + 1)
        smooth(value, n, alpha, smoothed_twice, value_twice, seeded, seeded + 1)
        smooth(value_twice, n, alpha, smoothed_thrice, value_thrice, seeded, seeded + 1)
        seeded += 1
    first, second, third = smoothed[seeded - 1], smoothed_twice[seeded - 1], smoothed_thrice[seeded - 1]
    now, out, out_twice, out_thrice = (
        x[seeded:stop],
        value[seeded:stop],
        value_twice[seeded:stop],
        value_thrice[seeded:stop],
    )
    state, state_twice, state_thrice = smoothed[seeded:stop], smoothed_twice[seeded:stop], smoothed_thrice[seeded:stop]
    for i in range(stop - seeded):
        if isnan(now[i]):
            out[i] = out_twice[i] = out_thrice[i] = nan
        else:
            first = alpha * now[i] + (1.0 - alpha) * first
            second = alpha * first + (1.0 - alpha) * second
            third = alpha * second + (1.0 - alpha) * third
            out[i], out_twice[i], out_thrice[i] = first, second, third
        state[i], state_twice[i], state_thrice[i] = first, second, third


@compiled
def smooth_both_twice(
    x: Floats,
    y: Floats,
    n: int,
    m: int,
    long_x: Floats,
    long_y: Floats,
    twice_x: Floats,
    twice_y: Floats,
    smoothed_x: Floats,
    smoothed_y: Floats,
    smoothed_twice_x: Floats,
    smoothed_twice_y: Floats,
    start: int,
    stop: int,
) -> None:
    """EMA over m of the EMA over n, of x and of y, which are missing on the same rows.

    The same as calling `smooth` four times, but side by side as soon as all four have their seed.
    """
    alpha, beta, seeded = 2.0 / (n + 1), 2.0 / (m + 1), start
    while seeded < stop and isnan(smoothed_twice_y[seeded - 1]):
        smooth(x, n, alpha, smoothed_x, long_x, seeded, seeded + 1)
        smooth(y, n, alpha, smoothed_y, long_y, seeded, seeded + 1)
        smooth(long_x, m, beta, smoothed_twice_x, twice_x, seeded, seeded + 1)
        smooth(long_y, m, beta, smoothed_twice_y, twice_y, seeded, seeded + 1)
        seeded += 1
    a, b = smoothed_x[seeded - 1], smoothed_y[seeded - 1]
    c, d = smoothed_twice_x[seeded - 1], smoothed_twice_y[seeded - 1]
    now_x, now_y = x[seeded:stop], y[seeded:stop]
    out_a, out_b, out_c, out_d = long_x[seeded:stop], long_y[seeded:stop], twice_x[seeded:stop], twice_y[seeded:stop]
    state_a, state_b = smoothed_x[seeded:stop], smoothed_y[seeded:stop]
    state_c, state_d = smoothed_twice_x[seeded:stop], smoothed_twice_y[seeded:stop]
    for i in range(stop - seeded):
        if isnan(now_x[i]):
            out_a[i] = out_b[i] = out_c[i] = out_d[i] = nan
        else:
            a = alpha * now_x[i] + (1.0 - alpha) * a
            b = alpha * now_y[i] + (1.0 - alpha) * b
            c = beta * a + (1.0 - beta) * c
            d = beta * b + (1.0 - beta) * d
            out_a[i], out_b[i], out_c[i], out_d[i] = a, b, c, d
        state_a[i], state_b[i], state_c[i], state_d[i] = a, b, c, d


@compiled
def ema_difference(
    x: Floats,
    fast: int,
    slow: int,
    signal_length: int,
    line: Floats,
    signal: Floats,
    smoothed_fast: Floats,
    smoothed_slow: Floats,
    smoothed_line: Floats,
    start: int,
    stop: int,
) -> None:
    """line = EMA(x, fast) − EMA(x, slow), signal = EMA(line)."""
    alpha, beta, gamma = 2.0 / (fast + 1), 2.0 / (slow + 1), 2.0 / (signal_length + 1)
    seeded = start
    while seeded < stop and isnan(smoothed_line[seeded - 1]):
        # Until they get their own values, the columns of line and signal hold the two averages.
        smooth(x, fast, alpha, smoothed_fast, line, seeded, seeded + 1)
        smooth(x, slow, beta, smoothed_slow, signal, seeded, seeded + 1)
        line[seeded] -= signal[seeded]
        smooth(line, signal_length, gamma, smoothed_line, signal, seeded, seeded + 1)
        seeded += 1
    # From here on the three averages go side by side: none waits for the row before of the others.
    a, b, c = smoothed_fast[seeded - 1], smoothed_slow[seeded - 1], smoothed_line[seeded - 1]
    now, out, out_signal = x[seeded:stop], line[seeded:stop], signal[seeded:stop]
    state_a, state_b, state_c = smoothed_fast[seeded:stop], smoothed_slow[seeded:stop], smoothed_line[seeded:stop]
    for i in range(stop - seeded):
        if isnan(now[i]):
            out[i] = out_signal[i] = nan
        else:
            a = alpha * now[i] + (1.0 - alpha) * a
            b = beta * now[i] + (1.0 - beta) * b
            c = gamma * (a - b) + (1.0 - gamma) * c
            out[i], out_signal[i] = a - b, c
        state_a[i], state_b[i], state_c[i] = a, b, c
