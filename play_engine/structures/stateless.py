"""The state of detectors that know nothing beyond their own output rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.declaration import Params

# A record must have a field to go through bytes and back.
_NOTHING = np.dtype([("nothing", "|u1")])


def no_state(_: Params) -> NDArray[Any]:
    """One record that is never written."""
    return np.zeros(1, dtype=_NOTHING)
