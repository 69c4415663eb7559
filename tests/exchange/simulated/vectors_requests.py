"""Worked minutes of requests of a client, and of orders that need a second look. Buys of 10 unless said."""

from typing import Any

from tests.exchange.simulated.scene import Act, Market, Scene
from tests.exchange.simulated.sim_driver import MINUTE
from tests.exchange.simulated.vector_case import FLAT, MAKER, TAKER, Vector, buy, close, fall, rise, sell, vector

FULL = (10, 100, None, TAKER, 0)


def ask(what: str, *of: Any, at: int = MINUTE, **named: Any) -> Act:
    """A request, in the second minute unless said."""
    return Act(at, what, of, named)


AMENDED = [
    vector(
        "an amended limit that crosses takes at once",
        [buy(price=95), ask("amend", 1, price=101.0)],
        [FLAT, (100, 100, 94, 95)],
        fills=[(10, 100, 0.55, TAKER, MINUTE)],
        answers=[""],
    ),
    vector(
        "an amended PostOnly that crosses is cancelled",
        [buy(price=95, tif="PostOnly"), ask("amend", 1, price=101.0)],
        [FLAT, FLAT],
        fills=[],
        ended={1: "Cancelled POST_ONLY_WOULD_TAKE"},
    ),
    vector(
        "an amended limit does not see the jump",
        [buy(price=94), ask("amend", 1, price=95.0)],
        [FLAT, (95, 96, 95, 96)],
        fills=[],
        live=[1],
    ),
    vector(
        "an amendment that cannot be paid",
        [buy(price=95), ask("amend", 1, qty=2_000.0)],
        [FLAT, FLAT],
        answers=["INSUFFICIENT_MARGIN"],
        reserve=95.99275,
    ),
    vector(
        "no less than what is filled",
        [buy(80, price=99), ask("amend", 1, qty=50.0)],
        [(100, 100, 98, 98.5), (98.5, 98.5, 98.4, 98.4)],
        of={"participation_rate": 0.05, "volume": [1000, 0]},
        answers=["QTY_TOO_SMALL"],
        live=[1],
    ),
    vector(
        "an amended trigger",
        [rise(105), ask("amend", 1, trigger=103.0)],
        [FLAT, (100, 104, 100, 104)],
        fills=[(10, 103, None, TAKER, 95_000)],
    ),
    vector(
        "a trigger on the wrong side is refused",
        [rise(105), ask("amend", 1, trigger=99.0)],
        [FLAT, FLAT],
        answers=["TRIGGER_SIDE"],
        triggers={1: 105.0},
    ),
    vector("nothing to amend", [buy(), ask("amend", 1, price=99.0)], [FLAT, FLAT], answers=["ORDER_NOT_LIVE"]),
]

CANCELLED = [
    vector(
        "all orders of an instrument",
        [buy(price=95), rise(105), ask("cancel_all")],
        [FLAT, FLAT],
        ended={1: "Cancelled USER", 2: "Deactivated USER"},
        live=[],
    ),
    vector("an order that is over", [buy(), ask("cancel", 1)], [FLAT, FLAT], answers=["ORDER_NOT_LIVE"]),
]

STOPS = [
    vector(
        "a stop is moved",
        [buy(stop_loss=95), ask("set_trading_stop", stop_loss=97.0)],
        [FLAT, (100, 100, 96, 96)],
        fills=[FULL, (10, 97, None, TAKER, 75_000)],
        exit="stop_loss",
    ),
    vector(
        "a stop is removed",
        [buy(stop_loss=95), ask("set_trading_stop", stop_loss=0.0)],
        [FLAT, (100, 100, 94, 96)],
        fills=[FULL],
        ended={2: "Deactivated USER"},
    ),
    vector("a stop needs a position", [ask("set_trading_stop", stop_loss=95.0)], [FLAT, FLAT], answers=["NO_POSITION"]),
    vector(
        "a trailing distance sent again keeps the extreme and never loosens",
        [buy(trailing=2.0), ask("set_trading_stop", at=2 * MINUTE, trailing=5.0)],
        [FLAT, (100, 110, 100, 110), (110, 110, 107.5, 108)],
        fills=[FULL, (10, 108, None, TAKER, 136_000)],
    ),
    vector(
        "a shorter one is in force at once",
        [buy(trailing=5.0), ask("set_trading_stop", at=2 * MINUTE, trailing=1.0)],
        [FLAT, (100, 110, 100, 110), (110, 110, 108, 108)],
        fills=[FULL, (10, 109, None, TAKER, 130_000)],
    ),
]

MARGINS = [
    vector(
        "more leverage frees margin",
        [buy(), ask("set_leverage", 20.0)],
        [FLAT, FLAT],
        margin=50.5225,
        available=9948.9275,
        liquidation=95.47738693,
    ),
    vector(
        "less leverage must be paid",
        [buy(), ask("set_leverage", 2.0)],
        [FLAT, FLAT],
        of={"wallet": 200.0},
        answers=["INSUFFICIENT_MARGIN"],
        margin=100.495,
    ),
    vector(
        "margin is taken back",
        [buy(), ask("add_margin", 50.0), ask("add_margin", -20.0, at=2 * MINUTE)],
        [FLAT, FLAT, FLAT],
        extra=30.0,
        available=9868.955,
    ),
    vector(
        "not more than was given",
        [buy(), ask("add_margin", 50.0), ask("add_margin", -60.0, at=2 * MINUTE)],
        [FLAT, FLAT, FLAT],
        answers=["", "WOULD_LIQUIDATE"],
        extra=50.0,
    ),
    vector(
        "half of the position frees half of it",
        [buy(), ask("add_margin", 50.0), close(5, at=2 * MINUTE)],
        [FLAT, FLAT, FLAT],
        extra=25.0,
        margin=75.2475,
    ),
]

CLOSES = [
    vector(
        "no more than the position is closed",
        [buy(), close(25)],
        [FLAT, (101,) * 4],
        fills=[FULL, (10, 101, 0.5555, TAKER, MINUTE)],
        ended={2: "Filled"},
        side=0,
    ),
    vector(
        "a close of whatever there is at its trigger",
        [buy(), buy(5, at=MINUTE), fall(97, qty=0.0, close_on_trigger=True)],
        [FLAT, FLAT, (100, 100, 96, 96)],
        fills=[FULL, (5, 100, None, TAKER, MINUTE), (15, 97, None, TAKER, 135_000)],
        exit="reduce",
    ),
    vector(
        "a standing reduce-only limit goes with the position",
        [buy(), sell(price=110, reduce_only=True, at=MINUTE), close(at=2 * MINUTE)],
        [FLAT, FLAT, FLAT],
        ended={2: "Cancelled REDUCE_ONLY"},
    ),
    vector(
        "children of both kinds in one position",
        [buy(stop_loss=95), buy(5, at=MINUTE, stop_loss=96, take_profit=102, target_limit=102)],
        [FLAT, FLAT, (100, 103, 100, 103), (103, 103, 94, 94)],
        fills=[FULL, (5, 100, None, TAKER, MINUTE), (5, 102, 0.102, MAKER, 153_333), (10, 95, None, TAKER, 197_777)],
        ended={4: "Deactivated SIBLING_TRIGGERED", 5: "Filled", 3: "Filled"},
    ),
    vector(
        "the volume ends in the middle of a flip",
        [buy(), sell(40, at=MINUTE)],
        [FLAT, FLAT],
        of={"participation_rate": 0.02},
        fills=[FULL, (10, 100, None, TAKER, MINUTE), (10, 100, None, TAKER, MINUTE)],
        ended={2: "Cancelled NO_LIQUIDITY"},
        side=-1,
        qty=10,
    ),
]

REFUSALS = [
    vector(
        "one name, one order",
        [buy(price=95, link_id="a"), buy(price=94, link_id="a"), buy(price=93, link_id="b")],
        [FLAT],
        ended={2: "Rejected DUPLICATE_LINK_ID"},
        live=[1, 3],
    ),
    vector(
        "ten conditionals",
        [rise(105 + k) for k in range(11)],
        [FLAT],
        ended={11: "Rejected TOO_MANY_CONDITIONALS"},
    ),
    vector(
        "twenty partial children",
        [buy(1, stop_loss=95, take_profit=105, target_limit=105) for _ in range(11)],
        [FLAT],
        ended={11: "Rejected TOO_MANY_TPSL"},
        qty=10,
    ),
    vector("a price of nothing", buy(price=2_000_000), [FLAT], ended={1: "Rejected PRICE_OUT_OF_RANGE"}),
    vector("too much at once", buy(200_000), [FLAT], ended={1: "Rejected QTY_TOO_LARGE"}),
    vector("a target below", buy(take_profit=99), [FLAT], ended={1: "Rejected TP_SIDE"}),
    vector(
        "a conditional that cannot be paid at its trigger",
        rise(105, qty=2_000),
        [(100, 106, 100, 106)],
        ended={1: "Cancelled INSUFFICIENT_MARGIN"},
        fills=[],
    ),
]

# Long 50 and short 20, both at 100; fees 2.75 and 1.1. What both must keep is 25 + 10 + F, F 2.475 and 1.21.
BOTH = Scene(
    markets=[Market(bars=[FLAT, (100, 100, 80, 80)]), Market(bars=[FLAT, FLAT])],
    acts=[buy(50), sell(20, desk=1)],
    wallet=800.0,
    settings={"margin_mode": "cross"},
)
CROSSED = [
    Vector(
        "cross: all positions are taken over at once",
        BOTH,
        # Equity is 796.15 − 50·(100 − M); it must be 50·M·0.005 + 10 + 2.475 + 1.21, so M = 84.77457286.
        {
            "fills": [
                (50, 100, 2.75, TAKER, 0),
                (20, 100, 1.1, TAKER, 0),
                (50, 84.3472, 2.31954713, TAKER, 75_225),
                (20, 100.5042, 1.10554583, TAKER, 75_225),
            ],
            "wallet": 0.0,
            "exit": "liquidation",
        },
    ),
]

VECTORS: list[Vector] = [*AMENDED, *CANCELLED, *STOPS, *MARGINS, *CLOSES, *REFUSALS, *CROSSED]
