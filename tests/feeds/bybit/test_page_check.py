"""Whether an answer fits its question."""

from collections.abc import Callable

import attrs
import numpy as np
import pytest

from exchange.bybit.errors import WrongAnswer
from feeds.bybit.decoding import KlinePage, ReadingPage
from feeds.bybit.page_check import checked_bars, checked_readings
from feeds.bybit.spans import Span
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import START_MS, walk

BARS = walk(10)
SPAN = Span(START_MS, START_MS + 10 * MINUTE_MS)
MARGIN_MS = 2_000


def page() -> KlinePage:
    """Ten bars, newest first, all of them closed."""
    columns = (BARS.open, BARS.high, BARS.low, BARS.close, BARS.volume)
    values = np.column_stack(columns)[::-1].copy()
    time_ms = SPAN.end_ms + MARGIN_MS
    return KlinePage(symbol="BTCUSDT", category="linear", time_ms=time_ms, ts=BARS.ts[::-1].copy(), values=values)


def checked(one: KlinePage) -> list[int]:
    return checked_bars(one, "BTCUSDT", MINUTE_MS, SPAN, MARGIN_MS).ts.tolist()


def test_a_sound_page_comes_out_oldest_first() -> None:
    bars = checked_bars(page(), "BTCUSDT", MINUTE_MS, SPAN, MARGIN_MS)
    for name in ("ts", "open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(bars, name), getattr(BARS, name))


@pytest.mark.parametrize(("earlier_ms", "rows"), [(0, 10), (1, 9), (MINUTE_MS, 9), (MINUTE_MS + 1, 8)])
def test_bars_count_once_they_have_been_closed_for_the_margin(earlier_ms: int, rows: int) -> None:
    one = attrs.evolve(page(), time_ms=page().time_ms - earlier_ms)
    assert checked(one) == BARS.ts[:rows].tolist()


def _late(one: KlinePage) -> None:
    one.ts[0] = SPAN.end_ms


def _early(one: KlinePage) -> None:
    one.ts[-1] = SPAN.start_ms - MINUTE_MS


def _twice(one: KlinePage) -> None:
    one.ts[3] = one.ts[2]


def _backward(one: KlinePage) -> None:
    one.ts[:] = one.ts[::-1]


def _off_grid(one: KlinePage) -> None:
    one.ts[4] += 1


def _high_below_low(one: KlinePage) -> None:
    one.values[5, 1] = one.values[5, 2] - 1


def _no_price(one: KlinePage) -> None:
    one.values[5, 0] = 0


def _infinite(one: KlinePage) -> None:
    one.values[5, 1] = np.inf


@pytest.mark.parametrize(
    "spoil",
    [_late, _early, _twice, _backward, _off_grid, _high_below_low, _no_price, _infinite],
    ids=lambda f: f.__name__,
)
def test_a_spoiled_page_is_refused(spoil: Callable[[KlinePage], None]) -> None:
    one = page()
    spoil(one)
    with pytest.raises(WrongAnswer):
        checked(one)


@pytest.mark.parametrize("change", [{"symbol": "ETHUSDT"}, {"category": "inverse"}])
def test_a_page_of_something_else_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(WrongAnswer, match="not of BTCUSDT"):
        checked(attrs.evolve(page(), **change))


@pytest.mark.parametrize(("kind", "value"), [("funding", 1.5), ("funding", np.nan), ("open_interest", -1.0)])
def test_readings_that_cannot_be_true_are_refused(kind: str, value: float) -> None:
    ts = np.array([SPAN.start_ms + 5, SPAN.start_ms])
    one = ReadingPage(
        symbols=frozenset(["BTCUSDT"]), category="linear", time_ms=SPAN.end_ms, ts=ts, values=np.array([0.5, 0.25])
    )
    assert checked_readings(one, kind, "BTCUSDT", SPAN).values.tolist() == [0.25, 0.5]
    one.values[1] = value
    with pytest.raises(WrongAnswer, match="cannot be true"):
        checked_readings(one, kind, "BTCUSDT", SPAN)
