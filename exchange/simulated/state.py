"""The whole state of a simulated account: a few records of plain numbers, which a snapshot can hold as bytes.

One account, one instrument. Levels of NaN are absent; `below` and `above` are the nearest prices at which something
can happen to the position. The last price is also the mark price.
"""

from typing import Any

import numpy as np

from exchange.instruments import INSTRUMENT, Instrument
from exchange.margin import TIER
from exchange.policy import REFUSALS, RULES, policy_rules
from exchange.settings import SETTINGS, RunSettings
from exchange.simulated.records import FILL, LEDGER, ORDER, TRADE
from play_engine.compiled import constant
from play_engine.play.model import Play

INSTRUMENT_ID = 0

_IDS = ("seq", "next_order", "next_fill", "next_trade", "next_entry", "checked_seq")
_MONEY = ("wallet", "deposits", "credit", "ledger_sum", "trades_net")
_CURVE = ("peak_equity", "peak_before", "equity_low", "equity_high")
ACCOUNT_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("clock_ms", "next_bar_ms", "stop_ms", *_IDS)],
        *[(name, "<f8") for name in (*_MONEY, *_CURVE)],
        *[(name, "<i8") for name in ("arrivals", "entry_working", "full_close_working")],
        *[(name, "<i8") for name in ("halted", "stopped", "stop_reason")],
    ]
)

POSITION_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("trade_id", "entry_ms", "net_steps")],
        *[(name, "<f8") for name in ("qty", "value", "margin", "liquidation", "below", "above", "last")],
        *[(name, "<f8") for name in ("entry_qty", "entry_value", "exit_qty", "exit_value", "max_qty")],
        *[(name, "<f8") for name in ("gross", "fees", "slippage", "first_stop", "first_target")],
        *[(name, "<f8") for name in ("lowest", "highest", "mae", "mfe", "mae_usdt", "mfe_usdt")],
        *[(name, "<f8") for name in ("stop_operand", "target_operand")],
        *[(name, "<i8") for name in ("side", "bars_held", "fills", "ambiguous", "anchor_due")],
    ]
)

ORDER_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "parent", "trade_id", "created_ms")],
        *[(name, "<i8") for name in ("kind", "side", "exit_reason", "amendments")],
        *[(name, "<f8") for name in ("qty", "filled_qty", "filled_value", "fees", "trigger", "stop", "target")],
        *[(name, "<f8") for name in ("stop_operand", "target_operand")],
    ]
)
# Slots of the order table: the two children of the position, then the market orders on their way, in id order.
# A bar in a gap can bring a second decision before the next minute; more than a few never wait together.
STOP_SLOT, TARGET_SLOT, FIRST_ARRIVAL = map(constant, (0, 1, 2))
ORDER_SLOTS = 18

_COUNTS = ("orders", "filled", "cancelled", "rejected", "liquidations", "sl_beyond_liquidation_warnings")
_MINUTES = ("minutes", "gap_minutes", "ambiguous_minutes", "ambiguous_exits", "off_grid_prices")
_EXPOSURE = ("exposure_long_ms", "exposure_short_ms")
_EXTREMES = ("leverage_sum", "max_gross_exposure", "max_margin_usage", "closest_liquidation")
TALLY = np.dtype(
    [
        *[(name, "<i8") for name in (*_COUNTS, *_MINUTES, *_EXPOSURE)],
        *[(name, "<f8") for name in _EXTREMES],
        ("refusals", "<i8", (len(REFUSALS) + 1,)),
    ]
)

# Rows used in each output buffer, and the most that one step (a minute, or an instant of decision) can add.
USED = np.dtype([(name, "<i8") for name in ("trades", "orders", "fills", "ledger", "equity")])
MOST_ROWS_A_STEP = 4 * ORDER_SLOTS
BUFFER_ROWS = 4_096
# More than any contract has.
MOST_TIERS = 128

# Everything that the compiled loop reads and writes, in one record: what a run is set up with, its state, and the
# buffers for its rows. One pointer, so passing it about costs nothing.
BOOKS = np.dtype(
    [
        ("rules", RULES),
        ("settings", SETTINGS),
        ("instrument", INSTRUMENT),
        ("tier_rows", TIER, (MOST_TIERS,)),
        ("tier_count", "<i8"),
        ("account", ACCOUNT_STATE),
        ("position", POSITION_STATE),
        ("orders", ORDER_STATE, (ORDER_SLOTS,)),
        ("tally", TALLY),
        ("used", USED),
        ("buffer_rows", "<i8"),
        ("trade_rows", TRADE, (BUFFER_ROWS,)),
        ("order_rows", ORDER, (BUFFER_ROWS,)),
        ("fill_rows", FILL, (BUFFER_ROWS,)),
        ("ledger_rows", LEDGER, (BUFFER_ROWS,)),
    ]
)
# Table → its buffer in the books, and the dtype of its rows.
BUFFERS = {
    "trades": ("trade_rows", TRADE),
    "orders": ("order_rows", ORDER),
    "fills": ("fill_rows", FILL),
    "ledger": ("ledger_rows", LEDGER),
}
Books = Any


def new_books(play: Play, instrument: Instrument, settings: RunSettings, buffer_rows: int) -> Books:
    """One record of BOOKS: an account before its first deposit. Raises ValueError for impossible `buffer_rows`."""
    if not MOST_ROWS_A_STEP <= buffer_rows <= BUFFER_ROWS:
        raise ValueError(f"{buffer_rows} rows of buffer; allowed are {MOST_ROWS_A_STEP} to {BUFFER_ROWS}")
    tiers = instrument.tier_table()
    books = np.zeros(1, dtype=BOOKS)
    books["rules"] = policy_rules(play)
    books["settings"] = settings.to_record()
    books["instrument"] = instrument.to_record()
    books["tier_rows"][0, : len(tiers)] = tiers
    books["tier_count"] = len(tiers)
    books["buffer_rows"] = buffer_rows
    for name in ("next_order", "next_fill", "next_trade", "next_entry"):
        books["account"][name] = 1
    books["account"]["equity_low"], books["account"]["equity_high"] = np.inf, -np.inf
    books["position"]["below"], books["position"]["above"] = -np.inf, np.inf
    books["orders"]["trigger"] = np.nan
    books["tally"]["closest_liquidation"] = np.inf
    return books[0]


def drain(books: Books) -> dict[str, bytes]:
    """The rows in the output buffers by table, which are empty afterwards; the equity curve is not buffered.

    As bytes, because NumPy copies structured rows field by field, many times more slowly.
    """
    used = books["used"]
    rows: dict[str, bytes] = {}
    for table, (buffer, _) in BUFFERS.items():
        rows[table] = books[buffer][: used[table]].tobytes()
        used[table] = 0
    return rows


def state_bytes(books: Books) -> bytes:
    """The state proper, without buffers and what a run is set up with."""
    return b"".join(books[name].tobytes() for name in ("account", "position", "orders", "tally"))
