"""The commands `data list`, `check`, `repair` and `migrate`: what they print, and what their exit codes say."""

import json
from pathlib import Path

import numpy as np
import pytest

from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS
from play_engine.market import Readings
from tests.commands.inputs import program
from tests.feeds.candles import START_MS, walk, without

BARS = without(walk(3_000), 1_000, 1_010)
WHERE = {"venue": "bybit", "symbol": "BTCUSDT"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "candles"
    store = CandleStore(root)
    store.add([BARS], **WHERE, interval_ms=MINUTE_MS, synthetic=BARS.ts[:2])
    store.add([BARS], **WHERE, interval_ms=MINUTE_MS, kind="mark")
    store.add_readings(Readings(ts=BARS.ts[:1], values=np.zeros(1)), **WHERE, kind="funding")
    store.put_instrument(**WHERE, document={"tick_size": "0.1"}, as_of_ms=START_MS)
    store.add([walk(9)], venue="binance", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    return root


def spoil(root: Path) -> Path:
    path = root / "bybit" / "BTCUSDT" / "1m" / "2023-01.000001.parquet"
    data = bytearray(path.read_bytes())
    data[1_000] ^= 1
    path.write_bytes(bytes(data))
    return path


def test_list_shows_every_series_and_its_gaps(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "data", "list", "--store", root, "--gaps")
    assert (printed.code, printed.err) == (0, "")
    cells = [line.split() for line in printed.out.splitlines()]
    assert cells[0] == ["venue", "symbol", "series", "first", "last", "rows", "gaps", "missing", "synthetic"]
    first, last = "2023-01-01T00:00Z", "2023-01-03T01:59Z"
    assert cells[1:6] == [
        ["binance", "BTCUSDT", "1m", first, "2023-01-01T00:08Z", "9", "0", "0", "0"],
        ["bybit", "BTCUSDT", "1m", first, last, "2,990", "1", "10", "2"],
        ["bybit", "BTCUSDT", "mark", "1m", first, last, "2,990", "1", "10", "0"],
        ["bybit", "BTCUSDT", "funding", first, first, "1", "–", "–", "–"],
        ["bybit", "BTCUSDT", "instrument", first, first, "1", "–", "–", "–"],
    ]
    assert "gap  bybit BTCUSDT 1m  2023-01-01T16:40Z to 2023-01-01T16:50Z  10 bars" in printed.out
    assert len(cells) == 8
    assert "gap" not in program(capsys, "data", "list", "--store", root).out.replace("gaps", "")


def test_list_as_json_and_by_venue(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(program(capsys, "data", "list", "--store", root, "--venue", "bybit", "--json").out)
    assert [(one["kind"], one["rows"], one["synthetic_rows"]) for one in document["series"]] == [
        ("last", 2_990, 2),
        ("mark", 2_990, 0),
        ("funding", 1, 0),
    ]
    gap_ms = START_MS + 1_000 * MINUTE_MS
    gap = {"start_ms": gap_ms, "end_ms": gap_ms + 10 * MINUTE_MS, "missing_bars": 10}
    assert document["series"][0]["gaps"] == [gap]
    assert document["instruments"] == [{**WHERE, "dates_ms": [START_MS]}]
    nothing = program(capsys, "data", "list", "--store", root, "--symbol", "ETHUSDT")
    assert (nothing.code, nothing.out) == (0, f"{root}: nothing of what was asked for\n")


def test_check_and_repair(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = program(capsys, "data", "check", "--store", root)
    assert (sound.code, sound.out) == (0, "verified 5,990 rows in 4 files: nothing is damaged\n")
    path = spoil(root)
    damaged = program(capsys, "data", "check", "--store", root)
    assert damaged.code == 1
    assert f"damage  {path}: " in damaged.out
    assert damaged.out.endswith("verified 3,000 rows in 4 files: 1 damaged\n")
    document = json.loads(program(capsys, "data", "check", "--store", root, "--json").out)
    assert (document["damaged"], document["rows"]) == (True, 3_000)
    worst = document["findings"][0]
    assert (worst["file"], worst["kind"], worst["damage"]) == (str(path), "damaged", True)
    assert program(capsys, "data", "check", "--store", root, "--venue", "binance").code == 0
    repaired = program(capsys, "data", "repair", "--store", root)
    assert repaired.code == 0
    lines = repaired.out.splitlines()
    assert lines[0].startswith(f"bybit BTCUSDT 1m: {path} was moved to {root}/.quarantine/bybit/BTCUSDT/1m/")
    assert lines[1:] == [
        "bybit BTCUSDT 1m: fetch or import again 2023-01-01T00:00Z to 2023-01-01T16:40Z, 1,000 rows",
        "bybit BTCUSDT 1m: fetch or import again 2023-01-01T16:50Z to 2023-01-03T02:00Z, 1,990 rows",
    ]
    again = program(capsys, "data", "repair", "--store", root)
    assert (again.code, again.out) == (0, "nothing to repair\n")


def test_repair_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoil(root)
    (report,) = json.loads(program(capsys, "data", "repair", "--store", root, "--json").out)["series"]
    assert (report["venue"], report["kind"], report["busy"]) == ("bybit", "last", "")
    assert [moved["file"] for moved in report["set_aside"]] == [str(path)]
    assert sum(span["missing_bars"] for span in report["lost"]) == 2_990


def test_migrate_tells_what_it_did(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "data", "migrate", "--store", root)
    assert (printed.code, printed.out) == (0, f"{root}: is of version 2; 0 files were written anew\n")
    assert json.loads(program(capsys, "data", "migrate", "--store", root, "--json").out) == {"version": 2, "files": 0}


@pytest.mark.parametrize("command", ["list", "check", "repair", "migrate"])
def test_a_store_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    printed = program(capsys, "data", command, "--store", tmp_path / "none")
    assert printed.code == 2
    assert "none: there is no candle store" in printed.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["list", "check", "repair", "migrate"])
def test_a_newer_store_is_refused(root: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    (root / "store.json").write_text('{"version": 9}')
    printed = program(capsys, "data", command, "--store", root)
    assert printed.code == 2
    assert "is of version 9; this program knows 1 to 2" in printed.err
