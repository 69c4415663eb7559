"""What a fault makes of a request and of its answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from exchange.venue.faults.candles import candle_rows
from exchange.venue.faults.faults import Asked, Fate, Instead
from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.faults.rules import FaultRule

KLINE_PATH = "/v5/market/kline"
# Requests that maintenance of trading takes away; reads are not.
_TRADING_PATHS = ("/v5/order/", "/v5/position/")
_BROKEN_AFTER_BYTES = 20
_STOP_KEYS = frozenset({"stopLoss", "takeProfit", "slLimitPrice", "tpLimitPrice", "slTriggerBy", "tpTriggerBy"})
_MESSAGES = {
    10000: "Server Timeout",
    10002: "invalid request, please check your server timestamp or recv_window param.",
    10003: "API key is invalid.",
    10006: "Too many visits!",
    10016: "Server error.",
    110001: "order not exists or too late to cancel",
    110072: "OrderLinkedID is duplicate",
    110079: "The order is processing and cannot be operated, please try again later",
}


def fate_by(rule: FaultRule, fate: Fate) -> Fate:
    """The fate of a request after one more fault."""
    return _FATES[rule.kind](rule, fate)


def fate_in(window: Maintenance, asked: Asked) -> Fate:
    """The fate of a request during maintenance."""
    return Fate(body=asked.body, instead=_instead(window.code, "", window.status, 0))


def is_trading(asked: Asked) -> bool:
    """Whether it is a request that changes orders or a position."""
    return asked.method != "GET" and asked.path.startswith(_TRADING_PATHS)


def changed_answer(rule: FaultRule, asked: Asked, body: bytes, earlier: bytes | None) -> bytes | None:
    """The body of an answer after a fault; None if the fault does not apply to it. `earlier` is the answer that the
    same read had before."""
    if rule.kind == "cut_answer":
        return body[: len(body) // 2]
    if rule.kind == "stale_answer":
        return earlier
    document = _object(body)
    result = document.get("result") if document is not None else None
    if document is None or not isinstance(result, dict) or not isinstance(result.get("list"), list):
        return None
    if rule.kind == "empty_answer":
        changed: list[Any] | None = []
    else:
        changed = candle_rows(rule, result["list"]) if asked.path == KLINE_PATH else None
    if changed is None:
        return None
    cursor = {"nextPageCursor": ""} if rule.kind == "empty_answer" and "nextPageCursor" in result else {}
    return json.dumps({**document, "result": {**result, "list": changed, **cursor}}, separators=(",", ":")).encode()


def _instead(code: int, message: str, status: int, reset_ms: int) -> Instead:
    if status != 200:
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
        return Instead(status=status, page=page, reset_in_ms=reset_ms)
    return Instead(code=code, message=message or _MESSAGES.get(code, "Refused by a fault"), reset_in_ms=reset_ms)


def _refused(rule: FaultRule, fate: Fate) -> Fate:
    return attrs.evolve(fate, instead=_instead(rule.code, rule.message, rule.status, rule.reset_ms))


def _denied(rule: FaultRule, fate: Fate) -> Fate:
    return attrs.evolve(fate, disguise=_instead(rule.code, rule.message, rule.status, rule.reset_ms))


def _stripped(_rule: FaultRule, fate: Fate) -> Fate:
    document = _object(fate.body)
    if document is None:
        return fate
    kept = {key: value for key, value in document.items() if key not in _STOP_KEYS}
    return attrs.evolve(fate, body=json.dumps(kept, separators=(",", ":")).encode())


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


_FATES: Mapping[str, Callable[[FaultRule, Fate], Fate]] = {
    "lose_request": lambda _rule, fate: attrs.evolve(fate, lost="request"),
    "late_request": lambda rule, fate: attrs.evolve(fate, wait_s=fate.wait_s + rule.wait_s),
    "twice": lambda _rule, fate: attrs.evolve(fate, times=2),
    "refuse": _refused,
    "deny": _denied,
    "strip_stop": _stripped,
    "lose_answer": lambda _rule, fate: attrs.evolve(fate, lost=fate.lost or "answer"),
    "late_answer": lambda rule, fate: attrs.evolve(fate, answer_wait_s=fate.answer_wait_s + rule.wait_s),
    "break_answer": lambda _rule, fate: attrs.evolve(fate, broken_after=_BROKEN_AFTER_BYTES),
}
