import attrs
import pytest

from exchange.instruments import Tier, instrument_at_price, known_instrument
from play_engine.play.model import Account
from tests.exchange.simulated.sim_driver import INSTRUMENT, TIERS


def test_record():
    record = INSTRUMENT.to_record()[0]
    assert (record["tick_num"], record["tick_den"], record["step_num"], record["step_den"]) == (1, 100, 1, 1000)
    assert record["max_price"] == 1e6
    assert INSTRUMENT.tier_table()["deduction"].tolist() == [0.0, 5000.0, 25000.0]


def test_deductions_must_fit_the_tiers():
    wrong = (TIERS[0], attrs.evolve(TIERS[1], deduction=4_999.0))
    with pytest.raises(ValueError, match=r"deduction 4999\.0, not 5000"):
        attrs.evolve(INSTRUMENT, tiers=wrong)


def test_limits_must_ascend():
    with pytest.raises(ValueError, match="ascend"):
        attrs.evolve(INSTRUMENT, tiers=(TIERS[1], TIERS[0]))


def test_no_tier_and_too_fine_a_grid():
    with pytest.raises(ValueError, match="risk tier"):
        attrs.evolve(INSTRUMENT, tiers=())
    with pytest.raises(ValueError, match="max_price"):
        attrs.evolve(INSTRUMENT, tick_size="0.0000001")
    with pytest.raises(ValueError, match="max_qty"):
        attrs.evolve(INSTRUMENT, qty_step="0.0000001")


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT"])
def test_known_instruments_are_whole(symbol):
    instrument = known_instrument(symbol, Account())
    assert instrument is not None
    assert instrument.to_record()["min_price"][0] == float(instrument.tick_size)
    assert isinstance(instrument.tiers[0], Tier)


def test_other_symbols_are_not_known():
    assert known_instrument("NEWUSDT", Account()) is None


@pytest.mark.parametrize(
    ("price", "tick", "step"),
    [(43_210.0, "1", "0.000001"), (101.5, "0.01", "0.0001"), (0.000734, "0.00000001", "100"), (1.0, "0.0001", "0.01")],
)
def test_a_grid_is_made_for_the_price(price, tick, step):
    instrument = instrument_at_price("NEWUSDT", Account(), price)
    assert (instrument.tick_size, instrument.qty_step) == (tick, step)
    assert 1e4 * price < instrument.max_price
    assert 0.001 < instrument.min_qty * price < 1.0
    assert instrument.max_qty * price > 1e6
