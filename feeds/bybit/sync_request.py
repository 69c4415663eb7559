"""What a sync is asked for."""

import attrs

from feeds.bybit.endpoints import OPEN_INTEREST_STEP_MS
from feeds.bybit.spans import Span
from feeds.partitions import KINDS, SeriesFolder, check_names
from play_engine.errors import DataError
from play_engine.intervals import INTERVALS, MINUTE_MS, floor_to

# What the store calls this venue.
VENUE = "bybit"
INSTRUMENT = "instrument"
SYNC_KINDS = (*KINDS, INSTRUMENT)
SOURCES = ("rest", "archive")


def _check_symbols(request: "SyncRequest", _attribute: object, symbols: tuple[str, ...]) -> None:
    if not symbols:
        raise DataError("no symbol was named; name one or several, for example BTCUSDT")
    for symbol in symbols:
        check_names(request.venue, symbol)


def _check_kinds(_request: "SyncRequest", _attribute: object, kinds: tuple[str, ...]) -> None:
    unknown = [kind for kind in kinds if kind not in SYNC_KINDS]
    if unknown or not kinds:
        raise DataError(f"kinds {', '.join(unknown) or 'none'}: allowed are {', '.join(SYNC_KINDS)}")


def _check_interval(_request: "SyncRequest", _attribute: object, interval_ms: int) -> None:
    if interval_ms not in INTERVALS.values():
        raise DataError(f"interval of {interval_ms} ms: allowed are {', '.join(INTERVALS)}")


def _check_source(request: "SyncRequest", _attribute: object, source: str) -> None:
    if source not in SOURCES:
        raise DataError(f"source {source!r}: allowed are {', '.join(SOURCES)}")
    if source == "archive" and ("last" not in request.kinds or request.interval_ms != MINUTE_MS):
        raise DataError("the archive has trades, out of which bars of the last price and of 1m are made; ask for these")


@attrs.frozen(kw_only=True)
class SyncRequest:
    """Which series of which symbols, over which time (ms since the epoch, UTC; the end not included).

    Without `start_ms` a symbol begins where its bars in the store begin, or without any where its trading began;
    without `end_ms` it ends now. `kinds` are of SYNC_KINDS. With `source` `archive` bars of the last price are made
    from the venue's files of trades. `audit_windows` are fetched again of each series and compared; `fill_gaps` makes
    flat bars for those that the venue lacks. Raises DataError for what cannot be asked.
    """

    venue: str = VENUE
    symbols: tuple[str, ...] = attrs.field(validator=_check_symbols)
    kinds: tuple[str, ...] = attrs.field(default=("last", "mark", "funding", INSTRUMENT), validator=_check_kinds)
    interval_ms: int = attrs.field(default=MINUTE_MS, validator=_check_interval)
    start_ms: int | None = None
    end_ms: int | None = None
    source: str = attrs.field(default="rest", validator=_check_source)
    audit_windows: int = 0
    fill_gaps: bool = False


def wanted_span(folder: SeriesFolder, start_ms: int, launch_ms: int, end_ms: int | None, final_ms: int) -> Span:
    """What a series shall cover: nothing before trading began, nothing that is not yet final at `final_ms`.

    Bounds of bars are moved inward on their grid, but for the bar in which trading began.
    """
    if folder.kind == "open_interest":
        # The latest value may still be counted.
        final_ms -= OPEN_INTEREST_STEP_MS
    end_ms = final_ms if end_ms is None else min(end_ms, final_ms)
    step_ms = folder.interval_ms
    if step_ms:
        start_ms = floor_to(launch_ms if start_ms <= launch_ms else start_ms + step_ms - 1, step_ms)
        end_ms = floor_to(end_ms, step_ms)
    else:
        start_ms = max(start_ms, launch_ms)
    return Span(start_ms, max(start_ms, end_ms))
