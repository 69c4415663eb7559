"""PublicClient: asks the venue until there is an answer that can be true, at a pace that the venue allows."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, TypeVar

import attrs
import numpy as np
import trio

from exchange.bybit.errors import Down, Refused, Throttled, WrongAnswer
from exchange.bybit.http import Http, Question, Reply, open_http
from exchange.bybit.pacing import Backoff, Pacing
from exchange.bybit.patience import check_status, reset_wait_s
from feeds.bybit import endpoints
from feeds.bybit.decoding import decode_klines, decode_readings, decode_server_time
from feeds.bybit.endpoints import READING_ROWS
from feeds.bybit.listing import ListedTier, Listing, decode_listing, decode_tiers
from feeds.bybit.page_check import checked_bars, checked_readings
from feeds.bybit.settings import ClientSettings
from feeds.bybit.spans import Span
from play_engine.bars import BarSeries
from play_engine.market import NO_READINGS, Readings

T = TypeVar("T")
_NOT_FOUND = 404
# A pause shorter than this is nobody's business.
_TOLD_PAUSE_S = 3.0


@attrs.define
class ClientStatistics:
    """Counts of a client: questions sent, and why some were asked again."""

    questions: int = 0
    failures: int = 0
    wrong: int = 0
    throttles: int = 0


class PublicClient:
    """Questions to the venue's public REST, from any number of tasks.

    Every method raises Refused at once where asking again is useless, and Down, WrongAnswer or Throttled when asking
    again did not help as often as the settings allow. A method that is cancelled leaves nothing behind.
    """

    def __init__(
        self,
        http: Http,
        settings: ClientSettings,
        rng: np.random.Generator,
        on_notice: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._http = http
        self._settings = settings
        self._pacing = Pacing(settings.requests_per_s)
        self._backoff = Backoff(settings.backoff_first_s, settings.backoff_most_s, rng)
        self._on_notice = on_notice
        self._statistics = ClientStatistics()
        self._answered = False

    def statistics(self) -> ClientStatistics:
        """The counts so far."""
        return attrs.evolve(self._statistics)

    async def server_time_ms(self) -> int:
        """The venue's clock."""
        return await self.ask(endpoints.server_time(), decode_server_time)

    async def klines(self, kind: str, symbol: str, interval_ms: int, span: Span) -> BarSeries:
        """Closed bars of `kind` `last` or `mark` that open within the span, which is at most one page wide."""
        margin_ms = self._settings.closed_margin_ms

        def read(body: bytes) -> BarSeries:
            return checked_bars(decode_klines(body, kind), symbol, interval_ms, span, margin_ms)

        return await self.ask(endpoints.klines(kind, symbol, interval_ms, span.start_ms, span.end_ms), read)

    async def readings(self, kind: str, symbol: str, span: Span) -> Readings:
        """Every reading of a kind of READING_KINDS within the span, as many pages as that takes."""
        pages: list[Readings] = []
        rest = span
        while len(rest):
            page = await self._readings_page(kind, symbol, rest)
            pages.insert(0, page)
            # A full page may hold only the newest part of the span.
            rest = Span(span.start_ms, int(page.ts[0]) if len(page) == READING_ROWS else span.start_ms)
        if not pages:
            return NO_READINGS
        ts, values = (np.concatenate([getattr(page, name) for page in pages]) for name in ("ts", "values"))
        return Readings(ts=ts, values=values)

    async def listing(self, symbol: str) -> tuple[Listing, int]:
        """What the venue lists of a contract, and the venue's time at which it held."""
        return await self.ask(endpoints.instrument(symbol), lambda body: decode_listing(body, symbol))

    async def tiers(self, symbol: str) -> tuple[ListedTier, ...]:
        """The contract's risk tiers, by rising limit."""
        return await self.ask(endpoints.risk_limit(symbol), lambda body: decode_tiers(body, symbol))

    async def ask(self, question: Question, read: Callable[[bytes], T]) -> T:
        """The answer to a question as `read` understands it; what `read` raises counts as an answer of that kind."""

        async def attempt() -> T:
            reply = await self._http.get(question, self._settings.request_timeout_s)
            self._check(reply)
            reset_s = reset_wait_s(reply.headers)
            try:
                answer = read(reply.body)
            except Throttled as error:
                raise Throttled(str(error), reset_s) from None
            if reset_s is not None:
                self._pacing.pause(reset_s)
            return answer

        return await self._patiently(question, attempt)

    async def download(self, question: Question, read: Callable[[IO[bytes]], T]) -> T | None:
        """What `read` makes of a file, in a worker thread; None if the venue has no such file.

        The file lies on disk while it is read, and nowhere afterwards.
        """

        async def attempt() -> T | None:
            with TemporaryFile() as file:
                reply = await self._http.download(question, self._settings.download_timeout_s, file)
                if reply.status == _NOT_FOUND:
                    return None
                self._check(reply)
                file.seek(0)
                return await trio.to_thread.run_sync(read, file)

        return await self._patiently(question, attempt)

    def _check(self, reply: Reply) -> None:
        check_status(reply, answered_before=self._answered, ban_s=self._settings.ban_s)
        self._answered = True

    async def _patiently(self, question: Question, attempt: Callable[[], Awaitable[T]]) -> T:
        tries = _Tries(self._settings)
        while True:
            await self._pacing.turn()
            self._statistics.questions += 1
            try:
                return await attempt()
            except Refused as error:
                raise Refused(error.code, f"{question}: {error}") from None
            except Throttled as error:
                self._statistics.throttles += 1
                tries.count_throttle(question, error)
                self._pause(self._backoff.wait_s(tries.throttles) if error.wait_s is None else error.wait_s, error)
            except (Down, WrongAnswer) as error:
                self._statistics.failures += isinstance(error, Down)
                self._statistics.wrong += isinstance(error, WrongAnswer)
                tries.count_failure(question, error)
                await trio.sleep(self._backoff.wait_s(tries.failures + tries.wrong))

    async def _readings_page(self, kind: str, symbol: str, span: Span) -> Readings:
        def read(body: bytes) -> Readings:
            return checked_readings(decode_readings(body, kind), kind, symbol, span)

        return await self.ask(endpoints.readings(kind, symbol, span.start_ms, span.end_ms), read)

    def _pause(self, wait_s: float, error: Throttled) -> None:
        self._pacing.pause(wait_s)
        if wait_s >= _TOLD_PAUSE_S:
            self._on_notice(f"{error}; asking again in {wait_s:.0f} s")


@attrs.define
class _Tries:
    """How often one question has failed, and in which way."""

    settings: ClientSettings
    failures: int = 0
    wrong: int = 0
    throttles: int = 0

    def count_throttle(self, question: Question, error: Throttled) -> None:
        self.throttles += 1
        if self.throttles >= self.settings.most_throttles:
            raise Throttled(f"{question}: {error}; given up after {self.throttles} times") from error

    def count_failure(self, question: Question, error: Down | WrongAnswer) -> None:
        self.failures += isinstance(error, Down)
        self.wrong += isinstance(error, WrongAnswer)
        if self.wrong >= self.settings.most_wrong:
            raise WrongAnswer(f"{question}: {error}; so {self.wrong} times") from error
        if self.failures >= self.settings.most_failures:
            raise Down(f"{question}: {error}; given up after {self.failures} times") from error


@asynccontextmanager
async def open_client(
    url: str,
    settings: ClientSettings,
    rng: np.random.Generator,
    connections: int,
    on_notice: Callable[[str], None] = lambda _: None,
) -> AsyncGenerator[PublicClient]:
    """A client of one of the addresses of the settings, with at most so many connections, closed at the end."""
    async with open_http(url, connections) as http:
        yield PublicClient(http, settings, rng, on_notice)
