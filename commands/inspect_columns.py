"""The command `inspect`: every column that a Play computes, as a Parquet file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from actors.run_window import check_interval
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.inspect_schema import inspect_schema, to_batch
from commands.output_file import check_output
from commands.plays import open_play
from commands.presentation import show, show_problems
from commands.times import show_span
from feeds.candle_file import CandleFile
from feeds.provider import Coverage, DataProvider
from play_engine.engine import Engine
from play_engine.errors import DataError
from play_engine.inspection import Columns, inspect
from play_engine.market import MarketSlice
from play_engine.play.model import Play

# Base bars read at a time, and rows collected before they are written: both bound the memory.
_CHUNK_BARS = 65_536
_ROW_GROUP_ROWS = 65_536
# Columns that the closing line names; a Play with structures has dozens.
_NAMED_COLUMNS = 12


def run_inspect(
    play_name: str,
    candles: Path,
    out: Path,
    bounds_ms: tuple[int | None, int | None],
    assignments: Iterable[tuple[str, str]],
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Write the file and return the exit code.

    `bounds_ms` limit the rows by their open time, start ≤ ts < end. Raises ConfigError, DataError or a usage error,
    before anything is written, for what cannot be done; the file appears whole or not at all.
    """
    check_output(out, candles, force=force)
    play = open_play(play_name, assignments)
    feed = CandleFile(candles, play.symbol)
    coverage = feed.coverage(play.symbol)
    check_interval(play, coverage)
    start_ms, end_ms = _row_bounds(candles, coverage, bounds_ms)
    show_problems(play.warnings)
    schema = inspect_schema(play)
    pieces = (_rows_between(piece, start_ms, end_ms) for piece in _pieces(play, feed, coverage))
    rows = _write(out, schema, (to_batch(piece, schema) for piece in pieces))
    if as_json:
        print_json({"file": str(out), "rows": rows, "columns": schema.names})
    else:
        show(f"{out}: {rows:,} rows, {len(schema)} columns: {_named(schema.names)}")
    return SUCCESS


def _named(names: list[str]) -> str:
    """The first column names, and how many more there are."""
    shown = ", ".join(names[:_NAMED_COLUMNS])
    return shown if len(names) <= _NAMED_COLUMNS else f"{shown} and {len(names) - _NAMED_COLUMNS} more"


def _row_bounds(candles: Path, coverage: Coverage, bounds_ms: tuple[int | None, int | None]) -> tuple[int, int]:
    start_ms = coverage.start_ms if bounds_ms[0] is None else bounds_ms[0]
    end_ms = coverage.end_ms if bounds_ms[1] is None else bounds_ms[1]
    covers = f"{candles} covers {show_span(coverage.start_ms, coverage.end_ms)}"
    if start_ms >= end_ms:
        raise DataError(
            f"the rows asked for, {show_span(start_ms, end_ms)}, are none: end must be after start; {covers}"
        )
    if start_ms >= coverage.end_ms or end_ms <= coverage.start_ms:
        raise DataError(f"the rows asked for, {show_span(start_ms, end_ms)}, lie outside the data; {covers}")
    return start_ms, end_ms


def _pieces(play: Play, feed: DataProvider, coverage: Coverage) -> Iterator[Columns]:
    engine = Engine(play, base_ms=coverage.interval_ms)
    for bars in feed.bars(play.symbol, coverage.start_ms, coverage.end_ms, _CHUNK_BARS):
        yield from inspect(engine, MarketSlice(bars=bars))


def _rows_between(columns: Columns, start_ms: int, end_ms: int) -> Columns:
    first, last = np.searchsorted(columns["ts"], (start_ms, end_ms), side="left")
    return {name: values[first:last] for name, values in columns.items()}


def _write(out: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write aside, then rename; returns the number of rows."""
    partial = out.with_name(f"{out.name}.partial")
    rows = 0
    try:
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            for group in _groups(batches):
                writer.write_table(pa.Table.from_batches(group, schema), row_group_size=_ROW_GROUP_ROWS)
                rows += sum(batch.num_rows for batch in group)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[Sequence[pa.RecordBatch]]:
    """Batches in groups of about a row group; a slow exec timeframe gives few rows at a time."""
    group: list[pa.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(held.num_rows for held in group) >= _ROW_GROUP_ROWS:
            yield group
            group = []
    yield group
