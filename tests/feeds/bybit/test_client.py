"""The public client: how it waits, how often it asks again, and when it gives up."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
import trio

from exchange.bybit.errors import Down, Refused, Throttled, WrongAnswer
from exchange.bybit.http import Reply, open_http
from exchange.bybit.pacing import Backoff, Pacing
from exchange.bybit.patience import check_status, reset_wait_s
from feeds.bybit.client import PublicClient, open_client
from feeds.bybit.settings import ClientSettings
from feeds.bybit.spans import Span
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from tests.feeds.bybit.faults import Faults
from tests.feeds.bybit.truth import market
from tests.feeds.bybit.venue import Venue
from tests.feeds.candles import START_MS

MARKET = market(rows=600)
PAGE = Span(START_MS, START_MS + 600 * MINUTE_MS)


@asynccontextmanager
async def asking(
    nursery: trio.Nursery, faults: Faults | None = None, **changes: Any
) -> AsyncIterator[tuple[Venue, PublicClient, list[str]]]:
    venue, notices = Venue(MARKET, faults=faults), list[str]()
    await venue.serve(nursery)
    settings = venue.settings(**changes)
    async with open_client(settings.base_url, settings, np.random.default_rng(0), 2, notices.append) as client:
        yield venue, client, notices


@pytest.mark.parametrize("fault", ["hang_up", "truncated", "stall", "http_500", "restarting"])
async def test_no_answer_is_asked_for_again_so_often(nursery: trio.Nursery, fault: str) -> None:
    quick = {"most_failures": 4, "request_timeout_s": 0.1}
    async with asking(nursery, Faults(0, chance=1.0, most=3, only=(fault,)), **quick) as (venue, client, _):
        assert len(await client.klines("last", "BTCUSDT", MINUTE_MS, PAGE)) == 600
        assert client.statistics().failures == 3
        venue.faults = Faults(0, chance=1.0, most=9, only=(fault,))
        with pytest.raises(Down, match=r"kline\?category=linear.* given up after 4 times"):
            await client.klines("last", "BTCUSDT", MINUTE_MS, PAGE)


@pytest.mark.parametrize("fault", ["symbol", "late", "twice", "impossible", "backward", "no_number", "html"])
async def test_a_wrong_answer_is_asked_for_again_and_refused_in_the_end(nursery: trio.Nursery, fault: str) -> None:
    async with asking(nursery, Faults(0, chance=1.0, most=3, only=(fault,)), most_wrong=4) as (venue, client, _):
        assert len(await client.klines("last", "BTCUSDT", MINUTE_MS, PAGE)) == 600
        assert client.statistics().wrong == 3
        venue.faults = Faults(0, chance=1.0, most=9, only=(fault,))
        with pytest.raises(WrongAnswer, match="so 4 times"):
            await client.klines("last", "BTCUSDT", MINUTE_MS, PAGE)


@pytest.mark.parametrize("fault", ["throttled", "http_429"])
async def test_too_often_is_no_failure_but_has_an_end(nursery: trio.Nursery, fault: str) -> None:
    faults = Faults(0, chance=1.0, most=20, only=(fault,))
    async with asking(nursery, faults, most_failures=1, most_throttles=4) as (_, client, _):
        with pytest.raises(Throttled, match="given up after 4 times"):
            await client.server_time_ms()
    async with asking(nursery, Faults(0, chance=1.0, most=3, only=(fault,)), most_failures=1) as (_, client, _):
        assert await client.server_time_ms() == MARKET.now_ms
        assert client.statistics().throttles == 3


async def test_the_last_question_of_a_limit_is_followed_by_silence(nursery: trio.Nursery) -> None:
    async with asking(nursery, Faults(0, chance=1.0, most=1, only=("spent",))) as (_, client, _):
        await client.server_time_ms()
        start_s = trio.current_time()
        await client.server_time_ms()
        assert trio.current_time() - start_s >= 0.055
        assert client.statistics().throttles == 0


async def test_certificates_are_verified() -> None:
    async with open_http("https://127.0.0.1", 1) as http:
        context = http._client._transport._pool._ssl_context
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


async def test_a_refusal_is_final_and_names_the_question(nursery: trio.Nursery) -> None:
    async with asking(nursery) as (venue, client, _):
        with pytest.raises(Refused, match=r"instruments-info.*NOPEUSDT.*10001") as caught:
            await client.listing("NOPEUSDT")
        assert caught.value.code == 10001
        assert sum(venue.targets.values()) == 1


async def test_403_before_any_answer_is_final_and_after_one_a_pause(nursery: trio.Nursery) -> None:
    async with asking(nursery) as (venue, client, _):
        venue.statuses = [403]
        with pytest.raises(Refused, match="does not serve its country"):
            await client.server_time_ms()
        await client.server_time_ms()
        venue.statuses = [403, 403]
        start_s = trio.current_time()
        await client.server_time_ms()
        assert trio.current_time() - start_s >= 2 * client._settings.ban_s


async def test_a_long_pause_is_told(nursery: trio.Nursery) -> None:
    async with asking(nursery, ban_s=4.0) as (venue, client, notices):
        await client.server_time_ms()
        venue.statuses = [403]
        with trio.move_on_after(0.05):
            await client.server_time_ms()
        assert len(notices) == 1
        assert "asking again in 4 s" in notices[0]


async def test_redirects_are_not_followed(nursery: trio.Nursery) -> None:
    async with asking(nursery) as (venue, client, _):
        venue.statuses = [302]
        with pytest.raises(Refused, match="HTTP 302; is the address right"):
            await client.server_time_ms()


async def test_readings_come_page_by_page(nursery: trio.Nursery) -> None:
    async with asking(nursery) as (venue, client, _):
        wide = Span(START_MS - 10_000 * MINUTE_MS, MARKET.now_ms)
        truth = MARKET.readings["open_interest"]
        # 119 readings are one page; the rest of the span is not asked for.
        found = await client.readings("open_interest", "BTCUSDT", wide)
        assert np.array_equal(found.ts, truth.ts)
        assert sum(venue.targets.values()) == 1
        venue.markets["BTCUSDT"] = market(rows=2_600)
        found = await client.readings("open_interest", "BTCUSDT", Span(wide.start_ms, wide.end_ms + 2_000 * MINUTE_MS))
        assert np.array_equal(found.values, venue.markets["BTCUSDT"].readings["open_interest"].values)
        assert sum(venue.targets.values()) == 1 + 3


async def test_a_full_page_that_reaches_the_start_is_the_last(nursery: trio.Nursery) -> None:
    async with asking(nursery) as (venue, client, _):
        venue.markets["BTCUSDT"] = market(rows=2_600)
        first_ms = START_MS + 500 * MINUTE_MS
        found = await client.readings("open_interest", "BTCUSDT", Span(first_ms, first_ms + 1_000 * MINUTE_MS))
        assert len(found) == 200
        assert sum(venue.targets.values()) == 1


async def test_pacing_spaces_questions_and_holds_all_of_them_during_a_pause(autojump_clock: trio.testing.MockClock):
    pacing, passed = Pacing(10.0), list[float]()

    async def pass_once() -> None:
        await pacing.turn()
        passed.append(round(trio.current_time() - start_s, 6))

    start_s = trio.current_time()
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(pass_once)
    assert passed == [0.0, 0.1, 0.2]
    pacing.pause(5.0)
    pacing.pause(1.0)
    await pass_once()
    assert passed[-1] == 5.2


def test_backoff_is_a_share_of_a_limit_that_doubles_up_to_the_cap() -> None:
    backoff = Backoff(1.0, 8.0, np.random.default_rng(1))
    for failures, limit_s in ((1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (9, 8.0), (5_000, 8.0)):
        waits = [backoff.wait_s(failures) for _ in range(200)]
        assert min(waits) < 0.1 * limit_s
        assert 0.9 * limit_s < max(waits) <= limit_s
    again = [Backoff(1.0, 8.0, np.random.default_rng(5)).wait_s(3) for _ in range(2)]
    assert again[0] == again[1]


@pytest.mark.parametrize(
    ("left", "reset", "now", "wait_s"),
    [
        ("0", "1500", "1000", 0.5),
        ("0", "900", "1000", 0.0),
        ("0", "999999999", "1000", 60.0),
        ("1", "1500", "1000", None),
        ("", "1500", "1000", None),
        ("0", "soon", "1000", None),
        ("0", "1500", "", None),
    ],
)
def test_the_limit_is_full_again_when_the_headers_say_so(left: str, reset: str, now: str, wait_s: float | None) -> None:
    headers = {"x-bapi-limit-status": left, "x-bapi-limit-reset-timestamp": reset, "timenow": now}
    assert reset_wait_s(headers) == wait_s


def test_retry_after_is_heard() -> None:
    reply = Reply(status=429, headers={"retry-after": "7"}, body=b"")
    with pytest.raises(Throttled) as caught:
        check_status(reply, answered_before=True, ban_s=1.0)
    assert caught.value.wait_s == 7.0


@pytest.mark.parametrize(
    "url", ["http://api.bybit.com", "ftp://127.0.0.1", "https://", "api.bybit.com", "https://x?y=1"]
)
def test_addresses_without_tls_are_refused(url: str) -> None:
    with pytest.raises(DataError, match="base_url"):
        ClientSettings(base_url=url)
    assert ClientSettings(base_url="http://127.0.0.1:80").base_url
