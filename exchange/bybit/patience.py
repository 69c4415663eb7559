"""What a reply's status and headers say about asking again: now, later, in a moment, or never."""

from collections.abc import Mapping

from exchange.bybit.errors import Down, Refused, Throttled
from exchange.bybit.http import Reply

_OK, _REQUEST_TIMEOUT, _FORBIDDEN, _TOO_MANY, _SERVER_ERRORS = 200, 408, 403, 429, 500
# A reset time further ahead than this is a mistake of the venue, or of its clock.
_LONGEST_RESET_S = 60.0


def check_status(reply: Reply, *, answered_before: bool, ban_s: float) -> None:
    """Raise what the status means, unless it is 200.

    A 403 after answers means that this address has asked too often; before any it may as well be its country, for
    which no wait helps.
    """
    status = reply.status
    if status == _OK:
        return
    if status == _TOO_MANY:
        raise Throttled("the venue answered HTTP 429", _seconds(reply.headers.get("retry-after", "")))
    if status == _FORBIDDEN and answered_before:
        raise Throttled(f"the venue answered HTTP 403: this address asked too often; waiting {ban_s:g} s", ban_s)
    if status == _FORBIDDEN:
        raise Refused(
            status,
            "the venue answered HTTP 403: this address asked too often within the last ten minutes, or the venue does "
            "not serve its country. Wait ten minutes, with nothing else asking from here, and try again",
        )
    if status == _REQUEST_TIMEOUT or status >= _SERVER_ERRORS:
        raise Down(f"the venue answered HTTP {status}")
    raise Refused(status, f"the venue answered HTTP {status}; is the address right?")


def reset_wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds until the venue's limit is full again, if the headers say that nothing is left of it; else None.

    Both ends are the venue's own clock.
    """
    if headers.get("x-bapi-limit-status", "").strip() != "0":
        return None
    reset_s, now_s = (_seconds(headers.get(name, "")) for name in ("x-bapi-limit-reset-timestamp", "timenow"))
    if reset_s is None or now_s is None:
        return None
    return min(max((reset_s - now_s) / 1e3, 0.0), _LONGEST_RESET_S)


def _seconds(text: str) -> float | None:
    return float(text) if text.strip().isdecimal() else None
