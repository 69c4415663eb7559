"""A whole sync as one blocking call: opens connections and store, stops on signals, returns the report."""

import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import numpy as np
import trio

from exchange.bybit.errors import VenueError
from feeds.bybit.client import open_client
from feeds.bybit.reports import SyncProgress, SyncReport
from feeds.bybit.settings import ClientSettings
from feeds.bybit.sync import CONCURRENT_SERIES, Clients, Sync
from feeds.bybit.sync_request import SyncRequest


@attrs.frozen(kw_only=True)
class Watchers:
    """Whom to tell: of progress, and of things worth a line, such as a pause that the venue asked for."""

    on_progress: Callable[[SyncProgress], None] = lambda _: None
    on_notice: Callable[[str], None] = lambda _: None


def run_sync(
    request: SyncRequest, root: Path, settings: ClientSettings, watchers: Watchers, *, seed: int
) -> SyncReport:
    """Carry out a request on the store at `root`; `seed` is that of backoff waits and of the sample of an audit.

    SIGINT or SIGTERM ends it early: what has been fetched is stored, and the report says so. Raises VenueError when
    the venue's clock cannot be had, and DataError for a store of a newer version.
    """
    return trio.run(_run, request, root, settings, watchers, seed)


async def _run(request: SyncRequest, root: Path, settings: ClientSettings, watchers: Watchers, seed: int) -> SyncReport:
    rng = np.random.default_rng(seed)
    async with open_clients(request, settings, rng, watchers.on_notice) as clients:
        sync = Sync(request, root, clients, rng, watchers.on_progress)
        interrupted = await _until_signal(lambda: sync.run(settings.closed_margin_ms))
        return sync.report(interrupted=interrupted)


@asynccontextmanager
async def open_clients(
    request: SyncRequest, settings: ClientSettings, rng: np.random.Generator, on_notice: Callable[[str], None]
) -> AsyncGenerator[Clients]:
    """The clients that a request needs, closed at the end."""
    async with open_client(settings.base_url, settings, rng, CONCURRENT_SERIES, on_notice) as rest:
        if request.source != "archive":
            yield Clients(rest=rest)
            return
        async with open_client(settings.archive_url, settings, rng, CONCURRENT_SERIES, on_notice) as archive:
            yield Clients(rest=rest, archive=archive)


async def _until_signal(work: Callable[[], Awaitable[None]]) -> bool:
    """Do the work, and cancel it on a signal; whether that happened. Raises the VenueError that the work raises."""
    failure: VenueError | None = None
    interrupted = False

    async def watch(signals_scope: trio.CancelScope) -> None:
        nonlocal interrupted
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for _ in signals:
                interrupted = True
                signals_scope.cancel()
                return

    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch, nursery.cancel_scope)
        try:
            await work()
        except VenueError as error:
            failure = error
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return interrupted
