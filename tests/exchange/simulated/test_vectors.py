"""Every worked minute, on the compiled exchange and on the slow one, to the last of eight decimals."""

from typing import Any

import attrs
import pytest

from tests.exchange.simulated.scene import Outcome, outcome_of, run, run_slow, same_bytes, slow_outcome
from tests.exchange.simulated.vector_case import Vector
from tests.exchange.simulated.vectors_margin import VECTORS as MARGIN
from tests.exchange.simulated.vectors_orders import VECTORS as ORDERS
from tests.exchange.simulated.vectors_plays import VECTORS as PLAYS
from tests.exchange.simulated.vectors_requests import VECTORS as REQUESTS

VECTORS = {vector.name: vector for vector in [*MARGIN, *ORDERS, *PLAYS, *REQUESTS]}
# Those in which the cap on volume is the point.
CAPPED = {name for name, vector in VECTORS.items() if "participation_rate" in vector.scene.settings}
FILL = ("qty", "price", "fee", "liquidity", "ts")


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-8)


def of_money(out: Outcome, name: str) -> Any:
    """One of the numbers that an outcome comes down to."""
    if name in ("wallet", "available", "margin", "reserve"):
        return getattr(out, name)
    if name in ("side", "qty", "value", "extra", "liquidation"):
        return out.positions[0][name]
    return sum(row["realised_pnl"] for row in out.fills) if name == "realised" else out.trades[-1][name]


def check_fills(out: Outcome, expected: list[Any]) -> None:
    assert len(out.fills) == len(expected), out.fills
    for row, wanted in zip(out.fills, expected, strict=True):
        for name, value in zip(FILL, wanted, strict=True):
            if value is not None:
                # A takeover price is given with four decimals where it is not exact.
                assert row[name] == pytest.approx(value, abs=5e-5 if name == "price" else 1e-8), (name, row)


def check(vector: Vector, out: Outcome) -> None:
    """The outcome is the expected one; what only one of the exchanges knows is checked apart."""
    for name, value in vector.expected.items():
        if name == "fills":
            check_fills(out, value)
        elif name == "ended":
            ended = {key: f"{out.orders[key]['status']} {out.orders[key]['reason']}".strip() for key in value}
            assert ended == value
        elif name == "ledger":
            assert [row["amount"] for row in out.ledger] == close(value)
        elif name == "answers":
            assert [reason for _, _, reason in out.answers] == value
        elif name in ("net", "mae", "mfe"):
            assert out.trades[-1]["net_pnl" if name == "net" else name] == pytest.approx(
                value, abs=1e-9 if name == "net" else 5e-11
            )
        elif name == "refusals":
            assert out.refusals == value
        elif name == "exit":
            assert out.trades[-1]["exit_reason"] == value
        elif name not in ("ambiguous", "live", "triggers", "unrealised", "cross_liquidation", "stop_reason"):
            assert of_money(out, name) == close(value), name


@pytest.mark.parametrize("name", VECTORS)
def test_the_compiled_exchange(name: str) -> None:
    vector = VECTORS[name]
    rows, account = run(vector.scene)
    out = outcome_of(vector.scene, rows, account)
    check(vector, out)
    expected, symbol = vector.expected, vector.scene.symbol(0)
    live = {order["id"]: order for order in account.open_orders(symbol)}
    if "live" in expected:
        assert sorted(live) == expected["live"]
    for order, trigger in expected.get("triggers", {}).items():
        assert live[order]["trigger"] == trigger
    if "ambiguous" in expected:
        assert rows.trades["ambiguous"].tolist() == [expected["ambiguous"]]
    if "unrealised" in expected:
        assert account.balances().unrealised_pnl == close(expected["unrealised"])
    if "cross_liquidation" in expected:
        assert out.positions[0]["liquidation"] == pytest.approx(expected["cross_liquidation"], abs=5e-5)
    if "stop_reason" in expected:
        assert (account.stopped, out.stop_reason) == (True, expected["stop_reason"])


@pytest.mark.parametrize("name", VECTORS)
def test_the_slow_exchange(name: str) -> None:
    vector = VECTORS[name]
    slow = run_slow(vector.scene)
    check(vector, slow_outcome(slow))
    live = {order.id: order for order in slow.desks[0].orders}
    if "live" in vector.expected:
        assert sorted(live) == vector.expected["live"]
    for order, trigger in vector.expected.get("triggers", {}).items():
        assert live[order].trigger == trigger
    if "unrealised" in vector.expected:
        assert slow.profit() == close(vector.expected["unrealised"])


@pytest.mark.parametrize("name", VECTORS)
def test_cuts_do_not_matter(name: str) -> None:
    scene = VECTORS[name].scene
    whole, account = run(scene)
    single, again = run(scene, range(1, scene.minutes), always_walk=True)
    same_bytes(whole, single)
    assert account.state_bytes() == again.state_bytes()


@pytest.mark.parametrize("name", sorted(set(VECTORS) - CAPPED))
def test_a_cap_that_does_not_bind_changes_nothing(name: str) -> None:
    scene = VECTORS[name].scene
    scene = attrs.evolve(scene, markets=[attrs.evolve(market, volume=1e9) for market in scene.markets])
    bound, _ = run(attrs.evolve(scene, settings=scene.settings | {"participation_rate": 1.0}))
    free, _ = run(scene)
    same_bytes(bound, free)
