"""The whole state of a simulated account: a few records of plain numbers, which a snapshot can hold as bytes.

One account, one instrument. Levels of NaN are absent. The last price is also the mark price.
"""

from typing import Any

import numpy as np

from exchange.instruments import INSTRUMENT, Instrument
from exchange.policy import REFUSALS, RULES, policy_rules
from exchange.settings import SETTINGS, RunSettings
from exchange.simulated.records import FILL, LEDGER, ORDER, TRADE
from play_engine.compiled import constant
from play_engine.play.model import Play

INSTRUMENT_ID = 0

_IDS = ("seq", "next_order", "next_fill", "next_trade", "next_entry", "next_note", "checked_seq")
_MONEY = ("wallet", "reserve", "deposits", "credit", "ledger_sum", "trades_net")
_CURVE = ("peak_equity", "peak_before", "equity_low", "equity_high")
# `minute_ms` is the minute that was played last, `slots` the number of order slots up to the last one in use.
# `is_due`: something arrives with the next minute, which must be played in full. `is_unsettled`: position, orders or
# wallet have changed, and what follows from it is not worked out yet.
ACCOUNT_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("clock_ms", "next_bar_ms", "stop_ms", "minute_ms", *_IDS)],
        *[(name, "<f8") for name in (*_MONEY, *_CURVE)],
        *[(name, "<i8") for name in ("slots", "is_due", "is_unsettled", "entry_working", "full_close_working")],
        *[(name, "<i8") for name in ("halted", "stopped", "stop_reason", "broken")],
    ]
)

# What belongs to the open position and to its trade; `peak` is the best price that it has seen. `next_stop` is where
# the policy wants to have the stop from the next minute on, for the exit reason `next_mover`; `stop_mover` is the exit
# reason of the last move, `exit_reason` that of the last reducing fill. `rest_qty` is what a close that found too
# little volume has left, to be sent again.
_PATH = ("lowest", "highest", "peak", "mae", "mfe", "mae_usdt", "mfe_usdt")
POSITION_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("trade_id", "entry_order", "entry_ms", "note", "exit_note")],
        *[(name, "<f8") for name in ("qty", "value", "margin", "liquidation")],
        *[(name, "<f8") for name in ("entry_qty", "entry_value", "exit_qty", "exit_value", "max_qty")],
        *[(name, "<f8") for name in ("gross", "fees", "slippage", "first_stop", "first_target")],
        *[(name, "<f8") for name in (*_PATH, "stop_operand", "target_operand")],
        *[(name, "<f8") for name in ("limit_target", "next_stop", "rest_qty")],
        *[(name, "<i8") for name in ("side", "bars_held", "fills", "ambiguous", "anchor_due")],
        *[(name, "<i8") for name in ("trail_active", "broke_even", "next_mover", "stop_mover")],
        *[(name, "<i8") for name in ("rest_reason", "rest_note", "exit_reason")],
    ]
)

_POSITION_NOTES = ("note", "exit_note", "rest_note")

# What is known of the instrument whatever is held: its last price, the nearest levels of anything live below and above
# it, what may still trade in this minute, and the signed sum of all fills in quantity steps.
MARKET_STATE = np.dtype(
    [
        *[(name, "<f8") for name in ("last", "below", "above", "budget")],
        *[(name, "<i8") for name in ("net_steps",)],
    ]
)

# An order from its creation to its end. `price` is a limit, `trigger` what a conditional order waits for; `stop`,
# `target` and `limit_target` are levels for the position that it opens, the last one an order of the policy's own.
# It is met where the path, moving in `direction`, comes to `level`; `rank` says who is first on a tie. `reserve` is
# what it keeps from the available balance. `active_ms` and `blocked_ms` are minutes: that in which it became active,
# and that whose volume it found used up.
ORDER_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "parent", "trade_id", "created_ms", "active_ms", "blocked_ms", "note")],
        *[(name, "<i8") for name in ("kind", "type", "tif", "state", "side", "exit_reason", "amendments", "bars_left")],
        *[(name, "<i8") for name in ("rank", "direction", "status", "reason", "ended_ms")],
        *[
            (name, "<f8")
            for name in ("qty", "filled_qty", "filled_value", "fees", "price", "trigger", "level", "reserve")
        ],
        *[(name, "<f8") for name in ("stop", "target", "limit_target", "stop_operand", "target_operand")],
    ]
)
# States of an order: ended, and its row not written yet; sent and not there yet; waiting for its trigger; a standing
# limit; a market order whose rest goes on at the next opens. A free slot has kind and state 0.
ENDED, ON_ITS_WAY, WAITING, STANDING, WORKING = map(constant, (-1, 1, 2, 3, 4))
# Slots of the order table: the stop and the target of the position, then all others. Behind them is one that stays
# empty, for what happens without an order. A bar in a gap can bring a second decision before the next minute; more than
# a few never wait together.
STOP_SLOT, TARGET_SLOT, FIRST_SLOT = map(constant, (0, 1, 2))
ORDER_SLOTS = 18
NO_ORDER = constant(ORDER_SLOTS)
NO_SLOT = constant(-1)

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
USED = np.dtype([(name, "<i8") for name in ("trades", "orders", "fills", "ledger", "notes", "equity")])
MOST_ROWS_A_STEP = 5 * ORDER_SLOTS
BUFFER_ROWS = 4_096
# The row behind the buffer of fills stays empty, for cash that no fill moves.
NO_FILL = constant(BUFFER_ROWS)

# A note is what the metadata of an intent read when it was decided: at row `row` of the batch that is being played.
NOTE = np.dtype([(name, "<i8") for name in ("note", "row", "intent")])

# The minute that is being played: its prices and how far it has come. `leg` counts what happens at the open (the
# takeover, arrivals, the jump) and the three legs of the path; the price goes from `start` to `end`, of which the share
# `done` lies behind.
MINUTE_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("interval_ms", "leg", "high_first", "ambiguous_trade")],
        *[(name, "<f8") for name in ("open", "high", "low", "close", "previous", "start", "end", "done")],
    ]
)

# The instant of decision at hand: its row of the batch that is being played, decision price and operands of the levels,
# and the number of the intent that is looked at.
INSTANT = np.dtype(
    [
        *[(name, "<i8") for name in ("row", "intent")],
        *[(name, "<f8") for name in ("price", "stop_long", "stop_short", "target")],
    ]
)

# Everything that the compiled loop reads and writes, in one record: what a run is set up with, its state, and the
# buffers for its rows. One pointer, so passing it about costs nothing.
BOOKS = np.dtype(
    [
        ("rules", RULES),
        ("settings", SETTINGS),
        ("instrument", INSTRUMENT),
        ("account", ACCOUNT_STATE),
        ("market", MARKET_STATE),
        ("position", POSITION_STATE),
        ("minute", MINUTE_STATE),
        ("instant", INSTANT),
        ("orders", ORDER_STATE, (ORDER_SLOTS + 1,)),
        ("tally", TALLY),
        ("used", USED),
        ("buffer_rows", "<i8"),
        ("trade_rows", TRADE, (BUFFER_ROWS,)),
        ("order_rows", ORDER, (BUFFER_ROWS,)),
        ("fill_rows", FILL, (BUFFER_ROWS + 1,)),
        ("ledger_rows", LEDGER, (BUFFER_ROWS,)),
        ("note_rows", NOTE, (BUFFER_ROWS,)),
    ]
)
# Table → its buffer in the books, and the dtype of its rows.
BUFFERS = {
    "trades": ("trade_rows", TRADE),
    "orders": ("order_rows", ORDER),
    "fills": ("fill_rows", FILL),
    "ledger": ("ledger_rows", LEDGER),
    "notes": ("note_rows", NOTE),
}
Books = Any
# Before every minute.
NEVER_MS = constant(-1)


def new_books(play: Play, instrument: Instrument, settings: RunSettings, start_ms: int, buffer_rows: int) -> Books:
    """One record of BOOKS: an account at `start_ms`, before its first deposit.

    Raises ValueError for impossible `buffer_rows`.
    """
    if not MOST_ROWS_A_STEP <= buffer_rows <= BUFFER_ROWS:
        raise ValueError(f"{buffer_rows} rows of buffer; allowed are {MOST_ROWS_A_STEP} to {BUFFER_ROWS}")
    books = np.zeros(1, dtype=BOOKS)
    books["rules"] = policy_rules(play)
    books["settings"] = settings.to_record()
    books["instrument"] = instrument.to_record()
    books["buffer_rows"] = buffer_rows
    for name in ("next_order", "next_fill", "next_trade", "next_entry", "next_note"):
        books["account"][name] = 1
    books["account"]["minute_ms"] = NEVER_MS
    books["account"]["clock_ms"] = books["account"]["next_bar_ms"] = start_ms
    books["account"]["deposits"] = books["account"]["peak_equity"] = settings.capital_usdt
    books["account"]["equity_low"], books["account"]["equity_high"] = np.inf, -np.inf
    books["market"]["below"], books["market"]["above"] = -np.inf, np.inf
    books["fill_rows"][:, NO_FILL]["price"] = np.nan
    for name in ("limit_target", "next_stop"):
        books["position"][name] = np.nan
    for name in ("price", "trigger"):
        books["orders"][name] = np.nan
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
    return b"".join(books[name].tobytes() for name in ("account", "market", "position", "orders", "tally"))


def live_notes(books: Books) -> set[int]:
    """The notes that live orders and the open position refer to."""
    numbers = [*books["orders"]["note"].tolist(), *(int(books["position"][name]) for name in _POSITION_NOTES)]
    return set(numbers)
