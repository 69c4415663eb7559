"""Random order flow through the compiled exchange and the slow one: the same rows, and what holds of any rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.simulated.agreement import check_conservation, compare
from tests.exchange.simulated.order_flow import client_scene, play_scene
from tests.exchange.simulated.test_cuts import cuts_of


# 3708: the quantity of an order is amended at the very open that jumps over its trigger.
@pytest.mark.parametrize("seed", [*range(12), 3708])
def test_a_client(seed: int) -> None:
    scene = client_scene(seed)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


@pytest.mark.parametrize("seed", range(12))
def test_plays(seed: int) -> None:
    scene = play_scene(seed)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


@pytest.mark.parametrize("seed", range(10))
def test_plays_and_a_client(seed: int) -> None:
    scene = play_scene(seed, with_client=True)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


# Scenes in which the two have once differed: requests, flips, trailing stops sent again, orders of the policy in order.
FOUND_CLIENTS = [46, 74, 91, 1005, 1029, 1035, 1249, 1433, 1621, 1636, 1650, 1660, 1671, 1890, 1922, 3098, 3150, 3359]
FOUND_PLAYS = [68, 82, 97, 1020, 1147, 1204, 1236, 1248, 1293, 1349]


@pytest.mark.parametrize("seed", FOUND_CLIENTS)
def test_a_client_that_was_trouble(seed: int) -> None:
    scene = client_scene(seed)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


@pytest.mark.parametrize("seed", FOUND_PLAYS)
@pytest.mark.parametrize("with_client", [False, True])
def test_plays_that_were_trouble(seed: int, with_client: bool) -> None:
    scene = play_scene(seed, with_client=with_client)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**40), st.sampled_from([client_scene, play_scene]))
def test_any_order_flow(seed: int, kind: type) -> None:
    scene = kind(seed)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))


@pytest.mark.slow
@settings(deadline=None, max_examples=1_000)
@given(st.integers(0, 2**40), st.sampled_from([client_scene, play_scene]), st.sampled_from([30, 240]))
def test_much_order_flow(seed: int, kind: type, minutes: int) -> None:
    scene = kind(seed, minutes)
    check_conservation(scene, compare(scene, cuts_of(seed, scene)))
