"""The questions that the venue's public REST answers: path and parameters of each, nothing sent yet."""

from datetime import UTC, datetime, timedelta

from exchange.bybit.http import Question
from play_engine.errors import DataError
from play_engine.intervals import DAY_MS, INTERVALS, MINUTE_MS, WEEK_MS, interval_name

# Linear perpetuals: what this system trades.
CATEGORY = "linear"
# Rows that one answer holds at most.
KLINE_ROWS = 1_000
READING_ROWS = 200
# Open interest is published on several grids; the finest has the values of the others too.
OPEN_INTEREST_STEP_MS = 5 * MINUTE_MS

_KLINE_PATHS = {"last": "/v5/market/kline", "mark": "/v5/market/mark-price-kline"}
_READING_PATHS = {"funding": "/v5/market/funding/history", "open_interest": "/v5/market/open-interest"}
_CODES = {length: {DAY_MS: "D", WEEK_MS: "W"}.get(length, str(length // MINUTE_MS)) for length in INTERVALS.values()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def klines(kind: str, symbol: str, interval_ms: int, start_ms: int, end_ms: int) -> Question:
    """Candles of the `kind` `last` or `mark` with start_ms ≤ open time < end_ms: at most KLINE_ROWS of them.

    Raises DataError for an interval that the venue has no candles of.
    """
    if interval_ms not in _CODES:
        allowed = ", ".join(INTERVALS)
        raise DataError(
            f"interval {interval_name(interval_ms)}: the venue has candles of {allowed}; choose one of them"
        )
    return _question(
        _KLINE_PATHS[kind],
        category=CATEGORY,
        symbol=symbol,
        interval=_CODES[interval_ms],
        # Both bounds are inclusive there.
        start=start_ms,
        end=end_ms - 1,
        limit=KLINE_ROWS,
    )


def readings(kind: str, symbol: str, start_ms: int, end_ms: int) -> Question:
    """Readings of a kind of READING_KINDS published at start_ms ≤ ts < end_ms: the newest READING_ROWS of them."""
    step = {"intervalTime": "5min"} if kind == "open_interest" else {}
    return _question(
        _READING_PATHS[kind],
        category=CATEGORY,
        symbol=symbol,
        **step,
        startTime=start_ms,
        endTime=end_ms - 1,
        limit=READING_ROWS,
    )


def instrument(symbol: str) -> Question:
    """The filters and the state of one contract."""
    return _question("/v5/market/instruments-info", category=CATEGORY, symbol=symbol)


def risk_limit(symbol: str) -> Question:
    """The risk tiers of one contract."""
    return _question("/v5/market/risk-limit", category=CATEGORY, symbol=symbol)


def server_time() -> Question:
    """The venue's clock."""
    return Question("/v5/market/time")


def archive_day(symbol: str, day_ms: int) -> Question:
    """The file with every trade of the UTC day that begins at `day_ms`."""
    day = (_EPOCH + timedelta(milliseconds=day_ms)).strftime("%Y-%m-%d")
    return Question(f"/trading/{symbol}/{symbol}{day}.csv.gz")


def _question(path: str, **parameters: str | int) -> Question:
    return Question(path, tuple((name, str(value)) for name, value in parameters.items()))
