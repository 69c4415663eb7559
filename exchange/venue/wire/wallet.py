"""The money of an account as the venue writes it, over HTTP and on the topic `wallet`: USDT alone, at a dollar each."""

from typing import Any

from exchange.reports import WalletReport
from exchange.venue.accounts.values import AccountDetails
from exchange.venue.wire.text import money_text


def wallet_row(wallet: WalletReport, details: AccountDetails) -> dict[str, Any]:
    """An account as GET /v5/account/wallet-balance has it, and a frame of the topic `wallet`; `details` may be of a
    moment later."""
    initial, maintenance = money_text(details.initial_margin), money_text(details.maintenance_margin)
    initial_rate = _rate_text(details.initial_margin, wallet.equity)
    maintenance_rate = _rate_text(details.maintenance_margin, wallet.equity)
    return {
        "accountType": "UNIFIED",
        "accountLTV": "0",
        "accountIMRate": initial_rate,
        "accountIMRateByMp": initial_rate,
        "accountMMRate": maintenance_rate,
        "accountMMRateByMp": maintenance_rate,
        "totalEquity": money_text(wallet.equity),
        "totalWalletBalance": money_text(wallet.wallet),
        "totalMarginBalance": money_text(wallet.equity),
        "totalAvailableBalance": money_text(wallet.available),
        "totalPerpUPL": money_text(wallet.unrealised_pnl) or "0",
        "totalInitialMargin": initial,
        "totalInitialMarginByMp": initial,
        "totalMaintenanceMargin": maintenance,
        "totalMaintenanceMarginByMp": maintenance,
        "coin": [_coin(wallet, details)],
    }


def _coin(wallet: WalletReport, details: AccountDetails) -> dict[str, Any]:
    equity = money_text(wallet.equity)
    return {
        "coin": "USDT",
        "equity": equity,
        "usdValue": equity,
        "walletBalance": money_text(wallet.wallet),
        "availableToWithdraw": "",
        "availableToBorrow": "",
        "borrowAmount": "0",
        "accruedInterest": "0",
        "totalOrderIM": money_text(wallet.order_margin) or "0",
        "totalPositionIM": money_text(wallet.position_margin) or "0",
        "totalPositionMM": money_text(details.maintenance_margin),
        "unrealisedPnl": money_text(wallet.unrealised_pnl) or "0",
        "cumRealisedPnl": money_text(details.cumulative_pnl),
        "bonus": "0",
        "locked": "0",
        "collateralSwitch": True,
        "marginCollateral": True,
        "spotHedgingQty": "0",
        "spotBorrow": "0",
        "colRes": "0",
    }


def _rate_text(margin: float, equity: float) -> str:
    """A share of the equity at four decimals."""
    return money_text(round(margin / equity, 4)) if equity > 0.0 else "0"
