"""What a trading account knows: positions with their trades, the instruments and Plays, the money.

A Play has a *place* at a *desk*, one for each instrument. What is not ours belongs to no place: its number is CLIENT.
`side` is +1 long, −1 short; levels of NaN are absent; times in ms since the epoch.
"""

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from exchange.grid import DOWN, snap
from exchange.policy import REFUSALS, policy_rules
from exchange.simulated.notes import Notebook
from exchange.simulated.setup import Listing, Seat, check_setup
from exchange.simulated.state import CLIENT, TALLY
from exchange.trading.commands import Command
from exchange.trading.order_id import tag_of
from exchange.trading.orders import OrderBook, OwnOrder
from exchange.trading.rows import RowBook

_NAN = math.nan


@attrs.define(kw_only=True, eq=False)
class Trade:
    """What has happened from the first fill that opened a position on.

    `peak`, `lowest` and `highest` are prices of the path that the position has seen, the latter two since its quantity
    last changed; until `seen_ms` the path is known.
    """

    number: int
    place: int
    side: int
    entry_order: int
    entry_ms: int
    note: int
    first_stop: float
    first_target: float
    peak: float
    lowest: float
    highest: float
    seen_ms: int
    exit_note: int = 0
    ended_ms: int = 0
    entry_qty: float = 0.0
    entry_value: float = 0.0
    exit_qty: float = 0.0
    exit_value: float = 0.0
    max_qty: float = 0.0
    gross: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    slippage: float = 0.0
    mae: float = 0.0
    mfe: float = 0.0
    mae_usdt: float = 0.0
    mfe_usdt: float = 0.0
    fills: int = 0
    bars_held: int = 0
    exit_reason: int = 0


@attrs.define(kw_only=True, eq=False)
class Position:
    """What is held of an instrument, and what the policy has in mind with it.

    `stop` and `target` are the levels that stand at the exchange; `stop_mover` says who moved the stop (an exit
    reason), `sent_stop` what was asked for last; a stop that is `stop_triggered` cannot be moved, one that is
    `overtaken` should be where the price is no more (an exit reason: who wanted it there). `limit_target` is the
    price of a target that is an order of our own. `rest_…` is what a close could not fill.
    """

    side: int
    trade: Trade
    qty: float = 0.0
    value: float = 0.0
    stop: float = _NAN
    target: float = _NAN
    stop_id: str = ""
    stop_triggered: bool = False
    stop_mover: int = 0
    sent_stop: float = _NAN
    limit_target: float = _NAN
    target_order: OwnOrder | None = None
    stop_operand: float = _NAN
    target_operand: float = _NAN
    overtaken: int = 0
    anchor_due: bool = False
    trail_active: bool = False
    broke_even: bool = False
    rest_qty: float = 0.0
    rest_reason: int = 0
    rest_note: int = 0

    @property
    def entry(self) -> float:
        """The average price at which it was opened."""
        return self.value / self.qty

    def unrealised(self, price: float) -> float:
        """Its result at `price`, in USDT."""
        return self.side * (self.qty * price - self.value)


@attrs.frozen(kw_only=True, eq=False)
class Span:
    """A stretch of time over which a position did not change, up to a fill at about `price`.

    `liquidation` is the price at which it would have been taken over, 0 for none.
    """

    trade: Trade
    since_ms: int
    until_ms: int
    price: float
    entry: float
    qty: float
    liquidation: float


@attrs.define(kw_only=True, eq=False)
class Desk:
    """An instrument of the account. `spans`, `sides` (instant, side from then on) and `ended` trades are those of the
    minute that has not closed yet, in which the position had `side_before` at first."""

    number: int
    listing: Listing
    filters: Any
    taker: float
    last: float = 0.0
    mark: float = 0.0
    next_bar_ms: int
    position: Position | None = None
    side_before: int = 0
    sides: list[tuple[int, int]] = attrs.field(factory=list[tuple[int, int]])
    spans: list[Span] = attrs.field(factory=list[Span])
    ended: list[Trade] = attrs.field(factory=list[Trade])

    @property
    def symbol(self) -> str:
        """The symbol of the instrument."""
        return self.listing.instrument.symbol

    @property
    def leverage(self) -> float:
        """The leverage that is set for it."""
        return self.listing.settings.leverage

    def lots(self, qty: float) -> float:
        """A sum of quantities, which all lie on the grid, exactly on it."""
        return float(snap(qty, self.filters["step_num"], self.filters["step_den"], DOWN))

    def held_by(self, place: int) -> Position | None:
        """The position, if it is that of this place."""
        return self.position if self.position is not None and self.position.trade.place == place else None


@attrs.define(kw_only=True, eq=False)
class Place:
    """A Play on the account. `cash` is its capital with everything booked for it; `marks`: its exec closes make equity
    points; `closing`: a close of the whole position is under way; `drawn_down`: its drawdown halted it."""

    number: int
    seat: Seat
    tag: str
    desk: Desk
    rules: Any
    settings: Any
    marks: bool
    cash: float
    peak: float
    closing: bool = False
    halted: bool = False
    drawn_down: bool = False
    refusals: Any = attrs.field(factory=lambda: np.zeros(len(REFUSALS) + 1, dtype=np.int64))


@attrs.define(kw_only=True, eq=False)
class Books:
    """The whole account. `cause_ms` is what orders are named after: the open time of the bar whose close is looked
    at, or the instant itself where no bar has closed."""

    desks: Sequence[Desk]
    places: Sequence[Place]
    orders: OrderBook
    notebook: Notebook
    rows: RowBook = attrs.field(factory=RowBook)
    tally: Any = attrs.field(factory=lambda: np.zeros(1, dtype=TALLY)[0])
    commands: list[Command] = attrs.field(factory=list[Command])
    cross: bool
    wallet: float = 0.0
    peak_equity: float
    equity_low: float = math.inf
    equity_high: float = -math.inf
    start_ms: int
    clock_ms: int
    cause_ms: int
    stop_ms: int = 0
    stop_reason: int = 0
    next_trade: int = 1
    next_fill: int = 1
    next_entry: int = 1
    next_note: int = 1
    seq: int = 0

    def place_of(self, number: int) -> Place | None:
        """A place by its number; None for CLIENT."""
        return None if number == CLIENT else self.places[number]


def new_books(listings: Sequence[Listing], seats: Sequence[Seat], start_ms: int, wallet_usdt: float) -> Books:
    """An account at `start_ms`, before its first movement of cash.

    Raises InternalError for listings and seats that do not fit together, ValueError for two seats with the same tag.
    """
    check_setup(listings, seats)
    tags = [tag_of(seat.instance) for seat in seats]
    if len(set(tags)) != len(tags):
        raise ValueError(
            f"two of these instances have the same tag in their orders: {[seat.instance for seat in seats]}"
        )
    desks = [_desk(number, listing, start_ms) for number, listing in enumerate(listings)]
    by_symbol = {desk.symbol: desk for desk in desks}
    finest_ms = min((seat.play.exec_ms for seat in seats), default=0)
    places = [
        Place(
            number=number,
            seat=seat,
            tag=tags[number],
            desk=by_symbol[seat.symbol],
            rules=policy_rules(seat.play)[0],
            settings=seat.settings.to_record()[0],
            marks=seat.play.exec_ms == finest_ms,
            cash=seat.settings.capital_usdt,
            peak=seat.settings.capital_usdt,
        )
        for number, seat in enumerate(seats)
    ]
    books = Books(
        desks=desks,
        places=places,
        orders=OrderBook(),
        notebook=Notebook([seat.play for seat in seats]),
        cross=listings[0].settings.margin_mode == "cross",
        peak_equity=wallet_usdt,
        start_ms=start_ms,
        clock_ms=start_ms,
        cause_ms=start_ms,
    )
    books.tally["closest_liquidation"] = np.inf
    return books


def _desk(number: int, listing: Listing, start_ms: int) -> Desk:
    return Desk(
        number=number,
        listing=listing,
        filters=listing.instrument.to_record()[0],
        taker=listing.settings.taker_fee_bps / 1e4,
        next_bar_ms=start_ms,
    )
