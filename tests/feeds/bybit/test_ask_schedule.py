import pytest

from feeds.bybit.ask_schedule import AskSchedule
from feeds.bybit.live_settings import LiveSettings
from play_engine.intervals import MINUTE_MS

# The venue's noon, and ours.
NOON_MS = 12 * 60 * MINUTE_MS
NOON_S = 5_000.0


def schedule(**settings: float) -> AskSchedule:
    """One that has just been told that all bars up to noon are there."""
    one = AskSchedule(MINUTE_MS, LiveSettings(**settings), NOON_S)
    one.note_stream(well=True, again=False)
    one.note_answer(NOON_MS, NOON_S, NOON_MS, NOON_MS)
    return one


def due_s(one: AskSchedule, now_s: float = NOON_S, *, hole: bool = False) -> float:
    return one.due_s(NOON_MS, now_s, hole=hole) - NOON_S


def test_nothing_known_is_asked_for_at_once() -> None:
    one = AskSchedule(MINUTE_MS, LiveSettings(), NOON_S)
    assert due_s(one) == 0.0
    assert not one.is_current(NOON_MS, NOON_S)
    one.note_failure(NOON_S)
    assert due_s(one) == 2.0


@pytest.mark.parametrize(("well", "expected"), [(True, 65.0), (False, 62.0)])
def test_a_bar_is_due_when_rest_may_be_trusted_and_later_if_the_stream_is_well(well: bool, expected: float) -> None:
    one = schedule()
    one.note_stream(well=well, again=False)
    assert due_s(one) == expected
    one.note_time(NOON_MS + 30_000, NOON_S + 10)
    assert due_s(one) == expected - 20


def test_what_is_current_is_told_by_the_venues_time_going_on() -> None:
    one = schedule()
    assert one.is_current(NOON_MS, NOON_S + 61.9)
    assert not one.is_current(NOON_MS, NOON_S + 62.1)


def test_a_hole_is_asked_for_after_waits_that_grow_and_start_over_with_progress() -> None:
    one, now_s = schedule(), NOON_S + 100
    one.note_hole(now_s)
    waits: list[float] = []
    for _ in range(7):
        due = one.due_s(NOON_MS, now_s, hole=True)
        waits.append(due - now_s)
        now_s = due
        one.note_answer(NOON_MS + 10 * MINUTE_MS, now_s, NOON_MS, NOON_MS)
    assert waits == pytest.approx([1, 2, 4, 8, 15, 15, 15])
    one.note_answer(NOON_MS + 3 * MINUTE_MS, now_s, NOON_MS, NOON_MS + 2 * MINUTE_MS)
    assert one.due_s(NOON_MS + 2 * MINUTE_MS, now_s, hole=True) == now_s + 1


def test_a_page_that_was_full_is_followed_by_the_next_one_at_once() -> None:
    one = schedule()
    one.note_answer(NOON_MS + 5_000 * MINUTE_MS, NOON_S, NOON_MS, NOON_MS + 1_000 * MINUTE_MS)
    assert one.due_s(NOON_MS + 1_000 * MINUTE_MS, NOON_S, hole=False) == NOON_S


def test_a_stream_that_is_there_again_is_checked_at_once_and_then_every_five_minutes() -> None:
    one = schedule()
    one.note_stream(well=True, again=True)
    assert due_s(one) == 0.0
    one.note_answer(NOON_MS, NOON_S, NOON_MS, NOON_MS)
    assert one.due_s(NOON_MS + 60 * MINUTE_MS, NOON_S, hole=False) == NOON_S + 300


def test_a_venue_whose_clock_stands_is_not_asked_without_a_pause() -> None:
    one = schedule()
    one.note_answer(NOON_MS + 62_000 - 1, NOON_S, NOON_MS, NOON_MS)
    one.note_stream(well=False, again=False)
    assert due_s(one) == 1.0
