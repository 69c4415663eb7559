"""What goes wrong at a venue, drawn by seed: a fault for a question, until that question has had its share."""

from collections import Counter
from typing import Any

import numpy as np

# Before the answer, instead of it, or in how it is sent.
IN_TRANSPORT = ("hang_up", "truncated", "stall", "http_500", "http_429", "html", "throttled", "restarting")
# In what it says.
IN_ROWS = ("symbol", "late", "twice", "impossible", "backward", "no_number", "short")


class Faults:
    """Draws faults with a probability, at most `most` for the same question. Without a seed there are none."""

    def __init__(self, seed: int | None, *, chance: float = 0.35, most: int = 2, only: tuple[str, ...] = ()) -> None:
        self._rng = None if seed is None else np.random.default_rng(seed)
        self._chance = chance
        self._most = most
        self._kinds = only or (*IN_TRANSPORT, *IN_ROWS)
        self._had: Counter[str] = Counter()
        self.drawn: Counter[str] = Counter()

    def draw(self, target: str) -> str:
        """The fault of this answer; empty for none."""
        if self._rng is None or self._had[target] >= self._most or self._rng.random() >= self._chance:
            return ""
        kind = self._kinds[int(self._rng.integers(len(self._kinds)))]
        self._had[target] += 1
        self.drawn[kind] += 1
        return kind

    def spoil(self, fault: str, result: dict[str, Any]) -> None:
        """Put a fault into the rows of an answer, where it has any."""
        rows = result.get("list", [])
        if fault == "symbol":
            for named in (result, *(row for row in rows if isinstance(row, dict))):
                named.update({"symbol": "DOGEUSDT"} if "symbol" in named else {})
        if len(rows) < 3 or not isinstance(rows[0], list):
            return
        if fault == "late":
            rows[0][0] = str(int(rows[0][0]) + 86_400_000)
        elif fault == "twice":
            rows[1] = list(rows[0])
        elif fault == "impossible":
            rows[1][2], rows[1][3] = rows[1][3], str(float(rows[1][2]) + 1)
        elif fault == "backward":
            rows.reverse()
        elif fault == "no_number":
            rows[2][1] = "NaN"
        elif fault == "short" and len(rows) > 500:
            del rows[7:40]
