"""The command `data query`: SQL over the store, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings
from tests.commands.inputs import program
from tests.feeds.candles import walk

BARS = walk(50_000)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "it's a store"
    store = CandleStore(root)
    store.add([BARS], venue="bybit", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    store.add([walk(9)], venue="binance", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    rates = Readings(ts=BARS.ts[:2], values=np.array([0.1, -0.2]))
    store.add_readings(rates, venue="bybit", symbol="BTCUSDT", kind="funding")
    return root


def test_series_are_tables(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = "SELECT venue, symbol, interval, count(*), max(high) FROM candles GROUP BY ALL ORDER BY venue"
    printed = json.loads(program(capsys, "data", "query", asked, "--store", root, "--json").out)
    assert [row[:4] for row in printed["rows"]] == [["binance", "BTCUSDT", "1m", 9], ["bybit", "BTCUSDT", "1m", 50_000]]
    assert printed["rows"][1][4] == BARS.high.max()
    asked = "SELECT time, value, 0.0 / 0.0 FROM funding"
    rows = json.loads(program(capsys, "data", "query", asked, "--store", root, "--json").out)["rows"]
    assert rows == [["2023-01-01 00:00:00", 0.1, None], ["2023-01-01 00:01:00", -0.2, None]]


def test_rows_are_shown_up_to_a_hundred_and_written_all(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "data", "query", "SELECT ts FROM candles WHERE venue = 'bybit'", "--store", root)
    assert "the first 100 of 50,000 rows" in printed.err
    out = root.parent / "ts.parquet"
    program(capsys, "data", "query", "SELECT ts FROM candles WHERE venue = 'bybit'", "--store", root, "--out", out)
    assert np.array_equal(pq.read_table(out)["ts"].to_numpy(), BARS.ts)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM bars", "Tables: candles, funding"),
        ("COPY candles TO 'x.csv'", "must be one SELECT"),
        ("SELECT 1; SELECT 2", "must be one SELECT"),
        ("SELEKT", "the query was refused"),
    ],
)
def test_what_is_no_query_is_refused(root: Path, capsys: pytest.CaptureFixture[str], sql: str, said: str) -> None:
    printed = program(capsys, "data", "query", sql, "--store", root)
    assert printed.code == 2
    assert said in printed.err
