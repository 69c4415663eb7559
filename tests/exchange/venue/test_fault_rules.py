"""Fault rules: what they may say, which requests and frames they meet, how often they hit."""

import pytest

from exchange.venue.control.fields import ControlMistake
from exchange.venue.faults.documents import read_plan, read_rules, rule_document
from exchange.venue.faults.rules import KINDS, MOST_RULES, FaultRule
from tests.exchange.venue.injecting import StillSocket, injecting, order_frame, order_request

DROP = FaultRule(kind="drop_frame")


def hits(rule: FaultRule, frames: int, *, seed: int = 0) -> list[int]:
    """Which of so many frames a rule of lost frames takes."""
    faults, socket = injecting(rule, seed=seed), StillSocket()
    return [number for number in range(frames) if not faults.frame(socket, order_frame(number))]


def test_the_first_pass_and_no_more_than_counted_are_hit() -> None:
    assert hits(FaultRule(kind="drop_frame", skip=2, count=3), 10) == [2, 3, 4]


def test_a_chance_is_drawn_from_the_seed() -> None:
    rule = FaultRule(kind="drop_frame", chance=0.2)
    assert hits(rule, 300, seed=1) == hits(rule, 300, seed=1)
    assert hits(rule, 300, seed=1) != hits(rule, 300, seed=2)
    assert 30 < len(hits(rule, 300, seed=1)) < 90


def test_what_happens_on_another_connection_does_not_move_the_draws() -> None:
    rule = FaultRule(kind="drop_frame", chance=0.5)
    alone, beside = injecting(rule), injecting(rule)
    one, other = StillSocket(), StillSocket(account="key-two")
    expected = [bool(alone.frame(one, order_frame())) for _ in range(50)]
    found: list[bool] = []
    for number in range(50):
        for _ in range(number % 3):
            beside.frame(other, order_frame())
        found.append(bool(beside.frame(one, order_frame())))
    assert found == expected


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (FaultRule(kind="drop_frame", topic="order"), True),
        (FaultRule(kind="drop_frame", topic="position"), False),
        (FaultRule(kind="drop_frame", socket="public"), False),
        (FaultRule(kind="drop_frame", account="key-two"), False),
        (FaultRule(kind="lose_request"), False),
    ],
)
def test_a_rule_meets_the_frames_that_it_names(rule: FaultRule, met: bool) -> None:
    assert bool(hits(rule, 1)) is met


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (FaultRule(kind="lose_request", path="/v5/order/"), True),
        (FaultRule(kind="lose_request", path="/v5/position/"), False),
        (FaultRule(kind="lose_request", method="GET"), False),
        (FaultRule(kind="lose_request", account="key-two"), False),
        (DROP, False),
    ],
)
def test_a_rule_meets_the_requests_that_it_names(rule: FaultRule, met: bool) -> None:
    assert bool(injecting(rule).request(order_request()).lost) is met


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kind": "drop"}, r"rules\[0\]\.kind: found 'drop'; allowed: lose_request"),
        ({"kind": "drop_frame", "chance": 0}, r"rules\[0\]\.chance: found 0; allowed: above 0 to 1"),
        ({"kind": "drop_frame", "count": 0}, r"rules\[0\]\.count: found 0; allowed: 1"),
        ({"kind": "drop_frame", "count": 1.5}, r"rules\[0\]\.count: found 1\.5; allowed: a whole number"),
        ({"kind": "drop_frame", "path": "/v5"}, r"rules\[0\]\.path: found '/v5'; drop_frame is no fault of a request"),
        ({"kind": "twice", "topic": "order"}, r"rules\[0\]\.topic: found 'order'; twice is no fault of a frame"),
        ({"kind": "twice", "seconds": 1}, r"rules\[0\]\.seconds: found 1; twice has none"),
        ({"kind": "drop_frame", "socket": "spot"}, r"rules\[0\]\.socket: found 'spot'; allowed: public"),
        ({"kind": "drop_frame", "often": True}, r"rules\[0\]\.often: not a key here; allowed: kind, path, method"),
        ({}, r"rules\[0\]\.kind: found nothing; allowed: a text"),
        ([], r"rules\[0\]: found \[\]; allowed: a JSON object"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_key(document: object, message: str) -> None:
    with pytest.raises(ControlMistake, match=message):
        read_rules([document])


def test_a_plan_reads_back_as_it_was_written() -> None:
    plan = read_plan({"seed": 7, "rules": [{"kind": "late_answer", "seconds": 2, "path": "/v5/order", "count": 1}]})
    assert plan.seed == 7
    assert plan.rules == (FaultRule(kind="late_answer", seconds=2.0, path="/v5/order", count=1),)
    assert rule_document(plan.rules[0], 3) == {
        "kind": "late_answer",
        "seconds": 2.0,
        "path": "/v5/order",
        "count": 1,
        "hits": 3,
    }


def test_a_key_is_shown_shortened() -> None:
    assert rule_document(FaultRule(kind="twice", account="key-one-of-many"), 0)["account"] == "key-…"


def test_every_kind_can_be_made_and_says_what_it_does() -> None:
    assert all(FaultRule(kind=kind).kind == kind and facts.meaning for kind, facts in KINDS.items())


def test_rules_that_are_over_make_room() -> None:
    faults = injecting(*[FaultRule(kind="drop_frame", count=1)] * MOST_RULES)
    with pytest.raises(ValueError, match="found 201 fault rules; allowed: 200"):
        faults.command([DROP])
    faults.frame(StillSocket(), order_frame())
    faults.command([DROP])
    assert len(faults.rules()) == MOST_RULES


def test_hits_are_counted_by_kind_and_kept_when_rules_are_cleared() -> None:
    faults = injecting(DROP)
    faults.frame(StillSocket(), order_frame())
    faults.clear()
    assert len(faults.frame(StillSocket(), order_frame())) == 1
    assert (faults.rules(), faults.statistics()) == ((), {"drop_frame": 1})
