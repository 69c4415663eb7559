"""The shape of everything that the venue says of its market, against recorded answers and frames."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.market.rest import MarketRest
from exchange.venue.market.system_status import status_frame
from exchange.venue.market.topics import PublicTopics
from tests.exchange.venue.market_scene import made_market

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED") or Path(__file__).parents[4] / "shared")
FOLDER = SHARED / "conformance" / "bybit"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no recorded frames in {FOLDER}; set PLAYHOUSE_SHARED")

SYMBOL = {"symbol": "BTCUSDT"}
WINDOW = Maintenance(start_ms=1, end_ms=2, parts=frozenset({"rest"}))
# Keys that one side has and the other not: newer than the record, or of products without perpetuals.
NEWER = {"displayName", "forbidUplWithdrawal", "isRPITrade", "seq", "RPI"}


def recorded(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())["payload"]


def shape(value: Any) -> Any:
    """Types and keys of a document; a list has the shape of its first element, if it has any."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key not in NEWER}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


ANSWERS = {
    "rest_time": ("/v5/market/time", {}),
    "rest_kline": ("/v5/market/kline", {**SYMBOL, "interval": "1"}),
    "rest_mark_price_kline": ("/v5/market/mark-price-kline", {**SYMBOL, "interval": "1"}),
    "rest_index_price_kline": ("/v5/market/index-price-kline", {**SYMBOL, "interval": "1"}),
    "rest_premium_index_kline": ("/v5/market/premium-index-price-kline", {**SYMBOL, "interval": "D"}),
    "rest_instruments_linear": ("/v5/market/instruments-info", {}),
    "rest_tickers_inverse": ("/v5/market/tickers", SYMBOL),
    "rest_orderbook": ("/v5/market/orderbook", SYMBOL),
    "rest_recent_trade": ("/v5/market/recent-trade", SYMBOL),
    "rest_funding_history": ("/v5/market/funding/history", SYMBOL),
    "rest_open_interest": ("/v5/market/open-interest", {**SYMBOL, "intervalTime": "5min"}),
    "rest_price_limit": ("/v5/market/price-limit", SYMBOL),
    "rest_system_status": ("/v5/system/status", {}),
}
# Topic, and whether the sample is the first frame of a subscription rather than one of a later step.
FRAMES = {
    "ws_kline_open": ("kline.5.BTCUSDT", True),
    "ws_kline_confirmed": ("kline.1.BTCUSDT", False),
    "ws_ticker_linear_snapshot": ("tickers.BTCUSDT", True),
    "ws_orderbook_snapshot": ("orderbook.50.BTCUSDT", True),
    "ws_orderbook_delta": ("orderbook.200.BTCUSDT", False),
    "ws_public_trade": ("publicTrade.BTCUSDT", False),
    "ws_price_limit": ("priceLimit.BTCUSDT", True),
    "ws_all_liquidation": ("allLiquidation.BTCUSDT", False),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_have_the_keys_and_types_of_the_record(name: str) -> None:
    market = MarketRest(made_market(), lambda: 1, lambda: (WINDOW,))
    assert shape(market.answer(*ANSWERS[name])) == shape(recorded(name)["result"])


def test_risk_tiers_have_the_keys_and_types_of_the_record() -> None:
    answer = MarketRest(made_market(), lambda: 1).answer("/v5/market/risk-limit", SYMBOL)
    assert shape(answer["list"]) == shape(recorded("rest_risk_limit")["result"]["list"])


@pytest.mark.parametrize("name", FRAMES)
def test_frames_have_the_keys_and_types_of_the_record(name: str) -> None:
    topic, is_first = FRAMES[name]
    market = made_market(history=298)
    topics = PublicTopics(market)
    texts = topics.subscribe(topic)
    if not is_first:
        topics.liquidated("BTCUSDT", 1, 1.0, 5.0)
        market.next_step()
        texts = [text for _, text in topics.step()]
    frame = json.loads(texts[0])
    assert shape(frame) == shape(recorded(name))
    assert frame.get("type") == recorded(name).get("type")


def test_a_ticker_delta_has_keys_of_a_snapshot() -> None:
    market = made_market()
    topics = PublicTopics(market)
    snapshot = json.loads(topics.subscribe("tickers.BTCUSDT")[0])
    market.next_step()
    ((_, text),) = topics.step()
    delta = json.loads(text)
    assert shape({**delta, "data": {}}) == shape({**recorded("ws_ticker_linear_delta"), "data": {}})
    assert set(delta["data"]) < set(snapshot["data"])


def test_the_status_frame_has_the_keys_and_types_of_the_record() -> None:
    assert shape(json.loads(status_frame([WINDOW], 5))) == shape(recorded("ws_system_status"))
