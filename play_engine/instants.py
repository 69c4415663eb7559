"""Instants as text."""

import numpy as np


def iso(ts_ms: int) -> str:
    """An instant (ms since the epoch, UTC) as people read it: `2023-03-24T12:40:00Z`, with ms where they are not 0."""
    text = str(np.datetime64(ts_ms, "ms"))
    return text.removesuffix(".000") + "Z"
