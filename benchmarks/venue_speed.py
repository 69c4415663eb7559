"""Trading at a venue: from the frame of a closed candle to the bytes of an order, and messages a second.

The venue is served by another process (`benchmarks.venue_child`) over loopback. Beside each figure is a reference of
the same run: a loop that does nothing but parse and sign, at the same venue, and a bare server of the same frames.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import numpy as np
import trio
from rich.console import Console
from rich.table import Table

from actors.account import PreparedAccount
from actors.performance import perform
from actors.stage import Stage
from actors.venue_stage import VenueStage
from benchmarks.bare_trader import trade_bare
from benchmarks.venue_messages import messages
from benchmarks.venue_process import VenueProcess, local_venue, serving
from benchmarks.venue_scene import accounts, feeds
from benchmarks.wire_tap import Passage, first_after, instants, wire_tap

DECISIONS = 320
# The first find nothing in its place yet.
_WARM_UP = 20
# A minute of the market in 25 ms: every decision begins when the one before is over.
_SPEED = 60 / 0.025
_ACCOUNT = "a0"
_ORDER_MARKS = b'"orderType"'
_CANDLE, _PING, _PONG = b'"confirm":true', b'"ping"', b'"pong"'


def venue_speed(console: Console) -> None:
    """Two tables: decisions over REST and over the socket for orders, and messages a second."""
    console.print(_decisions())
    console.print(messages())


def _decisions() -> Table:
    count = DECISIONS - _WARM_UP
    table = Table(
        *("what", "p50, ms", "p99, ms", "× bare p50", "× bare p99"),
        title=f"From the frame of a closed candle to the bytes of its order, {count} decisions",
    )
    for over in ("rest", "socket"):
        bare, ours = _tapped(partial(_trade_bare, over)), _tapped(partial(_trade, over))
        reference = _quantiles(_to_order(bare))
        table.add_row(f"bare loop, {over}", *_shown(reference), "1.0", "1.0")
        whole = _quantiles(_to_order(ours))
        ratios = [f"{mine / its:.1f}" for mine, its in zip(whole, reference, strict=True)]
        table.add_row(f"Play to order, {over}", *_shown(whole), *ratios)
        for name, part_ms in _parts(ours).items():
            table.add_row(f"  {name}", *_shown(_quantiles(part_ms)), "", "")
    table.caption = "bare: trio-websocket, json and a signed order (h11, or trio-websocket) at the same venue"
    return table


def _tapped(trade: Callable[[], object]) -> list[Passage]:
    with wire_tap() as passages:
        trade()
    return passages


def _trade_bare(over: str) -> None:
    with serving("venue", 1, DECISIONS, _SPEED) as process:
        venue = local_venue(process)
        acknowledge = partial(process.acknowledge, _ACCOUNT)
        credentials = venue.credentials(_ACCOUNT)
        trio.run(trade_bare, venue.endpoints, credentials, over, DECISIONS, acknowledge)


def _trade(over: str) -> None:
    """A session of one Play, as `run_sessions` would run it at a venue of its own."""
    with serving("venue", 1, DECISIONS, _SPEED) as process:
        traders = accounts(1, DECISIONS)
        perform(traders, partial(_open_stage, traders, process, over), on_progress=None, stop_on_signals=False)


@asynccontextmanager
async def _open_stage(traders: Sequence[PreparedAccount], process: VenueProcess, over: str) -> AsyncGenerator[Stage]:
    venue = local_venue(process)
    yield VenueStage(traders, feeds(DECISIONS), None, {_ACCOUNT: venue}, orders_over=over)


def _to_order(passages: Sequence[Passage]) -> list[float]:
    """From each candle to its order, ms."""
    return [1e3 * (order_s - candle_s) for candle_s, order_s in _decided(passages)]


def _decided(passages: Sequence[Passage]) -> list[tuple[float, float]]:
    """When the frame of each closed candle came, and when its first order was given to a socket."""
    candles = instants(passages, lambda one: not one.sent and one.says(_CANDLE))
    orders = instants(passages, lambda one: one.sent and one.says(_ORDER_MARKS))
    ends = [*candles[1:], float("inf")]
    found = [(candle, first_after(orders, candle, end)) for candle, end in zip(candles, ends, strict=True)]
    return [(candle, order) for candle, order in found if order is not None][_WARM_UP:]


def _parts(passages: Sequence[Passage]) -> dict[str, list[float]]:
    """What the way to the order is made of, ms: the venue is asked in between whether all its reports have come."""
    pings = instants(passages, lambda one: one.sent and one.says(_PING))
    pongs = instants(passages, lambda one: not one.sent and one.says(_PONG))
    parts: dict[str, list[float]] = {"frame, engine": [], "venue: all reports are in": [], "account, request": []}
    for candle_s, order_s in _decided(passages):
        ping_s = first_after(pings, candle_s, order_s)
        pong_s = None if ping_s is None else first_after(pongs, ping_s, order_s)
        if ping_s is None or pong_s is None:
            continue
        stops = (candle_s, ping_s, pong_s, order_s)
        for name, from_s, until_s in zip(parts, stops[:-1], stops[1:], strict=True):
            parts[name].append(1e3 * (until_s - from_s))
    return parts


def _quantiles(times_ms: Sequence[float]) -> tuple[float, float]:
    half, most = np.percentile(times_ms, (50, 99))
    return float(half), float(most)


def _shown(times_ms: Sequence[float]) -> list[str]:
    return [f"{one:.2f}" for one in times_ms]
