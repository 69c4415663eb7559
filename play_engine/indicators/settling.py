"""How many bars pass until a value no longer shows where the data began."""

from math import ceil, log

from play_engine.declaration import Params

# A start error may be a few times larger than the output itself, so it has to shrink by more than the 1e-9 asked for.
_SHRINKS_BY = 1e10

# Smoothings in a row forget more slowly than one: their transient carries a factor that grows with time.
TWICE_SMOOTHED = 1.17
THRICE_SMOOTHED = 1.32


def settling_bars(alpha: float) -> int:
    """Bars in which the start error of a smoothing with factor `alpha` shrinks ten-billionfold."""
    return 0 if alpha >= 1 else ceil(log(_SHRINKS_BY) / -log(1 - alpha))


def settling_ema(length: int) -> int:
    """`settling_bars` of an exponential average, alpha = 2 / (length + 1)."""
    return settling_bars(2 / (length + 1))


def settling_rma(length: int) -> int:
    """`settling_bars` of Wilder's average, alpha = 1 / length."""
    return settling_bars(1 / length)


def whole_window(params: Params, source: int) -> dict[str, int]:
    """First valid bar, and warm-up, of a value that reads the last `length` values of its source and nothing else."""
    return {"value": source + params["length"] - 1}
