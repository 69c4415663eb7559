from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.assembler import MOST_REMEMBERED, MOST_WAITING, Assembler, Candle
from feeds.gaps import GapSpan
from play_engine.bars import BarSeries
from play_engine.errors import InternalError
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, same, walk

COUNT = 12
TRUTH = walk(COUNT)


def candle(index: int, **changes: object) -> Candle:
    values = {name: float(getattr(TRUTH, name)[index]) for name in ("open", "high", "low", "close", "volume")}
    return attrs.evolve(Candle(ts=int(TRUTH.ts[index]), **values), **changes)


def assembler() -> Assembler:
    return Assembler("BTCUSDT", MINUTE_MS, START_MS)


def taken(one: Assembler, most_bars: int = 1) -> list[BarSeries]:
    pieces: list[BarSeries] = []
    while (piece := one.take(most_bars)) is not None:
        pieces.append(piece)
    return pieces


def offered(order: Sequence[int], most_bars: int = 1) -> tuple[Assembler, list[BarSeries]]:
    """An assembler that was offered candles in an order, and what it gave meanwhile."""
    one, pieces = assembler(), []
    for index in order:
        one.offer(candle(index))
        pieces += taken(one, most_bars)
    return one, pieces


@given(st.lists(st.integers(0, COUNT - 1), max_size=3 * COUNT), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_true_series_or_an_explicit_hole_whatever_the_order(order: list[int], random: object, most: int) -> None:
    present = set(order)
    reached = next((index for index in range(COUNT) if index not in present), COUNT)
    one, pieces = offered(order, most)
    if reached:
        assert same(pieces, TRUTH.rows(0, reached))
    else:
        assert pieces == []
    later = sorted(index for index in present if index > reached)
    if later:
        end_ms = START_MS + later[0] * MINUTE_MS
        missing = later[0] - reached
        assert one.hole == GapSpan(start_ms=one.next_ms, end_ms=end_ms, missing_bars=missing)
    else:
        assert one.hole is None
    assert one.next_ms == START_MS + reached * MINUTE_MS
    counts = one.statistics()
    assert (counts.bars, counts.duplicates) == (reached, len(order) - len(present))


@given(st.permutations(range(COUNT)))
def test_any_order_gives_the_series_bit_for_bit(order: list[int]) -> None:
    _, pieces = offered(order)
    assert [len(piece) for piece in pieces] == [1] * COUNT
    assert same(pieces, TRUTH)


def test_an_open_candle_changes_nothing_even_with_the_final_values() -> None:
    one = assembler()
    one.offer(candle(0, closed=False))
    assert one.take(1) is None
    one.offer(candle(0))
    one.offer(candle(0, closed=False, close=1.0))
    assert same(taken(one), TRUTH.rows(0, 1))
    assert one.statistics().unclosed == 2
    assert one.disagreements() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"ts": START_MS + 1},
        {"low": 0.0},
        {"close": float("nan")},
        {"open": 1e9},
        {"high": float("inf")},
        {"volume": -1.0},
        {"volume": float("nan")},
    ],
    ids=str,
)
def test_a_candle_that_cannot_be_is_refused_and_its_place_stays_open(changes: dict[str, float]) -> None:
    one = assembler()
    one.offer(candle(0, **changes))
    assert one.take(1) is None
    assert one.statistics().refused == 1
    one.offer(candle(0))
    assert same(taken(one), TRUTH.rows(0, 1))


def test_rest_has_the_last_word_until_a_bar_is_taken_and_none_afterwards() -> None:
    one = assembler()
    wrong = candle(0, close=TRUTH.open[0])
    one.offer(wrong)
    one.offer(candle(0, source="rest"))
    one.offer(wrong)
    assert same(taken(one), TRUTH.rows(0, 1))
    (told,) = one.disagreements()
    assert (told.used.source, told.other) == ("rest", wrong)

    one.offer(candle(1, volume=77.0))
    bars = one.take(1)
    one.offer(candle(1, source="rest"))
    one.offer(candle(1, source="rest"))
    (told,) = one.disagreements()
    assert (told.used.volume, told.other.volume) == (77.0, candle(1).volume)
    assert bars is not None
    assert bars.volume.tolist() == [77.0]
    assert one.statistics().disagreements == 4


def test_a_page_of_rest_fills_the_hole_before_what_waits() -> None:
    one, pieces = offered([0, 4, 5])
    one.offer_all(TRUTH.rows(0, 5), "rest")
    pieces += taken(one, COUNT)
    assert [len(piece) for piece in pieces] == [1, 5]
    assert same(pieces, TRUTH.rows(0, 6))
    assert one.statistics().duplicates == 2


def test_what_came_from_elsewhere_is_compared_and_not_given_again() -> None:
    one = assembler()
    for index in (1, 2, 3):
        one.offer(candle(index, close=TRUTH.low[index]) if index == 2 else candle(index))
    one.go_on_after(TRUTH.rows(0, 3), "store")
    assert same(taken(one), TRUTH.rows(3, 4))
    assert [(told.used.ts, told.used.source) for told in one.disagreements()] == [(int(TRUTH.ts[2]), "store")]


def test_what_cannot_be_yet_does_not_keep_a_hole_open() -> None:
    one, _ = offered([0, 5, 6])
    one.forget_from(int(TRUTH.ts[6]))
    assert one.hole == GapSpan(start_ms=int(TRUTH.ts[1]), end_ms=int(TRUTH.ts[5]), missing_bars=4)
    one.forget_from(int(TRUTH.ts[5]))
    assert one.hole is None
    assert one.statistics().refused == 2


def test_going_back_is_an_error() -> None:
    one, _ = offered([0, 1])
    with pytest.raises(InternalError, match="cannot go on"):
        one.skip(START_MS)
    with pytest.raises(InternalError, match="cannot go on"):
        one.skip(START_MS + 5 * MINUTE_MS + 1)
    with pytest.raises(InternalError, match="cannot go on"):
        one.go_on_after(TRUTH.rows(1, 4), "store")


def test_a_stretch_that_is_skipped_is_not_given() -> None:
    one, _ = offered([3, 4])
    assert one.hole is not None
    one.skip(one.hole.end_ms)
    assert same(taken(one), TRUTH.rows(3, 5))
    one.offer(candle(2))
    assert one.statistics().late == 1


def test_room_is_bounded_and_what_is_next_is_kept() -> None:
    one = assembler()
    many = walk(MOST_WAITING + 4)
    one.offer_all(many.rows(1, len(many)), "rest")
    assert one.statistics().dropped == 3
    one.offer_all(many.rows(0, 1), "stream")
    pieces = taken(one, len(many))
    assert same(pieces, many.rows(0, MOST_WAITING))
    one.offer_all(many.rows(0, 1), "stream")
    one.offer_all(many.rows(MOST_WAITING - MOST_REMEMBERED, MOST_WAITING), "rest")
    assert (one.statistics().late, one.statistics().duplicates) == (1, MOST_REMEMBERED)
