"""Batches of intents: joining consecutive ones, and marking exec closes among minutes."""

import attrs
import numpy as np
import pytest

from play_engine.bars import Floats
from play_engine.intents import IntentBatch, join, with_exec_closes


def batch(ts: list[int], emitted: list[list[int]], *, until_ms: int = 0) -> IntentBatch:
    """Rows at `ts`, each with its numbers of intents; the price of a row is a tenth of its instant."""
    numbers = [number for row in emitted for number in row]
    instants = np.array(ts, dtype=np.int64)
    prices: Floats = instants.astype(np.float64)
    return IntentBatch(
        until_ms=until_ms,
        ts=instants,
        is_exec_close=np.ones(len(ts), dtype=np.uint8),
        price=prices / 10,
        first=np.cumsum([0, *(len(row) for row in emitted)]),
        action=np.array(numbers, dtype=np.int8) % 6,
        percent=np.array(numbers) * 2.0,
        intent=np.array(numbers, dtype=np.int32),
        stop_long=prices + 0.1,
        stop_short=prices + 0.2,
        target=prices + 0.3,
        noted=np.column_stack([prices + 0.4, prices + 0.5]),
        trail_ts=instants + 1,
        trail_atr=prices + 0.6,
    )


def rows(of: IntentBatch) -> list[tuple[int, list[int]]]:
    return [(int(ts), of.intent[of.first[i] : of.first[i + 1]].tolist()) for i, ts in enumerate(of.ts)]


def test_joined_batches_keep_every_row_and_type() -> None:
    parts = [batch([10, 20], [[1], [2, 3]]), batch([], []), batch([30], [[4]])]
    whole, joined = batch([10, 20, 30], [[1], [2, 3], [4]]), join(parts, until_ms=30)
    assert joined.until_ms == 30
    for name in (
        "ts",
        "is_exec_close",
        "price",
        "first",
        "action",
        "percent",
        "intent",
        "stop_long",
        "target",
        "noted",
        "trail_ts",
        "trail_atr",
    ):
        found, expected = getattr(joined, name), getattr(whole, name)
        assert found.tolist() == expected.tolist(), name
        assert found.dtype == expected.dtype, name


def test_nothing_joined_is_an_empty_batch() -> None:
    empty = join([], until_ms=7)
    assert len(empty) == 0
    assert (empty.until_ms, empty.first.tolist(), empty.first.dtype) == (7, [0], np.int64)


def test_one_batch_joined_is_itself() -> None:
    one = batch([10], [[1]], until_ms=10)
    assert join([one], until_ms=10) is one


def test_minutes_that_are_exec_closes_are_marked() -> None:
    marked = with_exec_closes(batch([1, 2, 3, 4], [[], [7], [], [8]]), np.array([2, 4]), np.array([0.2, 0.4]))
    assert marked.is_exec_close.tolist() == [0, 1, 0, 1]
    assert rows(marked) == [(1, []), (2, [7]), (3, []), (4, [8])]


def test_an_exec_close_without_a_minute_becomes_a_row_without_intents() -> None:
    minutes = batch([10, 30, 40], [[1, 2], [3], [4]])
    marked = with_exec_closes(minutes, np.array([5, 20, 40, 50]), np.array([0.5, 2.0, 9.9, 5.0]))
    assert rows(marked) == [(5, []), (10, [1, 2]), (20, []), (30, [3]), (40, [4]), (50, [])]
    assert marked.is_exec_close.tolist() == [1, 0, 1, 0, 1, 1]
    assert marked.price.tolist() == [0.5, 1.0, 2.0, 3.0, 4.0, 5.0]
    np.testing.assert_array_equal(marked.stop_long, [np.nan, 10.1, np.nan, 30.1, 40.1, np.nan])
    np.testing.assert_array_equal(marked.stop_short, [np.nan, 10.2, np.nan, 30.2, 40.2, np.nan])
    np.testing.assert_array_equal(marked.target, [np.nan, 10.3, np.nan, 30.3, 40.3, np.nan])


def test_exec_closes_beside_no_minutes_at_all() -> None:
    marked = with_exec_closes(batch([], []), np.array([20]), np.array([2.0]))
    assert rows(marked) == [(20, [])]
    assert (marked.is_exec_close.tolist(), marked.price.tolist()) == ([1], [2.0])
    untouched = with_exec_closes(batch([10], [[1]]), np.array([], dtype=np.int64), np.array([]))
    assert (rows(untouched), untouched.is_exec_close.tolist()) == ([(10, [1])], [0])


def test_a_write_into_one_empty_batch_can_reach_no_other() -> None:
    one, other = join([], until_ms=1), join([], until_ms=2)
    assert not (one.first.flags.writeable and np.shares_memory(one.first, other.first))


@pytest.mark.parametrize(
    ("at_ms", "before"), [(9, 0), (10, 1), (11, 1), (20, 2), (29, 2), (30, 3), (35, 3), (40, 3), (99, 3)]
)
def test_a_split_keeps_every_row_on_its_side(at_ms: int, before: int) -> None:
    whole = batch([10, 20, 30], [[1], [2, 3], [4]], until_ms=40)
    earlier, later = whole.split(at_ms)
    assert (rows(earlier), rows(later)) == (rows(whole)[:before], rows(whole)[before:])
    assert (earlier.until_ms, later.until_ms) == (min(at_ms, 40), 40)
    assert (earlier.trail_ts <= at_ms).all()
    assert (later.trail_ts > at_ms).all()
    joined = join([earlier, later], until_ms=40)
    for field in attrs.fields(IntentBatch):
        assert np.array_equal(getattr(joined, field.name), getattr(whole, field.name)), field.name
