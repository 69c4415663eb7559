"""Answers of the venue as typed rows: real ones are taken, others are refused with what is wrong."""

import json
from typing import Any

import attrs
import numpy as np
import pytest

from exchange.bybit.envelope import open_envelope
from exchange.bybit.errors import Down, Refused, Throttled, VenueError, WrongAnswer
from exchange.instruments import known_instrument
from exchange.listed_instruments import instrument_from_document
from feeds.bybit.decoding import decode_klines, decode_readings, decode_server_time
from feeds.bybit.listing import decode_listing, decode_tiers, instrument_document
from play_engine.play.model import Account
from tests.feeds.bybit.recorded import FOLDER, body, recorded
from tests.feeds.bybit.truth import listing, tiers

ROW = ["1700000000000", "10", "12.5", "9", "11", "3.25", "35"]


def answer(rows: list[Any], **fields: Any) -> bytes:
    result = {"category": "linear", "symbol": "BTCUSDT", "list": rows}
    return body({"retCode": 0, "retMsg": "", "result": result, "time": 1_700_000_100_000, **fields})


def test_recorded_klines() -> None:
    page = decode_klines(body(recorded("rest_kline")), "last")
    assert (page.symbol, page.category, page.time_ms) == ("BTCUSD", "inverse", 1672025956592)
    assert page.ts.tolist() == [1670608800000, 1670605200000, 1670601600000]
    assert page.values[0].tolist() == [17071, 17073, 17027, 17055.5, 268611]
    page = decode_klines(body(recorded("rest_kline_linear")), "last")
    assert page.values.tolist() == [[27450, 27460, 27440, 27455, 123.45]]


def test_recorded_mark_klines_have_no_volume() -> None:
    page = decode_klines(body(recorded("rest_mark_price_kline")), "mark")
    assert page.values.tolist() == [[17164.16, 17164.16, 17121.5, 17131.64, 0]]


def test_recorded_funding() -> None:
    page = decode_readings(body(recorded("rest_funding_history_two")), "funding")
    assert page.symbols == {"BTCUSDT"}
    assert page.ts.tolist() == [1709884800000, 1709856000000]
    assert page.values.tolist() == [0.0001, 0.00015]
    assert decode_readings(body(recorded("rest_funding_history")), "funding").values.tolist() == [0.0001]


def test_recorded_open_interest() -> None:
    page = decode_readings(body(recorded("rest_open_interest")), "open_interest")
    assert page.symbols == {"BTCUSD"}
    assert page.values[0] == 63910691
    assert (np.diff(page.ts) == -86_400_000).all()


def test_recorded_server_time() -> None:
    assert decode_server_time(body(recorded("rest_time"))) == 1688639403423


@pytest.mark.parametrize("name", ["rest_instruments_linear", "rest_instruments_linear_prelaunch"])
def test_recorded_instruments(name: str) -> None:
    row = recorded(name)["result"]["list"][0]
    found, time_ms = decode_listing(body(recorded(name)), row["symbol"])
    document = instrument_document(found, ())
    assert time_ms == recorded(name)["time"]
    assert document["tick_size"] == row["priceFilter"]["tickSize"]
    assert document["max_market_qty"] == row["lotSizeFilter"]["maxMktOrderQty"]
    assert document["launch_ms"] == int(row["launchTime"])
    assert json.loads(json.dumps(document)) == document


def test_recorded_tier_in_percent_becomes_a_fraction() -> None:
    (tier,) = decode_tiers(body(recorded("rest_risk_limit")), "BTCUSD")
    assert (tier.limit, tier.maintenance_rate, tier.initial_rate) == ("150", "0.005", "0.01")
    assert tier.deduction is None


def test_recorded_messages_make_an_instrument_for_the_simulator() -> None:
    tier_rows = recorded("rest_risk_limit")["result"]["list"]
    found, _ = decode_listing(body(recorded("rest_instruments_linear")), "BTCUSDT")
    # The recorded tier is an inverse contract's.
    tiers_found = decode_tiers(answer([{**row, "symbol": "BTCUSDT"} for row in tier_rows]), "BTCUSDT")
    document = json.loads(json.dumps(instrument_document(found, tiers_found)))
    instrument = instrument_from_document(document, Account(), "recorded")
    known = known_instrument("BTCUSDT", Account())
    assert known is not None
    assert attrs.evolve(instrument, tiers=known.tiers, source=known.source) == known
    assert instrument.tier_table()[["limit", "rate", "deduction", "max_leverage"]].tolist() == [(150, 0.005, 0, 100)]


def test_recorded_errors_say_what_to_do() -> None:
    with pytest.raises(Throttled, match="10006: Too many visits"):
        open_envelope(body(recorded("rest_error_10006_rate_limit")))
    for path in FOLDER.glob("rest_error_*.json"):
        if "10006" not in path.name:
            payload = recorded(path.stem)
            with pytest.raises(Refused) as caught:
                open_envelope(body(payload))
            assert caught.value.code == payload["retCode"]


def test_tiers_are_put_in_order() -> None:
    found = decode_tiers(answer(tiers("BTCUSDT")), "BTCUSDT")
    assert [tier.limit for tier in found] == ["2000000", "4000000"]
    assert [tier.deduction for tier in found] == ["0", "10000"]


def test_a_tier_whose_rates_contradict_its_leverage_is_refused() -> None:
    rows = [{**tiers("BTCUSDT")[0], "initialMargin": "0.2"}]
    with pytest.raises(WrongAnswer, match="one is the other's inverse"):
        decode_tiers(answer(rows), "BTCUSDT")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("priceFilter", "tickSize"), None),
        (("lotSizeFilter", "qtyStep"), "1e-3"),
        (("launchTime",), "1.5"),
        (("fundingInterval",), "480"),
        (("status",), 1),
        (("lotSizeFilter",), []),
    ],
)
def test_a_listing_without_what_matters_is_refused(path: tuple[str, ...], value: object) -> None:
    row = listing("BTCUSDT")
    place = row
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(WrongAnswer, match=path[-1]):
        decode_listing(answer([row]), "BTCUSDT")


def test_a_contract_that_is_not_listed_is_refused() -> None:
    with pytest.raises(Refused, match="no linear contract ETHUSDT"):
        decode_listing(answer([]), "ETHUSDT")
    with pytest.raises(WrongAnswer, match="of 'BTCUSDT', not of ETHUSDT"):
        decode_listing(answer([listing("BTCUSDT")]), "ETHUSDT")
    with pytest.raises(WrongAnswer, match="no risk tier"):
        decode_tiers(answer([]), "ETHUSDT")


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"retCode":"0"}', b'{"retCode":true}', b'{"retCode":NaN}', b"\xff"],
)
def test_what_is_no_envelope_is_refused(text: bytes) -> None:
    with pytest.raises(WrongAnswer):
        open_envelope(text)


@pytest.mark.parametrize("fields", [{"result": None}, {"result": []}, {"time": "1"}, {"time": None}])
def test_an_envelope_without_content_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        open_envelope(answer([], **fields))


@pytest.mark.parametrize(("code", "kind"), [(10000, Down), (10016, Down), (429, Throttled), (10001, Refused)])
def test_return_codes(code: int, kind: type[VenueError]) -> None:
    with pytest.raises(kind, match=str(code)):
        open_envelope(answer([], retCode=code, result={}))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((0, cell) for cell in ("1.5", "", "-1", 1700000000000, "9" * 19)),
        *((1, cell) for cell in ("NaN", "1e5", "1_0", " 1", "1\n2", None, "0x1", "١")),
    ],
)
def test_a_cell_that_is_no_number_is_refused(column: int, cell: object) -> None:
    row: list[object] = [*ROW]
    row[column] = cell
    with pytest.raises(WrongAnswer):
        decode_klines(answer([ROW, row]), "last")


@pytest.mark.parametrize("rows", [[ROW[:5]], ["x"], [{}], "x"])
def test_a_candle_of_another_shape_is_refused(rows: Any) -> None:
    with pytest.raises(WrongAnswer):
        decode_klines(answer(rows), "last")
    with pytest.raises(WrongAnswer):
        decode_readings(answer(rows), "open_interest")


def test_an_empty_page_and_unknown_fields_are_fine() -> None:
    assert len(decode_klines(answer([], news=1), "last").ts) == 0
    assert decode_klines(answer([[*ROW, "more"]]), "last").values.tolist() == [[10, 12.5, 9, 11, 3.25]]
    assert decode_readings(answer([]), "funding").symbols == frozenset()
