"""What an answer means: was the request carried out, and what is to be done about it?

One table of codes, one of HTTP statuses, one function. A code that is not in the table is no refusal: what became of
the request is unknown, and must be looked up.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import attrs

from exchange.bybit.request import Kind

_OK_STATUS = 200


class Action(StrEnum):
    """What a client does about an answer."""

    OK = "OK"  # nothing
    NX = "NX"  # the order is gone: read how it ended
    RETRY = "RETRY"  # ask again
    LOOK_UP = "RETRY?"  # read what became of it before anything else
    CLOCK = "CLOCK"  # measure the venue's clock again, then ask again
    WAIT = "WAIT"  # ask nothing for a while
    FAIL = "FAIL"  # do not ask again
    STOP = "STOP"  # no request of this account can succeed


class Meaning(StrEnum):
    """Whether the request was carried out."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    GONE = "gone"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Outcome:
    """The meaning of an answer. `is_listed` is False for a code or status that this client does not know: somebody
    should hear of it."""

    meaning: Meaning
    action: Action
    is_listed: bool = True


# Everything that does not say that nothing was done, or that all was, stays unknown.
_ACTIONS: Mapping[Action, str] = {
    Action.OK: "0 34040 110025 110026 110027 110043",
    Action.NX: "110001 110008 110010 170139 170142 170143 170190 170212 170213",
    Action.RETRY: "40004 110079 110118",
    Action.LOOK_UP: (
        "429 10000 10014 10016 10019 110005 110072 170001 170007 170032 170141 170146 170147 170149 170150 170234 "
        "170310"
    ),
    Action.CLOCK: "-1 10002",
    Action.WAIT: "10006 10018 10403 10429 20003 170005 170222",
    Action.FAIL: (
        "10001 10017 10029 10404 20006 30208 30209 30228 110003 110004 110006 110007 110009 110011..110015 "
        "110017..110024 110028 110029 110032..110034 110036 110038..110040 110044..110048 110051..110061 110063 110064 "
        "110066 110073 110074 110076..110078 110085..110087 110089 110090 110092..110100 110103 110108 110109 "
        "110119..110121 170033 170124 170131..170134 170136 170137 170140 170148 170192..170194 170371 170372 170381 "
        "170382 170810 3400045"
    ),
    Action.STOP: "-2015 10003..10005 10007..10010 10024 10027 10028 33004 100028 110123..110125 110132",
}
# Refused before anything was done, although the same request may pass later.
_REFUSED_FOR_NOW = frozenset({10002, 10006})
_REFUSING = frozenset({Action.FAIL, Action.STOP})
_STATUSES: Mapping[int, Outcome] = {
    401: Outcome(meaning=Meaning.REJECTED, action=Action.STOP),
    403: Outcome(meaning=Meaning.REJECTED, action=Action.WAIT),
    404: Outcome(meaning=Meaning.REJECTED, action=Action.FAIL),
    408: Outcome(meaning=Meaning.UNKNOWN, action=Action.LOOK_UP),
    429: Outcome(meaning=Meaning.UNKNOWN, action=Action.LOOK_UP),
}
_SERVER_ERRORS = range(500, 600)
_NO_ANSWER = Outcome(meaning=Meaning.UNKNOWN, action=Action.LOOK_UP)
_NEVER_SEEN = Outcome(meaning=Meaning.UNKNOWN, action=Action.LOOK_UP, is_listed=False)
_CAN_BE_GONE = frozenset({Kind.AMEND, Kind.CANCEL})


def outcome_of(code: int | None, http_status: int | None, kind: Kind) -> Outcome:
    """The meaning of an answer to a request of `kind`.

    `code` is that of the answer's body, None for a body that is not understood; `http_status` is None where no whole
    answer came: a timeout, a broken connection. Over a trade WebSocket it is 200. A read that is unknown is read again.
    """
    outcome = _answered(code, http_status, kind)
    if kind is Kind.READ and outcome.action is Action.LOOK_UP:
        return attrs.evolve(outcome, action=Action.RETRY)
    return outcome


def listed_codes() -> Mapping[int, Action]:
    """Every code that this client knows."""
    return _CODES


def _answered(code: int | None, http_status: int | None, kind: Kind) -> Outcome:
    if http_status is None or http_status in _SERVER_ERRORS:
        return _NO_ANSWER
    if http_status != _OK_STATUS:
        return _STATUSES.get(http_status, _NEVER_SEEN)
    if code is None:
        return _NO_ANSWER
    action = _CODES.get(code)
    if action is None:
        return _NEVER_SEEN
    return Outcome(meaning=_meaning(code, action, kind), action=action)


def _meaning(code: int, action: Action, kind: Kind) -> Meaning:
    if action is Action.OK:
        return Meaning.ACCEPTED
    if action in _REFUSING or code in _REFUSED_FOR_NOW:
        return Meaning.REJECTED
    return Meaning.GONE if action is Action.NX and kind in _CAN_BE_GONE else Meaning.UNKNOWN


def _codes(text: str) -> Iterator[int]:
    """The codes of a text of codes and ranges `first..last`, both ends included."""
    for word in text.split():
        first, _, last = word.partition("..")
        yield from range(int(first), int(last or first) + 1)


_CODES: Mapping[int, Action] = {code: action for action, text in _ACTIONS.items() for code in _codes(text)}
