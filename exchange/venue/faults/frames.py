"""What a fault makes of a frame on its way to a client."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from exchange.venue.faults.candles import changed_candle, is_candle_fault, meets_candle, scaled
from exchange.venue.faults.faults import Delivery, Socket
from exchange.venue.faults.rules import FaultRule

_NO_NUMBER, _NO_WORD = "abc", "Mystery"
_NUMBERS = ("execQty", "qty", "size", "walletBalance", "lastPrice", "close", "totalEquity")
_WORDS = ("orderStatus", "execType", "positionStatus", "accountType", "tickDirection", "interval")
_TICKER_PRICES = ("lastPrice", "markPrice", "indexPrice", "bid1Price", "ask1Price")


@attrs.frozen(kw_only=True)
class FrameFacts:
    """A frame, its topic (`op.` and its op where it has none) and its document, which is empty for no JSON object."""

    topic: str
    document: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        """What the frame tells, or the first thing of a list of them; empty if it tells nothing."""
        data = self.document.get("data")
        first = data[0] if isinstance(data, list) and data else data
        return first if isinstance(first, dict) else {}


def facts_of(frame: str) -> FrameFacts:
    """What must be known of a frame to disturb it."""
    try:
        found = json.loads(frame)
    except ValueError:
        found = {}
    document = found if isinstance(found, dict) else {}
    return FrameFacts(topic=str(document.get("topic") or f"op.{document.get('op', '')}"), document=document)


def concerns(rule: FaultRule, facts: FrameFacts) -> bool:
    """Whether the fault can be played on the frame."""
    if is_candle_fault(rule):
        return meets_candle(rule, facts.topic, dict(facts.data))
    if rule.kind == "jump_price":
        return facts.topic.startswith("tickers.") and any(facts.data.get(key) for key in _TICKER_PRICES)
    if rule.kind == "text_in_number":
        return any(key in facts.data for key in _NUMBERS)
    if rule.kind == "unknown_word":
        return any(key in facts.data for key in _WORDS)
    return True


def disturbed(rule: FaultRule, deliveries: Sequence[Delivery], socket: Socket) -> Sequence[Delivery]:
    """What goes out after one more fault, which concerns the frame."""
    if rule.kind in ("drop_frame", "lose_candle"):
        return ()
    if rule.kind == "disconnect":
        socket.close()
        return ()
    if rule.kind == "double_frame":
        return (*deliveries, *deliveries)
    return tuple(_changed(rule, one) for one in deliveries)


def _changed(rule: FaultRule, delivery: Delivery) -> Delivery:
    if rule.kind == "delay_frame":
        return attrs.evolve(delivery, wait_s=delivery.wait_s + rule.wait_s)
    if rule.kind in ("reorder_frame", "late_candle"):
        return attrs.evolve(delivery, wait_s=delivery.wait_s + rule.wait_s, overtaken=True)
    if rule.kind == "cut_frame":
        return attrs.evolve(delivery, frame=delivery.frame[: len(delivery.frame) // 2])
    facts = facts_of(delivery.frame)
    return attrs.evolve(delivery, frame=_with_data(facts, _changed_data(rule, dict(facts.data))))


def _changed_data(rule: FaultRule, data: dict[str, Any]) -> dict[str, Any]:
    if rule.kind == "text_in_number":
        return {**data, next(key for key in _NUMBERS if key in data): _NO_NUMBER}
    if rule.kind == "unknown_word":
        return {**data, next(key for key in _WORDS if key in data): _NO_WORD}
    if rule.kind == "jump_price":
        prices = {key: scaled(data[key], rule.times) for key in _TICKER_PRICES if data.get(key)}
        return {**data, **prices}
    return changed_candle(rule, data)


def _with_data(facts: FrameFacts, data: dict[str, Any]) -> str:
    whole = facts.document["data"]
    changed = [data, *whole[1:]] if isinstance(whole, list) else data
    return json.dumps({**facts.document, "data": changed}, separators=(",", ":"))
