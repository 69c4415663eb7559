"""The whole state of a simulated account: one record of plain numbers, which a snapshot can hold as bytes.

An account trades on *desks*, one for each instrument; a Play has a *seat* at one of them. What a client orders belongs
to no seat: its seat number is CLIENT, which in the table of seats is the last one. Levels of NaN are absent.
"""

from typing import Any

import numpy as np

from exchange.instruments import INSTRUMENT
from exchange.policy import REFUSALS, RULES
from exchange.settings import SETTINGS
from exchange.simulated.records import ANSWER, FILL, LEDGER, ORDER, TRADE
from play_engine.compiled import constant

# The most instruments and Plays of an account. Memory that is not used is not taken.
MOST_DESKS = 64
MOST_SEATS = 64
CLIENT = constant(-1)

_IDS = ("seq", "next_order", "next_fill", "next_trade", "next_entry", "next_note", "next_request", "checked_seq")
# `position_margin` and `order_reserve` add up what positions (isolated margin) and orders bind.
# `transfer` is money that is on its way to the account.
_MONEY = ("wallet", "position_margin", "order_reserve", "deposits", "credit", "ledger_sum", "trades_net", "transfer")
_CURVE = ("peak_equity", "peak_before", "equity_low", "equity_high")
# `minute_ms` is the minute that was played last. `due_ms` is when the next thing arrives. `is_unsettled`: positions,
# orders or the wallet have changed, and what follows from it is not worked out yet. `open_positions` counts them;
# `overdrawn`: a close was worse than its bankruptcy price, so that the rest of the account pays. `leg` counts what
# a minute goes through; of a leg of its path `done` lies behind.
ACCOUNT_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("clock_ms", "start_ms", "stop_ms", "minute_ms", "due_ms", *_IDS)],
        *[(name, "<f8") for name in (*_MONEY, *_CURVE)],
        *[(name, "<i8") for name in ("is_unsettled", "open_positions", "halted_seats", "overdrawn")],
        *[(name, "<i8") for name in ("stopped", "stop_reason", "broken", "interval_ms", "leg")],
        ("done", "<f8"),
    ]
)

# What belongs to the open position and to its trade. `extra` is margin beyond the initial one; `peak` is the best price
# that the trade has seen, `worst_mark` the mark price worst for it since quantity or entry price last changed. Of the
# policy's: operands of the levels, what the last stop sent was, who moved it (an exit reason), what a close that found
# too little volume has left (`rest_…`). Of the exchange's trailing stop: `trail_…`. `exit_reason` is that of the last
# reducing fill; `unprotected`: its stop went with a target that had triggered.
_PATH = ("lowest", "highest", "peak", "worst_mark", "mae", "mfe", "mae_usdt", "mfe_usdt")
_TRAIL = ("trail_distance", "trail_activation", "trail_extreme")
POSITION_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("trade_id", "seat", "entry_order", "entry_ms", "note", "exit_note")],
        *[(name, "<f8") for name in ("qty", "value", "extra", "margin", "liquidation")],
        *[(name, "<f8") for name in ("entry_qty", "entry_value", "exit_qty", "exit_value", "max_qty")],
        *[(name, "<f8") for name in ("gross", "fees", "funding", "slippage", "first_stop", "first_target")],
        *[(name, "<f8") for name in (*_PATH, *_TRAIL, "stop_operand", "target_operand")],
        *[(name, "<f8") for name in ("limit_target", "sent_stop", "rest_qty")],
        *[(name, "<i8") for name in ("side", "bars_held", "fills", "ambiguous", "anchor_due", "unprotected")],
        *[(name, "<i8") for name in ("trail_active", "broke_even", "stop_mover", "trail_on")],
        *[(name, "<i8") for name in ("rest_reason", "rest_note", "exit_reason")],
    ]
)

# What is known of the instrument whatever is held: last price and mark price, the nearest levels below and above them
# at which something is met, what may still trade in this minute, and the signed sum of all fills in quantity steps.
# Without mark prices of its own (`has_mark`) the last price is the mark.
MARKET_STATE = np.dtype(
    [
        *[(name, "<f8") for name in ("last", "mark", "below", "above", "mark_below", "mark_above", "budget")],
        *[(name, "<i8") for name in ("net_steps", "has_mark", "next_bar_ms")],
    ]
)

# An order from its creation to its end. `price` is a limit, `trigger` what a conditional order waits for, by the price
# that `trigger_by` names; `stop`, `target` and `limit_target` are levels for the position that it opens, the last an
# order of the policy's own; `stop_limit` and `target_limit` make such a level a limit order. It is met where the path,
# moving in `direction`, comes to `level`; `rank` says who is first on a tie. `reserve` is what it keeps from the
# available balance. `pair` is the slot of the other child of its parent. `active_ms` and `blocked_ms` are minutes: that
# in which it became active, and that whose volume it found used up.
ORDER_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "parent", "trade_id", "seat", "pair", "note", "link")],
        *[(name, "<i8") for name in ("created_ms", "arrival_ms", "active_ms", "blocked_ms", "ended_ms")],
        *[(name, "<i8") for name in ("kind", "type", "tif", "state", "side", "exit_reason", "amendments", "bars_left")],
        *[(name, "<i8") for name in ("rank", "direction", "status", "reason", "conditional", "trigger_by")],
        *[(name, "<i8") for name in ("reduce_only", "close_on_trigger", "tpsl_mode", "stop_by", "target_by")],
        *[(name, "<f8") for name in ("qty", "filled_qty", "filled_value", "fees", "price", "trigger", "level")],
        *[(name, "<f8") for name in ("reserve", "stop", "target", "limit_target", "stop_limit", "target_limit")],
        *[(name, "<f8") for name in ("trailing", "trailing_activation", "stop_operand", "target_operand")],
    ]
)
# States of an order: ended, and its row not written yet; sent and not there yet; waiting for its trigger; a standing
# limit; a market order whose rest goes on at the next opens. A free slot has kind and state 0.
ENDED, ON_ITS_WAY, WAITING, STANDING, WORKING = map(constant, (-1, 1, 2, 3, 4))
# Slots of an order table: stop, target and trailing stop of the whole position, then all others: as many orders as the
# exchange takes, and room for those that are on their way. Behind them is one that stays empty, for what happens
# without an order.
STOP_SLOT, TARGET_SLOT, TRAILING_SLOT, FIRST_SLOT = map(constant, (0, 1, 2, 3))
ORDER_SLOTS = 560
NO_ORDER = constant(ORDER_SLOTS)
NO_SLOT = constant(-1)
MOST_LIVE, MOST_CONDITIONALS, MOST_PARTIAL = 500, 10, 20

# What is asked for and is no order, until it arrives: `kind` is one of REQUEST_…, `mover` an exit reason. A request of
# the policy has id 0 and gets no answer.
REQUEST = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "kind", "order_id", "trade_id", "arrival_ms", "mover")],
        *[(name, "<i8") for name in ("stop_by", "target_by")],
        *[(name, "<f8") for name in ("qty", "price", "trigger", "stop", "target", "trailing", "trailing_activation")],
    ]
)
REQUEST_CANCEL, REQUEST_CANCEL_ALL, REQUEST_AMEND, REQUEST_STOPS = map(constant, (1, 2, 3, 4))
REQUEST_LEVERAGE, REQUEST_MARGIN, REQUEST_MOVE_STOP = map(constant, (5, 6, 7))
REQUEST_SLOTS = 128

# The minute of a desk that is being played: its prices, and those between which they move on this leg of the path.
MINUTE_STATE = np.dtype(
    [
        *[(name, "<i8") for name in ("playing", "synthetic", "high_first", "ambiguous_trade", "fundings", "funded")],
        *[(name, "<f8") for name in ("open", "high", "low", "close", "volume", "previous", "start", "end")],
        *[(name, "<f8") for name in ("mark_open", "mark_high", "mark_low", "mark_close")],
        *[(name, "<f8") for name in ("mark_previous", "mark_start", "mark_end")],
    ]
)
# Settlements that fall into one bar, even into one of a month.
MOST_FUNDINGS = 128
FUNDING_EVENT = np.dtype([("ts", "<i8"), ("rate", "<f8")])

DESK = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "slots", "request_count")],
        ("reserve", "<f8"),
        ("market", MARKET_STATE),
        ("minute", MINUTE_STATE),
        ("position", POSITION_STATE),
        ("settings", SETTINGS),
        ("orders", ORDER_STATE, (ORDER_SLOTS + 1,)),
        ("requests", REQUEST, (REQUEST_SLOTS,)),
        ("fundings", FUNDING_EVENT, (MOST_FUNDINGS,)),
        ("instrument", INSTRUMENT),
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
# A Play's place on the account: `cash` is its capital with everything booked for it, `marks` whether its exec closes
# make equity points. `closing`: a close of the whole position is under way; `drawn_down`: the drawdown halted it.
SEAT = np.dtype(
    [
        *[(name, "<i8") for name in ("id", "desk", "marks", "entry_working", "closing", "halted", "drawn_down")],
        *[(name, "<f8") for name in ("cash", "peak")],
        ("instant", INSTANT),
        ("rules", RULES),
        ("settings", SETTINGS),
        ("refusals", "<i8", (len(REFUSALS) + 1,)),
    ]
)

_COUNTS = ("orders", "filled", "cancelled", "rejected", "liquidations", "sl_beyond_liquidation_warnings")
_MINUTES = ("minutes", "gap_minutes", "ambiguous_minutes", "ambiguous_exits", "unprotected_minutes")
_EXTREMES = ("leverage_sum", "max_gross_exposure", "max_margin_usage", "closest_liquidation")
TALLY = np.dtype(
    [
        *[(name, "<i8") for name in (*_COUNTS, *_MINUTES, "off_grid_prices", "synthetic_fills")],
        *[(name, "<f8") for name in _EXTREMES],
    ]
)

# Rows used in each output buffer.
USED = np.dtype([(name, "<i8") for name in ("trades", "orders", "fills", "ledger", "notes", "answers", "equity")])
# From this many rows on a buffer is drained; it has room for all that one step (a minute, or an instant of decision)
# of a full account can add to that.
DRAIN_ROWS = 4_096
BUFFER_ROWS = 131_072
# The row behind the buffer of fills stays empty, for cash that no fill moves.
NO_FILL = constant(BUFFER_ROWS)

# A note is what the metadata of an intent read when it was decided: at row `row` of the batch of `seat`.
NOTE = np.dtype([(name, "<i8") for name in ("note", "seat", "row", "intent")])

# Everything that the compiled loop reads and writes, in one record: what a run is set up with, its state, and the
# buffers for its rows. One pointer, so passing it about costs nothing.
BOOKS = np.dtype(
    [
        ("desk_count", "<i8"),
        ("seat_count", "<i8"),
        ("drain_rows", "<i8"),
        ("checks", "<i8"),
        ("settings", SETTINGS),
        ("account", ACCOUNT_STATE),
        ("tally", TALLY),
        ("used", USED),
        ("desks", DESK, (MOST_DESKS,)),
        ("seats", SEAT, (MOST_SEATS + 1,)),
        ("trade_rows", TRADE, (BUFFER_ROWS,)),
        ("order_rows", ORDER, (BUFFER_ROWS,)),
        ("fill_rows", FILL, (BUFFER_ROWS + 1,)),
        ("ledger_rows", LEDGER, (BUFFER_ROWS,)),
        ("note_rows", NOTE, (BUFFER_ROWS,)),
        ("answer_rows", ANSWER, (BUFFER_ROWS,)),
    ]
)
# Table → its buffer in the books, and the dtype of its rows.
BUFFERS = {
    "trades": ("trade_rows", TRADE),
    "orders": ("order_rows", ORDER),
    "fills": ("fill_rows", FILL),
    "ledger": ("ledger_rows", LEDGER),
    "notes": ("note_rows", NOTE),
    "answers": ("answer_rows", ANSWER),
}
Books = Any
# Before every minute, and after every one.
NEVER_MS = constant(-1)
NO_TIME_MS = constant(2**62)
# The arrival of what does not wait for a minute.
AT_ONCE_MS = NEVER_MS
