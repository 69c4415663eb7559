"""Arrow tables: full schema, names for codes, nulls, and the way back to the hashed numbers."""

import numpy as np
import pyarrow as pa
import pytest

from results.schema import COLUMNS, HASHED, TABLES
from results.tables import SCHEMAS, arrow_batch, hashed_numbers
from tests.results.rows import DTYPES, rows, simulated
from tests.results.runs import LABELS


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("count", [0, 3])
def test_every_table_has_its_full_schema(table, count):
    batch = arrow_batch(table, rows(table, count), LABELS, {})
    assert batch.schema == SCHEMAS[table]
    assert batch.num_rows == count


@pytest.mark.parametrize("table", TABLES)
def test_the_simulator_writes_no_column_that_the_schema_lacks(table):
    assert set(DTYPES[table].names) <= set(COLUMNS[table])


def test_codes_become_names():
    made = rows("orders", 2, status=[5, 7], reason=[0, 16], side=[1, -1], instrument_id=[0, 1])
    batch = arrow_batch("orders", made, LABELS, {}).to_pydict()
    assert batch["status"] == ["Filled", "Rejected"]
    assert batch["reason"] == [None, "INSUFFICIENT_MARGIN"]
    assert batch["side"] == ["Buy", "Sell"]
    assert batch["symbol"] == ["BTCUSDT", "ETHUSDT"]
    assert batch["play"] == ["ema", "ema"]


def test_what_does_not_apply_is_null():
    orders = rows("orders", 1, stop_loss=np.nan).copy()
    assert arrow_batch("orders", orders, LABELS, {}).to_pydict()["parent_id"] == [None]
    assert arrow_batch("orders", orders, LABELS, {}).to_pydict()["stop_loss"] == [None]
    assert arrow_batch("orders", orders, LABELS, {}).to_pydict()["metadata"] == [None]
    ledger = arrow_batch("ledger", rows("ledger", 1, instrument_id=-1), LABELS, {}).to_pydict()
    assert (ledger["trade_id"], ledger["instrument_id"]) == ([None], [-1])


def test_a_takeover_keeps_its_order_id_of_0():
    assert arrow_batch("fills", rows("fills", 1), LABELS, {}).to_pydict()["order_id"] == [0]


def test_metadata_is_the_text_of_its_note():
    fills = rows("fills", 4, metadata=[7, 0, 9, 8])
    column = arrow_batch("fills", fills, LABELS, {7: '{"a":1}', 8: '{"a":1}', 5: "{}"}).column("metadata")
    assert column.to_pylist() == ['{"a":1}', None, None, '{"a":1}']
    assert column.dictionary.to_pylist() == ['{"a":1}']
    trades = rows("trades", 1, metadata=3, exit_metadata=4)
    batch = arrow_batch("trades", trades, LABELS, {3: "in", 4: "out"}).to_pydict()
    assert (batch["metadata"], batch["exit_metadata"]) == (["in"], ["out"])


def test_flags_are_booleans():
    fills = arrow_batch("fills", rows("fills", 2, closing=[0, 1], synthetic=[1, 0]), LABELS, {})
    assert fills.column("closing").to_pylist() == [False, True]
    assert fills.column("synthetic").to_pylist() == [True, False]
    assert fills.column("synthetic").type == pa.bool_()


@pytest.mark.parametrize("table", HASHED)
def test_hashed_numbers_come_back_as_they_were(table):
    made = getattr(simulated(80), table)
    batch = arrow_batch(table, made, LABELS, {})
    for name, dtype in HASHED[table]:
        back = hashed_numbers(table, name, batch.column(batch.schema.get_field_index(name)))
        assert back.astype(dtype, casting="safe").tobytes() == made[name].tobytes(), name
