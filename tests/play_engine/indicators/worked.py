"""Runs an indicator over values written by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from play_engine.bars import Floats
from play_engine.indicators import INDICATORS
from tests.play_engine.columns import run_indicator

NAN = float("nan")


def values(name: str, *inputs: Sequence[float] | Floats, output: str | None = None, **params: Any) -> Floats:
    """A column of an indicator (the primary one where nothing is said) for inputs in declared order."""
    indicator = INDICATORS[name]
    found = run_indicator(indicator, params, [np.asarray(column, dtype=np.float64) for column in inputs])
    return found[output or indicator.primary.name]
