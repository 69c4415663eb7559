import json

import pytest

from exchange.instruments import Tier
from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.rest import MarketRest
from exchange.venue.market.tape import Tape
from exchange.venue.market.topics import PublicTopics
from exchange.venue.wire.refusal import VenueRefusal
from tests.exchange.venue.market_scene import BEGIN_MS, HOUR_MS, MINUTE_MS, instrument, made_bars, made_market, play

SERVER_MS = 1_800_000_000_123
SYMBOL = {"symbol": "BTCUSDT"}


def rest(market: VenueMarket | None = None) -> MarketRest:
    return MarketRest(market or made_market(), lambda: SERVER_MS)


def starts(answer: dict[str, list[list[str]]]) -> list[int]:
    return [(int(row[0]) - BEGIN_MS) // MINUTE_MS for row in answer["list"]]


def test_time_is_the_servers() -> None:
    assert rest().answer("/v5/market/time", {}) == {"timeSecond": "1800000000", "timeNano": "1800000000123000000"}
    assert rest().envelope_ms("/v5/market/time") == SERVER_MS
    assert rest().envelope_ms("/v5/market/kline") == BEGIN_MS + 300 * MINUTE_MS


def test_candles_come_newest_first_and_trimmed() -> None:
    market = made_market()
    answer = rest(market).answer("/v5/market/kline", {**SYMBOL, "interval": "1"})
    bars = market.tape("BTCUSDT").bars
    assert (answer["symbol"], answer["category"]) == ("BTCUSDT", "linear")
    assert starts(answer) == list(range(299, 99, -1))
    assert [float(row[4]) for row in answer["list"]] == bars.close[100:300][::-1].tolist()
    assert [float(row[5]) for row in answer["list"]] == bars.volume[100:300][::-1].tolist()
    assert all(len(row) == 7 and not row[1].endswith((".0", ".")) for row in answer["list"])


def test_start_and_end_are_included_and_the_newest_of_too_many_are_answered() -> None:
    span = {"start": str(BEGIN_MS + 10 * MINUTE_MS), "end": str(BEGIN_MS + 20 * MINUTE_MS)}
    query = {**SYMBOL, "interval": "1", **span}
    assert starts(rest().answer("/v5/market/kline", query)) == list(range(20, 9, -1))
    assert starts(rest().answer("/v5/market/kline", {**query, "limit": "3"})) == [20, 19, 18]


def test_the_open_candle_comes_before_all_others_and_counts() -> None:
    market = made_market(history=300)
    play(market, 2)
    query = {**SYMBOL, "interval": "5", "limit": "2"}
    assert starts(rest(market).answer("/v5/market/kline", query)) == [300, 295]


@pytest.mark.parametrize("path", ["mark-price-kline", "index-price-kline", "premium-index-price-kline"])
def test_candles_of_other_prices_have_no_volume(path: str) -> None:
    rows = rest(made_market(marked=True)).answer(f"/v5/market/{path}", {**SYMBOL, "interval": "60"})["list"]
    assert len(rows) == 5
    assert all(len(row) == 5 for row in rows)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("kline", {"interval": "1"}),
        ("kline", SYMBOL),
        ("kline", {**SYMBOL, "interval": "1m"}),
        ("kline", {**SYMBOL, "interval": "1", "limit": "1001"}),
        ("kline", {**SYMBOL, "interval": "1", "start": "-5"}),
        ("kline", {**SYMBOL, "interval": "1", "category": "spot"}),
        ("kline", {**SYMBOL, "interval": "1", "category": "futures"}),
        ("tickers", {"symbol": "NOPEUSDT"}),
        ("orderbook", {**SYMBOL, "limit": "0"}),
        ("funding/history", {**SYMBOL, "startTime": "5"}),
        ("open-interest", {**SYMBOL, "intervalTime": "2h"}),
        ("instruments-info", {"cursor": "whatever"}),
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(path: str, query: dict[str, str]) -> None:
    with pytest.raises(VenueRefusal) as caught:
        rest().answer(f"/v5/market/{path}", query)
    assert caught.value.code == 10001


def test_intervals_that_the_bars_do_not_make_are_refused() -> None:
    tape = Tape(instrument=instrument(), bars=made_bars(50, interval_ms=HOUR_MS))
    market = VenueMarket([tape], HOUR_MS, start_ms=BEGIN_MS + 20 * HOUR_MS)
    assert len(rest(market).answer("/v5/market/kline", {**SYMBOL, "interval": "60"})["list"]) == 20
    with pytest.raises(VenueRefusal, match="allowed: 60, 120, 240, 360, 720, D, W, M"):
        rest(market).answer("/v5/market/kline", {**SYMBOL, "interval": "30"})


def test_unknown_parameters_are_passed_over() -> None:
    assert rest().answer("/v5/market/tickers", {"category": "linear", "color": "red"})["list"]


@pytest.mark.parametrize("category", ["spot", "inverse", "option"])
def test_other_categories_list_nothing(category: str) -> None:
    query = {"category": category}
    empty = {"category": category, "list": []}
    assert rest().answer("/v5/market/tickers", query) == empty
    assert rest().answer("/v5/market/instruments-info", query) == {**empty, "nextPageCursor": ""}


def test_an_instrument_is_listed_with_its_filters() -> None:
    (row,) = rest().answer("/v5/market/instruments-info", {"category": "linear", **SYMBOL})["list"]
    assert row["priceFilter"] == {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"}
    assert row["lotSizeFilter"]["maxOrderQty"] == "1190.000"
    assert (row["priceScale"], row["fundingInterval"], row["baseCoin"]) == ("2", 480, "BTC")
    assert (row["lowerFundingRate"], row["upperFundingRate"]) == ("-0.00375", "0.00375")


@pytest.mark.parametrize("wanted", [{"status": "PreLaunch"}, {"baseCoin": "ETH"}])
def test_instruments_can_be_looked_for(wanted: dict[str, str]) -> None:
    assert rest().answer("/v5/market/instruments-info", wanted)["list"] == []
    assert rest().answer("/v5/market/instruments-info", {"status": "Trading", "baseCoin": "BTC"})["list"]


def test_pages_of_instruments_follow_each_other() -> None:
    symbols = {"BTCUSDT": 10.0, "ETHUSDT": 100.0, "SOLUSDT": 1000.0}
    tapes = [
        Tape(instrument=instrument(symbol), bars=made_bars(9, symbol=symbol, ticks_per=ticks_per))
        for symbol, ticks_per in symbols.items()
    ]
    asked = rest(VenueMarket(tapes, MINUTE_MS, start_ms=BEGIN_MS))
    first = asked.answer("/v5/market/instruments-info", {"limit": "2"})
    for cursor in (first["nextPageCursor"], first["nextPageCursor"].replace("%3D", "=")):
        last = asked.answer("/v5/market/instruments-info", {"limit": "2", "cursor": cursor})
        assert [row["symbol"] for row in (*first["list"], *last["list"])] == list(symbols)
        assert last["nextPageCursor"] == ""
    assert asked.answer("/v5/market/instruments-info", {"limit": "3"})["nextPageCursor"] == ""


def test_a_book_has_the_depth_that_is_asked_for() -> None:
    book = rest().answer("/v5/market/orderbook", {**SYMBOL, "limit": "40"})
    assert len(book["b"]) == len(book["a"]) == 40
    assert float(book["b"][0][0]) < float(book["a"][0][0])
    assert [float(price) for price, _ in book["b"]] == sorted((float(price) for price, _ in book["b"]), reverse=True)


def test_recent_trades_come_newest_first_and_are_those_that_were_pushed() -> None:
    market = made_market(step_ms=10_000)
    topics = PublicTopics(market)
    topics.subscribe("publicTrade.BTCUSDT")
    pushed: list[str] = []
    for _ in range(20):
        play(market, 1)
        pushed += [row["i"] for _, text in topics.step() for row in json.loads(text)["data"]]
    trades = rest(market).answer("/v5/market/recent-trade", {**SYMBOL, "limit": "30"})["list"]
    assert [trade["execId"] for trade in trades] == pushed[: -len(trades) - 1 : -1]
    assert len(trades) == 30
    assert float(trades[0]["price"]) == market.last("BTCUSDT")


def test_funding_is_answered_up_to_now_newest_first() -> None:
    rows = rest().answer("/v5/market/funding/history", SYMBOL)["list"]
    assert [(int(row["fundingRateTimestamp"]) - BEGIN_MS) // HOUR_MS for row in rows] == [5, 3, 1]
    assert [row["fundingRate"] for row in rows] == ["-0.00005", "0.00015", "0.0001"]
    span = {"startTime": str(BEGIN_MS + 3 * HOUR_MS), "endTime": str(BEGIN_MS + 3 * HOUR_MS)}
    assert len(rest().answer("/v5/market/funding/history", {**SYMBOL, **span})["list"]) == 1
    assert rest(made_market(history=60)).answer("/v5/market/funding/history", SYMBOL)["list"] == rows[2:]


def test_open_interest_is_what_was_published_last_at_each_instant_of_the_grid() -> None:
    query = {**SYMBOL, "intervalTime": "30min", "limit": "2"}
    first = rest().answer("/v5/market/open-interest", query)
    rows = [((int(row["timestamp"]) - BEGIN_MS) // MINUTE_MS, row["openInterest"]) for row in first["list"]]
    assert rows == [(300, "1060.00000000"), (270, "1054.00000000")]
    assert first["list"][1]["singleOpenInterest"] == "527"
    second = rest().answer("/v5/market/open-interest", {**query, "cursor": first["nextPageCursor"]})
    assert [row["openInterest"] for row in second["list"]] == ["1048.00000000", "1042.00000000"]


def test_risk_tiers_are_listed_lowest_first() -> None:
    (row,) = rest().answer("/v5/market/risk-limit", SYMBOL)["list"]
    assert (row["id"], row["isLowestRisk"], row["maintenanceMargin"], row["mmDeduction"]) == (1, 1, "0.005", "")
    assert Tier(maintenance_rate=0.005, initial_rate=0.01, max_leverage=100.0).limit > float(row["riskLimitValue"])


def test_price_limits_lie_around_the_mark_price_on_the_tick() -> None:
    market = made_market(marked=True)
    answer = rest(market).answer("/v5/market/price-limit", SYMBOL)
    mark = market.mark("BTCUSDT")
    assert mark * 1.01 - 0.1 < float(answer["buyLmt"]) <= mark * 1.01
    assert mark * 0.99 <= float(answer["sellLmt"]) < mark * 0.99 + 0.1


def test_a_ticker_has_the_last_settled_rate_and_the_next_settlement() -> None:
    market = made_market(history=200)
    (row,) = rest(market).answer("/v5/market/tickers", SYMBOL)["list"]
    assert (row["fundingRate"], int(row["nextFundingTime"]) - BEGIN_MS) == ("0.00015", 8 * HOUR_MS)
    assert (row["openInterest"], row["fundingIntervalHour"], row["deliveryTime"]) == ("1040", "8", "0")
    assert float(row["lastPrice"]) == market.last("BTCUSDT")
    assert row["price24hPcnt"] == f"{market.last('BTCUSDT') / float(row['prevPrice24h']) - 1.0:.6f}"


def test_at_a_settlement_the_ticker_has_its_rate_and_waits_for_the_one_after() -> None:
    (row,) = rest(made_market(history=180)).answer("/v5/market/tickers", SYMBOL)["list"]
    assert row["fundingRate"] == "0.00015"
    (row,) = rest(made_market(history=480)).answer("/v5/market/tickers", SYMBOL)["list"]
    assert int(row["nextFundingTime"]) - BEGIN_MS == 16 * HOUR_MS


def test_without_a_trade_in_the_last_day_the_price_stands() -> None:
    (row,) = rest(made_market(history=0)).answer("/v5/market/tickers", SYMBOL)["list"]
    assert (row["highPrice24h"], row["volume24h"], row["price24hPcnt"]) == (row["lastPrice"], "0.0000", "0.000000")


def test_the_status_tells_of_announced_maintenance() -> None:
    window = Maintenance(start_ms=SERVER_MS - 5, end_ms=SERVER_MS + 5, parts=frozenset({"rest", "trading"}))
    later = Maintenance(start_ms=SERVER_MS + 5, end_ms=SERVER_MS + 9, parts=frozenset({"public"}))
    secret = Maintenance(start_ms=1, end_ms=2, parts=frozenset({"rest"}), announced=False)
    asked = MarketRest(made_market(), lambda: SERVER_MS, lambda: (secret, window, later))
    rows = asked.answer("/v5/system/status", {})["list"]
    assert [(row["state"], row["serviceTypes"]) for row in rows] == [("scheduled", [5]), ("ongoing", [1, 2])]
    assert asked.answer("/v5/system/status", {"state": "ongoing"})["list"] == rows[1:]
    assert asked.answer("/v5/system/status", {"id": rows[0]["id"]})["list"] == rows[:1]
