"""The colours of a chart: quiet, so that many things can lie over each other; up and down mean the same everywhere."""

UP, DOWN, NEUTRAL = "#2b8a7e", "#c0504d", "#7a7f87"
LONG, SHORT = "#1565c0", "#ad1457"
STOP, TARGET = "#d32f2f", "#2e7d32"

# Candles: hollow-looking bodies that leave colour to what is drawn over them.
CANDLE_UP, CANDLE_DOWN, WICK = "#b9d8d3", "#d9a9a5", "#8a8f98"
VOLUME_UP, VOLUME_DOWN = "#cfe3e0", "#e8cfcc"

# One after the other for lines.
LINES = ("#3565a9", "#c07a2c", "#7b569f", "#3d8c9e", "#a84f78", "#6c7a35", "#5a5f66", "#b59b1d")

INK, FAINT_INK, RULE, BACKGROUND = "#2f343b", "#8a8f98", "#eceef1", "#ffffff"


def of_direction(direction: int) -> str:
    """Up, down or neither."""
    return UP if direction == 1 else DOWN if direction == -1 else NEUTRAL
