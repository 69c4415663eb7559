"""Small random markets for property tests: prices on a coarse grid, so that ties, flat bars and gaps are frequent."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from play_engine.bars import Floats

_TICK = 0.01


def bars(max_rows: int = 60) -> st.SearchStrategy[dict[str, Floats]]:
    """Valid bars as columns."""
    step = st.tuples(st.integers(-4, 4), st.integers(-3, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 5))
    return st.lists(step, min_size=1, max_size=max_rows).map(_bars)


def _bars(steps: list[tuple[int, ...]]) -> dict[str, Floats]:
    gap, body, above, below, volume = np.array(steps).T
    close_ticks = 500 + np.cumsum(gap + body)
    open_ticks = close_ticks - body
    ticks = {
        "open": open_ticks,
        "high": np.maximum(open_ticks, close_ticks) + above,
        "low": np.minimum(open_ticks, close_ticks) - below,
        "close": close_ticks,
    }
    return {**{name: column * _TICK for name, column in ticks.items()}, "volume": volume.astype(np.float64)}


def random_walk(rows: int, seed: int) -> dict[str, Floats]:
    """Bars of a seeded random walk around 100."""
    rng = np.random.default_rng(seed)
    return _bars([tuple(step) for step in rng.integers((-9, -99, 0, 0, 0), (10, 100, 60, 60, 9), (rows, 5)).tolist()])


def gappy(max_rows: int = 60) -> st.SearchStrategy[Floats]:
    """A source column with missing values, negative ones and zeros."""
    number = st.integers(-50, 50)
    # Three numbers to a gap, so that short windows fill up.
    value = st.one_of(number, number, number, st.none())
    return st.lists(value, min_size=1, max_size=max_rows).map(
        lambda values: np.array([np.nan if value is None else value / 8 for value in values])
    )


def cuts(draw: Any, rows: int) -> list[int]:
    """Borders that cut `rows` rows into chunks of any size, some of them empty."""
    return sorted([0, rows, *draw(st.lists(st.integers(0, rows), max_size=rows))])
