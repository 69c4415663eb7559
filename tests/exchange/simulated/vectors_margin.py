"""Worked minutes of margin: jumps, takeovers, funding, cross margin, several instruments. Buys of 10 unless said."""

import attrs

from tests.exchange.simulated.scene import Act, Market, Scene
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE
from tests.exchange.simulated.vector_case import FALLING, FLAT, MAKER, TAKER, Vector, buy, close, sell, vector

JUMP = (80, 82, 79, 81)
HOUR = 60 * MINUTE
# One minute before eight.
LATE = 479 * MINUTE
EIGHT = 480 * MINUTE
FINE, COARSE = INSTRUMENT, attrs.evolve(INSTRUMENT, tick_size="0.1", qty_step="0.01", min_qty=0.01)

TAKEOVERS = [
    vector(
        "1",
        buy(stop_loss=95),
        [FLAT, JUMP],
        of={"leverage": 2.0},
        fills=[(10, 100, None, TAKER, 0), (10, 80, None, TAKER, MINUTE)],
        net=-200.99,
        wallet=9799.01,
        mae=0.2,
        exit="stop_loss",
    ),
    vector(
        "1b",
        buy(stop_loss=95),
        [FLAT, JUMP],
        of={"leverage": 2.0, "slippage_bps": 2},
        fills=[(10, 100.02, 0.55011, TAKER, 0), (10, 79.98, 0.43989, TAKER, MINUTE)],
        net=-201.39,
        wallet=9798.61,
    ),
    vector(
        "1c",
        buy(stop_loss=95),
        [FLAT, JUMP],
        fills=[(10, 100, None, TAKER, 0), (10, 90, 0.495, TAKER, MINUTE)],
        ended={2: "Deactivated LIQUIDATION"},
        wallet=9898.955,
        exit="liquidation",
    ),
    vector("2 before", buy(100), [FLAT], liquidation=90.45226131),
    vector(
        "2",
        buy(100),
        [FLAT, (100, 100, 1, 1)],
        fills=[(100, 100, 5.5, TAKER, 0), (100, 90, 4.95, TAKER, 61_928)],
        ledger=[10000.0, -5.5, -1000.0, -4.95],
        wallet=8989.55,
    ),
    vector(
        "3",
        buy(),
        [FLAT, (100, 100, 80, 100)],
        fills=[(10, 100, None, TAKER, 0), (10, 90, 0.495, TAKER, 69_547)],
        wallet=9898.955,
        mae=0.0954773869,
    ),
    vector(
        "22",
        sell(),
        [FLAT, (100, 112, 100, 101)],
        fills=[(10, 100, None, TAKER, 0), (10, 110, 0.605, TAKER, 75_754)],
        wallet=9898.845,
    ),
    vector(
        "36",
        buy(stop_loss=92),
        [FLAT, (100, 100, 80, 85)],
        of={"slippage_bps": 2},
        fills=[(10, 100.02, None, TAKER, 0), (10, 91.98, None, TAKER, 68_000)],
        net=-81.456,
    ),
    vector("45", buy(), [FLAT], of={"leverage": 50.0, "marks": [(98,) * 4]}, ended={1: "Rejected WOULD_LIQUIDATE"}),
    vector("46", buy(stop_loss=95), [FLAT, JUMP], of={"marks": [FLAT, (91,) * 4]}, wallet=9799.01),
    vector(
        "47",
        buy(stop_loss=95),
        [FLAT, JUMP],
        of={"marks": [FLAT, (91,) * 4], "wallet": 101.1},
        ledger=[101.1, -0.55, -200.0, -0.44, 99.89],
        wallet=0.0,
        stop_reason="bankrupt",
    ),
    vector(
        "53",
        buy(price=95),
        [FALLING, (80, 81, 79, 80)],
        fills=[(10, 95, 0.19, MAKER, MINUTE), (10, 85.5, 0.47025, TAKER, MINUTE)],
        wallet=9904.33975,
    ),
    vector("42 added", [buy(), Act(MINUTE, "add_margin", (50.0,))], [FLAT, FLAT], liquidation=85.42713568, extra=50.0),
    vector(
        "42",
        [buy(), Act(MINUTE, "add_margin", (50.0,))],
        [FLAT, FLAT, (100, 100, 84, 90)],
        fills=[(10, 100, None, TAKER, 0), (10, 85, 0.495, TAKER, 138_216)],
        ledger=[10000.0, -0.55, -150.0, -0.495],
        wallet=9848.955,
    ),
]

MARKS = [
    vector(
        "33",
        buy(stop_loss=95, stop_by="Mark"),
        [FLAT, (100, 100, 94, 97), (97, 97, 92, 93)],
        of={"leverage": 2.0, "marks": [FLAT, (100, 100, 96, 98), (98, 98, 94, 94.5)]},
        fills=[(10, 100, None, TAKER, 0), (10, 93.25, None, TAKER, 135_000)],
        net=-68.562875,
    ),
    vector(
        "33b",
        buy(),
        [FLAT, (100, 100, 85, 95)],
        of={"marks": [FLAT, (100, 100, 91, 96)]},
        qty=10,
        unrealised=-40.0,
    ),
]

POSITIONS = [
    vector(
        "12",
        [buy(), close(5), close(5, at=2 * MINUTE)],
        [FLAT, (110,) * 4, (110,) * 4],
        of={"slippage_bps": 10},
        fills=[
            (10, 100.1, 0.55055, TAKER, 0),
            (5, 109.89, 0.3021975, TAKER, MINUTE),
            (5, 109.89, 0.3021975, TAKER, 2 * MINUTE),
        ],
        net=96.745055,
        wallet=10096.745055,
    ),
    vector("13 before", buy(), [FLAT], of={"wallet": 101.045}, available=0.0),
    vector(
        "13",
        [buy(), sell(4, at=MINUTE, price=101, reduce_only=True)],
        [FLAT, (100, 102, 100, 101)],
        of={"wallet": 101.045},
        fills=[(10, 100, None, TAKER, 0), (4, 101, 0.0808, MAKER, None)],
        qty=6,
        value=600,
        wallet=104.4142,
        available=44.1172,
    ),
    vector(
        "23",
        buy(15_000),
        [FLAT],
        of={"wallet": 1e6},
        liquidation=90.57239057,
        available=848432.5,
    ),
    vector("23 short", sell(15_000), [FLAT], of={"wallet": 1e6}, liquidation=109.24092409, available=848267.5),
    vector("23 60x", buy(15_000), [FLAT], of={"wallet": 1e6, "leverage": 60.0}, ended={1: "Rejected LEVERAGE_TIER"}),
    vector(
        "31",
        [buy(), sell(25, at=MINUTE)],
        [FLAT, (102,) * 4],
        fills=[(10, 100, None, TAKER, 0), (10, 102, 0.561, TAKER, MINUTE), (15, 102, 0.8415, TAKER, MINUTE)],
        net=18.889,
        side=-1,
        qty=15,
        margin=153.92565,
        liquidation=111.64179104,
    ),
    vector("34", buy(), [(100, 101, 100, 101)], of={"slippage_bps": 2, "end": "completed"}, net=8.394555),
    vector(
        "44 before",
        [buy(), sell(price=110), buy(price=90)],
        [FLAT],
        of={"wallet": 200.0},
        reserve=90.9405,
        live=[2, 3],
    ),
    vector(
        "44",
        [buy(), sell(price=110), buy(price=90), close()],
        [FLAT, FLAT],
        of={"wallet": 200.0},
        ended={3: "Cancelled INSUFFICIENT_MARGIN"},
        live=[2],
        wallet=198.9,
        available=87.6295,
    ),
    vector(
        "52",
        [buy(), buy(20, at=MINUTE), close(at=2 * MINUTE)],
        [FLAT, (106,) * 4, (110,) * 4],
        realised=60.0,
        value=2080,
        margin=209.0296,
        liquidation=94.07035176,
        wallet=10057.679,
        available=9848.6494,
    ),
]

FUNDING = [
    vector(
        "14",
        buy(at=LATE),
        [FLAT, (100.5,) * 4],
        of={"start": LATE, "funding": [(EIGHT, 0.0001)]},
        ledger=[10000.0, -0.55, -0.1005],
        wallet=9999.3495,
    ),
    vector(
        "14b close",
        [buy(at=LATE), close(at=EIGHT)],
        [FLAT, (100.5,) * 4],
        of={"start": LATE, "funding": [(EIGHT, 0.0001)]},
        net=3.79675,
    ),
    vector(
        "14b entry",
        buy(at=EIGHT),
        [FLAT, (100.5,) * 4],
        of={"start": LATE, "funding": [(EIGHT, 0.0001)]},
        ledger=[10000.0, -0.55275],
    ),
    vector(
        "24",
        buy(at=LATE),
        [FLAT, FLAT],
        of={"start": LATE, "wallet": 101.1, "funding": [(EIGHT, 0.0005)]},
        ledger=[101.1, -0.55, -0.5],
        available=0.0,
        extra=-0.445,
        margin=100.05,
        liquidation=90.49698492,
    ),
    vector(
        "43",
        buy(),
        [(100, 103, 97, 101)],
        of={"interval_ms": 4 * HOUR, "funding": [(HOUR, 0.0001), (2 * HOUR, 0.0001)]},
        ledger=[10000.0, -0.55, -0.09775, -0.1],
        wallet=9999.25225,
    ),
    vector(
        "43b",
        buy(price=98),
        [(100, 103, 97, 101)],
        of={"interval_ms": 4 * HOUR, "funding": [(HOUR, 0.0001), (3 * HOUR, 0.0001)]},
        fills=[(10, 98, None, MAKER, 3_200_000)],
        ledger=[10000.0, -0.196, -0.09775, -0.1025],
        wallet=9999.60375,
    ),
    vector(
        "50",
        sell(at=LATE),
        [FLAT, (101,) * 4, (101,) * 4],
        of={"start": LATE, "funding": [(EIGHT, 0.0001), (EIGHT + MINUTE, -0.0003)]},
        ledger=[10000.0, -0.55, 0.101, -0.303],
        wallet=9999.248,
    ),
]

CROSS = {"margin_mode": "cross", "wallet": 5000.0}
RISEN, FALLEN = (60000, 60500, 60000, 60500), (60500, 60500, 50000, 52000)
CROSSED = [
    vector(
        "25",
        buy(0.5),
        [RISEN],
        of=CROSS,
        wallet=4983.5,
        margin=3039.85,
        available=2193.65,
        unrealised=250.0,
        cross_liquidation=50314.2714,
    ),
    vector(
        "25b",
        buy(0.5),
        [RISEN, FALLEN],
        of=CROSS,
        fills=[(0.5, 60000, 16.5, TAKER, 0), (0.5, 50060.5333, 13.76664666, TAKER, 79_401)],
        ledger=[5000.0, -16.5, -4969.73335334, -13.76664666],
        wallet=0.0,
    ),
]

THOUSAND = (1000.0,) * 4
SEVERAL = [
    Vector(
        "30",
        Scene(
            markets=[Market(bars=[FLAT]), Market(bars=[THOUSAND], instrument=COARSE)],
            acts=[buy(), buy(0.1, desk=1)],
            wallet=110.0,
        ),
        {"available": 8.955, "ended": {1: "Filled", 2: "Rejected INSUFFICIENT_MARGIN"}},
    ),
    Vector(
        "30b",
        Scene(
            markets=[Market(bars=[FLAT, FLAT]), Market(bars=[THOUSAND, THOUSAND], instrument=COARSE)],
            acts=[buy(), buy(0.1, desk=1, at=MINUTE), close()],
            wallet=110.0,
        ),
        {
            "fills": [
                (10, 100, None, TAKER, 0),
                (10, 100, None, TAKER, MINUTE),
                (0.1, 1000, None, TAKER, MINUTE),
            ],
            "wallet": 108.845,
            "available": 98.7955,
        },
    ),
]

VECTORS: list[Vector] = [*TAKEOVERS, *MARKS, *POSITIONS, *FUNDING, *CROSSED, *SEVERAL]
