"""Our own client understands everything that the venue says of its market."""

import json
from collections import Counter
from collections.abc import Mapping

import pytest

from exchange.bybit.instrument_answers import decode_instruments, decode_tiers
from exchange.bybit.market_answers import decode_server_time, decode_system_status, decode_tickers
from exchange.bybit.market_events import KlineEvent
from exchange.bybit.public_frames import decode_public
from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.market.rest import MarketRest
from exchange.venue.market.system_status import status_frame
from exchange.venue.market.topics import PublicTopics
from tests.exchange.venue.market_scene import instrument, made_market, play

TOPICS = ("kline.1", "kline.W", "tickers", "orderbook.1", "orderbook.200", "publicTrade", "priceLimit")
WINDOW = Maintenance(start_ms=1, end_ms=2, parts=frozenset({"rest"}))


def body(path: str, query: Mapping[str, str]) -> bytes:
    rest = MarketRest(made_market(), lambda: 1_800_000_000_123, lambda: (WINDOW,))
    envelope = {"retCode": 0, "retMsg": "OK", "retExtInfo": {}, "time": rest.envelope_ms(path)}
    return json.dumps({**envelope, "result": rest.answer(path, query)}).encode()


@pytest.mark.parametrize("step_ms", [10_000, 60_000])
def test_frames(step_ms: int) -> None:
    market = made_market(step_ms=step_ms)
    topics = PublicTopics(market)
    kinds: Counter[str] = Counter()
    texts = [text for topic in TOPICS for text in topics.subscribe(f"{topic}.BTCUSDT")]
    for _ in range(10):
        play(market, 1)
        texts += [text for _, text in topics.step()]
    for text in texts:
        kinds.update(type(event).__name__ for event in decode_public(text))
    assert kinds.keys() == {"KlineEvent", "TickerEvent", "BookEvent", "TradeEvent", "PriceLimitEvent"}


def test_a_closed_candle_comes_through_to_the_last_bit() -> None:
    market = made_market()
    topics = PublicTopics(market)
    topics.subscribe("kline.1.BTCUSDT")
    play(market, 1)
    ((_, text),) = topics.step()
    (event,) = decode_public(text)
    assert isinstance(event, KlineEvent)
    bars = market.current["BTCUSDT"].bars
    assert (event.start_ms, event.end_ms, event.confirm) == (bars.ts[0], market.now_ms, True)
    names = ("open", "high", "low", "close", "volume")
    assert [getattr(event, name) for name in names] == [getattr(bars, name)[0] for name in names]


def test_answers() -> None:
    assert decode_server_time(body("/v5/market/time", {})) == 1_800_000_000_123
    assert len(decode_tickers(body("/v5/market/tickers", {})).rows) == 1
    assert len(decode_instruments(body("/v5/market/instruments-info", {})).rows) == 1
    (tier,) = decode_tiers(body("/v5/market/risk-limit", {"symbol": "BTCUSDT"}), "BTCUSDT")
    assert tier.maintenance_rate == instrument().tiers[0].maintenance_rate


def test_maintenance() -> None:
    assert decode_system_status(body("/v5/system/status", {}))
    assert decode_public(status_frame([WINDOW], 5))
