"""What a Play wants: the engine's output, in columns."""

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats, Ints

# Codes of the actions a Play may emit; the order is part of no file format.
ACTION_CODES = {
    "no_action": 0,
    "entry_long": 1,
    "entry_short": 2,
    "exit_long": 3,
    "exit_short": 4,
    "exit_all": 5,
}


@attrs.frozen(kw_only=True, eq=False)
class IntentBatch:
    """Every instant of a stretch of time at which something may be decided, and what the Play emitted there.

    One row per instant T, in rising order, n rows. `is_exec_close` marks exec closes (equity point, drawdown test);
    `price` is the decision price P. The intents emitted at row i, in the Play's order, are entries
    `first[i] … first[i+1] − 1` of `action` (ACTION_CODES), `percent` (of the present quantity, for exits) and `intent`
    (number of the intent in `Play.intents`). `stop_long`, `stop_short` and `target` are the operands that the Play's
    stop and target rules read at T (an ATR or a level); NaN where missing or not used.

    `until_ms`: everything up to and including this instant has been decided.
    """

    until_ms: int
    ts: Ints
    is_exec_close: NDArray[np.uint8]
    price: Floats
    first: Ints
    action: NDArray[np.int8]
    percent: Floats
    intent: NDArray[np.int32]
    stop_long: Floats
    stop_short: Floats
    target: Floats

    def __len__(self) -> int:
        return len(self.ts)
