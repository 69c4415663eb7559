"""Three-valued logic on columns: false 0, unknown 1, true 2, so that Kleene's `all` is a minimum, `any` a maximum."""

import numpy as np
from numpy.typing import NDArray

from play_engine.compiled import constant

FALSE, UNKNOWN, TRUE = map(constant, (0, 1, 2))

Verdicts = NDArray[np.uint8]
