"""How the public client behaves: where it asks, how fast, and how long it keeps trying."""

from urllib.parse import urlsplit

import attrs

from play_engine.errors import DataError

BASE_URL = "https://api.bybit.com"
ARCHIVE_URL = "https://public.bybit.com"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _check_url(_settings: "ClientSettings", attribute: "attrs.Attribute[str]", url: str) -> None:
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise DataError(
            f"{attribute.name} {url!r}: allowed are https:// addresses without a query, and http:// on this machine. "
            "Prices from a connection that anybody can alter are not taken"
        )


@attrs.frozen(kw_only=True)
class ClientSettings:
    """Times in seconds, unless named otherwise.

    `requests_per_s` is far below the venue's limit of 120 a second for one address. A question is asked again after no
    answer (`most_failures` times), after an answer that cannot be true (`most_wrong`), and after the venue asked us to
    slow down (`most_throttles`); the waits grow from `backoff_first_s` to `backoff_most_s`. `ban_s` is the silence
    after which the venue lifts the ban of an address. `closed_margin_ms` is how long before the venue's time a bar must
    have ended to count as closed. Raises DataError for an address without TLS, unless it is on this machine.
    """

    base_url: str = attrs.field(default=BASE_URL, validator=_check_url)
    archive_url: str = attrs.field(default=ARCHIVE_URL, validator=_check_url)
    requests_per_s: float = 20.0
    request_timeout_s: float = 15.0
    download_timeout_s: float = 600.0
    backoff_first_s: float = 0.5
    backoff_most_s: float = 30.0
    most_failures: int = 8
    most_wrong: int = 4
    most_throttles: int = 60
    ban_s: float = 600.0
    closed_margin_ms: int = 2_000
