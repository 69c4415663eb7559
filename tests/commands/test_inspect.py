"""The command `inspect`: the file that it writes, and when it refuses to."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commands import inspect_columns
from tests.commands.inputs import BARS, MINUTE_MS, PLAY, START_MS, program, write_candles, write_play

COLUMNS = ["ts", "open", "high", "low", "close", "volume", "quick", "slow", "rule.entry_long", "rule.exit_long"]
STRUCTURES = """\
structures:
  exec:
    - {type: swing, key: sw, params: {left: 2, right: 2}}
    - {type: trend, key: tr, uses: sw}
"""


def table_of(capsys: pytest.CaptureFixture[str], folder: Path, *options: object, text: str = PLAY) -> pa.Table:
    """Inspect a Play over the file of candles in `folder`, and read what was written."""
    play, candles, out = write_play(folder, text), folder / "candles.csv", folder / "columns.parquet"
    if not candles.exists():
        write_candles(folder)
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", out, "--force", *options)
    assert printed.code == 0, printed.err
    assert str(out) in printed.out
    return pq.read_table(out)


def test_a_row_for_each_bar_warm_up_included(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = table_of(capsys, tmp_path)
    assert table.schema.names == COLUMNS
    assert table["ts"].to_pylist() == [START_MS + 15 * MINUTE_MS * row for row in range(BARS)]
    slow = table["slow"].to_pylist()
    assert slow[:11] == [None] * 11
    assert None not in slow[11:]
    assert table["rule.entry_long"].to_pylist()[0] is None
    assert {True, False} <= set(table["rule.entry_long"].to_pylist())
    crossed = np.array(table["quick"].to_pylist()[12:]) > np.array(slow[12:])
    rules = table["rule.entry_long"].to_pylist()[13:]
    assert rules == (crossed[1:] & ~crossed[:-1]).tolist()


def test_types_come_from_the_declarations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAY.replace("actions:", f"{STRUCTURES}actions:").replace(
        "features:", "features:\n  st: {indicator: supertrend, params: {length: 5, multiplier: 2.0}}"
    )
    schema = table_of(capsys, tmp_path, text=text).schema
    types = {name: schema.field(name).type for name in schema.names}
    assert types["ts"] == types["st.direction"] == types["tr.direction"] == pa.int64()
    assert types["sw.high_level"] == types["quick"] == types["volume"] == pa.float64()
    assert types["rule.entry_long"] == pa.bool_()
    kinds = {str(kind) for kind in types.values()}
    assert kinds <= {"int64", "double", "bool", "string"}


def test_bounds_limit_the_rows_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = table_of(capsys, tmp_path)
    part = table_of(capsys, tmp_path, "--start", "2024-01-02", "--end", "2024-01-03")
    assert part.equals(whole.slice(96, 96))


def test_small_pieces_give_the_same_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = table_of(capsys, tmp_path)
    monkeypatch.setattr(inspect_columns, "_CHUNK_BARS", 7)
    monkeypatch.setattr(inspect_columns, "_ROW_GROUP_ROWS", 50)
    assert table_of(capsys, tmp_path).equals(whole)
    assert pq.ParquetFile(tmp_path / "columns.parquet").num_row_groups > 5


def test_slow_exec_over_fast_candles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_candles(tmp_path, interval_ms=5 * MINUTE_MS)
    table = table_of(capsys, tmp_path, text=PLAY.replace("exec: low_tf", "exec: med_tf"))
    assert table["ts"].to_pylist()[:2] == [START_MS, START_MS + 60 * MINUTE_MS]
    assert table.num_rows == BARS // 12


def test_variables_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = table_of(capsys, tmp_path)
    other = table_of(capsys, tmp_path, "--set", "fast=3")
    assert plain["slow"].equals(other["slow"])
    assert not plain["quick"].equals(other["quick"])


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play, candles, out = write_play(tmp_path), write_candles(tmp_path), tmp_path / "columns.parquet"
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", out, "--json")
    assert json.loads(printed.out) == {"file": str(out), "rows": BARS, "columns": COLUMNS}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--force replaces it"),
        (("--force", "--start", "2024-01-03", "--end", "2024-01-03"), "end must be after start"),
        (("--force", "--start", "2025-01-01"), "2024-01-01T00:00Z to 2024-01-06T00:00Z"),
        (("--force", "--end", "2023-01-01"), "2024-01-01T00:00Z to 2024-01-06T00:00Z"),
        (("--force", "--set", "fats=1"), "did you mean fast?"),
    ],
)
def test_refusals_leave_the_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    play, candles, out = write_play(tmp_path), write_candles(tmp_path), tmp_path / "columns.parquet"
    out.write_text("precious")
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", out, *options)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    assert out.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candles.csv", "columns.parquet", "cross.yml"]


@pytest.mark.parametrize(
    ("out", "message"), [("candles.csv", "candles itself"), ("none/x.parquet", "no folder"), (".", "is a folder")]
)
def test_impossible_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, message: str) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    before = candles.read_bytes()
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", tmp_path / out, "--force")
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    assert candles.read_bytes() == before


def test_candles_that_are_too_coarse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path, interval_ms=60 * MINUTE_MS)
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", tmp_path / "x.parquet")
    assert printed.code == 2
    assert "15m" in printed.err
    assert "1h" in printed.err


def test_a_failure_while_writing_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "columns.parquet")

    monkeypatch.setattr(inspect_columns, "to_batch", full)
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    printed = program(capsys, "inspect", play, "--candles", candles, "--out", tmp_path / "columns.parquet")
    assert (printed.code, printed.out) == (1, "")
    assert "columns.parquet: No space left on device" in printed.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candles.csv", "cross.yml"]
