"""Fewer points: extremes stay, means are those of their stretch, short columns stay whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.report.thinning import extremes, kept_rows, spans

COLUMNS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300).map(np.array)


@given(column=COLUMNS, stretches=st.integers(1, 20))
def test_kept_rows_hide_no_extreme(column: np.ndarray, stretches: int) -> None:
    rows = kept_rows([column, -column], stretches)
    assert np.all(np.diff(rows) > 0)
    assert (rows[0], rows[-1]) == (0, len(column) - 1)
    assert (np.min(column[rows]), np.max(column[rows])) == (np.min(column), np.max(column))
    assert len(rows) <= max(2 * stretches, 6 * stretches)


def test_each_stretch_keeps_its_own_extremes() -> None:
    column = np.zeros(1_000)
    column[[17, 555]] = 9.0, -9.0
    assert {17, 555} <= set(kept_rows([column], 10).tolist())


def test_unknown_values_are_no_extremes() -> None:
    column = np.full(100, np.nan)
    column[42] = 1.0
    assert 42 in kept_rows([column], 1)


@given(column=COLUMNS, stretches=st.integers(1, 20))
def test_extremes_cover_every_row(column: np.ndarray, stretches: int) -> None:
    rows = kept_rows([column], stretches)
    low, high = extremes(column - 1.0, column + 1.0, rows)
    before = -1
    for row, least, most in zip(rows.tolist(), low, high, strict=True):
        covered = column[before + 1 : row + 1]
        assert (least, most) == (np.min(covered - 1.0), np.max(covered + 1.0))
        before = row


@given(column=COLUMNS, stretches=st.integers(1, 20))
def test_spans_part_the_column(column: np.ndarray, stretches: int) -> None:
    made = spans(column, stretches)
    assert made.last[-1] == len(column) - 1
    assert np.all(made.low - 1e-6 <= made.mean)
    assert np.all(made.mean <= made.high + 1e-6)
    assert (np.min(made.low), np.max(made.high)) == (np.min(column), np.max(column))
    lengths = np.diff(np.concatenate(([-1], made.last)))
    assert made.longest == np.max(lengths)
    assert np.sum(made.mean * lengths) == pytest.approx(np.sum(column), abs=1e-3)


def test_nothing_has_no_spans() -> None:
    assert len(spans(np.zeros(0), 5).mean) == 0
