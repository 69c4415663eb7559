"""What a venue knows of an account beyond the reports that it sends.

These are the results of closed positions, movements of money, and details of positions and balances.

Prices in USDT per base unit, quantities in base units, money in USDT, times in ms since the epoch, UTC. NaN is what is
not there. `side` is +1 to buy or long, −1 to sell or short.
"""

import attrs

from exchange.reports import PositionReport, WalletReport


@attrs.frozen(kw_only=True)
class ClosedPnl:
    """What one order that reduced a position has made of it. `side` is that of the order; `closed_pnl` is net of
    `open_fee`, the share of the fees that the closed quantity had been opened for, and of `close_fee`."""

    symbol: str
    order_id: str
    side: int
    order_qty: float
    order_price: float
    order_type: str
    exec_type: str
    closed_qty: float
    entry_value: float
    exit_value: float
    open_fee: float
    close_fee: float
    closed_pnl: float
    fill_count: int
    leverage: float
    created_ms: int
    updated_ms: int


@attrs.frozen(kw_only=True)
class Transaction:
    """One movement of money: change = cash_flow + funding − fee, and `balance` is the wallet after it. `type` is a word
    of the venue; `funding` > 0 is received, `fee` > 0 paid; `position_qty` is the position after it, without sign."""

    id: str
    symbol: str
    type: str
    side: int
    order_id: str
    link_id: str
    trade_id: str
    qty: float
    price: float
    position_qty: float
    cash_flow: float
    funding: float
    fee: float
    fee_rate: float
    change: float
    balance: float
    ts_ms: int


@attrs.frozen(kw_only=True)
class PositionDetails:
    """A position with what its report leaves out. `initial_margin` and `maintenance_margin` have the reserve for the
    closing fee in them; `extra` is margin that was added by hand; `cumulative_pnl` all that the symbol has ever made.
    `break_even` is the price at which closing it leaves neither gain nor loss (NaN when flat)."""

    report: PositionReport
    initial_margin: float
    maintenance_margin: float
    extra: float
    cumulative_pnl: float
    break_even: float
    trailing_activation: float
    last: float
    risk_limit: float
    created_ms: int
    opened_ms: int


@attrs.frozen(kw_only=True)
class AccountDetails:
    """The money of an account with what its report leaves out; margins are sums over all positions."""

    report: WalletReport
    margin_mode: str
    initial_margin: float
    maintenance_margin: float
    cumulative_pnl: float
