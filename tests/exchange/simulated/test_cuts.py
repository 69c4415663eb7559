"""Laws under random order flow: chunk invariance to the byte, the forced walk, prefixes, and conservation."""

from collections.abc import Callable

import attrs
import numpy as np
import pytest

from exchange.simulated import codes
from tests.exchange.simulated.agreement import check_conservation
from tests.exchange.simulated.order_flow import client_scene, play_scene
from tests.exchange.simulated.scene import Scene, outcome_of, run, same_bytes
from tests.exchange.simulated.sim_driver import TABLES, joined

Kind = Callable[[int], Scene]


def both(seed: int) -> Scene:
    """Plays and a client on one account."""
    return play_scene(seed, with_client=True)


KINDS = [client_scene, play_scene, both]


def cuts_of(seed: int, scene: Scene) -> list[int]:
    """Some minutes to cut the scene at."""
    return sorted(set(np.random.default_rng(seed).integers(1, scene.minutes, 7).tolist()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_cuts_do_not_matter(seed: int, kind: Kind) -> None:
    scene = kind(seed)
    whole, account = run(scene)
    rows, _ = run(scene, cuts_of(seed, scene), drain_rows=1)
    same_bytes(whole, rows)
    for cuts in (cuts_of(seed, scene), range(1, scene.minutes)):
        again, other = run(scene, cuts)
        same_bytes(whole, again)
        assert account.state_bytes() == other.state_bytes()
    same_bytes(joined([account.finish("completed")]), joined([other.finish("completed")]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(15))
def test_the_fast_path_gives_the_bytes_of_the_walk(seed: int, kind: Kind) -> None:
    scene = kind(seed)
    quick, account = run(scene)
    walked, again = run(scene, always_walk=True)
    same_bytes(quick, walked)
    assert account.state_bytes() == again.state_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_results_on_a_prefix_are_a_prefix(seed: int, kind: Kind) -> None:
    scene = kind(seed)
    whole, _ = run(scene)
    stop = int(np.random.default_rng(seed).integers(1, scene.minutes))
    part, _ = run(attrs.evolve(scene, length=stop))
    for name in TABLES:
        rows = getattr(part, name)
        assert rows.tobytes() == getattr(whole, name)[: len(rows)].tobytes(), name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost(seed: int, kind: Kind) -> None:
    scene = attrs.evolve(kind(seed), end="completed")
    rows, account = run(scene)
    check_conservation(scene, outcome_of(scene, rows, account))
    deposit = rows.ledger["amount"][0]
    made_good = np.isin(rows.ledger["reason"], [codes.BANKRUPTCY_CREDIT, codes.LIQUIDATION_RESIDUE])
    net = rows.trades["net_pnl"].sum() + rows.ledger["amount"][made_good].sum()
    assert rows.ledger["wallet"][-1] - deposit == pytest.approx(net, abs=1e-6)
    assert rows.equity["equity"][-1] == rows.ledger["wallet"][-1]
    assert rows.equity["equity"] == pytest.approx(rows.equity["wallet"] + rows.equity["unrealised_pnl"], abs=1e-6)
    assert (np.diff(rows.equity["ts"]) > 0).all()
    sent = range(1, len(rows.orders) + 1)
    assert sorted(rows.orders["order_id"].tolist()) == list(sent)


def test_the_flow_reaches_every_kind_of_event() -> None:
    seen: dict[str, set[int]] = {"exit": set(), "reason": set(), "kind": set(), "ledger": set(), "answer": set()}
    for seed in range(40):
        for kind in KINDS:
            rows, _ = run(attrs.evolve(kind(seed), end="completed"))
            seen["exit"] |= set(rows.trades["exit_reason"].tolist())
            seen["kind"] |= set(rows.orders["kind"].tolist())
            seen["reason"] |= set(rows.orders["reason"].tolist())
            seen["ledger"] |= set(rows.ledger["reason"].tolist())
            seen["answer"] |= set(rows.answers["reason"].tolist())
    assert seen["exit"] >= {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
    assert seen["kind"] == set(codes.ORDER_KINDS)
    assert seen["reason"] >= {6, 7, 8, 9, 10, 11, 16, 20, 21, 22, 23, 24, 30, 31, 32, 33, 34, 35, 36, 37}
    assert seen["ledger"] >= {codes.DEPOSIT, codes.REALISED_PNL, codes.FEE, codes.LIQUIDATION_FEE, codes.FUNDING}
    assert seen["answer"] >= {0, codes.ORDER_NOT_LIVE, codes.NO_POSITION, codes.INSUFFICIENT_MARGIN}
