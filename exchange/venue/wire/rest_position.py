"""Endpoints about positions: /v5/position/…"""

import math

from exchange.venue.wire.endpoint import (
    Endpoint,
    Visit,
    belongs,
    check_scope,
    listing,
    order_reply,
    page_of,
    time_window,
)
from exchange.venue.wire.history import closed_pnl_row
from exchange.venue.wire.order_params import trading_stop
from exchange.venue.wire.params import bad_parameter
from exchange.venue.wire.positions import position_row
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply

_MODE_NOT_MODIFIED, _HEDGE_UNSUPPORTED, _NOT_ISOLATED = 110025, 110029, 110076
_ONE_WAY, _HEDGE = 0, 3


def positions(visit: Visit) -> Reply:
    """GET /v5/position/list: the one of a symbol, flat or not, or all that are open."""
    visit.check_linear()
    check_scope(visit)
    account, one = visit.account, visit.params.text("symbol")
    found = [
        details
        for symbol in account.instruments
        if belongs(symbol, visit.params) and ((details := account.details(symbol)).report.side or one)
    ]
    return page_of(
        visit.params,
        found,
        lambda details: position_row(details, account.instruments[details.report.symbol]),
        usual=20,
        most=200,
    )


def set_leverage(visit: Visit) -> Reply:
    """POST /v5/position/set-leverage."""
    symbol = visit.instrument.symbol
    visit.params.required("buyLeverage")
    visit.params.required("sellLeverage")
    buy, sell = visit.params.number("buyLeverage"), visit.params.number("sellLeverage")
    if buy != sell:
        raise bad_parameter("buyLeverage and sellLeverage must be equal")
    return order_reply(visit.account.set_leverage(symbol, buy), named=False)


def switch_mode(visit: Visit) -> Reply:
    """POST /v5/position/switch-mode: positions are one-way here, and stay so."""
    visit.check_linear()
    mode = visit.params.whole("mode", -1)
    if mode == _ONE_WAY:
        raise VenueRefusal(_MODE_NOT_MODIFIED, "Position mode is not modified")
    if mode == _HEDGE:
        raise VenueRefusal(_HEDGE_UNSUPPORTED, "The current symbol does not support hedge mode")
    raise bad_parameter("mode must be 0 or 3")


def set_trading_stop(visit: Visit) -> Reply:
    """POST /v5/position/trading-stop."""
    symbol = visit.instrument.symbol
    return order_reply(visit.account.set_trading_stop(symbol, trading_stop(visit.params)), named=False)


def set_auto_add_margin(visit: Visit) -> Reply:
    """POST /v5/position/set-auto-add-margin: margin is never added by itself here."""
    if visit.instrument and visit.account.margin_mode != "isolated":
        raise VenueRefusal(_NOT_ISOLATED, "Auto add margin is for isolated margin only")
    if visit.params.whole("autoAddMargin", -1) != 0:
        raise bad_parameter("autoAddMargin: this venue knows 0 only")
    return Reply()


def add_margin(visit: Visit) -> Reply:
    """POST /v5/position/add-margin; less than nothing takes margin out."""
    instrument = visit.instrument
    visit.params.required("margin")
    amount = visit.params.number("margin")
    if not amount or not math.isclose(amount, round(amount, 4), abs_tol=1e-9):
        raise bad_parameter("margin must be an amount with at most 4 decimals")
    reply = order_reply(visit.account.add_margin(instrument.symbol, amount), named=False)
    if reply.code:
        return reply
    row = position_row(visit.account.details(instrument.symbol), instrument)
    return Reply(result={"category": "linear", **row})


def closed_pnl(visit: Visit) -> Reply:
    """GET /v5/position/closed-pnl: results of a week's orders that reduced a position."""
    visit.check_linear()
    account = visit.account
    start_ms, end_ms = time_window(visit.params, account.clock_ms)
    rows = [row for row in account.closed_pnl(since_ms=start_ms, until_ms=end_ms) if belongs(row.symbol, visit.params)]
    instruments = account.instruments
    return page_of(visit.params, rows, lambda row: closed_pnl_row(row, instruments[row.symbol]), usual=50, most=100)


POSITION_ENDPOINTS = {
    ("GET", "/v5/position/list"): Endpoint(handle=listing(positions), per_second=50),
    ("GET", "/v5/position/closed-pnl"): Endpoint(handle=listing(closed_pnl), per_second=50),
    ("POST", "/v5/position/set-leverage"): Endpoint(handle=set_leverage, per_second=10),
    ("POST", "/v5/position/switch-mode"): Endpoint(handle=switch_mode, per_second=10),
    ("POST", "/v5/position/trading-stop"): Endpoint(handle=set_trading_stop, per_second=10),
    ("POST", "/v5/position/set-auto-add-margin"): Endpoint(handle=set_auto_add_margin, per_second=10),
    ("POST", "/v5/position/add-margin"): Endpoint(handle=add_margin, per_second=10),
}
