"""The names of our orders: functions of their cause that parse back."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.trading.order_id import LEGS, MOST_ATTEMPTS, OrderId, tag_of

CAUSES = st.builds(
    OrderId,
    tag=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=8, max_size=8),
    cause_ms=st.integers(0, 36**8 - 1),
    leg=st.sampled_from(LEGS),
    attempt=st.integers(1, MOST_ATTEMPTS),
)


def test_a_name_as_it_is_sent():
    name = OrderId(tag=tag_of("btc-trend-live"), cause_ms=1_704_067_200_000, leg="en").text()
    assert name == "ph1-CPQGP3UQ-LQU5M2O0-en-01"
    assert len(name) == 27


@given(CAUSES)
def test_names_parse_back(order_id: OrderId):
    text = order_id.text()
    assert OrderId.parse(text) == order_id
    assert re.fullmatch(r"[A-Za-z0-9_-]{27}", text)


def test_different_causes_have_different_names():
    rng = np.random.default_rng(1)
    causes = {
        (int(cause), LEGS[int(leg)], int(attempt))
        for cause, leg, attempt in zip(
            rng.integers(0, 36**8, 5_000), rng.integers(0, len(LEGS), 5_000), rng.integers(1, 40, 5_000), strict=True
        )
    }
    names = {OrderId(tag="A" * 8, cause_ms=cause, leg=leg, attempt=nth).text() for cause, leg, nth in causes}
    assert len(names) == len(causes)


def test_instances_have_their_own_tags():
    assert len({tag_of(f"instance-{number}") for number in range(1_000)}) == 1_000
    assert tag_of("a") == tag_of("a")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"leg": "xx"}, "allowed are en"),
        ({"attempt": 0}, "attempt 0"),
        ({"attempt": MOST_ATTEMPTS + 1}, "attempt 1296"),
        ({"cause_ms": -1}, "caused at -1"),
        ({"cause_ms": 36**8}, "allowed are 0 to"),
    ],
)
def test_parts_that_a_name_cannot_hold(changes: dict[str, object], complaint: str):
    with pytest.raises(ValueError, match=complaint):
        OrderId(**{"tag": "A" * 8, "cause_ms": 1, "leg": "en", **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "ph1-AAAAAAAA-00000000-en-1", "ph2-AAAAAAAA-00000000-en-01", "mine", "ph1-1"])
def test_names_that_are_not_ours(text: str):
    with pytest.raises(ValueError, match="no name of our orders"):
        OrderId.parse(text)
