"""Instruments from the documents of a venue's listing."""

from typing import Any

import pytest

from exchange.instruments import known_instrument
from exchange.listed_instruments import instrument_from_document
from play_engine.errors import DataError
from play_engine.play.model import Account

ACCOUNT = Account(taker_bps=5.5, maker_bps=2.0)


def document(**changes: Any) -> dict[str, Any]:
    rows = [("2000000", "0.005", "0.01", "100.00", None), ("4000000", "0.01", "0.02", "50.00", "10000")]
    names = ("limit", "maintenance_rate", "initial_rate", "max_leverage", "deduction")
    return {
        "symbol": "BTCUSDT",
        "tick_size": "0.10",
        "qty_step": "0.001",
        "min_qty": "0.001",
        "max_qty": "1190.000",
        "max_market_qty": "500.000",
        "min_notional": "5",
        "min_price": "0.10",
        "max_price": "1999999.80",
        "max_leverage": "100.00",
        "leverage_step": "0.01",
        "tiers": [dict(zip(names, row, strict=True)) for row in rows],
        "status": "Trading",
        **changes,
    }


def test_filters_are_those_that_the_venue_lists() -> None:
    listed = instrument_from_document(document(), ACCOUNT, "store")
    known = known_instrument("BTCUSDT", ACCOUNT)
    assert known is not None
    for name in ("tick_size", "qty_step", "min_qty", "max_qty", "max_market_qty", "min_notional", "max_price", "taker"):
        assert getattr(listed, name) == getattr(known, name)
    assert listed.source == "store"


def test_tiers_ascend_and_lacking_deductions_are_computed() -> None:
    tiers = document()["tiers"]
    tiers[1]["deduction"] = None
    table = instrument_from_document(document(tiers=tiers), ACCOUNT, "store").tier_table()
    assert table["limit"].tolist() == [2e6, 4e6]
    assert table["rate"].tolist() == [0.005, 0.01]
    assert table["deduction"].tolist() == [0.0, 10_000.0]
    assert table["max_leverage"].tolist() == [100.0, 50.0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tick_size": None}, "store, tick_size: found None"),
        ({"tick_size": "0"}, "not a positive step"),
        ({"min_qty": "many"}, "store, min_qty: found 'many'"),
        ({"min_qty": "-1"}, "store, min_qty: found '-1'"),
        ({"max_qty": "nan"}, "store, max_qty: found 'nan'"),
        ({"tiers": None}, "store, tiers: found None"),
        ({"tiers": []}, "at least one risk tier"),
        ({"tiers": ["no"]}, "store, tiers: found 'no'"),
        ({"max_price": "1e18"}, "is more than"),
    ],
)
def test_what_a_document_lacks_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        instrument_from_document(document(**changes), ACCOUNT, "store")


def test_a_deduction_that_does_not_fit_is_refused() -> None:
    tiers = document()["tiers"]
    tiers[1]["deduction"] = "10000.02"
    with pytest.raises(DataError, match="deduction"):
        instrument_from_document(document(tiers=tiers), ACCOUNT, "store")
