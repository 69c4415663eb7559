"""The tables `[venues.NAME]` of a config file: the exchanges at which accounts trade."""

from collections.abc import Mapping

import attrs

from commands.config_feeds import FeedConfig, VenueFeedConfig
from commands.config_table import Table
from play_engine.play.problems import did_you_mean, listed

# The venue that this program serves itself, in front of the simulator.
LOCAL = "local"
# Venues on the network: trading there needs the gates of live instances.
_LATER_KINDS = ("bybit-demo", "bybit-testnet", "bybit")
_LATER_KEYS = ("rest_url", "public_ws_url", "private_ws_url", "request_timeout_s", "recv_window_ms")
AS_FAST_AS_POSSIBLE = "max"
_SPEED_RULE = f'a number of market seconds a second, 1 or more, or "{AS_FAST_AS_POSSIBLE}"'


@attrs.frozen(kw_only=True)
class VenueConfig:
    """A local venue that replays the bars of `feed`.

    `window_ms` are start and end in ms since the epoch, end exclusive; None is all there is. `speed` is in market
    seconds a second; None is as fast as its accounts follow.
    """

    feed: str
    window_ms: tuple[int, int] | None
    speed: float | None


def read_venues(root: Table, feeds: Mapping[str, FeedConfig]) -> dict[str, VenueConfig]:
    """The venues by name; what is wrong is reported to the table's problems."""
    section = root.table("venues")
    venues: dict[str, VenueConfig] = {}
    for name in section.values if section is not None else ():
        table = section.table(name) if section is not None else None
        if table is not None:
            venues[name] = _read_venue(table, feeds)
    return venues


def _read_venue(table: Table, feeds: Mapping[str, FeedConfig]) -> VenueConfig:
    table.check_keys(("kind", "feed", "window", "speed"), _LATER_KEYS)
    if table.values.get("kind") in _LATER_KINDS:
        found = f'kind = "{table.values["kind"]}"'
        table.problems.not_built(
            table.spot("kind"), found, f'this version trades at a venue of its own: write kind = "{LOCAL}"'
        )
    else:
        table.text("kind", choices=(LOCAL,))
    feed = table.text("feed")
    if feed and feed not in feeds:
        hint = did_you_mean(feed, feeds) or f"add [feeds.{feed}]"
        table.invalid("feed", "UNDECLARED_FEED", listed(feeds) or "no feed is declared", hint)
    elif isinstance(feeds.get(feed), VenueFeedConfig):
        table.invalid("feed", "INVALID_VALUE", "a feed of bars that are there already: a file, the store, made-up ones")
    return VenueConfig(feed=feed, window_ms=read_window(table), speed=_read_speed(table))


def _read_speed(table: Table) -> float | None:
    speed = table.values.get("speed", 1)
    if speed == AS_FAST_AS_POSSIBLE:
        return None
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 1 <= speed < float("inf"):
        table.invalid("speed", "INVALID_VALUE", _SPEED_RULE)
        return None
    return float(speed)


def read_window(table: Table) -> tuple[int, int] | None:
    """The window of a table, in ms since the epoch; None where it has none."""
    window = table.table("window")
    if window is None:
        return None
    window.check_keys(("start", "end"))
    start, end = window.instant("start"), window.instant("end")
    if start >= end and start and end:
        table.invalid("window", "INVALID_VALUE", "a start before the end; the end is exclusive")
    return start, end
