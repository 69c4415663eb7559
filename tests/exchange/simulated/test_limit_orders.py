"""Limit entries and limit targets of a Play: entries of 10 decided at 100."""

from typing import Any

import pytest

from exchange.simulated import codes
from play_engine.play.model import EntryOrder, Sizing
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, long, play

FALLING = (100, 100, 99, 99)


def limit(price: float, *, qty: float = 10.0, tif: str = "GTC", bars: int = 0, side: int = 1, **changes: Any) -> Any:
    """A play whose entries are limit orders of `qty` at `price`, when decided at 100."""
    order = EntryOrder(
        type="LIMIT",
        limit_offset_pct=side * (100.0 - price),
        time_in_force=tif,  # type: ignore[arg-type]
        expire_after_bars=bars,
    )
    return play(**({"entry": order, "sizing": Sizing(model="fixed_usdt", value=qty * price)} | changes))


def fills(run: Any) -> list[tuple[float, float, float, int, int]]:
    """Quantity, price, fee, liquidity and time of every fill."""
    rows = run.rows.fills
    return list(zip(*(rows[name].tolist() for name in ("qty", "price", "fee", "liquidity", "ts")), strict=True))


def ended(run: Any, kind: int = codes.KIND_ENTRY) -> tuple[str, str]:
    """Final state and reason of the last order of the kind that ended."""
    order = run.rows.orders[run.rows.orders["kind"] == kind][-1]
    return codes.ORDER_STATES[int(order["status"])], codes.ORDER_REASONS.get(int(order["reason"]), "")


def net(run: Any) -> float:
    return float(run.trade["net_pnl"])


def test_a_taking_limit_slips_but_not_beyond_its_limit():
    assert fills(long(limit(95.0, slippage_bps=600.0), (90, 92, 89, 91)))[0][1] == 95.0
    assert fills(long(limit(95.0, slippage_bps=10.0), (90, 92, 89, 91)))[0][1] == 90.09


@pytest.mark.parametrize("tif", ["IOC", "FOK"])
def test_what_must_trade_at_once_and_cannot_ends(tif):
    run = long(limit(95.0, tif=tif), (100, 100, 94, 97))
    assert (ended(run), len(run.rows.fills)) == (("Cancelled", "NO_IMMEDIATE_QTY"), 0)


def test_through_in_the_jump():
    through = {"limit_fill": "through"}
    assert len(long(limit(95.0), FALLING, (95, 96, 95, 96), overrides=through).rows.fills) == 0
    assert fills(long(limit(95.0), FALLING, (94.99, 96, 94.99, 96), overrides=through))[0][-1] == MINUTE


def test_the_path_of_a_flat_account_meets_the_nearer_extreme_first():
    run = long(limit(95.0, stop=6.0), (100, 101, 93.5, 94))
    assert [row[-1] for row in fills(run)] == [20_000 + 20_000 * 6 // 7.5, 20_000 + int(20_000 * 7 / 7.5)]


def test_the_nearest_path_of_a_position():
    bar = (100, 101, 97, 100)
    of = play(stop=2.0, target=1.0)
    assert long(of, FLAT, bar).trade["exit_reason"] == codes.EXIT_STOP_LOSS
    near = long(of, FLAT, bar, overrides={"intrabar_path": "nearest"})
    assert (near.trade["exit_reason"], near.trade["ambiguous"]) == (codes.EXIT_TAKE_PROFIT, 1)


def exec_close(minute: int, *intents: Any, price: float = 100.0) -> At:
    return At(minute * MINUTE, intents, price, exec_close=True)


def test_an_entry_expires_at_the_close_of_its_last_bar():
    of = limit(95.0, bars=2)
    run = long(of, FALLING, FALLING, (94, 95, 94, 95), then=(exec_close(1), exec_close(2)))
    order = run.rows.orders[0]
    assert (ended(run), order["updated_ts"], len(run.rows.fills)) == (("Cancelled", "EXPIRED"), 2 * MINUTE, 0)
    filled = long(of, FALLING, (99, 99, 94, 95), then=(exec_close(1), exec_close(2)))
    assert ended(filled) == ("Filled", "")


def test_the_instant_at_which_an_entry_expires_may_enter_again():
    run = long(limit(95.0, bars=1), FALLING, (100, 100, 94, 95), then=(exec_close(1, "entry_long"),))
    assert [(row["status"], row["reason"]) for row in run.rows.orders] == [
        (codes.CANCELLED, codes.EXPIRED),
        (codes.FILLED, codes.NO_REASON),
    ]


def test_while_an_entry_works_further_ones_are_ignored():
    run = long(limit(95.0), FALLING, (90, 92, 89, 91), then=(exec_close(1, "entry_long", "entry_short"),))
    assert (len(run.rows.orders), len(run.rows.fills)) == (1, 1)


def test_an_entry_that_can_no_longer_be_filled_ends_with_the_run():
    run = long(limit(95.0), FALLING)
    last = run.account.finish("completed")
    assert [(row["status"], row["reason"]) for row in last.orders] == [(codes.CANCELLED, codes.RUN_END)]


def test_a_taking_limit_may_not_be_liquidated_at_once():
    run = long(limit(110.0, leverage=50.0, slippage_bps=205.0), (98.0,) * 4)
    assert ended(run) == ("Rejected", "WOULD_LIQUIDATE")


def test_levels_are_judged_at_the_limit():
    assert long(limit(95.0, stop=5.0), FALLING).account.gate_refusals() == {"SL_SIDE": 1}
    assert long(limit(105.0, target=5.0), FALLING).account.gate_refusals() == {"TP_SIDE": 1}


def test_a_limit_target_stands_from_the_next_minute_on():
    of = play(stop=5.0, target=4.0, limit_target=True)
    run = long(of, FLAT, (100, 105, 99, 104.5))
    assert fills(run)[1] == (10.0, 104.0, 0.208, codes.MAKER, 96_666)
    assert (net(run), run.trade["exit_reason"]) == (39.242, codes.EXIT_TAKE_PROFIT)
    order = run.rows.orders[run.rows.orders["kind"] == codes.KIND_TARGET][0]
    assert (order["type"], order["tif"], order["reduce_only"], order["created_ts"]) == (2, codes.TIF_GTC, 1, MINUTE)
    assert ended(run, codes.KIND_STOP_LOSS) == ("Deactivated", "POSITION_CLEARED")


def test_a_limit_target_is_not_there_in_the_minute_of_the_entry():
    run = long(play(target=4.0, limit_target=True), (100, 104, 100, 101))
    assert run.position.side == 1


def test_a_limit_target_that_the_price_has_passed_takes_at_the_next_open():
    run = long(play(target=4.0, limit_target=True), (100, 105, 100, 105), (106, 106, 105, 105))
    assert fills(run)[1] == (10.0, 106.0, 0.583, codes.TAKER, MINUTE)
    stays = long(play(target=4.0, limit_target=True), (100, 105, 100, 105), (103, 104, 103, 104))
    assert fills(stays)[1][1:] == (104.0, 0.208, codes.MAKER, 100_000)


def test_a_limit_target_follows_the_position():
    of = play(stop=5.0, target=4.0, limit_target=True)
    half = (At(MINUTE, (("exit_all", 40.0),)),)
    run = long(of, FLAT, FLAT, (100, 105, 100, 105), then=half)
    order = run.rows.orders[run.rows.orders["kind"] == codes.KIND_TARGET][0]
    assert (order["qty"], order["filled_qty"], order["amendments"], order["status"]) == (6.0, 6.0, 1, codes.FILLED)


def test_the_stop_ends_the_limit_target():
    run = long(play(stop=5.0, target=4.0, limit_target=True), FLAT, (100, 103, 94, 95))
    assert ended(run, codes.KIND_TARGET) == ("Cancelled", "REDUCE_ONLY")


def test_a_rebate_is_received():
    run = long(limit(95.0), FALLING, (90, 92, 89, 91), overrides={"maker_fee_bps": -1.0})
    assert (fills(run)[0][2], run.wallet) == (-0.095, 10_000.095)
