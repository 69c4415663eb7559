from typing import Any

import pytest

from exchange.simulated.identities import IDENTITIES
from play_engine.errors import InternalError
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, advance, candles, exchange, play

SUMS = [
    ("account", "ledger_sum", 1e-4, "sum of the ledger"),
    ("account", "trades_net", 1e-4, "net of ended trades"),
    ("market", "net_steps", 1, "sum of signed fills"),
    ("orders", "filled_qty", 1e3, "filled ≤ quantity"),
]
MARGINS = [
    ("account", "position_margin", 1e5, "wallet ≥ position margin"),
    ("account", "order_reserve", 1.0, "reserves of live orders"),
]


def tampered(record: str, field: str, by: float, **how: Any) -> Any:
    account = exchange(play(stop=5.0), **how)
    advance(account, candles(FLAT), [At(0, ("entry_long",)), At(MINUTE)])
    books = account._books
    part = books["account"] if record == "account" else books["desks"][0][record]
    (part[0] if record == "orders" else part)[field] += by
    return account


@pytest.mark.parametrize(("record", "field", "by", "identity"), [*SUMS, *MARGINS])
def test_what_is_lost_is_noticed_at_the_next_exec_close(record, field, by, identity):
    account = tampered(record, field, by)
    later = [At(2 * MINUTE, exec_close=True)]
    with pytest.raises(InternalError, match=identity):
        advance(account, candles(FLAT, ts=[MINUTE]), later)


@pytest.mark.parametrize(("record", "field", "by", "identity"), SUMS[:3])
def test_what_is_lost_is_noticed_at_the_end(record, field, by, identity):
    account = tampered(record, field, by)
    with pytest.raises(InternalError, match=identity):
        account.finish("completed")


@pytest.mark.parametrize(("record", "field", "by", "identity"), SUMS[:3])
def test_what_is_lost_is_noticed_at_the_next_event_if_told_to_check(record, field, by, identity):
    account = tampered(record, field, by, check=True)
    with pytest.raises(InternalError, match=identity):
        advance(account, candles((100, 100, 94, 96), ts=[MINUTE]), [At(2 * MINUTE)])


def test_a_flat_account_keeps_nothing():
    account = exchange(play())
    advance(account, candles(FLAT), [At(0, ("entry_long",)), At(MINUTE, ("exit_all",))])
    advance(account, candles(FLAT, ts=[MINUTE]), [At(2 * MINUTE)])
    account._books["desks"][0]["position"]["value"] = 1.0
    with pytest.raises(InternalError, match="flat desk"):
        account.finish("completed")


def test_every_identity_has_its_sentence():
    assert sorted(IDENTITIES) == list(range(1, len(IDENTITIES) + 1))
