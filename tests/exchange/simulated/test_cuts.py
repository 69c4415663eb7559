"""Laws under random order flow: chunk invariance to the byte, the forced walk, prefixes, and conservation."""

import numpy as np
import pytest

from exchange.simulated import codes
from exchange.simulated.records import Records
from exchange.simulated.state import MOST_ROWS_A_STEP
from tests.exchange.simulated.order_flow import MINUTES, Case
from tests.exchange.simulated.sim_driver import TABLES, exchange, joined, play_out


def same(left: Records, right: Records) -> None:
    for name in TABLES:
        assert getattr(left, name).tobytes() == getattr(right, name).tobytes(), name


@pytest.mark.parametrize("seed", range(60))
def test_cuts_do_not_matter(seed):
    case = Case(seed)
    whole, account = case.run([])
    cuts = sorted(set(case.rng.integers(0, MINUTES, 20).tolist()))
    for other, how in ((cuts, {}), (list(range(1, MINUTES)), {}), (cuts, {"buffer_rows": MOST_ROWS_A_STEP})):
        rows, again = case.run(other, **how)
        same(whole, rows)
        if not how:
            assert account.state_bytes() == again.state_bytes()
    same(account.finish("completed"), again.finish("completed"))


@pytest.mark.parametrize("seed", range(60))
def test_the_fast_path_gives_the_bytes_of_the_walk(seed):
    case = Case(seed)
    quick, account = case.run([])
    walked, again = case.run([], always_walk=True)
    same(quick, walked)
    assert account.state_bytes() == again.state_bytes()


@pytest.mark.parametrize("seed", range(20))
def test_results_on_a_prefix_are_a_prefix(seed):
    case = Case(seed)
    whole, _ = case.run([])
    stop = int(case.rng.integers(1, MINUTES))
    account = exchange(case.play, case.overrides)
    bars = case.bars.rows(0, stop)
    part = joined(play_out(account, bars, [at for at in case.instants if at.ts <= bars.end_ms], [], case.atr))
    for name in TABLES:
        rows = getattr(part, name)
        assert rows.tobytes() == getattr(whole, name)[: len(rows)].tobytes(), name


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_lost(seed):
    case = Case(seed)
    rows, account = case.run([])
    rows = joined([rows, account.finish("completed")])
    trades, fills, ledger = rows.trades, rows.fills, rows.ledger
    wallet = ledger["wallet"][-1]
    close = {"abs": 1e-9 * max(1.0, wallet, np.abs(ledger["amount"]).sum())}
    credit = ledger["amount"][ledger["reason"] == codes.BANKRUPTCY_CREDIT].sum()
    assert wallet == pytest.approx(ledger["amount"].sum(), **close)
    assert wallet - 10_000.0 == pytest.approx(trades["net_pnl"].sum() + credit, **close)
    assert fills["position_after"] == pytest.approx(np.cumsum(fills["side"] * fills["qty"]), abs=1e-6)
    assert (fills["position_after"][-1:] == 0.0).all()
    assert rows.equity["equity"][-1] == wallet
    equity = rows.equity
    assert equity["equity"] == pytest.approx(equity["wallet"] + equity["unrealised_pnl"], **close)
    assert (np.diff(equity["ts"]) > 0).all()


@pytest.mark.parametrize("seed", range(60))
def test_every_fill_has_its_order_and_place(seed):
    case = Case(seed)
    rows, account = case.run([])
    rows = joined([rows, account.finish("completed")])
    fills, orders = rows.fills, rows.orders
    events = np.sort(np.concatenate([fills["seq"], rows.ledger["seq"]]))
    assert events.tolist() == list(range(len(events)))
    assert (np.diff(fills["ts"]) >= 0).all()
    assert sorted(orders["order_id"].tolist()) == list(range(1, len(orders) + 1))
    for order in orders:
        own = fills[fills["order_id"] == order["order_id"]]
        assert order["filled_qty"] == pytest.approx(own["qty"].sum(), abs=1e-9)
        assert order["fees"] == pytest.approx(own["fee"].sum(), abs=1e-9)
        assert (order["status"] == codes.FILLED) == (order["filled_qty"] == order["qty"])
    paths = fills[(fills["exec_type"] == codes.EXEC_TRADE) & (fills["ts"] < case.bars.end_ms)]
    minute = np.searchsorted(case.bars.ts, paths["ts"], side="right") - 1
    inside = (case.bars.low[minute] <= paths["ref_price"]) & (paths["ref_price"] <= case.bars.high[minute])
    in_jump = (paths["liquidity"] == codes.MAKER) & (paths["ts"] == case.bars.ts[minute])
    assert (inside | in_jump | (case.overrides["tp_gap_fill"] == "level")).all()


def test_the_flow_reaches_every_kind_of_event():
    seen: dict[str, set[int]] = {"exit": set(), "reason": set(), "kind": set()}
    for seed in range(110):
        case = Case(seed)
        rows, account = case.run([])
        rows = joined([rows, account.finish("completed")])
        seen["exit"] |= set(rows.trades["exit_reason"].tolist())
        seen["kind"] |= set(rows.orders["kind"].tolist())
        seen["reason"] |= set(rows.orders["reason"].tolist())
    assert seen["exit"] >= {1, 2, 3, 4, 5, 7, 8, 9, 10}
    assert seen["kind"] == set(codes.ORDER_KINDS)
    assert seen["reason"] >= {20, 21, 22, 23, 24, 30, 31, 32, 35, 36, 37}
