"""What a client asks of the simulated exchange, and what it can see of its account."""

from typing import Any

import attrs
import numpy as np

from exchange.grid import DOWN, UP, snap
from exchange.orders import NewOrder
from exchange.policy import TIMES_IN_FORCE as TIF_CODES
from exchange.simulated.codes import (
    BY_LAST,
    BY_MARK,
    FALL,
    KIND_CLIENT,
    ORDER_KINDS,
    ORDER_TYPES,
    RISE,
    SIDES,
    TIF_IOC,
    TIMES_IN_FORCE,
    TRIGGER_SOURCES,
    TYPE_LIMIT,
    TYPE_MARKET,
)
from exchange.simulated.state import CLIENT, FIRST_SLOT, NEVER_MS, NO_SLOT, ON_ITS_WAY, ORDER_SLOTS, REQUEST_SLOTS
from play_engine.errors import InternalError

_SOURCES = {"Last": int(BY_LAST), "Mark": int(BY_MARK)}
_LIVE_AMOUNTS = (
    *("qty", "price", "trigger", "reserve", "stop", "target", "stop_limit", "target_limit"),
    *("filled_value", "fees", "trailing", "trailing_activation"),
)
# `conditional`: 1 for a trigger above, 2 below, 0 for none; `tpsl_mode`: 1 for the whole position, 2 for a part.
_LIVE_NUMBERS = (
    "conditional",
    "reduce_only",
    "close_on_trigger",
    "tpsl_mode",
    "created_ms",
    "arrival_ms",
    "amendments",
    "trade_id",
)
_TYPES = {"Market": int(TYPE_MARKET), "Limit": int(TYPE_LIMIT)}
_NAN = float("nan")


@attrs.frozen(kw_only=True)
class Balances:
    """The account in USDT; `available` may be negative."""

    wallet: float
    equity: float
    available: float
    position_margin: float
    order_reserve: float
    unrealised_pnl: float


@attrs.frozen(kw_only=True)
class Position:
    """What is held of one instrument: `side` +1, −1, or 0 when flat; `value` is the entry value, `extra` the margin
    beyond the initial one, `margin` all that the position binds, `liquidation` the mark price at which it is taken over
    (0: none). Of its trailing stop: the distance, the price from which on it is in force, the best price that it has
    seen; NaN for none."""

    side: int
    qty: float
    value: float
    entry_price: float
    extra: float
    leverage: float
    margin: float
    liquidation: float
    last: float
    mark: float
    trail_distance: float
    trail_activation: float
    trail_extreme: float


def write_order(books: Any, desk: Any, wanted: NewOrder, arrival_ms: int, link: int) -> int:
    """Put a client's order on its way; its id. Prices and quantity are snapped to the grid, never in its favour.

    `link` is a number that stands for the name that the client gave it, 0 for none.

    Raises InternalError when the table of orders is full.
    """
    slots = desk["orders"]
    free = np.flatnonzero(slots["kind"][FIRST_SLOT:ORDER_SLOTS] == 0)
    if len(free) == 0:
        raise InternalError(f"more than {ORDER_SLOTS - FIRST_SLOT} orders of one instrument are live or on their way")
    slot = FIRST_SLOT + int(free[0])
    slots[slot] = np.zeros((), dtype=slots.dtype)
    account, order = books["account"], slots[slot]
    order["id"] = account["next_order"]
    order["seat"], order["pair"], order["link"] = CLIENT, NO_SLOT, link
    order["kind"], order["state"] = KIND_CLIENT, ON_ITS_WAY
    order["created_ms"], order["arrival_ms"] = account["clock_ms"], arrival_ms
    order["active_ms"] = order["blocked_ms"] = NEVER_MS
    order["type"] = _TYPES[wanted.type]
    order["tif"] = TIF_CODES[wanted.tif] if wanted.type == "Limit" else TIF_IOC
    order["side"], order["rank"] = wanted.side, 5
    order["reduce_only"] = wanted.reduce_only or wanted.close_on_trigger
    order["close_on_trigger"] = wanted.close_on_trigger
    order["trigger_by"] = _SOURCES[wanted.trigger_by]
    order["stop_by"], order["target_by"] = _SOURCES[wanted.stop_by], _SOURCES[wanted.target_by]
    rises = wanted.trigger_direction == RISE
    if wanted.trigger_direction:
        order["conditional"] = RISE if rises else FALL
    order["direction"] = (1 if rises else -1) if wanted.trigger_direction else -wanted.side
    _write_levels(desk, order, wanted, rises)
    account["next_order"] += 1
    account["due_ms"] = min(int(account["due_ms"]), arrival_ms)
    books["tally"]["orders"] += 1
    desk["slots"] = max(int(desk["slots"]), slot + 1)
    return int(order["id"])


def _write_levels(desk: Any, order: Any, wanted: NewOrder, rises: bool) -> None:
    instrument = desk["instrument"]
    tick = float(instrument["tick_num"]), float(instrument["tick_den"])
    step = float(instrument["step_num"]), float(instrument["step_den"])
    nearer, farther = (UP, DOWN) if wanted.side < 0 else (DOWN, UP)
    order["qty"] = snap(wanted.qty, *step, DOWN)
    order["price"] = snap(wanted.price, *tick, nearer) if wanted.type == "Limit" else _NAN
    order["trigger"] = snap(wanted.trigger, *tick, UP if rises else DOWN)
    order["level"] = order["limit_target"] = order["stop_operand"] = order["target_operand"] = _NAN
    order["stop"] = snap(wanted.stop_loss, *tick, farther)
    order["target"] = snap(wanted.take_profit, *tick, nearer)
    order["stop_limit"] = snap(wanted.stop_limit, *tick, farther)
    order["target_limit"] = snap(wanted.target_limit, *tick, farther)
    order["trailing"], order["trailing_activation"] = wanted.trailing, wanted.trailing_activation


def write_request(books: Any, desk: Any, kind: int, arrival_ms: int, **values: float) -> int:
    """Put a client's request on its way; its id. Raises InternalError when too many are on their way."""
    index = int(desk["request_count"])
    if index == REQUEST_SLOTS:
        raise InternalError(f"more than {REQUEST_SLOTS} requests of one instrument are on their way")
    desk["requests"][index] = np.zeros((), dtype=desk["requests"].dtype)
    account, request = books["account"], desk["requests"][index]
    for name in ("qty", "price", "trigger", "stop", "target", "trailing", "trailing_activation"):
        request[name] = _NAN
    for name, value in values.items():
        request[name] = _SOURCES[value] if isinstance(value, str) else value
    request["id"], request["kind"], request["arrival_ms"] = account["next_request"], kind, arrival_ms
    account["next_request"] += 1
    account["due_ms"] = min(int(account["due_ms"]), arrival_ms)
    desk["request_count"] = index + 1
    return int(request["id"])


def position_of(books: Any, desk: Any) -> Position:
    """The position on a desk."""
    held, market = desk["position"], desk["market"]
    side = int(held["side"])
    qty, value = (float(held["qty"]), float(held["value"])) if side else (0.0, 0.0)
    return Position(
        side=side,
        qty=qty,
        value=value,
        entry_price=value / qty if qty else 0.0,
        extra=float(held["extra"]),
        leverage=float(desk["settings"]["leverage"]),
        margin=_margin_of(books, desk) if side else 0.0,
        liquidation=float(held["liquidation"]) if np.isfinite(held["liquidation"]) else 0.0,
        last=float(market["last"]),
        mark=float(market["mark"]),
        **{name: float(held[name]) for name in ("trail_distance", "trail_activation", "trail_extreme")},
    )


def _margin_of(books: Any, desk: Any) -> float:
    """What an open position binds; in cross margin at the mark price."""
    held, settings = desk["position"], desk["settings"]
    if not books["settings"]["cross"]:
        return float(held["margin"])
    leverage = float(settings["leverage"])
    fee = held["value"] * (1.0 - held["side"] / leverage) * settings["taker"]
    return float(held["qty"] * desk["market"]["mark"] / leverage + fee)


def balances_of(books: Any) -> Balances:
    """The money on the account, positions at their mark prices."""
    account = books["account"]
    wallet, reserve = float(account["wallet"]), float(account["order_reserve"])
    unrealised = margin = 0.0
    for desk in books["desks"][: books["desk_count"]]:
        held = desk["position"]
        if held["side"]:
            mark = float(desk["market"]["mark"])
            unrealised += float(held["side"] * (held["qty"] * mark - held["value"]))
            margin += _margin_of(books, desk)
    free = wallet - margin - reserve + (unrealised if books["settings"]["cross"] else 0.0)
    return Balances(
        wallet=wallet,
        equity=wallet + unrealised,
        available=free,
        position_margin=margin,
        order_reserve=reserve,
        unrealised_pnl=unrealised,
    )


def live_orders(desk: Any) -> list[dict[str, Any]]:
    """The live orders of a desk by id, those on their way too, as plain values."""
    states = {1: "Created", 2: "Untriggered", 3: "New", 4: "New"}
    rows: list[dict[str, Any]] = []
    for order in desk["orders"][: desk["slots"]]:
        if order["kind"] == 0:
            continue
        state = states[int(order["state"])]
        filled = float(order["filled_qty"])
        rows.append(
            {
                "id": int(order["id"]),
                "parent": int(order["parent"]),
                "kind": ORDER_KINDS[int(order["kind"])],
                "state": "PartiallyFilled" if state == "New" and filled else state,
                "side": SIDES[int(order["side"])],
                "type": ORDER_TYPES[int(order["type"])],
                "tif": TIMES_IN_FORCE[int(order["tif"])],
                "filled_qty": filled,
                **{name: TRIGGER_SOURCES[int(order[name])] for name in ("trigger_by", "stop_by", "target_by")},
                **{name: float(order[name]) for name in _LIVE_AMOUNTS},
                **{name: int(order[name]) for name in _LIVE_NUMBERS},
            }
        )
    return sorted(rows, key=lambda row: row["id"])
