"""Orders, amendments and levels of positions as the fields that the venue has for them."""

import math

from exchange.bybit.decimals import price_text, qty_text
from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop

Fields = dict[str, str | int | bool]
_TRIGGERS = {"Last": "LastPrice", "Mark": "MarkPrice", "Index": "IndexPrice"}


def order_fields(instrument: Instrument, order: NewOrder) -> Fields:
    """The fields of a new order, without its category. One-way position mode."""
    tick = instrument.tick_size
    fields: Fields = {
        "symbol": instrument.symbol,
        "side": side_word(order.side),
        "orderType": order.type,
        "qty": qty_text(order.qty, instrument.qty_step),
        "timeInForce": order.tif if order.type == "Limit" else "IOC",
        "positionIdx": 0,
        **_prices(tick, price=order.price, triggerPrice=order.trigger),
        **_prices(tick, takeProfit=order.take_profit, stopLoss=order.stop_loss),
    }
    if not math.isnan(order.trigger):
        fields |= {"triggerDirection": order.trigger_direction, "triggerBy": trigger_word(order.trigger_by)}
    if order.reduce_only:
        fields["reduceOnly"] = True
    if order.close_on_trigger:
        fields["closeOnTrigger"] = True
    if order.link_id:
        fields["orderLinkId"] = order.link_id
    return fields | _attached(order, tick)


def amended_fields(instrument: Instrument, name: OrderName, changes: Amendment) -> Fields:
    """The fields of an amendment, without its category."""
    fields: Fields = {"symbol": instrument.symbol, **name_fields(name)}
    if not math.isnan(changes.qty):
        fields["qty"] = qty_text(changes.qty, instrument.qty_step)
    return fields | _prices(
        instrument.tick_size,
        price=changes.price,
        triggerPrice=changes.trigger,
        takeProfit=changes.take_profit,
        stopLoss=changes.stop_loss,
    )


def stop_fields(instrument: Instrument, stop: TradingStop) -> Fields:
    """The fields that set, move or take away levels of the whole position, without its category."""
    fields: Fields = {"symbol": instrument.symbol, "tpslMode": "Full", "positionIdx": 0}
    fields |= _prices(
        instrument.tick_size,
        takeProfit=stop.take_profit,
        stopLoss=stop.stop_loss,
        trailingStop=stop.trailing,
        activePrice=stop.trailing_activation,
    )
    if "takeProfit" in fields:
        fields["tpTriggerBy"] = trigger_word(stop.target_by)
    if "stopLoss" in fields:
        fields["slTriggerBy"] = trigger_word(stop.stop_by)
    return fields


def name_fields(name: OrderName) -> Fields:
    """The field that names an order. Raises ValueError for a name that is empty."""
    if name.order_id:
        return {"orderId": name.order_id}
    if name.link_id:
        return {"orderLinkId": name.link_id}
    raise ValueError("an order is named by its order id or by its link id; both are empty")


def side_word(side: int) -> str:
    """`Buy` for +1, `Sell` for −1. Raises ValueError for another side."""
    if side not in (1, -1):
        raise ValueError(f"side is {side}; allowed: +1 to buy, -1 to sell")
    return "Buy" if side > 0 else "Sell"


def trigger_word(watched: str) -> str:
    """`LastPrice` for `Last`, `MarkPrice` for `Mark`, `IndexPrice` for `Index`. Raises ValueError for another."""
    if watched not in _TRIGGERS:
        raise ValueError(f"a trigger watches {watched!r}; allowed: {', '.join(_TRIGGERS)}")
    return _TRIGGERS[watched]


def _prices(tick_size: str, **prices: float) -> Fields:
    return {name: price_text(price, tick_size) for name, price in prices.items() if not math.isnan(price)}


def _attached(order: NewOrder, tick_size: str) -> Fields:
    """What becomes of the stop and the target once the order has opened a position. A limit needs the mode Partial."""
    fields: Fields = {}
    has_target, has_stop = not math.isnan(order.take_profit), not math.isnan(order.stop_loss)
    if not (has_target or has_stop):
        return fields
    limits = _prices(tick_size, tpLimitPrice=order.target_limit, slLimitPrice=order.stop_limit)
    fields["tpslMode"] = "Partial" if limits else "Full"
    if has_target:
        fields |= {"tpTriggerBy": trigger_word(order.target_by), "tpOrderType": _type_of(limits, "tpLimitPrice")}
    if has_stop:
        fields |= {"slTriggerBy": trigger_word(order.stop_by), "slOrderType": _type_of(limits, "slLimitPrice")}
    return fields | limits


def _type_of(limits: Fields, name: str) -> str:
    return "Limit" if name in limits else "Market"
