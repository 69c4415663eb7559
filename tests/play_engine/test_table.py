"""Rows with a cursor in bounded memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from play_engine.errors import InternalError
from play_engine.table import Table


def add(table: Table, column: np.ndarray, values: list[int]) -> None:
    table.reserve(len(values))
    column[table.start : table.start + len(values)] = values
    table.commit(len(values))


@given(
    lookback=st.integers(0, 7),
    capacity=st.integers(1, 6),
    sizes=st.lists(st.integers(0, 6), max_size=30),
)
def test_every_row_added_last_sees_lookback_rows_and_its_number(lookback: int, capacity: int, sizes: list[int]) -> None:
    table = Table(lookback=lookback, capacity=capacity)
    column = table.add_column(np.int64, -7)
    lookback = max(1, lookback)
    expected = [-7] * lookback
    for size in (min(size, capacity) for size in sizes):
        before = table.count
        add(table, column, [1_000 + before + i for i in range(size)])
        expected += [1_000 + before + i for i in range(size)]
        assert table.count == before + size
        assert table.start + table.origin == before
        known = column[table.start - lookback : table.stop]
        assert known.tolist() == expected[len(expected) - len(known) :]


def test_rows_before_the_first_hold_each_columns_own_initial_value() -> None:
    table = Table(lookback=2, capacity=3)
    numbers, flags = table.add_column(np.float64, np.nan), table.add_column(np.uint8, 1)
    assert np.isnan(numbers[: table.start]).all()
    assert flags[: table.start].tolist() == [1, 1]
    assert table.count == 0


def test_structured_rows_slide_as_whole_rows() -> None:
    table = Table(lookback=1, capacity=2)
    initial = np.array([(0.5, 3)], dtype=[("a", "<f8"), ("b", "|u1")])
    column = table.add_column(initial.dtype, initial[0])
    for row in range(5):
        table.reserve(1)
        assert column[table.start - 1].item() == ((row - 1.0, row - 1) if row else (0.5, 3))
        column[table.start] = (row, row)
        table.commit(1)


def test_arrays_never_move_and_never_grow() -> None:
    table = Table(lookback=3, capacity=4)
    column = table.add_column(np.int64, 0)
    address, size = column.ctypes.data, column.size
    for row in range(1_000):
        add(table, column, [row])
    assert (column.ctypes.data, column.size) == (address, size)
    assert column.size == 7
    assert column[table.stop - 4 : table.stop].tolist() == [996, 997, 998, 999]


def test_a_slide_keeps_columns_in_step() -> None:
    table = Table(lookback=2, capacity=3)
    one, ten = table.add_column(np.int64, 0), table.add_column(np.int64, 0)
    for row in range(20):
        table.reserve(1)
        one[table.start], ten[table.start] = row, 10 * row
        table.commit(1)
        assert (ten[: table.stop] == 10 * one[: table.stop]).all()
        assert one[table.start] == table.start + table.origin


def test_more_rows_than_capacity_are_refused_before_anything_changes() -> None:
    table = Table(lookback=1, capacity=2)
    column = table.add_column(np.int64, 0)
    add(table, column, [1, 2])
    with pytest.raises(InternalError, match="3 rows at once into a table for 2"):
        table.reserve(3)
    assert (table.count, column[table.start : table.stop].tolist()) == (2, [1, 2])


def test_a_column_after_the_first_row_is_refused() -> None:
    table = Table(lookback=1, capacity=2)
    add(table, table.add_column(np.int64, 0), [1])
    with pytest.raises(InternalError, match="already has rows"):
        table.add_column(np.int64, 0)


def test_reserving_without_committing_adds_no_row() -> None:
    table = Table(lookback=2, capacity=2)
    column = table.add_column(np.int64, 0)
    add(table, column, [5])
    table.reserve(2)
    table.commit(0)
    assert table.count == 1
    assert table.start == table.stop
    assert column[table.start - 1] == 5
