"""Movements of an account's money as the venue's transaction log tells them."""

from collections.abc import Mapping
from typing import Any

from exchange.reports import ExecutionReport
from exchange.simulated import codes
from exchange.venue.accounts.ids import Names
from exchange.venue.accounts.values import Transaction

_NAN = float("nan")
# Reasons of ledger rows that no execution stands for.
_TRANSFERS = frozenset((int(codes.DEPOSIT), int(codes.WITHDRAWAL)))
_MADE_GOOD = frozenset((int(codes.BANKRUPTCY_CREDIT), int(codes.LIQUIDATION_RESIDUE)))


def executed(execution: ExecutionReport, row: Mapping[str, Any], held_qty: float, uid: int) -> Transaction:
    """The movement behind an execution; `row` is its row of FILL, or of LEDGER for funding, `held_qty` the position
    afterwards."""
    is_funding = execution.exec_type == "Funding"
    funding = -execution.fee if is_funding else 0.0
    fee = 0.0 if is_funding else execution.fee
    types = {"Funding": "SETTLEMENT", "BustTrade": "LIQUIDATION"}
    return Transaction(
        id=f"{uid}_{execution.symbol}_{execution.seq}",
        symbol=execution.symbol,
        type=types.get(execution.exec_type, "TRADE"),
        side=execution.side,
        order_id=execution.order_id,
        link_id=execution.link_id,
        trade_id=execution.exec_id,
        qty=execution.qty,
        price=execution.price,
        position_qty=held_qty,
        cash_flow=execution.realised_pnl,
        funding=funding,
        fee=fee,
        fee_rate=execution.fee_rate,
        change=round(execution.realised_pnl + funding - fee, 8),
        balance=row["wallet"] if is_funding else row["wallet_after"],
        ts_ms=execution.ts_ms,
    )


def transferred(row: Mapping[str, Any], names: Names) -> Transaction | None:
    """The movement behind a row of LEDGER that is no execution's: money paid in or out, or a loss that the venue bears;
    None for every other row."""
    reason, amount = row["reason"], row["amount"]
    if reason in _TRANSFERS:
        kind = "TRANSFER_IN" if amount >= 0.0 else "TRANSFER_OUT"
    elif reason in _MADE_GOOD:
        kind = "LIQUIDATION"
    else:
        return None
    entry = names.entry(row["entry_id"])
    return Transaction(
        id=f"{names.uid}_USDT_{row['seq']}",
        symbol="",
        type=kind,
        side=0,
        order_id="",
        link_id="",
        trade_id=entry,
        qty=0.0,
        price=_NAN,
        position_qty=0.0,
        cash_flow=amount,
        funding=0.0,
        fee=0.0,
        fee_rate=0.0,
        change=amount,
        balance=row["wallet"],
        ts_ms=row["ts"],
    )
