"""How many orders there were and what became of them."""

from collections import Counter

import attrs
import numpy as np

from exchange.simulated.records import CODED_COLUMNS, Rows
from results.measure import Measures

_STATES = CODED_COLUMNS["orders"]["status"]
_REASONS = CODED_COLUMNS["orders"]["reason"]


@attrs.define
class OrderCounts:
    """Counts orders by final state and reason, both as the codes of the orders table."""

    counts: Counter[tuple[int, int]] = attrs.field(factory=Counter)

    def add(self, orders: Rows) -> None:
        """Append rows of the orders table."""
        # Both codes are bytes, so a pair of them is one small number.
        pairs = np.bincount(orders["status"].astype(np.int64) * 256 + orders["reason"])
        for pair in np.flatnonzero(pairs).tolist():
            self.counts[divmod(pair, 256)] += int(pairs[pair])

    def metrics(self) -> Measures:
        """All orders, and those that ended filled, cancelled (by anybody) and rejected."""
        by_state: Counter[str] = Counter()
        for (status, _), count in self.counts.items():
            by_state[_STATES[status]] += count
        ended = {state.lower(): by_state[state] for state in ("Filled", "Cancelled", "Rejected")}
        return {"orders": by_state.total(), **ended}

    def by_reason(self) -> dict[str, dict[str, int]]:
        """For each final state that has reasons, how often each occurred, by name."""
        states = ("cancelled", "rejected", "deactivated")
        groups: dict[str, dict[str, int]] = {f"orders_{state}": {} for state in states}
        for (status, reason), count in sorted(self.counts.items()):
            if reason in _REASONS:
                groups[f"orders_{_STATES[status].lower()}"][_REASONS[reason]] = count
        return groups
