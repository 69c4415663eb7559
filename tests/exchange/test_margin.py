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
cross_liquidation_price = from_python(margin.cross_liquidation_price)
liquidation_price = from_python(margin.liquidation_price)
maintenance = from_python(margin.maintenance)
maintenance_tier = from_python(margin.maintenance_tier)
order_cost = from_python(margin.order_cost)
position_margin = from_python(margin.position_margin)
tier_check = from_python(margin.tier_check)
value_limit = from_python(margin.value_limit)

# L, then F, maintenance margin, B, liquidation price and order cost, each long / short, for q 10 at 100, mark 100.
GOLDEN = [
    (1, 0, 1.1, 5, 6.1, 0, 200, None, 199.004975, 1000.55, 1001.65),
    (2, 0.275, 0.825, 5.275, 5.825, 50, 150, 50.251256, 149.253731, 500.825, 501.375),
    (5, 0.44, 0.66, 5.44, 5.66, 80, 120, 80.402010, 119.402985, 200.99, 201.21),
    (10, 0.495, 0.605, 5.495, 5.605, 90, 110, 90.452261, 109.452736, 101.045, 101.155),
    (25, 0.528, 0.572, 5.528, 5.572, 96, 104, 96.482412, 103.482587, 41.078, 41.122),
    (50, 0.539, 0.561, 5.539, 5.561, 98, 102, 98.492462, 101.492537, 21.089, 21.111),
    (100, 0.5445, 0.5555, 5.5445, 5.5555, 99, 101, 99.497487, 100.497512, 11.0945, 11.1055),
]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row[0]}x")
@pytest.mark.parametrize("short", [0, 1])
def test_golden_table(row, short):
    leverage, side = float(row[0]), -1 if short else 1
    reserve, needed, bankruptcy, liquidation, cost = (row[k + short] for k in (1, 3, 5, 7, 9))
    assert close_fee_reserve(side, 1000.0, leverage, T) == pytest.approx(reserve, abs=1e-12)
    assert maintenance(1000.0, ONE_TIER) + reserve == pytest.approx(needed, abs=1e-12)
    assert bankruptcy_price(side, 10.0, 1000.0, leverage, 0.0) == pytest.approx(bankruptcy, abs=1e-12)
    assert order_cost(side, 10.0, 100.0, leverage, T) == pytest.approx(cost, abs=1e-9)
    price = liquidation_price(side, 10.0, 1000.0, leverage, 0.0, ONE_TIER)
    assert price == (0.0 if liquidation is None else pytest.approx(liquidation, abs=5e-7))


def test_published_order_cost():
    assert order_cost(1, 1.0, 50000.0, 10.0, T) == pytest.approx(5052.25, abs=1e-9)


def test_worked_example():
    assert position_margin(1, 30000.0, 10.0, T, 0.0) == pytest.approx(3014.85, abs=1e-9)
    assert maintenance(30250.0, ONE_TIER) + 14.85 == pytest.approx(166.10, abs=1e-9)
    assert bankruptcy_price(1, 0.5, 30000.0, 10.0, 0.0) == pytest.approx(54000.0, abs=1e-9)
    assert liquidation_price(1, 0.5, 30000.0, 10.0, 0.0, ONE_TIER) == pytest.approx(54271.3568, abs=5e-5)
    assert liquidation_price(1, 0.5, 30000.0, 10.0, 500.0, ONE_TIER) == pytest.approx(53266.3317, abs=5e-5)


def test_worked_example_of_a_short():
    assert close_fee_reserve(-1, 30000.0, 10.0, T) == pytest.approx(18.15, abs=1e-9)
    assert bankruptcy_price(-1, 0.5, 30000.0, 10.0, 0.0) == pytest.approx(66000.0, abs=1e-9)
    assert liquidation_price(-1, 0.5, 30000.0, 10.0, 0.0, ONE_TIER) == pytest.approx(65671.6418, abs=5e-5)


def test_worked_example_in_cross_margin():
    wallet = 5000.0 - 16.5
    # Margin at the mark, and what is left of the balance with its profit of 250.
    initial = position_margin(1, 30250.0, 10.0, T, 0.0) - close_fee_reserve(1, 30250.0, 10.0, T) + 14.85
    assert initial == pytest.approx(3039.85, abs=1e-9)
    assert wallet + 250.0 - initial == pytest.approx(2193.65, abs=1e-9)
    assert initial / (wallet + 250.0) == pytest.approx(0.580845, abs=5e-7)
    assert 166.10 / (wallet + 250.0) == pytest.approx(0.031738, abs=5e-7)
    price = cross_liquidation_price(1, 0.5, 30000.0, wallet - 14.85, ONE_TIER)
    assert price == pytest.approx(50314.2714, abs=5e-5)
    # There, wallet and loss are exactly what must be kept.
    assert wallet + 0.5 * price - 30000.0 == pytest.approx(maintenance(0.5 * price, ONE_TIER) + 14.85, abs=1e-9)


def test_cross_liquidation_of_a_short():
    price = cross_liquidation_price(-1, 0.5, 30000.0, 4983.5 - 18.15, ONE_TIER)
    assert price == pytest.approx((4983.5 + 30000.0 - 18.15) / (0.5 * 1.005), abs=1e-9)
    assert 4983.5 + 30000.0 - 0.5 * price == pytest.approx(maintenance(0.5 * price, ONE_TIER) + 18.15, abs=1e-9)


def test_liquidation_price_takes_the_worst_tier():
    assert liquidation_price(1, 15000.0, 1.5e6, 10.0, 0.0, TIERS) == pytest.approx(90.572391, abs=5e-7)
    assert liquidation_price(-1, 15000.0, 1.5e6, 10.0, 0.0, TIERS) == pytest.approx(109.240924, abs=5e-7)


def test_tier_example():
    assert close_fee_reserve(1, 1.5e6, 10.0, T) == pytest.approx(742.5, abs=1e-9)
    assert maintenance(1.5e6, TIERS) + 742.5 == pytest.approx(10742.5, abs=1e-9)
    assert position_margin(1, 1.5e6, 10.0, T, 0.0) == pytest.approx(150742.5, abs=1e-6)
    assert position_margin(-1, 1.5e6, 10.0, T, 0.0) == pytest.approx(150907.5, abs=1e-6)
    assert order_cost(1, 15000.0, 100.0, 10.0, T) == pytest.approx(151567.5, abs=1e-6)


def test_the_liquidation_price_is_where_the_bucket_meets_maintenance():
    for side in (1, -1):
        for extra in (-20.0, 0.0, 75.0):
            for qty in (10.0, 9000.0, 25000.0):
                value = qty * 100.0
                price = liquidation_price(side, qty, value, 20.0, extra, TIERS)
                left = value / 20.0 + extra + side * (qty * price - value)
                assert left == pytest.approx(maintenance(qty * price, TIERS), abs=1e-6)


def test_maintenance_is_continuous_over_tiers():
    assert [maintenance_tier(value, TIERS) for value in (1.0, 999_999.0, 1_000_001.0, 3e6, 9e6)] == [0, 0, 1, 2, 2]
    for limit in (1e6, 2e6):
        assert maintenance(limit * (1 + 1e-12), TIERS) == pytest.approx(maintenance(limit, TIERS), rel=1e-9)


def test_extra_margin_moves_liquidation_and_bankruptcy_away():
    assert bankruptcy_price(1, 10.0, 1000.0, 10.0, 50.0) == pytest.approx(85.0, abs=1e-12)
    assert bankruptcy_price(-1, 10.0, 1000.0, 10.0, 50.0) == pytest.approx(115.0, abs=1e-12)
    assert liquidation_price(1, 10.0, 1000.0, 10.0, 50.0, ONE_TIER) == pytest.approx(850 / 9.95, abs=1e-9)
    assert position_margin(1, 1000.0, 10.0, T, 50.0) == pytest.approx(150.495, abs=1e-12)


def test_leverage_of_a_tier():
    assert tier_check(1e6, 100.0, TIERS) == TIER_FITS
    assert tier_check(1.5e6, 60.0, TIERS) == TIER_LEVERAGE
    assert tier_check(5e6, 1.0, TIERS) == TIER_LIMIT
    assert (value_limit(60.0, TIERS), value_limit(20.0, TIERS), value_limit(200.0, TIERS)) == (1e6, 4e6, 0.0)
    assert value_limit(10.0, ONE_TIER) == math.inf
