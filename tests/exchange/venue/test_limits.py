"""Windows that roll."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.wire.limits import ADDRESS_SILENCE_MS, ADDRESS_WINDOW_MS, WINDOW_MS, AccountLimits, AddressLimit


def test_a_budget_is_taken_and_comes_back() -> None:
    limits = AccountLimits()
    assert [limits.take("me", "create", 3, 1000 + n).granted for n in range(4)] == [1, 1, 1, 0]
    refused = limits.take("me", "create", 3, 1004)
    assert (refused.limit, refused.remaining, refused.reset_ms) == (3, 0, 1000 + WINDOW_MS)
    assert limits.take("you", "create", 3, 1004).granted == 1
    assert limits.take("me", "cancel", 3, 1004).granted == 1
    assert limits.take("me", "create", 3, refused.reset_ms).granted == 1


def test_the_reset_of_a_refusal_lies_ahead() -> None:
    limits = AccountLimits()
    limits.take("me", "create", 1, 1000)
    assert limits.take("me", "create", 1, 1999).reset_ms > 1999 + 50


def test_of_a_batch_what_is_left_is_granted() -> None:
    limits = AccountLimits()
    assert limits.take("me", "batch", 10, 0, units=8).granted == 8
    assert limits.take("me", "batch", 10, 0, units=8).granted == 2
    assert limits.take("me", "batch", 10, 0, units=8).granted == 0


def test_a_factor_multiplies_limits_and_none_lifts_them() -> None:
    assert AccountLimits(2.0).take("me", "create", 10, 0).limit == 20
    free = AccountLimits(0)
    taken = [free.take("me", "create", 1, 0) for _ in range(100)]
    assert all(budget.granted and budget.remaining == budget.limit == 10_000 for budget in taken)


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_limit(waits: list[int], limit: int) -> None:
    limits, now_ms = AccountLimits(), 0
    granted: list[int] = []
    for wait_ms in waits:
        now_ms += wait_ms
        if limits.take("me", "x", limit, now_ms).granted:
            granted.append(now_ms)
        elif len(granted) >= limit:
            assert now_ms - granted[-limit] < WINDOW_MS
    for first, last in zip(granted, granted[limit:], strict=False):
        assert last - first >= WINDOW_MS


def test_an_address_that_asks_too_often_must_be_silent() -> None:
    addresses = AddressLimit(2)
    assert [addresses.take("a", 0)[1] for _ in range(3)] == [True, True, False]
    assert addresses.take("b", 0)[1]
    assert not addresses.take("a", ADDRESS_WINDOW_MS)[1]
    again_ms = ADDRESS_WINDOW_MS + ADDRESS_SILENCE_MS
    assert not addresses.take("a", again_ms - 1)[1]
    assert addresses.take("a", again_ms - 1 + ADDRESS_SILENCE_MS)[1]


def test_an_address_may_ask_again_when_the_window_has_passed() -> None:
    addresses = AddressLimit(2)
    assert [addresses.take("a", at)[1] for at in (0, 1, ADDRESS_WINDOW_MS, ADDRESS_WINDOW_MS + 1)] == [True] * 4
    assert AddressLimit(0).take("a", 0)[1]
