"""What every code, status and failure means, for every kind of request."""

import pytest

from exchange.bybit import outcomes
from exchange.bybit.outcomes import Action, Meaning, Outcome, listed_codes, outcome_of
from exchange.bybit.request import Kind

# One line for each meaning that an answer to an order can have.
_ACCEPTED = {0, 34040, 110025, 110026, 110027, 110043}
_GONE = {110001, 110008, 110010, 170139, 170142, 170143, 170190, 170212, 170213}
_UNKNOWN = {429, 10000, 10014, 10016, 10019, 10429, 40004, 110072, 110079, 170141, 110118, 110005, 10018, 10403, -1}
_REJECTED = {
    *(10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009, 10010, 10017, 10024, 10027, 10028, 10029, 33004),
    *(-2015, 110003, 110004, 110007, 110012, 110013, 110017, 110020, 110024, 110033, 110044, 110061, 110064, 110066),
    *(110073, 110085, 110092, 110093, 110094, 110100, 110120, 110121, 110132, 170131, 170194, 3400045, 10404, 20006),
}


@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.AMEND, Kind.CANCEL])
def test_every_code(kind: Kind) -> None:
    expected = dict.fromkeys(_ACCEPTED, Meaning.ACCEPTED) | dict.fromkeys(_REJECTED, Meaning.REJECTED)
    expected |= dict.fromkeys(_UNKNOWN, Meaning.UNKNOWN)
    # An order that is gone says nothing about one that was to be made.
    expected |= dict.fromkeys(_GONE, Meaning.UNKNOWN if kind is Kind.CREATE else Meaning.GONE)
    assert {code: outcome_of(code, 200, kind).meaning for code in expected} == expected


def test_a_code_is_listed_once_and_has_one_meaning_by_its_action() -> None:
    codes = listed_codes()
    written = [code for text in outcomes._ACTIONS.values() for code in outcomes._codes(text)]
    assert sorted(written) == sorted(codes)
    for code, action in codes.items():
        meaning = outcome_of(code, 200, Kind.CANCEL).meaning
        assert (meaning is Meaning.ACCEPTED) == (action is Action.OK)
        assert (meaning is Meaning.GONE) == (action is Action.NX)
        assert (meaning is Meaning.REJECTED) == (action in (Action.FAIL, Action.STOP) or code in (10002, 10006))


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (0, Action.OK),
        (10002, Action.CLOCK),
        (10003, Action.STOP),
        (10005, Action.STOP),
        (10009, Action.STOP),
        (10006, Action.WAIT),
        (110001, Action.NX),
        (110015, Action.FAIL),
        (110024, Action.FAIL),
        (110072, Action.LOOK_UP),
        (110079, Action.RETRY),
        (-1, Action.CLOCK),
        (-2015, Action.STOP),
    ],
)
def test_actions(code: int, action: Action) -> None:
    assert outcome_of(code, 200, Kind.CREATE).action is action


@pytest.mark.parametrize("code", [110016, 110031, 20001, 1, -7, 999_999_999])
def test_an_unlisted_code_is_no_refusal(code: int) -> None:
    assert outcome_of(code, 200, Kind.CREATE) == Outcome(
        meaning=Meaning.UNKNOWN, action=Action.LOOK_UP, is_listed=False
    )


@pytest.mark.parametrize(
    ("status", "meaning", "action"),
    [
        (401, Meaning.REJECTED, Action.STOP),
        (403, Meaning.REJECTED, Action.WAIT),
        (404, Meaning.REJECTED, Action.FAIL),
        (408, Meaning.UNKNOWN, Action.LOOK_UP),
        (429, Meaning.UNKNOWN, Action.LOOK_UP),
        (500, Meaning.UNKNOWN, Action.LOOK_UP),
        (503, Meaning.UNKNOWN, Action.LOOK_UP),
        (None, Meaning.UNKNOWN, Action.LOOK_UP),
    ],
)
def test_every_status(status: int | None, meaning: Meaning, action: Action) -> None:
    # What a gateway wrote into the body does not count.
    for code in (None, 0, 10001):
        assert outcome_of(code, status, Kind.CREATE) == Outcome(meaning=meaning, action=action)


def test_strange_statuses_and_bodies_are_unknown() -> None:
    assert outcome_of(None, 200, Kind.CREATE).meaning is Meaning.UNKNOWN
    assert outcome_of(None, 302, Kind.CREATE) == Outcome(
        meaning=Meaning.UNKNOWN, action=Action.LOOK_UP, is_listed=False
    )


def test_an_unknown_read_is_read_again() -> None:
    assert outcome_of(10016, 200, Kind.READ).action is Action.RETRY
    assert outcome_of(None, 502, Kind.READ).action is Action.RETRY
    assert outcome_of(10003, 200, Kind.READ).action is Action.STOP
