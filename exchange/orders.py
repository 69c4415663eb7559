"""What may be asked of an exchange about orders and positions, as plain values.

Prices in USDT per base unit, quantities in base units; a number that is NaN is not given.
"""

import attrs

_NAN = float("nan")


@attrs.frozen(kw_only=True)
class NewOrder:
    """An order of a client. `side` is +1 to buy, −1 to sell; prices in USDT per base unit, quantities in base units;
    what is NaN is not given.

    `trigger` makes it conditional: it waits until the price that `trigger_by` names has risen (`trigger_direction` 1)
    or fallen (2) to it. `stop_loss` and `take_profit` become orders of their own when it opens a position; with a
    `stop_limit` or `target_limit` that is a limit order, and the two are a pair of this order alone. `trailing` is the
    distance of a trailing stop, in price, in force from `trailing_activation` on. With `close_on_trigger` a quantity of
    0 is the whole position at the trigger. Of two live orders with the same `link_id` the second is rejected.
    """

    side: int
    qty: float
    type: str = "Market"
    tif: str = "GTC"
    price: float = _NAN
    trigger: float = _NAN
    trigger_direction: int = 0
    trigger_by: str = "Last"
    reduce_only: bool = False
    close_on_trigger: bool = False
    stop_loss: float = _NAN
    take_profit: float = _NAN
    stop_by: str = "Last"
    target_by: str = "Last"
    stop_limit: float = _NAN
    target_limit: float = _NAN
    trailing: float = _NAN
    trailing_activation: float = _NAN
    link_id: str = ""


@attrs.frozen(kw_only=True)
class Amendment:
    """What is to change of a live order; `qty` is the new total, a level of 0 takes it away."""

    qty: float = _NAN
    price: float = _NAN
    trigger: float = _NAN
    stop_loss: float = _NAN
    take_profit: float = _NAN


@attrs.frozen(kw_only=True)
class TradingStop:
    """Levels of a whole open position; 0 takes one away. `trailing` is a distance in price, in force from
    `trailing_activation` on. `stop_by` and `target_by` name the price that is watched: `Last` or `Mark`."""

    stop_loss: float = _NAN
    take_profit: float = _NAN
    stop_by: str = "Last"
    target_by: str = "Last"
    trailing: float = _NAN
    trailing_activation: float = _NAN


@attrs.frozen(kw_only=True)
class OrderName:
    """How an order is named: by the exchange's id, or by the id that its owner gave it. The first counts if both are
    given."""

    order_id: str = ""
    link_id: str = ""
