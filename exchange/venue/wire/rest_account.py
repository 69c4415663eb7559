"""Endpoints about an account and its keys: /v5/account/…, /v5/user/query-api, /v5/asset/coin/query-info, and DCP."""

from typing import Any

from exchange.venue.wire.dcp import LONGEST_S, PRODUCTS, SHORTEST_S
from exchange.venue.wire.endpoint import Endpoint, Visit, order_reply, page_of, time_window
from exchange.venue.wire.history import transaction_row
from exchange.venue.wire.params import Params, bad_parameter
from exchange.venue.wire.refusal import VenueRefusal
from exchange.venue.wire.replies import Reply
from exchange.venue.wire.text import money_text
from exchange.venue.wire.wallet import wallet_row

_DAY_MS = 86_400_000
_MODES = {"ISOLATED_MARGIN": "isolated", "REGULAR_MARGIN": "cross"}
_MODE_NAMES = {mode: name for name, mode in _MODES.items()}
_DEMO_REFUSED = 10001
_NO_PERMISSION = 10005
# The most that one request may bring, in USDT.
_MOST_DEMO_USDT = 100_000.0


def wallet_balance(visit: Visit) -> Reply:
    """GET /v5/account/wallet-balance."""
    if visit.params.required("accountType") != "UNIFIED":
        raise bad_parameter("accountType only support UNIFIED.")
    details = visit.account.account_details()
    row = wallet_row(details.report, details)
    coins = visit.params.text("coin")
    if coins and "USDT" not in coins.upper().split(","):
        row["coin"] = []
    return Reply(result={"list": [row]})


def info(visit: Visit) -> Reply:
    """GET /v5/account/info."""
    windows = visit.dcp.windows(visit.account.uid)
    return Reply(
        result={
            "unifiedMarginStatus": 5,
            "marginMode": _MODE_NAMES[visit.account.margin_mode],
            "isMasterTrader": False,
            "spotHedgingStatus": "OFF",
            "updatedTime": str(visit.account.clock_ms),
            "dcpStatus": "ON" if windows else "OFF",
            "timeWindow": windows.get("DERIVATIVES", 10),
            "smpGroup": 0,
        }
    )


def set_margin_mode(visit: Visit) -> Reply:
    """POST /v5/account/set-margin-mode."""
    wanted = visit.params.one_of("setMarginMode", _MODES)
    reply = order_reply(visit.account.set_margin_mode(wanted), named=False)
    reasons = [{"reasonCode": str(reply.code), "reasonMsg": reply.message}] if reply.code else []
    return Reply(code=reply.code, message=reply.message, result={"reasons": reasons})


def fee_rate(visit: Visit) -> Reply:
    """GET /v5/account/fee-rate; a demo account is told none."""
    visit.check_linear()
    if visit.member.demo:
        raise VenueRefusal(_DEMO_REFUSED, "Demo trading are not supported.")
    wanted = visit.params.text("symbol")
    instruments = [visit.instrument_of(wanted)] if wanted else list(visit.account.instruments.values())
    rows = [
        {
            "symbol": instrument.symbol,
            "takerFeeRate": money_text(instrument.taker),
            "makerFeeRate": money_text(instrument.maker),
        }
        for instrument in instruments
    ]
    return Reply(result={"category": "linear", "list": rows})


def transaction_log(visit: Visit) -> Reply:
    """GET /v5/account/transaction-log: movements of money, of the last day unless other times are given."""
    params = visit.params
    start_ms, end_ms = time_window(params, visit.account.clock_ms, _DAY_MS)
    kind, currency = params.text("type"), params.text("currency")
    rows = [
        row
        for row in visit.account.transactions(since_ms=start_ms, until_ms=end_ms)
        if (not kind or row.type == kind) and currency in ("", "USDT")
    ]
    return page_of(params, rows, transaction_row, usual=20, most=50)


def apply_demo_money(visit: Visit) -> Reply:
    """POST /v5/account/demo-apply-money: more USDT for a demo account."""
    if not visit.member.demo:
        raise VenueRefusal(_NO_PERMISSION, "Permission denied: the account is no demo account.")
    sign = -1.0 if visit.params.whole("adjustType", 0) == 1 else 1.0
    amount = sum(_demo_usdt(item) for item in visit.params.objects("utaDemoApplyMoney", 4))
    return order_reply(visit.account.apply_money(sign * amount), named=False)


def set_dcp(visit: Visit) -> Reply:
    """POST /v5/order/disconnected-cancel-all."""
    product = visit.params.text("product", "OPTIONS")
    if product not in PRODUCTS:
        raise bad_parameter(f"product must be one of {', '.join(PRODUCTS)}")
    window_s = visit.params.whole("timeWindow", -1)
    if not SHORTEST_S <= window_s <= LONGEST_S:
        raise bad_parameter(f"timeWindow must be {SHORTEST_S} to {LONGEST_S} seconds")
    visit.dcp.set_window(visit.account.uid, product, window_s)
    return Reply(message="success")


def dcp_info(visit: Visit) -> Reply:
    """GET /v5/account/query-dcp-info."""
    rows = [
        {"product": product, "dcpStatus": "ON", "timeWindow": str(window_s)}
        for product, window_s in visit.dcp.windows(visit.account.uid).items()
    ]
    return Reply(message="success", result={"dcpInfos": rows})


def key_info(visit: Visit) -> Reply:
    """GET /v5/user/query-api."""
    uid = visit.account.uid
    named = {"id": str(uid), "note": "local venue", "apiKey": visit.member.api_key, "userID": uid}
    return Reply(message="", result=named | _KEY | {"permissions": _PERMISSIONS})


def coin_info(visit: Visit) -> Reply:
    """GET /v5/asset/coin/query-info: the one coin that accounts are kept in."""
    wanted = visit.params.text("coin", "USDT")
    coin = {"name": "USDT", "coin": "USDT", "remainAmount": "0", "chains": []}
    return Reply(message="", result={"rows": [coin] if "USDT" in wanted.upper().split(",") else []})


def instruments_info(visit: Visit) -> Reply:
    """GET /v5/account/instruments-info: what the market says of its instruments."""
    query = {name: str(value) for name, value in visit.params.values.items()}
    return Reply(result=visit.market.answer("/v5/market/instruments-info", query))


def _demo_usdt(item: Params) -> float:
    coin, amount = item.required("coin"), item.number("amountStr")
    if coin != "USDT":
        raise bad_parameter(f"coin {coin[:10]!r}: accounts of this venue hold USDT only")
    if not 0.0 < amount <= _MOST_DEMO_USDT:
        raise bad_parameter(f"amountStr must be up to {_MOST_DEMO_USDT:.0f}")
    return amount


_PERMISSIONS: dict[str, list[str]] = {
    "ContractTrade": ["Order", "Position"],
    "Spot": [],
    "Wallet": [],
    "Options": [],
    "Derivatives": ["DerivativesTrade"],
    "CopyTrading": [],
    "BlockTrade": [],
    "Exchange": [],
    "NFT": [],
    "Affiliate": [],
    "Earn": [],
}
_KEY: dict[str, Any] = {
    "readOnly": 0,
    "secret": "",
    "ips": ["*"],
    "type": 1,
    "deadlineDay": -2,
    "expiredAt": "1970-01-01T00:00:00Z",
    "createdAt": "1970-01-01T00:00:00Z",
    "unified": 0,
    "uta": 1,
    "inviterID": 0,
    "vipLevel": "No VIP",
    "mktMakerLevel": "0",
    "affiliateID": 0,
    "rsaPublicKey": "",
    "isMaster": True,
    "parentUid": "0",
    "kycLevel": "LEVEL_DEFAULT",
    "kycRegion": "",
}

ACCOUNT_ENDPOINTS = {
    ("GET", "/v5/account/wallet-balance"): Endpoint(handle=wallet_balance, per_second=50),
    ("GET", "/v5/account/info"): Endpoint(handle=info, per_second=50),
    ("POST", "/v5/account/set-margin-mode"): Endpoint(handle=set_margin_mode, per_second=5),
    ("GET", "/v5/account/fee-rate"): Endpoint(handle=fee_rate, per_second=5),
    ("GET", "/v5/account/transaction-log"): Endpoint(handle=transaction_log, per_second=25),
    ("GET", "/v5/account/instruments-info"): Endpoint(handle=instruments_info, per_second=10),
    ("POST", "/v5/account/demo-apply-money"): Endpoint(handle=apply_demo_money, per_second=1),
    ("GET", "/v5/account/query-dcp-info"): Endpoint(handle=dcp_info, per_second=5),
    ("POST", "/v5/order/disconnected-cancel-all"): Endpoint(handle=set_dcp, per_second=5),
    ("GET", "/v5/user/query-api"): Endpoint(handle=key_info, per_second=10),
    ("GET", "/v5/asset/coin/query-info"): Endpoint(handle=coin_info, per_second=10),
}
