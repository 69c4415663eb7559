"""Small sound series and files of them, for the tests of the feeds."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from feeds.provider import COLUMNS, DataProvider
from play_engine.bars import BarSeries
from play_engine.intervals import MINUTE_MS

START_MS = 1_672_531_200_000  # 2023-01-01
EVER = (0, 1 << 42)


def walk(rows: int, *, start_ms: int = START_MS, interval_ms: int = MINUTE_MS, seed: int = 1) -> BarSeries:
    """A random walk of `rows` bars without gaps."""
    rng = np.random.default_rng(seed)
    close = np.round(100.0 + np.cumsum(rng.normal(0.0, 0.1, rows)), 2)
    open_ = np.concatenate(([100.0], close[:-1]))
    return BarSeries(
        symbol="BTCUSDT",
        interval_ms=interval_ms,
        ts=start_ms + interval_ms * np.arange(rows),
        open=open_,
        high=np.maximum(open_, close) + 0.25,
        low=np.minimum(open_, close) - 0.25,
        close=close,
        volume=np.round(rng.uniform(0.0, 9.0, rows), 3),
    )


def without(bars: BarSeries, start: int, stop: int) -> BarSeries:
    """The series with the bars start … stop − 1 taken out."""
    columns = {name: np.delete(getattr(bars, name), slice(start, stop)) for name in COLUMNS}
    return BarSeries(symbol=bars.symbol, interval_ms=bars.interval_ms, **columns)


def columns_of(bars: BarSeries) -> dict[str, Any]:
    """The columns as lists, ready to be spoiled."""
    return {name: getattr(bars, name).tolist() for name in COLUMNS}


def write_parquet(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


def write_csv(path: Path, columns: dict[str, Any]) -> Path:
    """As a program would write it: comma-separated, shortest exact numbers."""
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def read_all(provider: DataProvider, chunk_bars: int = 1_000, symbol: str = "BTCUSDT") -> list[BarSeries]:
    return list(provider.bars(symbol, *EVER, chunk_bars))


def same(pieces: list[BarSeries], expected: BarSeries) -> bool:
    """Whether the pieces are the expected bars, bit for bit."""
    return all(
        np.concatenate([getattr(piece, name) for piece in pieces]).tobytes() == getattr(expected, name).tobytes()
        for name in COLUMNS
    )
