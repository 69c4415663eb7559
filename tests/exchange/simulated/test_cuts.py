"""Laws under random order flow: chunk invariance to the byte, the forced walk, prefixes, and conservation."""

from typing import Any

import numpy as np
import pytest

from exchange.simulated import codes
from exchange.simulated.records import Records
from exchange.simulated.state import MOST_ROWS_A_STEP
from play_engine.bars import BarSeries
from play_engine.play.model import PositionPolicy, Sizing, StopRule, TargetRule
from tests.exchange.simulated.sim_driver import MINUTE, TABLES, At, candles, exchange, joined, play, play_out

MINUTES = 120
ACTIONS = ("entry_long", "entry_short", "exit_long", "exit_short", "exit_all", "no_action")


def market(rng: np.random.Generator, volatility: float) -> BarSeries:
    """A random walk on the tick grid with jumps between bars and missing minutes."""
    ts = np.flatnonzero(rng.random(MINUTES + 50) > 0.1)[:MINUTES] * MINUTE
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, volatility, len(ts))))
    opening = np.concatenate([[100.0], close[:-1]]) * np.exp(rng.normal(0, volatility / 2, len(ts)))
    high = np.maximum(opening, close) * np.exp(np.abs(rng.normal(0, volatility, len(ts))))
    low = np.minimum(opening, close) * np.exp(-np.abs(rng.normal(0, volatility, len(ts))))
    table = np.round(np.stack([opening, high, low, close], axis=1), 2)
    return candles(*map(tuple, table), ts=list(ts))


def decisions(rng: np.random.Generator, bars: BarSeries) -> list[At]:
    """Instants at minute closes and inside gaps, some with several intents, some with operands missing."""
    instants: list[At] = []
    previous = -1
    for k, opened in enumerate(bars.ts):
        ends = [int(opened) + MINUTE]
        if k and bars.ts[k - 1] + MINUTE < opened:
            ends = [int(opened), *ends]
        for ts in ends:
            if ts <= previous or (ts == opened and k == 0):
                continue
            price = float(bars.close[k] if ts > opened else bars.close[k - 1])
            count = int(rng.integers(0, 3)) if rng.random() < 0.5 else 0
            intents = tuple((str(rng.choice(ACTIONS)), float(rng.choice([30.0, 50.0, 100.0]))) for _ in range(count))
            operand = price * 0.01 if rng.random() < 0.9 else np.nan
            instants.append(At(ts, intents, price, bool(rng.random() < 0.4), operand, operand))
            previous = ts
    return instants


def strategy(rng: np.random.Generator) -> tuple[Any, dict[str, Any]]:
    stop = (
        None,
        StopRule(type="price_percent", value=1.0),
        StopRule(type="atr_multiple", value=1.5, buffer_pct=0.1),
    )[int(rng.integers(3))]
    rules = (None, TargetRule(type="price_percent", value=1.5))
    risk = Sizing(model="risk_based", value=2.0) if stop else Sizing(model="percent_equity", value=30.0)
    sizes = (Sizing(model="percent_equity", value=90.0), risk, Sizing(model="fixed_usdt", value=5_000.0))
    of = play(
        stop=stop,
        target=rules[int(rng.integers(2))],
        sizing=sizes[int(rng.integers(3))],
        leverage=float(rng.choice([1.0, 5.0, 20.0, 50.0])),
        slippage_bps=float(rng.choice([0.0, 2.0, 15.0])),
        anchor=str(rng.choice(["decision", "fill"])),
        policy=PositionPolicy(mode="long_short", exit_mode="signal", allow_flip=bool(rng.random() < 0.5)),
    )
    overrides = {
        "on_liquidation": str(rng.choice(["halt", "continue", "continue"])),
        "max_drawdown_pct": float(rng.choice([5.0, 30.0, 90.0])),
        "on_drawdown": str(rng.choice(["halt", "flatten"])),
        "tp_gap_fill": str(rng.choice(["market", "level"])),
        "on_sl_beyond_liq": str(rng.choice(["reject", "adjust", "warn"])),
    }
    return of, overrides


class Case:
    """One random market with one random strategy."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.bars = market(self.rng, float(self.rng.choice([0.002, 0.01])))
        self.instants = decisions(self.rng, self.bars)
        self.play, self.overrides = strategy(self.rng)

    def run(self, cuts: list[int], **how: Any) -> tuple[Records, Any]:
        account = exchange(self.play, self.overrides, **how)
        parts = play_out(account, self.bars, self.instants, cuts)
        return joined(parts), account


def same(left: Records, right: Records) -> None:
    for name in TABLES:
        assert getattr(left, name).tobytes() == getattr(right, name).tobytes(), name


@pytest.mark.parametrize("seed", range(40))
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


@pytest.mark.parametrize("seed", range(40))
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
    part = joined(play_out(account, bars, [at for at in case.instants if at.ts <= bars.end_ms], []))
    for name in TABLES:
        rows = getattr(part, name)
        assert rows.tobytes() == getattr(whole, name)[: len(rows)].tobytes(), name


@pytest.mark.parametrize("seed", range(40))
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


@pytest.mark.parametrize("seed", range(40))
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
        assert order["filled_qty"] == own["qty"].sum()
        assert order["fees"] == own["fee"].sum()
        assert (order["status"] == codes.FILLED) == (len(own) == 1)
    paths = fills[(fills["exec_type"] == codes.EXEC_TRADE) & (fills["ts"] < case.bars.end_ms)]
    minute = np.searchsorted(case.bars.ts, paths["ts"], side="right") - 1
    inside = (case.bars.low[minute] <= paths["ref_price"]) & (paths["ref_price"] <= case.bars.high[minute])
    assert (inside | (case.overrides["tp_gap_fill"] == "level")).all()


def test_the_flow_reaches_every_kind_of_event():
    seen: dict[str, set[int]] = {"exit": set(), "reason": set(), "kind": set()}
    for seed in range(40):
        case = Case(seed)
        rows, account = case.run([])
        rows = joined([rows, account.finish("completed")])
        seen["exit"] |= set(rows.trades["exit_reason"].tolist())
        seen["kind"] |= set(rows.orders["kind"].tolist())
        seen["reason"] |= set(rows.orders["reason"].tolist())
    assert seen["exit"] >= {1, 2, 5, 7, 8, 9, 10}
    assert seen["kind"] == set(codes.ORDER_KINDS)
    assert seen["reason"] >= {codes.POSITION_CLEARED, codes.LIQUIDATION, codes.RUN_END}
