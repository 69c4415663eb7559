"""An account's money as the venue writes it: totals over all coins in USD, and what belongs to each coin."""

import msgspec

from exchange.bybit.decimals import amount, number, optional
from exchange.reports import WalletReport

_COIN = "USDT"


class CoinRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of a coin that we read. Those without a default must be there."""

    coin: str
    equity: str
    wallet_balance: str
    locked: str | None = None
    bonus: str | None = None
    total_order_im: str | None = msgspec.field(default=None, name="totalOrderIM")
    total_position_im: str | None = msgspec.field(default=None, name="totalPositionIM")
    unrealised_pnl: str | None = None


class WalletRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of an account that we read."""

    coin: tuple[CoinRow, ...]
    account_type: str | None = None
    total_available_balance: str | None = None


def wallet_report(row: WalletRow, updated_ms: int) -> WalletReport | None:
    """The account's USDT; None where the row does not speak of it. Raises ValueError for numbers that are none."""
    coin = next((coin for coin in row.coin if coin.coin == _COIN), None)
    if coin is None:
        return None
    return WalletReport(
        wallet=number(coin.wallet_balance),
        equity=number(coin.equity),
        available=_available(row, coin),
        position_margin=optional(coin.total_position_im),
        order_margin=optional(coin.total_order_im),
        unrealised_pnl=optional(coin.unrealised_pnl),
        updated_ms=updated_ms,
    )


def _available(row: WalletRow, coin: CoinRow) -> float:
    """What new orders may bind. Isolated accounts have no total: there it is what nothing binds yet."""
    if row.total_available_balance:
        return number(row.total_available_balance)
    bound = amount(coin.total_position_im) + amount(coin.total_order_im) + amount(coin.locked) + amount(coin.bonus)
    return number(coin.wallet_balance) - bound
