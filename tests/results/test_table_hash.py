"""The table hash: published values, exact bytes, and independence of the pieces."""

import numpy as np
import pytest

from play_engine.errors import InternalError
from results.table_hash import table_hash

GOLDEN_EQUITY = "31ec9b336b3b14f90c7ff294ad72e268d789e4e5d024ca3a000b2888444136bb"
GOLDEN_NO_TRADES = "1f238fc05931f1a73cf82a9770ed77b871db944130b8eb856e244470183a9b4f"
EQUITY = {"equity": [10000.0, 10000.5], "wallet": [10000.0, 9999.45], "unrealised_pnl": [-0.0, 1.05]}


def equity_columns(pieces):
    yield "ts", "<i8", np.array_split(np.array([0, 60000]), pieces)
    for name, values in EQUITY.items():
        yield name, "<f8", np.array_split(np.array(values), pieces)


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_published_hash_of_equity(pieces):
    assert table_hash("equity", 2, equity_columns(pieces)) == GOLDEN_EQUITY


def test_published_hash_of_no_trades():
    assert table_hash("trades", 0, [("trade_id", "<i8", []), ("net_pnl", "<f8", [np.empty(0)])]) == GOLDEN_NO_TRADES


def one(dtype, values):
    return table_hash("t", len(values), [("x", dtype, [np.asarray(values)])])


def test_every_nan_and_both_zeros_are_one():
    strange = np.array([0xFFF8000000000001, 0x8000000000000000], dtype=np.uint64).view(np.float64)
    assert one("<f8", strange) == one("<f8", [np.nan, 0.0])


def test_a_flag_is_a_byte():
    assert one("|u1", [True, False]) == one("|u1", np.array([1, 0], dtype=np.uint8))


def test_pieces_may_be_views_with_strides():
    row = np.zeros(3, dtype=[("a", "<f8"), ("b", "<f8")])
    row["b"] = [1, 2, 3]
    assert one("<f8", row["b"]) == one("<f8", [1.0, 2.0, 3.0])


def test_the_input_is_left_alone():
    values = np.array([-0.0, np.nan])
    one("<f8", values)
    assert np.signbit(values[0])


def test_a_dtype_that_cannot_hold_the_values_is_refused():
    with pytest.raises(TypeError):
        one("<i4", np.array([1], dtype=np.int64))
    with pytest.raises(InternalError, match="<f4"):
        one("<f4", [1.0])


def test_pieces_that_do_not_add_up_are_refused():
    with pytest.raises(InternalError, match="'x' has 1 rows, the table 2"):
        table_hash("t", 2, [("x", "<f8", [np.zeros(1)])])
