"""Readings out of a file: funding rates or open interest of one symbol."""

from pathlib import Path

import attrs
import numpy as np

from feeds.bad_cell import BadCell
from feeds.candle_rows import TableRows
from feeds.layouts.layout import Layout, Said
from feeds.layouts.recognition import recognise
from play_engine.bars import Floats, Ints
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings

_READ_ROWS = 32_768
_NOTHING_SAID = Said()
# Venues stamp a settlement up to a second late; it is due at a whole minute.
_LATEST_MS = 1_000
# No venue charges more at once. A file in percent has larger numbers, sooner or later.
_LARGEST_RATE = 0.1
_REMEDY = "Nothing is sorted or repaired here; correct the source"


@attrs.frozen(kw_only=True)
class ReadingsFile:
    """The readings of one symbol out of a file, and what the file was read as."""

    path: Path
    layout: Layout
    readings: Readings

    def recognition(self) -> str:
        """What the file was read as, in a line."""
        return self.layout.text(len(self.readings), 0)


def read_readings(path: Path | str, symbol: str, kind: str, said: Said = _NOTHING_SAID) -> ReadingsFile:
    """Read the whole file; `said` is what the user says about it.

    `kind` is `funding` (fractions, positive when longs pay) or `open_interest` (base units). Times of funding, which
    venues stamp up to a second late, become those of the minute that was meant. Raises DataError naming file, row,
    column, value and remedy for anything that is no such series.
    """
    path = Path(path)
    recognised = recognise(path, symbol, attrs.evolve(said, kind=kind))
    layout, table = recognised.layout, recognised.table
    if table is None or layout.shape != "readings":
        raise DataError(f"{path}: holds no {kind.replace('_', ' ')}. Name another file, or another --kind.")
    rows = TableRows(table, layout, symbol)
    pieces = list(rows.pieces(("ts", "value"), _READ_ROWS))
    if not pieces:
        found = f"; found: {', '.join(sorted(rows.other_symbols))}" if rows.other_symbols else ""
        raise DataError(f"{path}: no rows of symbol {symbol}{found}. Ask for another symbol, or fetch the file again.")
    ts = np.concatenate([piece.columns["ts"] for piece in pieces])
    values = np.concatenate([piece.columns["value"] for piece in pieces])
    ts = _settled(ts) if kind == "funding" else ts
    try:
        _check(ts, values, kind)
    except BadCell as bad:
        raise rows.error(bad, np.concatenate([piece.rows for piece in pieces])) from None
    return ReadingsFile(path=path, layout=layout, readings=Readings(ts=ts, values=values))


def _settled(ts: Ints) -> Ints:
    late = ts % MINUTE_MS
    return np.where(late <= _LATEST_MS, ts - late, ts)


def _check(ts: Ints, values: Floats, kind: str) -> None:
    steps = np.flatnonzero(np.diff(ts) <= 0)
    if len(steps):
        index = int(steps[0]) + 1
        found = f"{ts[index]} ({iso(int(ts[index]))}), not later than the row before ({iso(int(ts[index - 1]))})"
        raise BadCell(index, "ts", found, "times that strictly increase", _REMEDY)
    if kind == "funding":
        sound, allowed = np.abs(values) <= _LARGEST_RATE, f"rates from -{_LARGEST_RATE} to {_LARGEST_RATE} (fractions)"
        remedy = "If the file is in percent, divide by 100"
    else:
        sound, allowed, remedy = (values >= 0) & (values < np.inf), "finite amounts of 0 or more", _REMEDY
    if not sound.all():
        index = int(np.flatnonzero(~sound)[0])
        shown = "NaN or nothing" if np.isnan(values[index]) else repr(float(values[index]))
        raise BadCell(index, "value", shown, allowed, remedy)
