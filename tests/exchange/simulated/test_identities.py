from typing import Any

import pytest

from exchange.simulated.identities import IDENTITIES
from play_engine.errors import InternalError
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, At, batch, candles, exchange, play

SUMS = [
    ("account", "ledger_sum", 1e-4, "sum of the ledger"),
    ("account", "trades_net", 1e-4, "net of ended trades"),
    ("market", "net_steps", 1, "sum of signed fills"),
]
MARGIN = ("position", "margin", 1e5, "wallet ≥ position margin")


def tampered(record: str, field: str, by: float) -> Any:
    account = exchange(play())
    account.advance(candles(FLAT), batch([At(0, ("entry_long",)), At(MINUTE)]))
    account._books[record][field] += by
    return account


@pytest.mark.parametrize(("record", "field", "by", "identity"), [*SUMS, MARGIN])
def test_what_is_lost_is_noticed_at_the_next_exec_close(record, field, by, identity):
    account = tampered(record, field, by)
    later = batch([At(2 * MINUTE, exec_close=True)])
    with pytest.raises(InternalError, match=identity):
        account.advance(candles(FLAT, ts=[MINUTE]), later)


@pytest.mark.parametrize(("record", "field", "by", "identity"), SUMS)
def test_what_is_lost_is_noticed_at_the_end(record, field, by, identity):
    account = tampered(record, field, by)
    with pytest.raises(InternalError, match=identity):
        account.finish("completed")


def test_a_flat_account_keeps_nothing():
    account = exchange(play())
    account.advance(candles(FLAT), batch([At(0, ("entry_long",)), At(MINUTE, ("exit_all",))]))
    account.advance(candles(FLAT, ts=[MINUTE]), batch([At(2 * MINUTE)]))
    account._books["position"]["value"] = 1.0
    with pytest.raises(InternalError, match="flat account"):
        account.finish("completed")


def test_every_identity_has_its_sentence():
    assert sorted(IDENTITIES) == [1, 2, 3, 4, 5, 6]
