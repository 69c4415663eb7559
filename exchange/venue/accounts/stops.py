"""The stop, target and trailing stop of a whole position: what is asked of them, and whether it stands already."""

from collections.abc import Sequence

from exchange.orders import Amendment, TradingStop
from exchange.reports import OrderReport
from exchange.simulated.client import Position


def moved_by(order: OrderReport, changes: Amendment) -> TradingStop | None:
    """What an amendment of a stop or target of the whole position asks for; None where more than its trigger would
    change."""
    others = (changes.qty, changes.price, changes.stop_loss, changes.take_profit)
    if any(value == value for value in others) or not changes.trigger > 0.0:
        return None
    if order.stop_order_type == "StopLoss":
        return TradingStop(stop_loss=changes.trigger, stop_by=order.trigger_by)
    return TradingStop(take_profit=changes.trigger, target_by=order.trigger_by)


def stands(stop: TradingStop, orders: Sequence[OrderReport], held: Position) -> bool:
    """Whether every level that is given is what it should be already; `orders` are the live ones of the symbol."""
    children = {order.stop_order_type: order for order in orders if order.tpsl_mode == "Full"}
    wanted = (("StopLoss", stop.stop_loss, stop.stop_by), ("TakeProfit", stop.take_profit, stop.target_by))
    for kind, level, by in wanted:
        there = children.get(kind)
        if level > 0.0 and (there is None or there.trigger != level or there.trigger_by != by):
            return False
        if level == 0.0 and there is not None:
            return False
    if stop.trailing == 0.0:
        return not held.trail_distance > 0.0
    moves = stop.trailing_activation == stop.trailing_activation != held.trail_activation
    return not stop.trailing > 0.0 or (stop.trailing == held.trail_distance and not moves)
