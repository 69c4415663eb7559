"""Worked minutes of orders: what they pay, when, and how they end. Buys of 10 unless said."""

import attrs

from tests.exchange.simulated.scene import Act
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE
from tests.exchange.simulated.vector_case import (
    FALLING,
    FLAT,
    MAKER,
    TAKER,
    Vector,
    buy,
    close,
    fall,
    rise,
    sell,
    vector,
)

UP_10 = (100, 110, 100, 108)
DEEP = (90, 92, 89, 91)
CAPPED = {"participation_rate": 0.05}
THROUGH = {"limit_fill": "through"}
LEVEL = {"tp_gap_fill": "level"}

STOP_ORDERS = [
    vector("4", rise(105), [UP_10], fills=[(10, 105, 0.5775, TAKER, 30_000)]),
    vector("4 slipped", rise(105), [UP_10], of={"slippage_bps": 2}, fills=[(10, 105.03, None, TAKER, 30_000)]),
    vector(
        "4b", rise(105), [FLAT, (107, 110, 106, 108)], of={"slippage_bps": 2}, fills=[(10, 107.03, None, TAKER, MINUTE)]
    ),
    vector("5", rise(105, price=106), [UP_10], fills=[(10, 105, 0.5775, TAKER, 30_000)]),
    vector(
        "5b",
        rise(105, price=106),
        [FLAT, (107, 110, 106.5, 108), (108, 108, 100, 101)],
        fills=[(10, 106, 0.212, MAKER, 145_000)],
    ),
    vector("5c", rise(105, price=105), [UP_10, (108, 108, 104, 106)], fills=[(10, 105, 0.21, MAKER, 95_000)]),
    vector("58", fall(97), [(100, 101, 95, 96)], fills=[(10, 97, None, TAKER, 33_333)]),
    vector(
        "48", fall(95, reduce_only=True), [(100, 100, 94, 96)], fills=[], ended={1: "Cancelled REDUCE_ONLY_NO_POSITION"}
    ),
]

LIMITS = [
    vector("6", buy(price=95), [FALLING, DEEP], fills=[(10, 95, 0.19, MAKER, MINUTE)]),
    vector("6b", buy(price=95), [DEEP], fills=[(10, 90, 0.495, TAKER, 0)]),
    vector("7", buy(price=95, tif="PostOnly"), [FALLING, DEEP], fills=[(10, 95, 0.19, MAKER, MINUTE)]),
    vector("7 taking", buy(price=95, tif="PostOnly"), [DEEP], fills=[], ended={1: "Cancelled POST_ONLY_WOULD_TAKE"}),
    vector("8", buy(price=95, tif="IOC"), [(100, 100, 94, 97)], fills=[], ended={1: "Cancelled NO_IMMEDIATE_QTY"}),
    vector(
        "9",
        [buy(price=95), buy(5, price=90)],
        [(100, 100, 89, 92)],
        fills=[(10, 95, None, MAKER, 29_090), (5, 90, None, MAKER, 38_181)],
        qty=15,
        value=1400,
        liquidation=84.42211055,
        margin=140.693,
        available=9859.027,
    ),
    vector("32", [buy(price=95), Act(MINUTE, "cancel", (1,))], [FALLING, DEEP], fills=[], ended={1: "Cancelled USER"}),
    vector("39 before", buy(price=95), [FLAT], reserve=95.99275, available=9904.00725),
    vector(
        "39",
        [buy(price=95), Act(MINUTE, "amend", (1,), {"price": 94.0, "qty": 20.0})],
        [FLAT, FLAT],
        reserve=189.9646,
        available=9810.0354,
        live=[1],
    ),
    vector("40 stands", buy(price=100, tif="PostOnly"), [(100, 101, 100, 101)], fills=[], live=[1]),
    vector(
        "40",
        buy(price=100, tif="PostOnly"),
        [(100, 101, 100, 101), (101, 101, 99, 100)],
        fills=[(10, 100, 0.2, MAKER, 90_000)],
    ),
    vector("21", buy(price=95), [(100, 100, 95, 97)], of=THROUGH, fills=[], available=9904.00725),
    vector("21 through", buy(price=95), [(100, 100, 94.99, 97)], of=THROUGH, fills=[(10, 95, 0.19, MAKER, 40_000)]),
    vector("54", buy(price=101, tif="FOK"), [FLAT], fills=[(10, 100, 0.55, TAKER, 0)]),
    vector("54 equal", buy(1, price=100, tif="FOK"), [FLAT], fills=[], ended={1: "Cancelled NO_IMMEDIATE_QTY"}),
    vector("26", buy(at=30_000), [(100, 103, 99, 102)], fills=[(10, 101, None, TAKER, 30_000)]),
    vector("26 sooner", buy(at=20_000), [(100, 103, 99, 102)], fills=[(10, 99, None, TAKER, 20_000)]),
]

CAPS = [
    vector("19", buy(80), [FLAT], of=CAPPED, fills=[(50, 100, 2.75, TAKER, 0)], ended={1: "Cancelled NO_LIQUIDITY"}),
    vector("19b FOK", buy(80, price=100.5, tif="FOK"), [FLAT], of=CAPPED, ended={1: "Cancelled FOK_NOT_FULL"}),
    vector(
        "19b IOC",
        buy(80, price=100.5, tif="IOC"),
        [FLAT],
        of=CAPPED,
        fills=[(50, 100, 2.75, TAKER, 0)],
        ended={1: "Cancelled IOC_REMAINDER"},
    ),
    vector(
        "19c",
        buy(80, price=99),
        [(100, 100, 98, 98.5), (98.5, 99.5, 98, 98.2), (98.2, 98.4, 98, 98.1)],
        of=CAPPED | {"volume": [1000, 400, 900]},
        fills=[(50, 99, 0.99, MAKER, 30_000), (20, 99, 0.396, MAKER, MINUTE), (10, 99, 0.198, MAKER, 2 * MINUTE)],
    ),
    vector(
        "19d",
        buy(40, stop_loss=95),
        [FLAT, (100, 100, 94, 94), (93.5, 94, 93, 93)],
        of=CAPPED | {"volume": [1000, 600, 600]},
        fills=[(40, 100, None, TAKER, 0), (30, 95, None, TAKER, 76_666), (10, 93.5, None, TAKER, 2 * MINUTE)],
        net=-219.28175,
    ),
    vector(
        "51",
        [buy(40, price=90), buy(40, price=95)],
        [FALLING, (88, 89, 87, 88)],
        of=CAPPED,
        fills=[(40, 95, None, MAKER, MINUTE), (10, 90, None, MAKER, MINUTE)],
        live=[1],
        qty=50,
        value=4700,
    ),
]

LEVELS = [
    vector(
        "11",
        buy(stop_loss=98, take_profit=103),
        [(100, 104, 98.5, 103)],
        fills=[(10, 100, None, TAKER, 0), (10, 103, None, TAKER, 36_363)],
        net=28.8835,
        mae=0.015,
        mfe=0.03,
        exit="take_profit",
    ),
    vector("15", buy(price=95, take_profit=104), [(103, 105, 94, 96)], fills=[(10, 95, None, MAKER, 38_181)], qty=10),
    vector(
        "15b",
        buy(price=95, take_profit=104),
        [(96, 105, 94, 103)],
        fills=[(10, 95, None, MAKER, 10_000), (10, 104, None, TAKER, 38_181)],
        net=89.238,
        mae=0.0105263158,
    ),
    vector("20", buy(take_profit=104), [FLAT, (106, 107, 105, 106)], net=58.867),
    vector("20 level", buy(take_profit=104), [FLAT, (106, 107, 105, 106)], of=LEVEL, net=38.878),
    vector(
        "20b",
        buy(stop_loss=95, take_profit=104, target_limit=104),
        [FLAT, (100, 105, 99, 104.5)],
        of={"slippage_bps": 5},
        fills=[(10, 100.05, None, TAKER, 0), (10, 104, 0.208, MAKER, 96_666)],
        ended={2: "Deactivated SIBLING_TRIGGERED", 3: "Filled"},
        net=38.741725,
    ),
    vector(
        "20c",
        buy(stop_loss=95, take_profit=104, target_limit=104),
        [FLAT, (106, 107, 105, 106)],
        of={"slippage_bps": 5},
        fills=[(10, 100.05, None, TAKER, 0), (10, 105.94, 0.58267, TAKER, MINUTE)],
        net=57.767055,
    ),
    vector(
        "20d",
        buy(stop_loss=95, take_profit=104, target_limit=104),
        [FLAT, (100, 104, 99, 103)],
        fills=[(10, 100, None, TAKER, 0), (10, 104, 0.208, MAKER, 100_000)],
        net=39.242,
    ),
    vector(
        "20e standing",
        buy(stop_loss=95, take_profit=104, target_limit=104),
        [FLAT, (100, 104, 99, 103)],
        of=THROUGH,
        ended={1: "Filled", 2: "Deactivated SIBLING_TRIGGERED"},
        live=[3],
    ),
    vector(
        "20e",
        buy(stop_loss=95, take_profit=104, target_limit=104),
        [FLAT, (100, 104, 99, 103), (103, 104.5, 102, 102)],
        of=THROUGH,
        fills=[(10, 100, None, TAKER, 0), (10, 104, 0.208, MAKER, 156_080)],
        net=39.242,
    ),
    vector(
        "29",
        [buy(stop_loss=95, take_profit=104), close()],
        [FLAT, (101, 105, 100, 102)],
        ended={3: "Deactivated POSITION_CLEARED", 4: "Deactivated POSITION_CLEARED"},
        net=8.8945,
        exit="reduce",
    ),
    vector(
        "29b",
        [buy(take_profit=104), close()],
        [(100, 104, 100, 103), FLAT],
        ended={2: "Rejected REDUCE_ONLY_NO_POSITION"},
        net=38.878,
    ),
    vector(
        "35",
        buy(stop_loss=98, take_profit=102),
        [FLAT, (100, 103, 97, 101)],
        fills=[(10, 100, None, TAKER, 0), (10, 98, None, TAKER, 73_333)],
        net=-21.089,
        ambiguous=1,
    ),
    vector(
        "35 short",
        sell(stop_loss=102, take_profit=98),
        [FLAT, (100, 103, 97, 99)],
        fills=[(10, 100, None, TAKER, 0), (10, 102, None, TAKER, 73_333)],
        net=-21.111,
        ambiguous=1,
    ),
    vector(
        "37",
        buy(price=95, stop_loss=93),
        [(100, 100.5, 90, 96)],
        fills=[(10, 95, None, MAKER, 30_476), (10, 93, None, TAKER, 34_285)],
        net=-20.7015,
        mae=0.0210526316,
    ),
    vector(
        "38",
        [buy(stop_loss=95, take_profit=110), buy(5, at=MINUTE, stop_loss=97)],
        [FLAT, (103, 103, 96, 98)],
        fills=[(10, 100, None, TAKER, 0), (5, 103, None, TAKER, MINUTE), (15, 97, None, TAKER, 77_142)],
        ended={3: "Deactivated REPLACED", 4: "Deactivated POSITION_CLEARED", 5: "Filled"},
        net=-61.6335,
    ),
    vector(
        "49",
        sell(price=105, stop_loss=108, take_profit=101),
        [(100, 106, 99.5, 104), (104, 104.5, 100.5, 101)],
        fills=[(10, 105, None, MAKER, 36_923), (10, 101, None, TAKER, 97_500)],
        net=39.2345,
    ),
    vector(
        "55",
        [buy(stop_loss=95), close()],
        [FALLING, (94, 95, 93, 94)],
        of={"leverage": 2.0},
        net=-61.067,
        exit="reduce",
    ),
    vector(
        "57 stop",
        [buy(stop_loss=95), Act(MINUTE, "set_trading_stop", named={"stop_loss": 101.0})],
        [FLAT, FLAT],
        answers=["SL_SIDE"],
        triggers={2: 95.0},
    ),
    vector(
        "57 target",
        [buy(stop_loss=95), Act(MINUTE, "set_trading_stop", named={"take_profit": 105.0})],
        [FLAT, FLAT],
        answers=[""],
        triggers={2: 95.0, 3: 105.0},
    ),
]

TRAILS = [
    vector("10 waits", buy(trailing=2.0), [FLAT, (100, 121, 99.5, 120)], qty=10, triggers={2: 119.0}),
    vector(
        "10",
        buy(trailing=2.0),
        [FLAT, (100, 121, 99.5, 120), (120, 120.5, 118, 118.2)],
        fills=[(10, 100, None, TAKER, 0), (10, 119, None, TAKER, 130_000)],
        net=188.7955,
        exit="trailing_stop",
    ),
    vector(
        "28",
        buy(trailing=3.0, trailing_activation=105.0),
        [(100, 104, 96, 103), (103, 106, 102.5, 105.5), (105.5, 108, 104, 104.5), (104.4, 104.9, 103.6, 104)],
        fills=[(10, 100, None, TAKER, 0), (10, 104.4, None, TAKER, 3 * MINUTE)],
        net=42.8758,
    ),
    vector(
        "28 on",
        buy(trailing=3.0, trailing_activation=105.0),
        [(100, 104, 96, 103), (103, 106, 102.5, 105.5)],
        triggers={2: 103.0},
    ),
    vector(
        "28b",
        buy(trailing=3.0, trailing_activation=105.0),
        [(100, 104, 96, 103), (103, 106, 102.5, 105.5), (105.5, 108, 104, 104.5), (105.4, 105.6, 104.6, 104.7)],
        fills=[(10, 100, None, TAKER, 0), (10, 105.4, None, TAKER, 3 * MINUTE)],
        net=52.8703,
    ),
    vector(
        "28c",
        sell(trailing=3.0),
        [FLAT, (100, 101, 94, 95), (95, 98, 94.5, 97)],
        fills=[(10, 100, None, TAKER, 0), (10, 97, None, TAKER, 133_333)],
        net=28.9165,
    ),
]

REFUSED = [
    vector(
        "41",
        [
            buy(),
            buy(0.04),
            rise(99),
            buy(stop_loss=101),
            close(at=0),
            buy(0.0004),
        ],
        [FLAT],
        of={"wallet": 100.0},
        ended={
            1: "Rejected INSUFFICIENT_MARGIN",
            2: "Rejected NOTIONAL_TOO_SMALL",
            3: "Rejected TRIGGER_SIDE",
            4: "Rejected SL_SIDE",
            5: "Rejected REDUCE_ONLY_NO_POSITION",
            6: "Rejected QTY_TOO_SMALL",
        },
    ),
    vector(
        "56",
        buy(),
        [FLAT],
        of={"slippage_bps": 2, "instrument": attrs.evolve(INSTRUMENT, tick_size="0.5")},
        fills=[(10, 100.5, 0.55275, TAKER, 0)],
    ),
]

VECTORS: list[Vector] = [*STOP_ORDERS, *LIMITS, *CAPS, *LEVELS, *TRAILS, *REFUSED]
