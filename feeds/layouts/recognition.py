"""Recognising what a file is: by its columns first, then by its name, and never by guessing."""

from collections.abc import Sequence
from pathlib import Path

import attrs

from feeds.candle_columns import ACCEPTED_NAMES, READING_NAMES, TRADE_NAMES, find_columns, missing_columns
from feeds.candle_reader import RECORDED, TableFile, check_file, open_table
from feeds.cells import WITHOUT_ZONE
from feeds.layouts.archives import Archive, archive_of_header, archive_of_row
from feeds.layouts.kinds import kind_in_name
from feeds.layouts.layout import Layout, Said
from feeds.layouts.probes import is_newest_first, is_price_index, time_text
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from play_engine.market import READING_KINDS

_PRICES = ("ts", "open", "high", "low", "close")
_HOUR_MS = 60 * MINUTE_MS
# A column that --columns passes over.
_PASSED_OVER = "-"


@attrs.frozen(kw_only=True)
class Recognised:
    """A layout, and the table that it is of; recorded messages are no table."""

    layout: Layout
    table: TableFile | None


def recognise(path: Path, symbol: str, said: Said) -> Recognised:
    """What `path` is, for one symbol; what the user says about it counts before what is found.

    Raises DataError for a file that cannot be opened, that is none of the known layouts, or that may be one thing or
    the other; then it says what to pass.
    """
    if path.name.lower().endswith(RECORDED):
        return Recognised(layout=_recorded(path, said.kind), table=None)
    table = open_table(path)
    if said.columns:
        layout = _with_columns(path, said.columns, table, said.kind)
    else:
        layout = _without_columns(path, table, symbol, said)
    return Recognised(layout=_probed(path, layout, table, symbol, said.utc_offset_ms), table=table)


def _recorded(path: Path, kind: str | None) -> Layout:
    check_file(path, RECORDED)
    if kind not in (None, "last", "mark"):
        raise DataError(f"{path}: recorded messages give bars, not {kind}; pass --kind last or --kind mark.")
    return Layout(name="recorded messages", shape="messages", kind=kind or "last")


def _with_columns(path: Path, columns: Sequence[str], table: TableFile, kind: str | None) -> Layout:
    if len(columns) != len(table.names):
        raise DataError(
            f"{path}: --columns names {len(columns)} columns, the file has {len(table.names)}: "
            f"{', '.join(table.names)}. Give one name for each, or {_PASSED_OVER} to pass over it."
        )
    theirs = {name: table.names[number] for number, name in enumerate(columns) if name != _PASSED_OVER}
    layout = _plain(path, list(theirs), "", kind)
    return attrs.evolve(layout, columns={ours: theirs[name] for ours, name in layout.columns.items()})


def _without_columns(path: Path, table: TableFile, symbol: str, said: Said) -> Layout:
    headed = table.text is None or table.text.headed
    if headed:
        found = archive_of_header(table.names)
    else:
        found = archive_of_row(table.text.sample[0]) if table.text and table.text.sample else None
    if found is not None:
        return _of_archive(path, table, *found, said)
    if not headed:
        raise _no_header(path, table)
    return _plain(path, table.names, symbol, said.kind)


def _of_archive(path: Path, table: TableFile, archive: Archive, columns: dict[str, str], said: Said) -> Layout:
    count = columns.pop("count", None)
    if count is not None and said.kind is None and kind_in_name(path) is None:
        _check_traded(path, table, columns["volume"], count)
    if archive.clock_unknown and said.utc_offset_ms is None:
        raise DataError(
            f"{path}: is a {archive.name}, whose clock was not that of UTC in all years. Compare a bar with one of the "
            "venue's own, and pass --utc-offset 0 or --utc-offset 3."
        )
    if archive.kind == "index":
        raise DataError(f"{path}: is a {archive.name}; allowed: last and mark prices, at which somebody can trade.")
    kind = _bars_kind(path, said.kind) if archive.shape == "bars" else archive.kind
    if said.kind not in (None, kind):
        what = f"{kind.replace('_', ' ')} only" if archive.shape == "readings" else "prices of trades"
        raise DataError(f"{path}: is a {archive.name}, {what}, not {said.kind}; leave --kind out.")
    return Layout(
        name=archive.name, shape=archive.shape, kind=kind, columns=columns, venue_candles=archive.venue_candles
    )


def _check_traded(path: Path, table: TableFile, volume: str, count: str) -> None:
    if is_price_index(table, volume, count):
        raise DataError(
            f"{path}: found klines without any volume: a mark price, or an index, which is no price to trade at. "
            "If it is a mark price, pass --kind mark."
        )


def _plain(path: Path, names: Sequence[str], symbol: str, kind: str | None) -> Layout:
    """A table by the names of its columns alone."""
    hint = kind_in_name(path)
    bars = find_columns(str(path), names, ACCEPTED_NAMES, symbol)
    has_prices = all(name in bars for name in _PRICES)
    if kind in READING_KINDS or (kind is None and (hint in READING_KINDS or not has_prices)):
        layout = _readings(path, names, kind or hint, bars if has_prices else None)
        if layout is not None:
            return layout
    if not has_prices and kind in (None, "last"):
        trades = find_columns(str(path), names, TRADE_NAMES)
        if all(name in trades for name in TRADE_NAMES):
            return Layout(name="table", shape="trades", kind="last", columns=trades)
    settled = _bars_kind(path, kind)
    needed = [name for name in ACCEPTED_NAMES if name != "volume" or settled == "last"]
    missing = [name for name in needed if name not in bars]
    if missing == ["volume"] and kind is None:
        raise DataError(
            f"{missing_columns(str(path), missing, names, ACCEPTED_NAMES)} Only a mark price has no volume: "
            "if this is one, pass --kind mark."
        )
    if missing:
        raise missing_columns(str(path), missing, names, ACCEPTED_NAMES)
    return Layout(name=_plain_name(path, names), shape="bars", kind=settled, columns=bars)


def _readings(path: Path, names: Sequence[str], kind: str | None, bars: dict[str, str] | None) -> Layout | None:
    for wanted in [kind] if kind in READING_KINDS else READING_KINDS:
        columns = find_columns(str(path), names, READING_NAMES[wanted])
        if "ts" in columns and "value" in columns:
            return Layout(name="table", shape="readings", kind=wanted, columns=columns)
    if kind == "funding" and bars is not None:
        # freqtrade keeps rates as candles: the rate is the open, the rest is 0.
        columns = {"ts": bars["ts"], "value": bars["open"]}
        return Layout(name="freqtrade candles", shape="readings", kind="funding", columns=columns)
    if kind in READING_KINDS:
        raise missing_columns(str(path), ["value"], names, READING_NAMES[kind])
    return None


def _bars_kind(path: Path, kind: str | None) -> str:
    """Of bars: what the user says, else what the name of the file says, else the last price."""
    if kind in READING_KINDS:
        raise DataError(f"{path}: holds bars, not {kind}; pass --kind last or --kind mark, or leave it out.")
    hint = kind_in_name(path)
    if kind is None and hint == "index":
        raise DataError(
            f"{path}: is an index price by its folder; allowed: last and mark prices. "
            "If it is a mark price all the same, pass --kind mark."
        )
    return kind or ("mark" if hint == "mark" else "last")


def _plain_name(path: Path, names: Sequence[str]) -> str:
    if list(names) == ["date", "open", "high", "low", "close", "volume"] and path.suffix == ".feather":
        return "freqtrade candles"
    return "table"


def _no_header(path: Path, table: TableFile) -> DataError:
    first = ",".join(table.text.sample[0]) if table.text and table.text.sample else ""
    return DataError(
        f"{path}: has no header line, and is none of the archives that are known without one. Its first row: {first}. "
        f"Say what its {len(table.names)} columns are, for example --columns ts,open,high,low,close,volume "
        f"({_PASSED_OVER} passes over a column)."
    )


def _probed(path: Path, layout: Layout, table: TableFile, symbol: str, utc_offset_ms: int | None) -> Layout:
    """The layout with what the first rows show."""
    time = time_text(table, layout.columns)
    name = layout.name
    if name == "Binance archive":
        headed = table.text is None or table.text.headed
        name = "Binance futures archive" if headed else "Binance spot archive" if "µs" in time else name
    if utc_offset_ms is not None:
        if WITHOUT_ZONE not in time:
            raise DataError(
                f"{path}: its times ({time}) are numbers or have a zone, so they are what they are. "
                "Leave --utc-offset out."
            )
        time = time.replace(WITHOUT_ZONE, f"UTC{utc_offset_ms / _HOUR_MS:+g}")
    newest_first = is_newest_first(table, layout.columns, symbol)
    return attrs.evolve(layout, name=name, time=time, newest_first=newest_first, utc_offset_ms=utc_offset_ms or 0)
