"""The commands that bring files into the store and out of it, and make markets up."""

import json
from pathlib import Path

import numpy as np
import pytest

from feeds.candle_export import write_bars, write_readings
from feeds.candle_file import CandleFile
from feeds.joining import concatenated
from feeds.pattern_market import PatternMarket
from feeds.patterns.registry import PATTERNS
from feeds.store import CandleStore
from play_engine.bars import BarSeries
from play_engine.market import Readings
from tests.commands.inputs import PLAY, program, write_play
from tests.feeds.archives import binance_klines, pack_zip
from tests.feeds.candles import EVER, START_MS, columns_of, same, walk, write_parquet

BARS = walk(300)
Capsys = pytest.CaptureFixture[str]


def imported(capsys: Capsys, store: Path, *arguments: object) -> object:
    return program(capsys, "data", "import", *arguments, "--venue", "v", "--symbol", "BTCUSDT", "--store", store)


def stored(store: Path, venue: str = "v") -> BarSeries:
    return concatenated(list(CandleStore(store).provider(venue, 60_000).bars("BTCUSDT", *EVER, 1_000)))


def test_import_says_what_it_read_and_what_it_added(tmp_path: Path, capsys: Capsys) -> None:
    first = pack_zip(tmp_path / "a.zip", binance_klines(BARS.rows(0, 100), header=True))
    second = write_parquet(tmp_path / "b.parquet", columns_of(BARS.rows(110, 300)))
    printed = imported(capsys, tmp_path / "store", second, first)
    assert (printed.code, printed.out) == (0, "v BTCUSDT 1m: 290 rows added, 0 were there already\n")
    assert printed.err.splitlines() == [
        f"{first}: read as: Binance futures archive, open_time in ms, 100 bars of 1m",
        f"{second}: read as: table, ts in ms, 190 bars of 1m",
    ]
    again = imported(capsys, tmp_path / "store", first, "--json")
    document = json.loads(again.out)
    assert (document["rows_added"], document["rows_skipped"], document["kind"]) == (0, 100, "last")
    assert document["files"][0]["read_as"].startswith("read as: Binance futures archive")


def test_import_tells_gaps(tmp_path: Path, capsys: Capsys) -> None:
    columns = {name: values[:50] + values[60:] for name, values in columns_of(BARS).items()}
    path = write_parquet(tmp_path / "a.parquet", columns)
    assert f"{path}: 1 gap, 10 bars missing" in imported(capsys, tmp_path / "store", path).err


def test_a_bad_file_leaves_the_store_as_it_was(tmp_path: Path, capsys: Capsys) -> None:
    good = write_parquet(tmp_path / "a.parquet", columns_of(BARS.rows(0, 100)))
    spoiled = columns_of(BARS.rows(100, 200))
    spoiled["low"][4] = -1.0
    bad = write_parquet(tmp_path / "b.parquet", spoiled)
    printed = imported(capsys, tmp_path / "store", good, bad)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith(f"error: {bad}: row 5, column low: found -1.0; allowed: finite prices above 0")
    assert not (tmp_path / "store").exists()


def test_import_options_for_what_a_file_does_not_say(tmp_path: Path, capsys: Capsys) -> None:
    path = tmp_path / "bars.csv"
    times = np.datetime_as_string((BARS.ts + 7_200_000).astype("datetime64[ms]"), unit="s").tolist()
    rows = zip(times, BARS.close, BARS.open, BARS.high, BARS.low, strict=True)
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    refused = imported(capsys, tmp_path / "store", path)
    assert refused.code == 2
    assert "--columns ts,open,high,low,close,volume" in refused.err
    said = ("--columns", "ts,close,open,high,low", "--kind", "mark", "--utc-offset", "2", "--interval", "1m")
    printed = imported(capsys, tmp_path / "store", path, *said)
    assert printed.out == "v BTCUSDT mark 1m: 300 rows added, 0 were there already\n"
    assert "read as: table, mark price, column 1 as text (UTC+2), 300 bars of 1m" in printed.err
    assert imported(capsys, tmp_path / "store", path, "--interval", "7m").code == 2


def test_export_and_import_give_the_same_series(tmp_path: Path, capsys: Capsys) -> None:
    store = CandleStore(tmp_path / "store")
    store.add([BARS], venue="v", symbol="BTCUSDT", interval_ms=60_000)
    store.add([BARS], venue="v", symbol="BTCUSDT", interval_ms=60_000, kind="mark")
    rates = Readings(ts=START_MS + 28_800_000 * np.arange(5), values=np.linspace(-1e-4, 3e-4, 5))
    store.add_readings(rates, venue="v", symbol="BTCUSDT", kind="funding")
    exported = ("data", "export", "BTCUSDT", "--venue", "v", "--store", tmp_path / "store")
    for kind, name in (("last", "a.csv"), ("mark", "mark.feather"), ("funding", "c.parquet")):
        out = tmp_path / name
        printed = program(capsys, *exported, "--kind", kind, "--out", out)
        assert (printed.code, printed.err) == (0, "")
        again = program(capsys, *exported, "--kind", kind, "--out", out)
        assert again.code == 2
        assert "exists; --force replaces it" in again.err
        assert program(capsys, *exported, "--kind", kind, "--out", out, "--force").code == 0
        assert imported(capsys, tmp_path / "copy", out).code == 0
    assert same([stored(tmp_path / "copy")], BARS)
    copy = CandleStore(tmp_path / "copy").provider("v", 60_000)
    assert copy.readings("BTCUSDT", "funding", *EVER).values.tobytes() == rates.values.tobytes()


def test_export_of_a_range_and_of_nothing(tmp_path: Path, capsys: Capsys) -> None:
    CandleStore(tmp_path / "store").add([BARS], venue="v", symbol="BTCUSDT", interval_ms=60_000)
    exported = ("data", "export", "BTCUSDT", "--venue", "v", "--store", tmp_path / "store")
    span = ("--start", "2023-01-01T00:30", "--end", "2023-01-01T01:00")
    printed = program(capsys, *exported, *span, "--out", tmp_path / "half.csv", "--json")
    assert json.loads(printed.out)["rows"] == 30
    assert same([stored_file(tmp_path / "half.csv")], BARS.rows(30, 60))
    nothing = program(capsys, *exported, "--start", "2024-01-01", "--out", tmp_path / "none.csv")
    assert (nothing.code, (tmp_path / "none.csv").exists()) == (2, False)
    assert "the store has no bars of BTCUSDT at v in that range" in nothing.err
    assert program(capsys, *exported, "--kind", "mark", "--out", tmp_path / "none.csv").code == 2
    assert "unknown kind of file" in program(capsys, *exported, "--out", tmp_path / "bars.txt").err
    assert program(capsys, *exported, *span[2:], "--start", "2024-01-01", "--out", tmp_path / "none.csv").code == 2


def stored_file(path: Path) -> BarSeries:
    return concatenated(list(CandleFile(path, "BTCUSDT").bars("BTCUSDT", *EVER, 1_000)))


def test_every_pattern_is_listed(capsys: Capsys) -> None:
    printed = program(capsys, "data", "synth", "--list")
    assert printed.code == 0
    assert all(name in printed.out for name in PATTERNS)
    document = json.loads(program(capsys, "data", "synth", "--list", "--json").out)
    crash = next(one for one in document["patterns"] if one["name"] == "vol_spike_recover")
    assert crash["parameters"] == {"drop": 0.08, "fall_minutes": 30.0, "recovery_minutes": 240.0}
    assert crash["family"] == "volatility"


def test_a_pattern_into_a_file(tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "v.parquet"
    arguments = ("data", "synth", "reversal_v_top", "--seed", "3", "--start", "2023-01-01", "--days", "1", "--out", out)
    printed = program(capsys, *arguments)
    assert (printed.code, printed.out) == (0, f"BTCUSDT last: 1,440 rows, {out}\n")
    assert "pattern reversal_v_top (BTCUSDT, seed 3, 1 days from 2023-01-01T00:00:00Z)" in printed.err
    market = PatternMarket(["BTCUSDT"], "reversal_v_top", seed=3, start_ms=START_MS, days=1)
    assert same([stored_file(out)], next(market.bars("BTCUSDT", *EVER, 2_000)))
    assert "exists; --force replaces it" in program(capsys, *arguments).err
    assert program(capsys, *arguments, "--force").code == 0


def test_the_pattern_that_a_play_names(tmp_path: Path, capsys: Capsys) -> None:
    play = write_play(tmp_path, PLAY + "validation: {pattern: vol_decay}\n")
    out = tmp_path / "p.csv"
    printed = program(capsys, "data", "synth", "--play", play, "--days", "1", "--out", out, "--json")
    assert json.loads(printed.out)["market"].startswith("pattern vol_decay (BTCUSDT, seed 0, 1 days")


def test_realistic_symbols_into_a_store(tmp_path: Path, capsys: Capsys) -> None:
    store = tmp_path / "store"
    printed = program(capsys, "data", "synth", "--realistic", "BTCUSDT", "ETHUSDT", "--days", "2", "--store", store)
    assert printed.code == 0
    assert printed.out.splitlines()[0] == "BTCUSDT last: 2,880 rows, added to synthetic"
    kinds = [(entry.symbol, entry.kind, entry.rows) for entry in CandleStore(store).series("synthetic")]
    assert sorted(kinds) == [
        (symbol, kind, rows)
        for symbol in ("BTCUSDT", "ETHUSDT")
        for kind, rows in (("funding", 7), ("last", 2_880), ("mark", 2_880))
    ]
    bare = ("data", "synth", "--realistic", "BTCUSDT", "--days", "1", "--no-funding", "--out", tmp_path / "b.feather")
    assert program(capsys, *bare).code == 0
    assert "correlation 0.6)" in program(capsys, *bare, "--force").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["vol_decay"], "where to? give --out FILE or --store DIR"),
        (["--out", "x.csv"], "give one PATTERN, --play PLAY, or --realistic SYMBOL"),
        (["vol_decay", "volatile", "--out", "x.csv"], "give one PATTERN"),
        (["--realistic", "--out", "x.csv"], "--realistic takes the symbols as arguments"),
        (["--realistic", "BTCUSDT", "ETHUSDT", "--out", "x.csv"], "a file has one symbol; keep several with --store"),
        (["vol_deacy", "--out", "x.csv"], "'vol_deacy' is no pattern; allowed: trend_up_clean"),
        (["vol_decay", "--play", "p.yml", "--out", "x.csv"], "--play names the pattern itself"),
        (["vol_decay", "--days", "0", "--out", "x.csv"], "0 is not in the range"),
        (["vol_decay", "--out", "x.xlsx"], "unknown kind of file; allowed: .parquet"),
    ],
)
def test_mistakes_in_what_is_to_be_made(capsys: Capsys, arguments: list[str], message: str) -> None:
    printed = program(capsys, "data", "synth", *arguments)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err


def test_a_config_may_name_a_pattern(tmp_path: Path, capsys: Capsys) -> None:
    write_play(tmp_path)
    config = tmp_path / "instances.toml"
    text = """
[feeds.shape]
source = "synthetic"
start = 2024-01-01
days = 6
pattern = "PATTERN"

[[instances]]
id = "one"
play = "cross.yml"
mode = "backtest"
feed = "shape"
"""
    config.write_text(text.replace("PATTERN", "trendng"))
    printed = program(capsys, "check", config)
    assert printed.code == 2
    assert "feeds.shape.pattern" in printed.out + printed.err
    config.write_text(text.replace("PATTERN", "trending"))
    assert program(capsys, "check", config).code == 0


def test_what_was_written_is_recognised_again(tmp_path: Path, capsys: Capsys) -> None:
    rates = Readings(ts=START_MS + 300_000 * np.arange(4), values=np.array([1.5, 2.5, 3.5, 4.5]))
    write_readings(tmp_path / "x.csv", rates, "open_interest")
    write_bars(tmp_path / "mark.csv", [BARS], "mark")
    assert "open interest, ts in ms, 4 readings" in imported(capsys, tmp_path / "s", tmp_path / "x.csv").err
    assert "mark price, ts in ms, 300 bars" in imported(capsys, tmp_path / "s", tmp_path / "mark.csv").err
