"""Windows of one series, from the venue into the store, while the next ones are already being fetched."""

from collections.abc import Callable, Sequence

import attrs
import trio

from exchange.bybit.errors import VenueError, WrongAnswer
from feeds.bybit.reports import RefusedWindow
from feeds.bybit.series import SyncedSeries
from feeds.bybit.spans import Span
from feeds.store import CandleStore
from feeds.stored_rows import StoredRows
from play_engine.errors import DataError

# Pages that may wait for the store, and so what a kill can cost at most. A page is stored as soon as the store is free.
_WAITING_PAGES = 8
# A page is stored in a fraction of a second; a disk that takes longer than this is not going to make it.
_LAST_WRITE_S = 30.0


@attrs.define
class Fetching:
    """The state of it: what came of the windows so far. `failure` is why it broke off."""

    series: SyncedSeries
    store: CandleStore
    on_window: Callable[["Fetching"], None]
    windows_done: int = 0
    rows: int = 0
    refused: list[RefusedWindow] = attrs.field(factory=list)
    failure: str = ""

    async def run(self, windows: Sequence[Span]) -> None:
        """Fetch the windows in order and store them.

        Fails only by what the fields say. When cancelled, it stores what has been fetched before it gives way.
        """
        send, receive = trio.open_memory_channel[StoredRows](_WAITING_PAGES)
        room = trio.Semaphore(_WAITING_PAGES)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._store_all, receive, room, nursery.cancel_scope)
            async with send:
                await self._fetch_all(windows, send, room)

    async def _fetch_all(
        self, windows: Sequence[Span], send: trio.MemorySendChannel[StoredRows], room: trio.Semaphore
    ) -> None:
        for window in windows:
            # The place is taken before the page is there: a page that has been fetched never has to wait for one.
            await room.acquire()
            try:
                send.send_nowait(await self.series.fetch(window))
            except WrongAnswer as error:
                self.refused.append(RefusedWindow(span=window, reason=str(error)))
                room.release()
                if self.series.contiguous:
                    return
            except (VenueError, DataError, OSError) as error:
                self.failure = str(error)
                return
            except trio.BrokenResourceError:
                # Nobody stores any more, for the reason that is told by who has stopped.
                return
            self.windows_done += 1
            self.on_window(self)

    async def _store_all(
        self, receive: trio.MemoryReceiveChannel[StoredRows], room: trio.Semaphore, scope: trio.CancelScope
    ) -> None:
        try:
            async with receive:
                try:
                    async for page in receive:
                        await self._store([page, *_waiting(receive)], room)
                except trio.Cancelled:
                    # The other task is on its way out, perhaps with a last page.
                    with trio.CancelScope(shield=True, deadline=trio.current_time() + _LAST_WRITE_S):
                        async for page in receive:
                            await self._store([page, *_waiting(receive)], room)
                    raise
        except (DataError, OSError) as error:
            self.failure = str(error)
            scope.cancel()

    async def _store(self, pages: Sequence[StoredRows], room: trio.Semaphore) -> None:
        with trio.CancelScope(shield=True, deadline=trio.current_time() + _LAST_WRITE_S):
            full = [page for page in pages if len(page)]
            if full:
                self.rows += await trio.to_thread.run_sync(self.series.add, self.store, full)
        for _ in pages:
            room.release()


def _waiting(receive: trio.MemoryReceiveChannel[StoredRows]) -> list[StoredRows]:
    pages: list[StoredRows] = []
    while True:
        try:
            pages.append(receive.receive_nowait())
        except (trio.WouldBlock, trio.EndOfChannel):
            return pages
