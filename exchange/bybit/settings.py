"""Where Bybit is, and how its client behaves: addresses, deadlines, budgets."""

from urllib.parse import urlsplit

import attrs

from play_engine.errors import DataError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEMES = {"rest_url": ("https", "http")}
_SOCKET_SCHEMES = ("wss", "ws")


def _check_url(_endpoints: "BybitEndpoints", attribute: "attrs.Attribute[str]", url: str) -> None:
    safe, plain = _SCHEMES.get(attribute.name, _SOCKET_SCHEMES)
    parts = urlsplit(url)
    trusted = parts.scheme == safe or (parts.scheme == plain and parts.hostname in _LOOPBACK)
    if not trusted or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise DataError(
            f"{attribute.name} {url!r}: allowed are {safe}:// addresses without user or query, and {plain}:// on this "
            "machine. Orders do not travel over a connection that anybody can alter"
        )


@attrs.frozen(kw_only=True)
class BybitEndpoints:
    """The addresses of one environment, each with its own keys. Without `trade_ws_url` orders go over REST only.

    Raises DataError for an address without TLS, unless it is on this machine.
    """

    rest_url: str = attrs.field(validator=_check_url)
    public_ws_url: str = attrs.field(validator=_check_url)
    private_ws_url: str = attrs.field(validator=_check_url)
    trade_ws_url: str | None = attrs.field(default=None, validator=attrs.validators.optional(_check_url))


MAINNET = BybitEndpoints(
    rest_url="https://api.bybit.com",
    public_ws_url="wss://stream.bybit.com/v5/public/linear",
    private_ws_url="wss://stream.bybit.com/v5/private",
    trade_ws_url="wss://stream.bybit.com/v5/trade",
)
TESTNET = BybitEndpoints(
    rest_url="https://api-testnet.bybit.com",
    public_ws_url="wss://stream-testnet.bybit.com/v5/public/linear",
    private_ws_url="wss://stream-testnet.bybit.com/v5/private",
    trade_ws_url="wss://stream-testnet.bybit.com/v5/trade",
)
# Demo accounts trade on the market data of the mainnet, and have no socket for orders.
DEMO = BybitEndpoints(
    rest_url="https://api-demo.bybit.com",
    public_ws_url=MAINNET.public_ws_url,
    private_ws_url="wss://stream-demo.bybit.com/v5/private",
)


def local_endpoints(port: int) -> BybitEndpoints:
    """A venue on this machine that has everything on one port."""
    sockets = f"ws://127.0.0.1:{port}/v5"
    return BybitEndpoints(
        rest_url=f"http://127.0.0.1:{port}",
        public_ws_url=f"{sockets}/public/linear",
        private_ws_url=f"{sockets}/private",
        trade_ws_url=f"{sockets}/trade",
    )


_POSITIVE = attrs.validators.gt(0.0)
_COUNT = attrs.validators.gt(0)
_WINDOW = attrs.validators.and_(attrs.validators.ge(1_000), attrs.validators.le(10_000))
_SHARE = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.lt(1.0))


@attrs.frozen(kw_only=True)
class BybitSettings:
    """How the client behaves. Times in seconds unless named otherwise; `_s` fields are all above 0.

    Requests are valid for `recv_window_ms` and get `request_timeout_s` for the whole answer; a read is asked at most
    `read_attempts` times. Streams ping every `ping_s` and after `silence_s` without a message, and are given up
    without a pong within `pong_s`, or an acknowledgement within `acknowledge_s`. They come back after a uniformly
    random time between `backoff_first_s` and a limit that doubles up to `backoff_most_s`, and starts over after
    `healthy_s` of health. The clock is measured every `clock_every_s`, out of `clock_samples` questions.

    `entry_free_share` of each order budget (at least two requests a second) is closed to entries; entries of one symbol
    are at most `entries_per_symbol_per_s`. REST stays below `requests_per_5_s` (Bybit bans an address at 600), and is
    silent for `ban_s` after a ban. `taker` and `maker` are the fees of an account that may not ask for them.
    Raises ValueError for values out of range.
    """

    recv_window_ms: int = attrs.field(default=5_000, validator=_WINDOW)
    request_timeout_s: float = attrs.field(default=5.0, validator=_POSITIVE)
    read_attempts: int = attrs.field(default=3, validator=_COUNT)
    connections: int = attrs.field(default=8, validator=_COUNT)
    connect_timeout_s: float = attrs.field(default=5.0, validator=_POSITIVE)
    acknowledge_s: float = attrs.field(default=5.0, validator=_POSITIVE)
    ping_s: float = attrs.field(default=20.0, validator=_POSITIVE)
    pong_s: float = attrs.field(default=5.0, validator=_POSITIVE)
    silence_s: float = attrs.field(default=10.0, validator=_POSITIVE)
    backoff_first_s: float = attrs.field(default=0.5, validator=_POSITIVE)
    backoff_most_s: float = attrs.field(default=30.0, validator=_POSITIVE)
    healthy_s: float = attrs.field(default=60.0, validator=_POSITIVE)
    clock_every_s: float = attrs.field(default=60.0, validator=_POSITIVE)
    clock_samples: int = attrs.field(default=3, validator=_COUNT)
    entry_free_share: float = attrs.field(default=0.2, validator=_SHARE)
    entries_per_symbol_per_s: int = attrs.field(default=5, validator=_COUNT)
    requests_per_5_s: int = attrs.field(default=300, validator=_COUNT)
    ban_s: float = attrs.field(default=600.0, validator=_POSITIVE)
    taker: float = 0.00055
    maker: float = 0.0002
