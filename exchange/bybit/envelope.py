"""The envelope around every REST answer of the venue: what it says of success, and when it was written."""

import json
from typing import Any, NoReturn, TypeGuard

import attrs

from exchange.bybit.errors import Down, Refused, Throttled, WrongAnswer

# Return codes that mean: later. All others but 0 mean: not at all.
_THROTTLED = frozenset({429, 10006, 10018, 10429})
_DOWN = frozenset({10000, 10016})
# Enough of a foreign text to recognise it by.
_SHOWN_CHARACTERS = 120


@attrs.frozen(kw_only=True)
class Answer:
    """The content of an answer, and the venue's time at which it was written (ms since the epoch, UTC)."""

    result: dict[str, Any]
    time_ms: int


def open_envelope(body: bytes) -> Answer:
    """The answer in `body`; fields that we do not know are passed over.

    Raises Refused, Throttled or Down for what a return code says, and WrongAnswer for what is no envelope.
    """
    try:
        envelope = json.loads(body, parse_constant=_no_number)
    except ValueError as error:
        raise WrongAnswer(f"the answer is no JSON ({error}): {_shown(body)}") from None
    code = envelope.get("retCode") if isinstance(envelope, dict) else None
    if not _is_int(code):
        raise WrongAnswer(f"the answer has no whole number as retCode: {_shown(body)}")
    if code != 0:
        _raise(code, str(envelope.get("retMsg", "")))
    result, time_ms = envelope.get("result"), envelope.get("time")
    if not isinstance(result, dict) or not _is_int(time_ms):
        raise WrongAnswer(f"the answer has no object as result, or no whole number as time: {_shown(body)}")
    return Answer(result=result, time_ms=time_ms)


def _raise(code: int, message: str) -> NoReturn:
    text = f"the venue answered {code}: {message or 'no reason given'}"
    if code in _THROTTLED:
        raise Throttled(text)
    if code in _DOWN:
        raise Down(text)
    raise Refused(code, text)


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _shown(body: bytes) -> str:
    text = body[:_SHOWN_CHARACTERS].decode("utf-8", "replace")
    return repr(text) + ("" if len(body) <= _SHOWN_CHARACTERS else f" … ({len(body):,} bytes)")
