"""What positions and orders bind of the wallet, and what is left to trade with."""

from typing import Any

from exchange.margin import (
    close_fee_reserve,
    cross_liquidation_price,
    liquidation_price,
    maintenance,
    order_cost,
    position_margin,
)
from exchange.simulated.orders import leaves
from exchange.simulated.state import STANDING
from play_engine.compiled import inner

# Sums of float64 amounts agree to this share of their size.
TOLERANCE = 1e-9


@inner
def unrealised(position: Any, price: float) -> float:
    """Result of the open position at `price`; 0 when flat."""
    return position.side * (position.qty * price - position.value)


@inner
def close_fee(desk: Any) -> float:
    """The close-fee reserve of the position."""
    position = desk.position
    return close_fee_reserve(position.side, position.value, desk.settings.leverage, desk.settings.taker)


@inner
def cross_margin(desk: Any) -> float:
    """What the position binds in cross margin: V_M/L + F, at the mark price."""
    return desk.position.qty * desk.market.mark / desk.settings.leverage + close_fee(desk)


@inner
def available(books: Any) -> float:
    """The balance that neither positions nor standing orders bind."""
    account = books.account
    if not books.settings.cross:
        return account.wallet - account.position_margin - account.order_reserve
    free = account.wallet - account.order_reserve
    for number in range(books.desk_count):
        desk = books.desks[number]
        if desk.position.side != 0:
            free += unrealised(desk.position, desk.market.mark) - cross_margin(desk)
    return free


@inner
def available_without(books: Any, own: int) -> float:
    """The available balance as if the desk with this number held and ordered nothing."""
    account = books.account
    free = account.wallet
    for number in range(books.desk_count):
        desk = books.desks[number]
        if number == own:
            continue
        free -= desk.reserve
        if books.settings.cross and desk.position.side != 0:
            free += unrealised(desk.position, desk.market.mark) - cross_margin(desk)
        elif desk.position.side != 0:
            free -= desk.position.margin
    return free


@inner
def margin_short(books: Any, cost: float, funds: float) -> bool:
    """Whether `cost` is more than `funds`, beyond what rounding explains."""
    return cost > funds + TOLERANCE * max(1.0, abs(books.account.wallet))


@inner
def margin_buffer(books: Any) -> float:
    """Cross margin: W + ΣU − ΣMM at the present mark prices; the account is taken over where it is not above 0."""
    buffer = books.account.wallet
    for number in range(books.desk_count):
        desk = books.desks[number]
        position = desk.position
        if position.side != 0:
            mark = desk.market.mark
            buffer += unrealised(position, mark)
            buffer -= maintenance(position.qty * mark, desk.instrument) + close_fee(desk)
    return buffer


@inner
def bind_margin(books: Any, desk: Any) -> None:
    """The margin of the position and its liquidation price; then what all positions bind together."""
    account = books.account
    position = desk.position
    settings = desk.settings
    position.margin = position.liquidation = 0.0
    if position.side != 0 and books.settings.cross:
        position.margin = cross_margin(desk)
        if account.open_positions == 1:
            funds = account.wallet - close_fee(desk)
            position.liquidation = cross_liquidation_price(
                position.side, position.qty, position.value, funds, desk.instrument
            )
    elif position.side != 0:
        leverage, extra = settings.leverage, position.extra
        position.margin = position_margin(position.side, position.value, leverage, settings.taker, extra)
        position.liquidation = liquidation_price(
            position.side, position.qty, position.value, leverage, extra, desk.instrument
        )
    account.position_margin = 0.0
    for number in range(books.desk_count):
        account.position_margin += books.desks[number].position.margin


@inner
def reserve_of(desk: Any, order: Any) -> float:
    """What a standing order keeps: the cost of what it may open, at its limit."""
    if order.reduce_only:
        return 0.0
    opening = leaves(desk, order)
    if desk.position.side == -order.side:
        opening = max(0.0, opening - desk.position.qty)
    return order_cost(order.side, opening, order.price, desk.settings.leverage, desk.settings.taker)


@inner
def reserve_orders(books: Any, desk: Any) -> None:
    """What the standing orders of the desk keep; then what those of all desks keep together."""
    account = books.account
    desk.reserve = 0.0
    for slot in range(desk.slots):
        order = desk.orders[slot]
        if order.state == STANDING:
            order.reserve = reserve_of(desk, order)
            desk.reserve += order.reserve
    account.order_reserve = 0.0
    for number in range(books.desk_count):
        account.order_reserve += books.desks[number].reserve
