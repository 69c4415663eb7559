"""What goes together in a config file: modes of instances, their accounts and feeds, and the venues behind them."""

from collections.abc import Mapping

from commands.config_accounts import AccountConfig
from commands.config_feeds import FeedConfig, VenueFeedConfig
from commands.config_table import Table
from commands.config_venues import VenueConfig
from play_engine.play.problems import did_you_mean, listed

BACKTEST, DEMO = "backtest", "demo"


def check_venue_feeds(root: Table, feeds: Mapping[str, FeedConfig], venues: Mapping[str, VenueConfig]) -> None:
    """Report feeds that stream from a venue which is not declared."""
    section = root.table("feeds")
    for name, feed in feeds.items():
        table = section.table(name) if section is not None else None
        if table is not None and isinstance(feed, VenueFeedConfig) and feed.venue and feed.venue not in venues:
            hint = did_you_mean(feed.venue, venues) or f"add [venues.{feed.venue}]"
            table.invalid("venue", "UNDECLARED_VENUE", listed(venues) or "no venue is declared", hint)


def check_mode(table: Table, mode: str, account: AccountConfig, feed: FeedConfig | None) -> None:
    """Report what an instance of this mode cannot have, or lacks.

    A demo trades at the venue of its account, on bars that this venue streams, for as long as those go on.
    """
    if mode == BACKTEST and account.venue:
        table.invalid("account", "INVALID_VALUE", "an account without a venue, for a backtest")
    elif mode == BACKTEST and isinstance(feed, VenueFeedConfig):
        table.invalid("feed", "INVALID_VALUE", "a feed whose bars are there already, for a backtest")
    elif mode == DEMO and not account.venue:
        found = "an account without a venue" if "account" in table.values else "demo without account"
        hint = "name an account, and give it a venue: [accounts.NAME] venue = ..."
        table.problems.error(table.spot("account"), "MISSING_REQUIRED_FIELD", found=found, hint=hint)
    elif mode == DEMO and feed is not None and not _streams_from(feed, account.venue):
        table.invalid("feed", "INVALID_VALUE", f'a feed with source = "venue" and venue = "{account.venue}"')
    elif mode == DEMO and "window" in table.values:
        table.invalid("window", "INVALID_VALUE", "no window in a demo: it lasts as long as its venue goes on")


def _streams_from(feed: FeedConfig, venue: str) -> bool:
    return isinstance(feed, VenueFeedConfig) and feed.venue == venue
