"""Files as the archives of venues have them, made of known bars or trades."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from play_engine.bars import BarSeries

BINANCE_HEADER = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
)
BYBIT_TRADES_HEADER = (
    "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional"
)
# Seconds after the first minute, price, size: two minutes with trades, one without, one with a single trade.
TRADES = ((0.0, 100.0, 0.1), (0.3117, 101.5, 0.2), (59.9999, 99.5, 0.3), (60.0, 99.0, 1.0), (200.25, 98.5, 2.5))


def binance_klines(bars: BarSeries, *, per_ms: int = 1, count: int = 60, header: bool = False) -> str:
    """Klines as Binance writes them, with times in units of which `per_ms` make a ms."""
    lines = [BINANCE_HEADER] if header else []
    rows = zip(bars.ts.tolist(), bars.open, bars.high, bars.low, bars.close, bars.volume, strict=True)
    for ts, *values in rows:
        close_time = (ts + bars.interval_ms) * per_ms - 1
        lines.append(",".join(map(str, (ts * per_ms, *values, close_time, "1.0", count, "0.5", "0.5", 0))))
    return "\n".join(lines) + "\n"


def bybit_trades(start_ms: int, *, symbol: str = "BTCUSDT", newest_first: bool = False) -> str:
    """A file of trades as Bybit writes them: seconds with fractions, whole ones without a point."""
    lines = [
        f"{start_ms / 1000 + at:.4f},{symbol},Buy,{size},{price},PlusTick,some-id,1e9,{size},{size * price}"
        for at, price, size in TRADES
    ]
    return "\n".join([BYBIT_TRADES_HEADER, *(reversed(lines) if newest_first else lines)]) + "\n"


def trade_bars(start_ms: int, close_before: float | None = None) -> BarSeries:
    """The bars of TRADES over a day: each opens at the close of the one before, and is flat when nobody traded."""
    minutes = np.arange(1_440)
    close = np.where(minutes == 0, 99.5, np.where(minutes < 3, 99.0, 98.5))
    open_ = np.concatenate(([100.0 if close_before is None else close_before], close[:-1]))
    high, low, volume = np.maximum(open_, close), np.minimum(open_, close), np.zeros(1_440)
    high[0], low[0] = max(101.5, open_[0]), min(99.5, open_[0])
    volume[[0, 1, 3]] = 0.6, 1.0, 2.5
    return BarSeries(
        symbol="BTCUSDT",
        interval_ms=60_000,
        ts=start_ms + 60_000 * minutes,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )


def pack_gzip(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()))
    return path


def pack_zip(path: Path, text: str, members: Sequence[str] = ("BTCUSDT.csv",)) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in members:
            archive.writestr(name, text)
    path.write_bytes(packed.getvalue())
    return path


def write_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
