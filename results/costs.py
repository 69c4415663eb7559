"""What trading cost: fees, slippage and funding, summed over fills and ledger rows as they come."""

import attrs
import numpy as np

from exchange.simulated.records import CODED_COLUMNS, Rows
from play_engine.bars import Floats
from results.measure import Measures, Undefined, ratio, running_sum

_MAKER = 1
_BUST_TRADE = 2
_LEDGER_REASONS = {name: code for code, name in CODED_COLUMNS["ledger"]["reason"].items()}


@attrs.define(kw_only=True)
class Costs:
    """Running sums in USDT. Fees are > 0 when paid; funding is split into what was paid (≥ 0) and received.

    `deposits` counts every deposit and withdrawal, the starting one included. `bankruptcy_credit` is what the exchange
    made good of a wallet below 0, `liquidation_residue` what rounding left of a wallet that was taken over as a whole:
    the two movements that belong to no trade. With them the net results of all trades, and what is booked of trades
    still open, add up to the change of the wallet less the deposits. Sums are taken strictly in order of the
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
    bankruptcy_credit: float = 0.0
    liquidation_residue: float = 0.0
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
        funding = _amounts(ledger, "FUNDING")
        self.funding_paid = running_sum(self.funding_paid, -funding[funding < 0])
        self.funding_received = running_sum(self.funding_received, funding[funding > 0])
        self.deposits = running_sum(self.deposits, _amounts(ledger, "DEPOSIT", "WITHDRAWAL"))
        self.bankruptcy_credit = running_sum(self.bankruptcy_credit, _amounts(ledger, "BANKRUPTCY_CREDIT"))
        self.liquidation_residue = running_sum(self.liquidation_residue, _amounts(ledger, "LIQUIDATION_RESIDUE"))

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
            "bankruptcy_credit": self.bankruptcy_credit,
            "liquidation_residue": self.liquidation_residue,
        }


def _amounts(ledger: Rows, *reasons: str) -> Floats:
    """The amounts of the rows with one of these reasons, in order."""
    codes = [_LEDGER_REASONS[name] for name in reasons if name in _LEDGER_REASONS]
    return ledger["amount"][np.isin(ledger["reason"], codes)]
