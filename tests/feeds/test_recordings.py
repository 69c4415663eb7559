"""Recorded messages make bars of the minutes that they cover whole."""

import gzip
import json
from pathlib import Path

import pytest

from feeds.candle_file import CandleFile
from feeds.joining import concatenated
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from tests.feeds.candles import START_MS, read_all

MINUTE = 60_000


def binance(at_ms: int, price: float, qty: float) -> str:
    trade = {"e": "trade", "E": at_ms, "T": at_ms, "s": "BTCUSDT", "p": str(price), "q": str(qty), "X": "MARKET"}
    return f"{at_ms * 1000} " + json.dumps({"stream": "btcusdt@trade", "data": trade})


def mark(at_ms: int, price: float) -> str:
    update = {"e": "markPriceUpdate", "E": at_ms, "s": "BTCUSDT", "p": str(price)}
    return f"{at_ms * 1000} " + json.dumps({"data": update})


def bybit(at_ms: int, price: float, qty: float) -> str:
    trade = {"T": at_ms, "s": "BTCUSDT", "S": "Buy", "v": str(qty), "p": str(price)}
    return json.dumps({"topic": "publicTrade.BTCUSDT", "type": "snapshot", "ts": at_ms, "data": [trade, trade]})


def quiet(at_ms: int) -> str:
    return json.dumps({"topic": "orderbook.1.BTCUSDT", "ts": at_ms, "data": {"s": "BTCUSDT", "b": [], "a": []}})


def recorded(tmp_path: Path, lines: list[str], kind: str = "last") -> BarSeries:
    path = tmp_path / "messages.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return concatenated(read_all(CandleFile(path, "BTCUSDT", kind=kind)))


def every_second(start_s: int, stop_s: int) -> list[int]:
    return [START_MS + 1_000 * second for second in range(start_s, stop_s)]


def test_minutes_that_are_covered_in_part_are_left_out(tmp_path: Path) -> None:
    lines = [binance(at, 100.0 + number, 0.5) for number, at in enumerate(every_second(30, 200))]
    bars = recorded(tmp_path, lines)
    assert bars.ts.tolist() == [START_MS + MINUTE, START_MS + 2 * MINUTE]
    assert (bars.open[0], bars.high[0], bars.close[1], bars.volume[0]) == (130.0, 189.0, 249.0, 30.0)


def test_a_hole_in_the_recording_is_no_quiet_minute(tmp_path: Path) -> None:
    lines = [binance(at, 100.0, 1.0) for at in (*every_second(0, 90), *every_second(120, 240))]
    assert recorded(tmp_path, lines).ts.tolist() == [START_MS, START_MS + 2 * MINUTE, START_MS + 3 * MINUTE]


def test_bybit_trades_among_order_books(tmp_path: Path) -> None:
    lines = [quiet(at) for at in every_second(0, 61)]
    lines.insert(31, bybit(START_MS + 30_500, 7.5, 0.25))
    bars = recorded(tmp_path, lines)
    assert (bars.ts.tolist(), bars.volume.tolist(), bars.close.tolist()) == ([START_MS], [0.5], [7.5])


def test_mark_prices_are_another_kind(tmp_path: Path) -> None:
    lines = [mark(at, 50.0 + number % 3) for number, at in enumerate(every_second(0, 60))]
    bars = recorded(tmp_path, lines, "mark")
    assert (bars.open[0], bars.high[0], bars.close[0], bars.volume[0]) == (50.0, 52.0, 52.0, 0.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{broken", r"line 2: found '\{broken' \(no time in it\); allowed: a message of Binance or Bybit V5"),
        (f'{START_MS} {{"e": "trade"', r"line 2: .*JSONDecodeError"),
        (f'{START_MS} {{"e":"trade","T":1,"s":"BTCUSDT"}}', r"line 2: .*KeyError: 'p'"),
        (binance(START_MS + 500, -1.0, 1.0), r"line 2, column price: found -1\.0; allowed: finite prices above 0"),
        (binance(START_MS - 500, 1.0, 1.0), "line 2, column ts: found .*allowed: times that never fall"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        recorded(tmp_path, [binance(START_MS, 1.0, 1.0), line, *map(quiet, every_second(1, 61))])


def test_what_a_recording_does_not_give(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no whole minute with trades in it\. Order books alone make no bars"):
        recorded(tmp_path, [quiet(at) for at in every_second(0, 120)])
    path = tmp_path / "messages.jsonl"
    path.write_text(quiet(START_MS))
    with pytest.raises(DataError, match="recorded messages give bars, not funding"):
        CandleFile(path, "BTCUSDT", kind="funding")
    path.write_text("\n\n")
    with pytest.raises(DataError, match="no messages in it"):
        CandleFile(path, "BTCUSDT")
