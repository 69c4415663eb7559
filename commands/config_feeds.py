"""The tables `[feeds.NAME]` of a config file: where the bars of its instances come from."""

from pathlib import Path

import attrs

from commands.config_table import Table
from play_engine.intervals import INTERVALS, MINUTE_MS
from play_engine.play.backtest import PATTERNS

# Files that may go with the candles of a file feed.
_BESIDE = ("mark", "funding", "open_interest")
_KEYS = {
    "synthetic": ("source", "seed", "start", "days", "pattern"),
    "store": ("source", "history", "venue", "interval"),
    "file": ("source", "path", *_BESIDE),
    "venue": ("source", "venue"),
}
_MOST_DAYS = 3_660
_LARGEST_SEED = 2**63 - 1


@attrs.frozen
class FeedConfig:
    """A source of bars."""


@attrs.frozen(kw_only=True)
class SyntheticFeedConfig(FeedConfig):
    """Made-up bars of `days` days from `start_ms` (ms since the epoch, UTC) for the symbols of its Plays.

    They follow the named `pattern`; where that is empty, they look like a market.
    """

    seed: int
    start_ms: int
    days: int
    pattern: str = ""


@attrs.frozen(kw_only=True)
class StoreFeedConfig(FeedConfig):
    """Bars of one venue and interval out of the candle store in folder `history`."""

    history: Path
    venue: str
    interval_ms: int


@attrs.frozen(kw_only=True)
class FileFeedConfig(FeedConfig):
    """Bars of one symbol out of one file, and what goes with them out of others."""

    path: Path
    mark: Path | None = None
    funding: Path | None = None
    open_interest: Path | None = None


@attrs.frozen(kw_only=True)
class VenueFeedConfig(FeedConfig):
    """What a venue streams: its history first, then every bar as it closes."""

    venue: str


def read_feed(table: Table, folder: Path) -> FeedConfig:
    """One feed; what is wrong is reported to the table's problems. Paths start at `folder`."""
    source = table.text("source", choices=tuple(_KEYS))
    if not source:
        return FeedConfig()
    table.check_keys(_KEYS[source])
    if source == "synthetic":
        return SyntheticFeedConfig(
            seed=table.integer("seed", minimum=0, maximum=_LARGEST_SEED, default=0),
            start_ms=table.instant("start"),
            days=table.integer("days", minimum=1, maximum=_MOST_DAYS),
            pattern=table.text("pattern", default="", choices=PATTERNS),
        )
    if source == "store":
        interval = table.text("interval", default="1m", choices=tuple(INTERVALS))
        return StoreFeedConfig(
            history=folder / table.text("history"),
            venue=table.text("venue"),
            interval_ms=INTERVALS.get(interval, MINUTE_MS),
        )
    if source == "venue":
        return VenueFeedConfig(venue=table.text("venue"))
    beside = {key: folder / table.text(key) for key in _BESIDE if key in table.values}
    return FileFeedConfig(path=folder / table.text("path"), **beside)
