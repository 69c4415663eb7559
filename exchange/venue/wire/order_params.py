"""Orders and changes to them as clients write them, read into plain values."""

import math
import re

from exchange.instruments import Instrument
from exchange.orders import Amendment, NewOrder, OrderName, TradingStop
from exchange.venue.wire.params import Params, bad_parameter
from exchange.venue.wire.refusal import VenueRefusal

_NAN = float("nan")
_SIDES = {"Buy": 1, "Sell": -1}
_TYPES = {"Market": "Market", "Limit": "Limit"}
_TIMES_IN_FORCE = {name: name for name in ("GTC", "IOC", "FOK", "PostOnly")}
_WATCHED = {"LastPrice": "Last", "MarkPrice": "Mark"}
_LINK_ID = re.compile(r"[A-Za-z0-9_-]{0,36}")
_RPI_REFUSED = 110119
_TOLERANCE_REFUSED = {"TickSize": 110108, "Percent": 110109}


def new_order(params: Params, instrument: Instrument) -> NewOrder:
    """The order that POST /v5/order/create asks for; raises VenueRefusal for what is missing or cannot be."""
    side = params.one_of("side", _SIDES)
    kind = params.one_of("orderType", _TYPES)
    _check_position_index(params)
    _check_tolerance(params)
    reduce_only, close_on_trigger = params.flag("reduceOnly"), params.flag("closeOnTrigger")
    stop_loss, take_profit = _level(params, "stopLoss"), _level(params, "takeProfit")
    if reduce_only and not (math.isnan(stop_loss) and math.isnan(take_profit)):
        raise bad_parameter("takeProfit and stopLoss cannot be set with reduceOnly")
    limits = _child_limits(params)
    trigger, direction = _trigger(params)
    return NewOrder(
        side=side,
        qty=_quantity(params, instrument, closes=reduce_only and close_on_trigger),
        type=kind,
        tif=_time_in_force(params, kind),
        price=_limit_price(params) if kind == "Limit" else _NAN,
        trigger=trigger,
        trigger_direction=direction,
        trigger_by=params.one_of("triggerBy", _WATCHED, "LastPrice"),
        reduce_only=reduce_only,
        close_on_trigger=close_on_trigger,
        stop_loss=stop_loss,
        take_profit=take_profit,
        stop_by=params.one_of("slTriggerBy", _WATCHED, "LastPrice"),
        target_by=params.one_of("tpTriggerBy", _WATCHED, "LastPrice"),
        stop_limit=limits[0],
        target_limit=limits[1],
        link_id=_link_id(params),
    )


def order_name(params: Params) -> OrderName:
    """The order that `orderId` or `orderLinkId` names."""
    name = OrderName(order_id=params.text("orderId"), link_id=params.text("orderLinkId"))
    if not name.order_id and not name.link_id:
        raise bad_parameter("orderId or orderLinkId is required")
    return name


def amendment(params: Params) -> Amendment:
    """The changes that POST /v5/order/amend asks for; a level of 0 takes it away."""
    return Amendment(
        qty=_positive(params, "qty"),
        price=_positive(params, "price"),
        trigger=_positive(params, "triggerPrice"),
        stop_loss=params.number("stopLoss"),
        take_profit=params.number("takeProfit"),
    )


def trading_stop(params: Params) -> TradingStop:
    """The levels that POST /v5/position/trading-stop asks for; a level of 0 takes it away."""
    _check_position_index(params)
    if params.text("tpslMode", "Full") != "Full":
        raise bad_parameter("tpslMode: this venue knows Full only")
    return TradingStop(
        stop_loss=params.number("stopLoss"),
        take_profit=params.number("takeProfit"),
        stop_by=params.one_of("slTriggerBy", _WATCHED, "LastPrice"),
        target_by=params.one_of("tpTriggerBy", _WATCHED, "LastPrice"),
        trailing=params.number("trailingStop"),
        trailing_activation=_level(params, "activePrice"),
    )


def _check_position_index(params: Params) -> None:
    if params.whole("positionIdx", 0) != 0:
        raise VenueRefusal(10001, "position idx not match position mode")


def _check_tolerance(params: Params) -> None:
    """A tolerance is checked and has no effect: how far a market order slips is the simulator's to say."""
    kind, value = params.text("slippageToleranceType"), params.number("slippageTolerance")
    if kind not in _TOLERANCE_REFUSED:
        return
    fits = 1 <= value <= 10_000 and value == int(value) if kind == "TickSize" else 0.01 <= value <= 10.0
    if not fits:
        raise VenueRefusal(_TOLERANCE_REFUSED[kind], f"slippageTolerance is out of range for {kind}")


def _quantity(params: Params, instrument: Instrument, *, closes: bool) -> float:
    params.required("qty")
    qty = params.number("qty")
    if qty < 0.0 or (qty == 0.0 and not closes):
        raise bad_parameter(f"qty must be greater than 0, in steps of {instrument.qty_step}")
    return qty


def _limit_price(params: Params) -> float:
    params.required("price")
    return _positive(params, "price")


def _time_in_force(params: Params, kind: str) -> str:
    if params.text("timeInForce") == "RPI":
        raise VenueRefusal(_RPI_REFUSED, "RPI orders are for approved makers only")
    wanted = params.one_of("timeInForce", _TIMES_IN_FORCE, "GTC")
    return "IOC" if kind == "Market" else wanted


def _trigger(params: Params) -> tuple[float, int]:
    trigger = _level(params, "triggerPrice")
    if math.isnan(trigger):
        return trigger, 0
    direction = params.whole("triggerDirection", 0)
    if direction not in (1, 2):
        raise bad_parameter("triggerDirection must be 1 (rises) or 2 (falls)")
    return trigger, direction


def _child_limits(params: Params) -> tuple[float, float]:
    """Limit prices of the stop and the target; a pair of its own (Partial) exists with them only."""
    kinds = params.one_of("slOrderType", _TYPES, "Market"), params.one_of("tpOrderType", _TYPES, "Market")
    partial = params.text("tpslMode") == "Partial"
    if "Limit" in kinds and not partial:
        raise bad_parameter("slOrderType and tpOrderType can be Limit with tpslMode Partial only")
    if partial and "Limit" not in kinds:
        raise bad_parameter("tpslMode Partial: this venue needs slOrderType or tpOrderType Limit with it")
    return (
        _positive(params, "slLimitPrice") if kinds[0] == "Limit" else _NAN,
        _positive(params, "tpLimitPrice") if kinds[1] == "Limit" else _NAN,
    )


def _level(params: Params, name: str) -> float:
    """A price that 0 leaves out."""
    value = params.number(name)
    if value < 0.0:
        raise bad_parameter(f"{name} must not be negative")
    return value if value > 0.0 else _NAN


def _positive(params: Params, name: str) -> float:
    value = params.number(name)
    if value <= 0.0:
        raise bad_parameter(f"{name} must be greater than 0")
    return value


def _link_id(params: Params) -> str:
    link_id = params.text("orderLinkId")
    if _LINK_ID.fullmatch(link_id) is None:
        raise bad_parameter("orderLinkId must have at most 36 of A-Z, a-z, 0-9, - and _")
    return link_id
