"""What a trading account wants its exchange to do, as values; whoever sends them tells the account the answers."""

import attrs

from exchange.orders import Amendment, NewOrder, OrderName, TradingStop


@attrs.frozen(kw_only=True)
class SubmitOrder:
    """Send an order; its `link_id` is a function of its cause."""

    symbol: str
    order: NewOrder


@attrs.frozen(kw_only=True)
class CancelOrder:
    """Cancel a live order."""

    symbol: str
    name: OrderName


@attrs.frozen(kw_only=True)
class AmendOrder:
    """Change a live order."""

    symbol: str
    name: OrderName
    changes: Amendment


@attrs.frozen(kw_only=True)
class MoveStop:
    """Move the levels of the open position that belongs to the trade `trade_id`. `mover` is the exit reason of a stop
    that has been moved (a code of EXIT_REASONS), 0 for levels that follow the fill price."""

    symbol: str
    stop: TradingStop
    trade_id: int
    mover: int = 0


Command = SubmitOrder | CancelOrder | AmendOrder | MoveStop
