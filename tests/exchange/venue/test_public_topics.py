import json
from typing import Any

import pytest

from exchange.venue.market.market import VenueMarket
from exchange.venue.market.topics import PublicTopics
from exchange.venue.wire.refusal import VenueRefusal
from tests.exchange.venue.market_scene import BEGIN_MS, MINUTE_MS, made_market, play

Frame = dict[str, Any]


def step(market: VenueMarket, topics: PublicTopics) -> list[Frame]:
    play(market, 1)
    frames = []
    for topic, text in topics.step():
        frame = json.loads(text)
        assert frame["topic"] == topic
        frames.append(frame)
    return frames


def subscribed(topic: str, **kwargs: Any) -> tuple[VenueMarket, PublicTopics, list[Frame]]:
    market = made_market(**kwargs)
    topics = PublicTopics(market)
    return market, topics, [json.loads(text) for text in topics.subscribe(topic)]


def test_a_candle_is_open_until_the_step_that_ends_it() -> None:
    market, topics, first = subscribed("kline.5.BTCUSDT", history=298)
    assert [frame["data"][0]["confirm"] for frame in first] == [False]
    frames = [step(market, topics) for _ in range(4)]
    assert [[frame["data"][0]["confirm"] for frame in one] for one in frames] == [[False], [True], [False], [False]]
    row = frames[1][0]["data"][0]
    assert (row["start"] - BEGIN_MS, row["end"] - row["start"]) == (295 * MINUTE_MS, 5 * MINUTE_MS - 1)
    assert frames[1][0]["ts"] == row["end"] + 1 == row["timestamp"] + 1
    assert frames[2][0]["data"][0]["start"] == row["end"] + 1


def test_within_a_minute_its_candle_grows_and_its_last_frame_is_the_bar() -> None:
    market, topics, _ = subscribed("kline.1.BTCUSDT", step_ms=10_000)
    rows = [step(market, topics)[0]["data"][0] for _ in range(6)]
    assert [row["confirm"] for row in rows] == [False] * 5 + [True]
    volumes = [float(row["volume"]) for row in rows]
    assert volumes == sorted(volumes)
    bars = market.tape("BTCUSDT").bars
    assert [float(rows[-1][name]) for name in ("open", "high", "low", "close", "volume")] == [
        getattr(bars, name)[300] for name in ("open", "high", "low", "close", "volume")
    ]


def test_after_a_long_step_every_candle_has_its_own_frame() -> None:
    market, topics, _ = subscribed("kline.1.BTCUSDT", step_ms=5 * MINUTE_MS)
    frames = step(market, topics)
    assert [frame["data"][0]["confirm"] for frame in frames] == [True] * 5
    starts = [frame["data"][0]["start"] for frame in frames]
    assert starts == [BEGIN_MS + minute * MINUTE_MS for minute in range(300, 305)]


def test_a_ticker_is_told_whole_and_then_by_what_changed() -> None:
    market, topics, (first,) = subscribed("tickers.BTCUSDT")
    known = first["data"]
    assert first["type"] == "snapshot"
    for _ in range(30):
        for frame in step(market, topics):
            assert frame["type"] == "delta"
            assert all(known[name] != text for name, text in frame["data"].items() if name != "symbol")
            known |= frame["data"]
    assert [json.loads(text)["data"] for text in PublicTopics(market).subscribe("tickers.BTCUSDT")] == [known]


@pytest.mark.parametrize("depth", [1, 50, 200, 1000])
def test_a_book_can_be_followed(depth: int) -> None:
    market, topics, frames = subscribed(f"orderbook.{depth}.BTCUSDT")
    kinds = set()
    sides: dict[str, dict[str, str]] = {}
    for _ in range(25):
        for frame in frames:
            kinds.add(frame["type"])
            for side in ("b", "a"):
                levels = {} if frame["type"] == "snapshot" else sides[side]
                for price, size in frame["data"][side]:
                    if size == "0":
                        del levels[price]
                    else:
                        levels[price] = size
                sides[side] = levels
        frames = step(market, topics)
    market.skip_to(market.before_ms)
    (whole,) = (json.loads(text) for text in PublicTopics(market).subscribe(f"orderbook.{depth}.BTCUSDT"))
    assert {side: dict(whole["data"][side]) for side in ("b", "a")} == sides
    assert ("delta" in kinds) == (depth > 1)


def test_where_nothing_changes_only_a_book_of_one_level_is_told_again() -> None:
    market, topics, _ = subscribed("orderbook.1.BTCUSDT")
    topics.subscribe("orderbook.50.BTCUSDT")
    topics.subscribe("tickers.BTCUSDT")
    step(market, topics)
    assert [topic for topic, _ in topics.step()] == ["orderbook.1.BTCUSDT"]


def test_trades_are_those_of_the_step() -> None:
    market, topics, first = subscribed("publicTrade.BTCUSDT")
    assert first == []
    (frame,) = step(market, topics)
    rows = frame["data"]
    bars = market.tape("BTCUSDT").bars
    assert {float(row["p"]) for row in rows} >= {bars.high[300], bars.low[300], bars.close[300]}
    assert all(market.before_ms <= row["T"] < market.now_ms for row in rows)


def test_many_trades_come_in_several_frames() -> None:
    market, topics, _ = subscribed("publicTrade.BTCUSDT", count=960, history=480, step_ms=480 * MINUTE_MS)
    lengths = [len(frame["data"]) for frame in step(market, topics)]
    assert len(lengths) == 2
    assert lengths[0] == 1024


def test_liquidations_are_told_once_after_the_step() -> None:
    market, topics, _ = subscribed("allLiquidation.BTCUSDT")
    topics.liquidated("BTCUSDT", 1, 0.5, 54000.04)
    topics.liquidated("ETHUSDT", 1, 0.5, 54000.0)
    (frame,) = step(market, topics)
    row = {"T": market.before_ms, "s": "BTCUSDT", "S": "Buy", "v": "0.5", "p": "54000.04"}
    assert frame["data"] == [row]
    assert step(market, topics) == []


def test_price_limits_follow_the_mark_price() -> None:
    market, topics, (first,) = subscribed("priceLimit.BTCUSDT", marked=True)
    (frame,) = step(market, topics)
    assert set(first["data"]) == {"symbol", "buyLmt", "sellLmt"}
    assert float(frame["data"]["buyLmt"]) == pytest.approx(market.mark("BTCUSDT") * 1.01, abs=0.1)


def test_a_topic_without_data_is_accepted() -> None:
    market, topics, first = subscribed("insurance.USDT")
    assert first == step(market, topics) == []


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "kline",
        "kline.1",
        "kline.1.NOPEUSDT",
        "kline.2.BTCUSDT",
        "kline.1.BTCUSDT.x",
        "tickers.1.BTCUSDT",
        "orderbook.500.BTCUSDT",
        "orderbook.BTCUSDT",
        "liquidation.BTCUSDT",
        "order",
    ],
)
def test_other_topics_are_refused(topic: str) -> None:
    topics = PublicTopics(made_market())
    with pytest.raises(VenueRefusal, match="handler not found"):
        topics.subscribe(topic)
    assert topics.subscribers() == {}


def test_frames_are_made_only_for_topics_with_subscribers() -> None:
    market, topics, _ = subscribed("kline.1.BTCUSDT")
    topics.subscribe("kline.1.BTCUSDT")
    assert topics.subscribers() == {"kline.1.BTCUSDT": 2}
    topics.unsubscribe("kline.1.BTCUSDT")
    assert len(step(market, topics)) == 1
    topics.unsubscribe("kline.1.BTCUSDT")
    assert step(market, topics) == []
    with pytest.raises(ValueError, match="nobody is subscribed"):
        topics.unsubscribe("kline.1.BTCUSDT")
