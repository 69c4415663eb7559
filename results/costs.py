"""What trading cost: fees, slippage and funding, summed over fills and ledger rows as they come."""

import attrs
import numpy as np

from exchange.simulated.records import CODED_COLUMNS, Rows
from results.measure import Measures, Undefined, ratio, running_sum

_MAKER = 1
_BUST_TRADE = 2
_LEDGER_REASONS = {name: code for code, name in CODED_COLUMNS["ledger"]["reason"].items()}


@attrs.define(kw_only=True)
class Costs:
    """Running sums in USDT. Fees are > 0 when paid; funding is split into what was paid (≥ 0) and received.

    `deposits` counts every deposit and withdrawal, the starting one included. Sums are taken strictly in order of the
    rows, so no cut into chunks shows.
    """

    fees_maker: float = 0.0
    fees_taker: float = 0.0
    maker_value: float = 0.0
    volume: float = 0.0
    slippage_cost: float = 0.0
    funding_paid: float = 0.0
    funding_received: float = 0.0
    deposits: float = 0.0
    liquidations: int = 0

    def add_fills(self, fills: Rows) -> None:
        """Append rows of the fills table."""
        if len(fills) == 0:
            return
        maker = fills["liquidity"] == _MAKER
        fee, value = fills["fee"], fills["value"]
        self.fees_maker = running_sum(self.fees_maker, fee[maker])
        self.fees_taker = running_sum(self.fees_taker, fee[~maker])
        self.maker_value = running_sum(self.maker_value, value[maker])
        self.volume = running_sum(self.volume, value)
        self.slippage_cost = running_sum(self.slippage_cost, fills["slippage_cost"])
        self.liquidations += int(np.count_nonzero(fills["exec_type"] == _BUST_TRADE))

    def add_ledger(self, ledger: Rows) -> None:
        """Append rows of the ledger table."""
        if len(ledger) == 0:
            return
        reason, amount = ledger["reason"], ledger["amount"]
        funding = amount[reason == _LEDGER_REASONS.get("FUNDING", -1)]
        self.funding_paid = running_sum(self.funding_paid, -funding[funding < 0])
        self.funding_received = running_sum(self.funding_received, funding[funding > 0])
        moved = [_LEDGER_REASONS[name] for name in ("DEPOSIT", "WITHDRAWAL") if name in _LEDGER_REASONS]
        self.deposits = running_sum(self.deposits, amount[np.isin(reason, moved)])

    def metrics(self, *, gross_pnl: float, mean_equity: float) -> Measures:
        """The group of cost metrics; `gross_pnl` of the closed trades and `mean_equity` of the curve, both in USDT."""
        fees = self.fees_maker + self.fees_taker
        funding = self.funding_received - self.funding_paid
        gross = gross_pnl + self.slippage_cost
        spent = fees + self.slippage_cost - funding
        return {
            "fees_total": fees,
            "fees_maker": self.fees_maker,
            "fees_taker": self.fees_taker,
            "maker_share": ratio(self.maker_value, self.volume, Undefined("no fills")),
            "funding_paid": self.funding_paid,
            "funding_received": self.funding_received,
            "net_funding": funding,
            "slippage_cost": self.slippage_cost,
            "volume": self.volume,
            "turnover": ratio(self.volume, mean_equity, Undefined("no equity")),
            "cost_share": spent / gross if gross > 0 else Undefined("no gross profit before costs"),
        }
