"""Sessions at venues, from beginning to end: what `performance` is for backtests."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from actors.account import PreparedAccount
from actors.local_venue import LocalVenue, open_local_venue
from actors.messages import Outcome
from actors.performance import perform, used_feeds
from actors.stage import Progress, Stage
from actors.venue_plan import VenuePlan
from actors.venue_stage import VenueStage
from exchange.bybit.adapter import Route
from feeds.provider import DataProvider


def run_sessions(
    accounts: Sequence[PreparedAccount],
    feeds: Mapping[str, DataProvider],
    venues: Mapping[str, VenuePlan],
    *,
    runs_dir: Path | None,
    orders_over: Route = "rest",
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> list[Outcome]:
    """Run accounts at local venues until the bars that these replay are over; an outcome for each, in their order.

    `venues` has the plan of each account's venue by the account's name; accounts of one venue share it. `feeds` are
    what the venues replay, and what the accounts have been prepared against. Orders go over REST (`rest`) or the trade
    socket (`socket`). All else is as in `run_instances`.
    """
    open_stage = partial(_open_sessions, accounts, used_feeds(accounts, feeds), venues, runs_dir, orders_over)
    return perform(accounts, open_stage, on_progress=on_progress, stop_on_signals=stop_on_signals)


@asynccontextmanager
async def _open_sessions(
    accounts: Sequence[PreparedAccount],
    feeds: Mapping[str, DataProvider],
    venues: Mapping[str, VenuePlan],
    runs_dir: Path | None,
    orders_over: Route,
) -> AsyncGenerator[Stage]:
    """A stage whose venues are served while it is open."""
    served: dict[str, LocalVenue] = {}
    async with AsyncExitStack() as open_venues:
        for plan in dict.fromkeys(venues[account.name] for account in accounts):
            members = [account for account in accounts if venues[account.name] == plan]
            venue = await open_venues.enter_async_context(open_local_venue(plan, members, feeds))
            served |= {account.name: venue for account in members}
        yield VenueStage(accounts, feeds, runs_dir, served, orders_over=orders_over)
