"""Answers about markets and instruments, with the values of recorded ones."""

import json
from typing import Any

import pytest

from exchange.bybit import instrument_answers, market_answers
from exchange.bybit.errors import ProtocolError
from tests.feeds.bybit.recorded import body, recorded


def answer(rows: list[Any]) -> bytes:
    result = {"category": "linear", "list": rows}
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "time": 1_700_000_000_000}).encode()


def tier(limit: Any, rate: Any, initial: Any, leverage: Any, **fields: Any) -> dict[str, Any]:
    margins = {"maintenanceMargin": rate, "initialMargin": initial, "maxLeverage": leverage}
    return {"symbol": "BTCUSDT", "riskLimitValue": limit, **margins, **fields}


def test_recorded_instrument() -> None:
    page = instrument_answers.decode_instruments(body(recorded("rest_instruments_linear")))
    (contract,) = page.rows
    assert (contract.tick_size, contract.qty_step, contract.min_notional) == ("0.10", "0.001", 5)
    assert (contract.max_qty, contract.max_market_qty, contract.max_leverage) == (1190, 500, 100)
    assert (contract.funding_interval_min, contract.delivery_ms, contract.is_trading) == (480, 0, True)
    (listed,) = instrument_answers.decode_instruments(body(recorded("rest_instruments_linear_prelaunch"))).rows
    assert not listed.is_trading


def test_an_instrument_of_three_answers() -> None:
    (contract,) = instrument_answers.decode_instruments(body(recorded("rest_instruments_linear"))).rows
    (fees,) = instrument_answers.decode_fee_rates(body(recorded("rest_fee_rate"))).rows
    tiers = instrument_answers.decode_tiers(answer([tier("2000000", "0.005", "0.01", "100")]), "BTCUSDT")
    instrument = instrument_answers.instrument_of(contract, tiers, fees, "bybit, today")
    assert (instrument.symbol, instrument.taker, instrument.maker) == ("BTCUSDT", 0.0006, 0.0001)
    assert (instrument.tick_size, instrument.max_price, instrument.tiers) == ("0.10", 1999999.8, tiers)


def test_tiers_are_texts_or_numbers_in_any_order() -> None:
    rows = [tier("4000000", "0.01", "0.02", "50", mmDeduction=""), tier(2_000_000, 0.005, 0.01, 100)]
    lower, upper = instrument_answers.decode_tiers(answer(rows), "BTCUSDT")
    assert (lower.limit, lower.maintenance_rate, lower.deduction) == (2_000_000, 0.005, 0)
    assert (upper.maintenance_rate, upper.initial_rate, upper.max_leverage) == (0.01, 0.02, 50)
    assert upper.deduction == pytest.approx(10_000)
    stated = tier("4000000", "0.01", "0.02", "50", mmDeduction="10000.5")
    assert instrument_answers.decode_tiers(answer([stated]), "BTCUSDT")[0].deduction == 10_000.5


def test_recorded_tiers_are_in_percent() -> None:
    (lowest,) = instrument_answers.decode_tiers(body(recorded("rest_risk_limit")), "BTCUSD")
    assert (lowest.limit, lowest.maintenance_rate, lowest.initial_rate) == (150, 0.005, 0.01)


def test_tiers_of_another_symbol_are_none() -> None:
    with pytest.raises(ProtocolError, match="no risk tiers of ETHUSDT"):
        instrument_answers.decode_tiers(answer([tier("1", "0.005", "0.01", "100")]), "ETHUSDT")


@pytest.mark.parametrize("step", ["0", "-0.1", "", "1e-3"])
def test_a_step_must_be_one(step: str) -> None:
    message = recorded("rest_instruments_linear")
    message["result"]["list"][0]["priceFilter"]["tickSize"] = step
    with pytest.raises(ProtocolError):
        instrument_answers.decode_instruments(body(message))


def test_server_time() -> None:
    assert market_answers.decode_server_time(body(recorded("rest_time"))) == 1688639403423
    with pytest.raises(ProtocolError, match="time is 0"):
        market_answers.decode_server_time(b'{"retCode":0,"result":{}}')


def test_tickers() -> None:
    row = {"symbol": "BTCUSDT", "lastPrice": "5", "markPrice": "6", "nextFundingTime": "7", "fundingRate": ""}
    (ticker,) = market_answers.decode_tickers(answer([row])).rows
    assert (ticker.last, ticker.mark, ticker.next_funding_ms) == (5, 6, 7)
    assert (ticker.snapshot, ticker.ts_ms) == (True, 1_700_000_000_000)


def test_recorded_maintenance() -> None:
    windows = market_answers.decode_system_status(body(recorded("rest_system_status")))
    assert len(windows) == 6
    assert (windows[0].state, windows[0].services) == ("completed", (2, 3, 4, 5))
