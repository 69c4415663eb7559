"""Files as venues' archives and well-known programs write them, recognised by their columns."""

import re
from collections.abc import Callable, Collection, Sequence

import attrs

from feeds.candle_columns import plain

Row = Sequence[str]

_DATE, _CLOCK = r"\d{4}\.\d\d\.\d\d", r"\d\d:\d\d"


@attrs.frozen(kw_only=True)
class Archive:
    """One layout: the columns that its header has, or what a file without a header shows in its first row.

    `columns` are ours with the plain names of theirs (`feeds.candle_columns.plain`); `header` are further ones without
    which it is another layout. `places` are our columns by position, from 1, in files without header; `fits` says
    whether a row is one of those. With `clock_unknown` nobody can say from the file what zone its times are in.
    """

    name: str
    shape: str
    columns: dict[str, str]
    header: Collection[str] = ()
    places: dict[str, int] = attrs.field(factory=dict)
    fits: Callable[[Row], bool] | None = None
    kind: str = "last"
    venue_candles: bool = False
    clock_unknown: bool = False


def _is_binance_kline(row: Row) -> bool:
    return len(row) == 12 and _numeric(row[:11]) and float(row[6]) > float(row[0])


def _is_binance_trade(row: Row) -> bool:
    # id, price, qty, quote qty, time, buyer is maker; in spot files also whether it was the best match.
    return len(row) in (6, 7) and _numeric(row[:5]) and all(map(_is_flag, row[5:]))


def _is_binance_aggregate_trade(row: Row) -> bool:
    # id, price, qty, first id, last id, time, buyer is maker; in spot files also whether it was the best match.
    return len(row) in (7, 8) and _numeric(row[:6]) and all(map(_is_flag, row[6:]))


def _is_bybit_metatrader(row: Row) -> bool:
    return len(row) == 6 and bool(re.fullmatch(f"{_DATE} {_CLOCK}", row[0])) and _numeric(row[1:])


def _is_bybit_metatrader_in_two(row: Row) -> bool:
    matches = len(row) == 7 and re.fullmatch(_DATE, row[0]) and re.fullmatch(_CLOCK, row[1])
    return bool(matches) and _numeric(row[2:])


def _numeric(cells: Row) -> bool:
    return all(re.fullmatch(r"-?\d+(\.\d*)?([eE][-+]?\d+)?", cell) for cell in cells)


def _is_flag(cell: str) -> bool:
    return cell.lower() in ("true", "false")


_BARS = {"open": "open", "high": "high", "low": "low", "close": "close", "volume": "volume"}
_BAR_PLACES = {"ts": 1, "open": 2, "high": 3, "low": 4, "close": 5, "volume": 6}

# The more particular ones first.
ARCHIVES = (
    Archive(
        name="Binance archive",
        shape="bars",
        columns={"ts": "opentime", **_BARS, "count": "count"},
        header=("closetime", "quotevolume", "takerbuyvolume", "ignore"),
        places={**_BAR_PLACES, "count": 9},
        fits=_is_binance_kline,
    ),
    Archive(
        name="Binance archive of trades",
        shape="trades",
        columns={"ts": "time", "price": "price", "qty": "qty"},
        header=("id", "isbuyermaker"),
        places={"ts": 5, "price": 2, "qty": 3},
        fits=_is_binance_trade,
    ),
    Archive(
        name="Binance archive of aggregate trades",
        shape="trades",
        columns={"ts": "transacttime", "price": "price", "qty": "quantity"},
        header=("aggtradeid", "isbuyermaker"),
        places={"ts": 6, "price": 2, "qty": 3},
        fits=_is_binance_aggregate_trade,
    ),
    Archive(
        name="Binance archive of funding rates",
        shape="readings",
        kind="funding",
        columns={"ts": "calctime", "value": "lastfundingrate"},
        header=("fundingintervalhours",),
    ),
    Archive(
        name="Binance archive of metrics",
        shape="readings",
        kind="open_interest",
        columns={"ts": "createtime", "value": "sumopeninterest", "symbol": "symbol"},
        header=("sumopeninterestvalue",),
    ),
    Archive(
        name="Bybit archive of trades",
        shape="trades",
        columns={"ts": "timestamp", "price": "price", "qty": "size", "symbol": "symbol"},
        header=("trdmatchid", "homenotional"),
        venue_candles=True,
    ),
    Archive(
        name="Bybit archive of spot trades",
        shape="trades",
        columns={"ts": "timestamp", "price": "price", "qty": "volume"},
        header=("id", "side"),
        venue_candles=True,
    ),
    # Its clock was that of the trading platform that it was made for, in some years three hours ahead of UTC.
    Archive(
        name="Bybit archive for MetaTrader",
        shape="bars",
        columns={},
        places=_BAR_PLACES,
        fits=_is_bybit_metatrader,
        clock_unknown=True,
    ),
    Archive(
        name="Bybit archive for MetaTrader",
        shape="bars",
        columns={},
        places={"ts": 1, "clock": 2, "open": 3, "high": 4, "low": 5, "close": 6, "volume": 7},
        fits=_is_bybit_metatrader_in_two,
        clock_unknown=True,
    ),
    Archive(
        name="Bybit archive of an index",
        shape="bars",
        kind="index",
        columns={"ts": "startat", "open": "open", "high": "high", "low": "low", "close": "close", "symbol": "symbol"},
        header=("period",),
    ),
    Archive(
        name="Bybit klines",
        shape="bars",
        columns={"ts": "starttime", **_BARS},
        header=("turnover",),
    ),
)


def archive_of_header(names: Sequence[str]) -> tuple[Archive, dict[str, str]] | None:
    """The archive whose columns these are, and the file's name for each of our columns."""
    by_plain_name = {plain(name): name for name in names}
    for archive in ARCHIVES:
        wanted = {*archive.columns.values(), *archive.header}
        if archive.columns and wanted <= by_plain_name.keys():
            return archive, {ours: by_plain_name[theirs] for ours, theirs in archive.columns.items()}
    return None


def archive_of_row(row: Row) -> tuple[Archive, dict[str, str]] | None:
    """The archive that writes such rows without a header, and the number of each of our columns."""
    for archive in ARCHIVES:
        if archive.fits is not None and archive.fits(row):
            return archive, {ours: str(place) for ours, place in archive.places.items()}
    return None
