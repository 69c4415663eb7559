"""The compiled exchange and the slow one on the same scene, compared row by row."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

from exchange.simulated import codes
from tests.exchange.simulated.scene import Outcome, Scene, outcome_of, run, run_slow, slow_outcome

# What is compared of each table; numbers that are not whole may differ in their last digits.
FILLS = (
    *("order_id", "trade_id", "instrument_id", "play", "ts", "seq", "side", "qty", "price", "fee", "liquidity"),
    *("exec_type", "realised_pnl", "ref_price", "mark_price", "position_after", "wallet_after", "slippage_cost"),
    "reason",
)
ORDERS = (
    *("kind", "status", "reason", "side", "type", "tif", "instrument_id", "play", "qty", "filled_qty", "price"),
    *("trigger_price", "fees", "parent_id", "updated_ts", "avg_price"),
)
TRADES = (
    *("trade_id", "instrument_id", "play", "side", "entry_ts", "exit_ts", "entry_price", "exit_price", "qty"),
    *("max_qty", "gross_pnl", "fees", "funding", "net_pnl", "slippage_cost", "mae", "mfe", "fills", "bars_held"),
    *("stop_loss", "take_profit", "exit_reason"),
)
LEDGER = ("seq", "ts", "instrument_id", "play", "trade_id", "order_id", "fill_id", "reason", "amount", "wallet")
FUNDING = ("ts", "instrument_id", "qty", "price", "rate")
EQUITY = ("ts", "equity", "wallet", "position_margin", "order_reserve", "available")
ACCOUNT = ("wallet", "available", "margin", "reserve")
POSITION = ("side", "qty", "value", "extra", "leverage")


def compare(scene: Scene, cuts: Sequence[int] = ()) -> Outcome:
    """Play the scene on both, and fail at the first row in which they differ."""
    rows, account = run(scene, cuts)
    mine = outcome_of(scene, rows, account)
    compare_outcomes(mine, slow_outcome(run_slow(scene)))
    return mine


def compare_outcomes(mine: Outcome, theirs: Outcome) -> None:
    """Fail at the first row in which they differ."""
    compare_rows("ledger", mine.ledger, theirs.ledger, LEDGER)
    paid = [[row for row in out.ledger if row["reason"] == "FUNDING"] for out in (mine, theirs)]
    compare_rows("funding", *paid, FUNDING)
    compare_rows("fills", mine.fills, theirs.fills, FILLS)
    beside = {
        number: mine.orders.get(number, theirs.orders.get(number)) for number in mine.orders.keys() ^ theirs.orders
    }
    assert beside == {}, ("orders that only one of them has ended", beside)
    for number in mine.orders:
        # How often the exchange has moved a trailing stop is not an amendment of it.
        names = ORDERS if mine.orders[number]["kind"] == "trailing_stop" else (*ORDERS, "amendments")
        compare_rows(f"order {number}", [mine.orders[number]], [theirs.orders[number]], names)
    compare_rows("trades", mine.trades, theirs.trades, TRADES)
    assert mine.answers == theirs.answers, [
        pair for pair in itertools.zip_longest(mine.answers, theirs.answers) if pair[0] != pair[1]
    ]
    assert mine.refusals == theirs.refusals, ("refusals", mine.refusals, theirs.refusals)
    # The newest point is held back, and the first one stands before the first minute.
    points = mine.equity[1:]
    compare_rows("equity", points, theirs.equity[: len(points)], EQUITY)
    for name in ACCOUNT:
        assert _alike(getattr(mine, name), getattr(theirs, name)), (name, getattr(mine, name), getattr(theirs, name))
    compare_rows("positions", mine.positions, theirs.positions, POSITION)


def compare_rows(table: str, mine: list[Any], theirs: list[Any], names: Sequence[str]) -> None:
    """Row by row, so that the first difference is the one that is told."""
    for k, (left, right) in enumerate(zip(mine, theirs, strict=False)):
        for name in names:
            assert _alike(left[name], right[name]), (table, k, name, left[name], right[name], left, right)
    assert len(mine) == len(theirs), (table, mine[len(theirs) :], theirs[len(mine) :])


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=2e-7)
    return left == right


def check_conservation(scene: Scene, out: Outcome) -> None:
    """What holds of the rows of any run, seen from outside."""
    wallet = 0.0
    for row in out.ledger:
        wallet += row["amount"]
        assert math.isclose(wallet, row["wallet"], rel_tol=1e-9, abs_tol=1e-6)
    numbers = sorted(row["seq"] for row in [*out.ledger, *out.fills])
    assert numbers == list(range(len(numbers)))
    for table in (out.ledger, out.fills):
        assert all(first["ts"] <= then["ts"] for first, then in itertools.pairwise(table))
    for number, order in out.orders.items():
        own = [fill for fill in out.fills if fill["order_id"] == number]
        assert math.isclose(sum(fill["qty"] for fill in own), order["filled_qty"], abs_tol=1e-9)
        assert math.isclose(sum(fill["fee"] for fill in own), order["fees"], abs_tol=1e-7)
        assert (order["status"] == "Filled") == (bool(own) and math.isclose(order["filled_qty"], order["qty"]))
    for trade in out.trades:
        net = trade["gross_pnl"] - trade["fees"] + trade["funding"]
        assert math.isclose(net, trade["net_pnl"], abs_tol=1e-7)
        booked = sum(row["amount"] for row in out.ledger if row["trade_id"] == trade["trade_id"])
        assert math.isclose(booked, net, abs_tol=1e-6)
    for desk in range(len(scene.markets)):
        _check_positions(scene, [fill for fill in out.fills if fill["instrument_id"] == desk], desk)


def _check_positions(scene: Scene, fills: list[dict[str, Any]], desk: int) -> None:
    bars = scene.slices()[desk].bars
    opens = bars.ts.tolist()
    held = 0.0
    for fill in fills:
        held += fill["side"] * fill["qty"]
        assert math.isclose(held, fill["position_after"], abs_tol=1e-6)
        row = max(k for k, ts in enumerate(opens) if ts <= fill["ts"])
        in_jump = fill["ts"] == opens[row]
        maker = fill["liquidity"] == codes.MAKER
        at_level = scene.settings.get("tp_gap_fill") == "level" and fill["reason"] == "take_profit"
        if fill["exec_type"] == codes.EXEC_TRADE and not (in_jump and (maker or at_level)):
            assert bars.low[row] - 1e-9 <= fill["ref_price"] <= bars.high[row] + 1e-9, fill
