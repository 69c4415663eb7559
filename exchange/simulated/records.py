"""The records of the simulator: its whole state, and the rows that a run leaves behind.

Output rows are packed structured dtypes; prices in USDT per base unit, quantities in base units, money in USDT,
times in ms since the epoch. Text columns hold codes whose names are in `CODED_COLUMNS`; the codes of metadata are
numbers of notes, whose texts come with the rows. `instrument_id` and `play` number the instruments and the Plays of the
account; −1 stands for none, such as a client's order. An id of 0, a code of 0 that its table does not name, and a NaN
mean "does not apply".
"""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.simulated import codes

Rows = NDArray[Any]

TRADE = np.dtype(
    [
        ("trade_id", "<i8"),
        ("instrument_id", "<i4"),
        ("play", "<i4"),
        ("side", "|i1"),
        ("entry_ts", "<i8"),
        ("exit_ts", "<i8"),
        ("entry_price", "<f8"),
        ("exit_price", "<f8"),
        ("qty", "<f8"),
        ("max_qty", "<f8"),
        ("entry_value", "<f8"),
        ("exit_value", "<f8"),
        ("leverage", "<f8"),
        ("gross_pnl", "<f8"),
        ("fees", "<f8"),
        ("funding", "<f8"),
        ("net_pnl", "<f8"),
        ("slippage_cost", "<f8"),
        ("return_on_value", "<f8"),
        ("return_on_margin", "<f8"),
        ("stop_loss", "<f8"),
        ("take_profit", "<f8"),
        ("initial_risk", "<f8"),
        ("r_multiple", "<f8"),
        ("mae", "<f8"),
        ("mfe", "<f8"),
        ("mae_usdt", "<f8"),
        ("mfe_usdt", "<f8"),
        ("fills", "<i4"),
        ("bars_held", "<i4"),
        ("duration_ms", "<i8"),
        ("ambiguous", "|u1"),
        ("metadata", "<i8"),
        ("exit_metadata", "<i8"),
        ("exit_reason", "|u1"),
    ]
)

ORDER = np.dtype(
    [
        ("order_id", "<i8"),
        ("parent_id", "<i8"),
        ("instrument_id", "<i4"),
        ("play", "<i4"),
        ("kind", "|u1"),
        ("side", "|i1"),
        ("type", "|u1"),
        ("tif", "|u1"),
        ("qty", "<f8"),
        ("filled_qty", "<f8"),
        ("avg_price", "<f8"),
        ("price", "<f8"),
        ("trigger_price", "<f8"),
        ("trigger_direction", "|i1"),
        ("trigger_by", "|u1"),
        ("reduce_only", "|u1"),
        ("close_on_trigger", "|u1"),
        ("tpsl_mode", "|u1"),
        ("stop_loss", "<f8"),
        ("take_profit", "<f8"),
        ("status", "|u1"),
        ("reason", "|u1"),
        ("fees", "<f8"),
        ("created_ts", "<i8"),
        ("arrival_ts", "<i8"),
        ("updated_ts", "<i8"),
        ("amendments", "<i4"),
        ("metadata", "<i8"),
    ]
)

FILL = np.dtype(
    [
        ("fill_id", "<i8"),
        ("order_id", "<i8"),
        ("trade_id", "<i8"),
        ("instrument_id", "<i4"),
        ("play", "<i4"),
        ("ts", "<i8"),
        ("seq", "<i8"),
        ("side", "|i1"),
        ("price", "<f8"),
        ("qty", "<f8"),
        ("value", "<f8"),
        ("fee", "<f8"),
        ("fee_rate", "<f8"),
        ("liquidity", "|u1"),
        ("exec_type", "|u1"),
        ("closing", "|u1"),
        ("realised_pnl", "<f8"),
        ("ref_price", "<f8"),
        ("slippage_cost", "<f8"),
        ("mark_price", "<f8"),
        ("position_after", "<f8"),
        ("wallet_after", "<f8"),
        ("reason", "|u1"),
        ("synthetic", "|u1"),
        ("metadata", "<i8"),
    ]
)

LEDGER = np.dtype(
    [
        ("entry_id", "<i8"),
        ("seq", "<i8"),
        ("ts", "<i8"),
        ("instrument_id", "<i4"),
        ("play", "<i4"),
        ("trade_id", "<i8"),
        ("order_id", "<i8"),
        ("fill_id", "<i8"),
        ("reason", "|u1"),
        ("amount", "<f8"),
        ("wallet", "<f8"),
        ("qty", "<f8"),
        ("price", "<f8"),
        ("rate", "<f8"),
    ]
)

EQUITY = np.dtype(
    [
        ("ts", "<i8"),
        ("equity", "<f8"),
        ("wallet", "<f8"),
        ("unrealised_pnl", "<f8"),
        ("position_margin", "<f8"),
        ("order_reserve", "<f8"),
        ("available", "<f8"),
        ("gross_value", "<f8"),
        ("net_value", "<f8"),
        ("equity_low", "<f8"),
        ("equity_high", "<f8"),
        ("drawdown", "<f8"),
    ]
)

# What became of a request that is no order: `reason` 0 if it was carried out.
ANSWER = np.dtype([("request_id", "<i8"), ("ts", "<i8"), ("instrument_id", "<i4"), ("reason", "|u1")])

# Columns of the tables above that hold numbers of notes.
NOTED_COLUMNS = {"trades": ("metadata", "exit_metadata"), "orders": ("metadata",), "fills": ("metadata",)}

# Table → column → the names of its codes; every other column is a number, a time or a flag (0 or 1).
CODED_COLUMNS: Mapping[str, Mapping[str, Mapping[int, str]]] = {
    "trades": {"exit_reason": codes.EXIT_REASONS},
    "orders": {
        "kind": codes.ORDER_KINDS,
        "side": codes.SIDES,
        "type": codes.ORDER_TYPES,
        "tif": codes.TIMES_IN_FORCE,
        "trigger_by": codes.TRIGGER_SOURCES,
        "tpsl_mode": codes.TPSL_MODES,
        "status": codes.ORDER_STATES,
        "reason": codes.ORDER_REASONS,
    },
    "fills": {"reason": codes.FILL_REASONS},
    "ledger": {"reason": codes.LEDGER_REASONS},
    "equity": {},
}


@attrs.frozen(kw_only=True, eq=False)
class Records:
    """Rows of TRADE, ORDER, FILL, LEDGER, EQUITY and ANSWER, each table in the order of its events.

    A trade is written when its position is flat, an order when it has reached its final state. `notes` has the text
    (canonical JSON) of every note that the rows refer to, and may have more.
    """

    trades: Rows
    orders: Rows
    fills: Rows
    ledger: Rows
    equity: Rows
    answers: Rows = attrs.field(factory=lambda: np.zeros(0, dtype=ANSWER))
    notes: Mapping[int, str] = attrs.field(factory=dict[int, str])
