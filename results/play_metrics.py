"""What one Play did on an account that it may share: metrics of its trades, their costs, and what it was refused."""

from typing import Any

import numpy as np

from results.counters import count_of
from results.measure import Measures, split
from results.trade_statistics import Trades, exits_by_reason, trade_metrics

# Metric → column of the trades that it is the sum of, in USDT; fees are > 0 when paid, funding when received.
_SUMS = {
    "net_pnl": "net_pnl",
    "gross_pnl": "gross_pnl",
    "fees_total": "fees",
    "net_funding": "funding",
    "slippage_cost": "slippage_cost",
}


def play_metrics(trades: Trades, exposure: Measures, refusals: dict[str, int] | None) -> dict[str, Any]:
    """`{"values", "undefined", "by_reason"}` of one Play: its closed trades, how long it held positions, refusals.

    `refusals` are counts by reason, None where they were not counted.
    """
    measures: Measures = {
        **{name: float(np.sum(trades[column])) for name, column in _SUMS.items()},
        **trade_metrics(trades),
        **exposure,
        "ambiguous_exits": int(np.count_nonzero(trades["ambiguous"])),
        "gate_refusals": count_of(refusals),
    }
    reasons = {"exits": exits_by_reason(trades), "gate_refusals": refusals or {}}
    return {**split(measures), "by_reason": reasons}
