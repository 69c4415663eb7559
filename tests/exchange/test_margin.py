import math

import attrs
import pytest

from exchange import margin
from exchange.margin import TIER_FITS, TIER_LEVERAGE, TIER_LIMIT
from tests.exchange.python_calls import from_python
from tests.exchange.simulated.sim_driver import INSTRUMENT

T = 0.00055
ONE_TIER = attrs.evolve(INSTRUMENT, tiers=(attrs.evolve(INSTRUMENT.tiers[0], limit=math.inf),)).to_record()[0]
TIERS = INSTRUMENT.to_record()[0]

bankruptcy_price = from_python(margin.bankruptcy_price)
close_fee_reserve = from_python(margin.close_fee_reserve)
liquidation_price = from_python(margin.liquidation_price)
order_cost = from_python(margin.order_cost)
position_margin = from_python(margin.position_margin)
tier_check = from_python(margin.tier_check)
value_limit = from_python(margin.value_limit)

# L, then F, B, liquidation price and order cost, each long / short, for q 10 at 100.
GOLDEN = [
    (1, 0, 1.1, 0, 200, None, 199.004975, 1000.55, 1001.65),
    (2, 0.275, 0.825, 50, 150, 50.251256, 149.253731, 500.825, 501.375),
    (5, 0.44, 0.66, 80, 120, 80.402010, 119.402985, 200.99, 201.21),
    (10, 0.495, 0.605, 90, 110, 90.452261, 109.452736, 101.045, 101.155),
    (25, 0.528, 0.572, 96, 104, 96.482412, 103.482587, 41.078, 41.122),
    (50, 0.539, 0.561, 98, 102, 98.492462, 101.492537, 21.089, 21.111),
    (100, 0.5445, 0.5555, 99, 101, 99.497487, 100.497512, 11.0945, 11.1055),
]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row[0]}x")
@pytest.mark.parametrize("short", [0, 1])
def test_golden_table(row, short):
    leverage, side = float(row[0]), -1 if short else 1
    reserve, bankruptcy, liquidation, cost = row[1 + short], row[3 + short], row[5 + short], row[7 + short]
    assert close_fee_reserve(side, 1000.0, leverage, T) == pytest.approx(reserve, abs=1e-12)
    assert bankruptcy_price(side, 100.0, leverage) == pytest.approx(bankruptcy, abs=1e-12)
    assert order_cost(side, 10.0, 100.0, leverage, T) == pytest.approx(cost, abs=1e-9)
    price = liquidation_price(side, 10.0, 1000.0, leverage, ONE_TIER)
    assert price == (0.0 if liquidation is None else pytest.approx(liquidation, abs=5e-7))


def test_published_order_cost():
    assert order_cost(1, 1.0, 50000.0, 10.0, T) == pytest.approx(5052.25, abs=1e-9)


def test_worked_example():
    assert position_margin(1, 30000.0, 10.0, T) == pytest.approx(3014.85, abs=1e-9)
    assert liquidation_price(1, 0.5, 30000.0, 10.0, ONE_TIER) == pytest.approx(54271.3568, abs=5e-5)
    assert close_fee_reserve(-1, 30000.0, 10.0, T) == pytest.approx(18.15, abs=1e-9)
    assert liquidation_price(-1, 0.5, 30000.0, 10.0, ONE_TIER) == pytest.approx(65671.6418, abs=5e-5)


def test_liquidation_price_takes_the_worst_tier():
    assert liquidation_price(1, 15000.0, 1.5e6, 10.0, TIERS) == pytest.approx(90.572391, abs=5e-7)
    assert liquidation_price(-1, 15000.0, 1.5e6, 10.0, TIERS) == pytest.approx(109.240924, abs=5e-7)
    assert position_margin(1, 1.5e6, 10.0, T) == pytest.approx(150742.5, abs=1e-6)


def test_leverage_of_a_tier():
    assert tier_check(1e6, 100.0, TIERS) == TIER_FITS
    assert tier_check(1.5e6, 60.0, TIERS) == TIER_LEVERAGE
    assert tier_check(5e6, 1.0, TIERS) == TIER_LIMIT
    assert (value_limit(60.0, TIERS), value_limit(20.0, TIERS), value_limit(200.0, TIERS)) == (1e6, 4e6, 0.0)
    assert value_limit(10.0, ONE_TIER) == math.inf
