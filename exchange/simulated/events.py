"""What happens to an order whose level the price meets."""

from typing import Any

from exchange.simulated.codes import EXIT_STOP_LOSS, EXIT_TAKE_PROFIT, KIND_ENTRY, KIND_STOP_LOSS, MAKER, TAKER
from exchange.simulated.fills import close_position, open_position, slipped
from exchange.simulated.orders import lots
from exchange.simulated.state import STANDING, WORKING
from play_engine.compiled import inner


@inner
def meet(books: Any, order: Any, price: float) -> None:
    """The order is met at path price `price`: a standing limit fills at its own price as maker, a stop or target closes
    at market. What finds no volume goes on in the next minute: a limit where it stands, the others at the open."""
    position = books.position
    order.blocked_ms = books.account.minute_ms
    if order.kind != KIND_ENTRY:
        order.qty = min(order.qty, lots(books, order.filled_qty + position.qty))
    qty = min(lots(books, order.qty - order.filled_qty), books.market.budget)
    if order.kind == KIND_ENTRY:
        if qty > 0.0:
            open_position(books, order, qty, order.price, order.price, MAKER)
        return
    reason = EXIT_TAKE_PROFIT
    if order.kind == KIND_STOP_LOSS:
        reason = position.stop_mover or EXIT_STOP_LOSS
    if order.state == STANDING:
        price = fill_price = order.price
        liquidity = MAKER
    else:
        fill_price = slipped(books, price, order.side)
        liquidity = TAKER
        order.state = WORKING
    if qty > 0.0:
        close_position(books, order, qty, price, fill_price, liquidity, reason)
    books.account.is_unsettled = 1
