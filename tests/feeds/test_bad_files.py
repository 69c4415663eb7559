"""Every way in which a candle file can be wrong is refused, and the error says where, what, and what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feeds.candle_file import CandleFile
from play_engine.errors import DataError
from tests.feeds.candles import START_MS, columns_of, walk, write_csv, write_parquet

ROW = 37  # of the data, counted from 1
Columns = dict[str, list[Any]]


def put(column: str, value: Any) -> Callable[[Columns], None]:
    def spoil(columns: Columns) -> None:
        columns[column][ROW - 1] = value

    return spoil


def swap_two_rows(columns: Columns) -> None:
    for values in columns.values():
        values[ROW - 2], values[ROW - 1] = values[ROW - 1], values[ROW - 2]


def raise_low_above_high(columns: Columns) -> None:
    columns["low"][ROW - 1] = columns["high"][ROW - 1] + 5.0


AT = START_MS + (ROW - 1) * 60_000
SPOILED = [
    ("duplicate", put("ts", AT - 60_000), "ts", f"{AT - 60_000} (2023-01-01T00:35:00Z), a duplicate of the row before"),
    ("unsorted", swap_two_rows, "ts", f"{AT - 60_000} (2023-01-01T00:35:00Z), earlier than the row before"),
    (
        "late by a second",
        put("ts", AT + 1_000),
        "ts",
        f"{AT + 1_000} (2023-01-01T00:36:01Z), 1000 ms off the grid of 1m",
    ),
    ("close time", put("ts", AT + 59_999), "ts", f"{AT + 59_999} (2023-01-01T00:36:59.999Z), 59999 ms off the grid"),
    ("NaN", put("close", float("nan")), "close", "NaN or nothing"),
    ("NaN volume", put("volume", float("nan")), "volume", "NaN or nothing"),
    ("infinite", put("high", float("inf")), "high", "inf"),
    ("infinite volume", put("volume", float("inf")), "volume", "inf"),
    ("zero", put("low", 0.0), "low", "0.0"),
    ("negative", put("open", -1.5), "open", "-1.5"),
    ("negative volume", put("volume", -0.5), "volume", "-0.5"),
    ("high below low", raise_low_above_high, "high", "allowed: low ("),
    ("open above high", put("open", 9_000.0), "open", "9000.0; allowed: low … high of the bar"),
    ("close below low", put("close", 0.25), "close", "0.25; allowed: low … high of the bar"),
]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize(
    ("spoil", "column", "found"), [case[1:] for case in SPOILED], ids=[case[0] for case in SPOILED]
)
def test_a_bad_value_is_named_with_file_row_and_column(
    tmp_path: Path, suffix: str, spoil: Callable[[Columns], None], column: str, found: str
) -> None:
    columns = columns_of(walk(100))
    spoil(columns)
    path = tmp_path / f"bars{suffix}"
    (write_csv if suffix == ".csv" else write_parquet)(path, columns)
    with pytest.raises(DataError) as caught:
        CandleFile(path, "BTCUSDT")
    text = str(caught.value)
    assert text.startswith(f"{path}: row {ROW}, column {column}: found ")
    assert found in text
    assert "allowed: " in text
    assert text.count(". ") >= 1  # the remedy


def test_text_among_numbers(tmp_path: Path) -> None:
    columns = columns_of(walk(100))
    columns["close"][ROW - 1] = "n/a"
    path = write_csv(tmp_path / "bars.csv", columns)
    with pytest.raises(DataError, match=rf"bars\.csv: row {ROW}, column close: found 'n/a'; allowed: a number"):
        CandleFile(path, "BTCUSDT")


def test_an_empty_cell_is_not_a_number(tmp_path: Path) -> None:
    columns = columns_of(walk(100))
    columns["volume"][ROW - 1] = ""
    path = write_csv(tmp_path / "bars.csv", columns)
    with pytest.raises(DataError, match=rf"row {ROW}, column volume: found ''"):
        CandleFile(path, "BTCUSDT")


def test_text_in_a_parquet_column(tmp_path: Path) -> None:
    columns = columns_of(walk(100))
    columns["open"] = [str(value) for value in columns["open"]]
    columns["open"][ROW - 1] = "one hundred"
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match=rf"row {ROW}, column open: found 'one hundred'; allowed: a number"):
        CandleFile(path, "BTCUSDT")


def test_nothing_where_a_time_should_be(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(walk(100)) | {"ts": [*range(36), None, *range(63)]})
    with pytest.raises(DataError, match=f"row {ROW}, column ts: found nothing"):
        CandleFile(path, "BTCUSDT")


def test_a_row_far_into_the_file_has_its_own_number(tmp_path: Path) -> None:
    columns = columns_of(walk(70_000))
    columns["close"][65_999] = float("nan")
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match="row 66000, column close"):
        CandleFile(path, "BTCUSDT")


def test_order_is_checked_across_batches(tmp_path: Path) -> None:
    columns = columns_of(walk(40_000))
    columns["ts"][32_768] = columns["ts"][32_767]
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match=r"row 32769, column ts: found .* a duplicate of the row before"):
        CandleFile(path, "BTCUSDT")


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_missing_columns_are_listed_with_those_found_and_accepted(tmp_path: Path, suffix: str) -> None:
    columns = columns_of(walk(10))
    columns["turnover"] = columns.pop("volume")
    del columns["low"]
    path = tmp_path / f"bars{suffix}"
    (write_csv if suffix == ".csv" else write_parquet)(path, columns)
    with pytest.raises(DataError) as caught:
        CandleFile(path, "BTCUSDT")
    text = str(caught.value)
    assert f"{path}: column low, volume missing. Found columns: ts, open, high, close, turnover." in text
    assert "low: low, low_price, price_low, min, l; volume: volume, base_volume, vol, v" in text


def test_two_columns_of_one_meaning(tmp_path: Path) -> None:
    columns = columns_of(walk(10))
    path = write_parquet(tmp_path / "bars.parquet", columns | {"Close": columns["close"]})
    with pytest.raises(DataError, match="columns 'close', 'Close' mean the same"):
        CandleFile(path, "BTCUSDT")


def test_an_interval_that_does_not_exist(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(walk(10, interval_ms=420_000)))
    with pytest.raises(DataError, match=r"row 2, column ts: found .* 7m after the row before; allowed: bars of"):
        CandleFile(path, "BTCUSDT")


def test_a_bar_between_those_of_the_interval_is_off_the_grid(tmp_path: Path) -> None:
    columns = columns_of(walk(100, interval_ms=300_000))
    columns["ts"][ROW - 1] += 60_000
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match=f"row {ROW}, column ts: found .* 60000 ms off the grid of 5m"):
        CandleFile(path, "BTCUSDT")


def test_one_row_has_no_interval(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(walk(1)))
    with pytest.raises(DataError, match="found one row only, at 2023-01-01T00:00:00Z; allowed: two rows or more"):
        CandleFile(path, "BTCUSDT")


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_columns_without_rows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bars{suffix}"
    (write_csv if suffix == ".csv" else write_parquet)(path, columns_of(walk(2).rows(0, 0)))
    with pytest.raises(DataError, match="the file is empty, it has columns but no rows"):
        CandleFile(path, "BTCUSDT")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".csv.gz", ".feather"])
def test_no_bytes_at_all(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bars{suffix}"
    path.touch()
    with pytest.raises(DataError, match=r"the file is empty \(0 bytes\)"):
        CandleFile(path, "BTCUSDT")


def test_no_file_and_no_known_kind(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        CandleFile(tmp_path / "bars.parquet", "BTCUSDT")
    (tmp_path / "bars.xlsx").write_text("x")
    with pytest.raises(DataError, match=r"bars\.xlsx: unknown kind of file; allowed: \.parquet"):
        CandleFile(tmp_path / "bars.xlsx", "BTCUSDT")


@pytest.mark.parametrize("part", [0.999, 0.5, 0.01])
def test_a_truncated_parquet_file(tmp_path: Path, part: float) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(walk(1_000)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(DataError, match=r"bars\.parquet: cannot be read as a Parquet file: .* fetch or write it again"):
        CandleFile(path, "BTCUSDT")


def test_damage_inside_a_parquet_file(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "bars.parquet", columns_of(walk(50_000)), compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[2_000:6_000] = bytes(4_000)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"bars\.parquet"):
        CandleFile(path, "BTCUSDT")


def test_a_row_of_a_csv_that_breaks_off(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bars.csv", columns_of(walk(100)))
    path.write_text(path.read_text().rsplit(",", 2)[0])
    with pytest.raises(DataError, match=r"bars\.csv: cannot be read as a CSV file: .*Expected 6 columns, got 4"):
        CandleFile(path, "BTCUSDT")


def test_a_symbol_that_the_file_lacks(tmp_path: Path) -> None:
    columns = columns_of(walk(4)) | {"symbol": ["ETHUSDT", "ETHUSDT", "SOLUSDT", "SOLUSDT"]}
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match="no rows of symbol BTCUSDT; found: ETHUSDT, SOLUSDT"):
        CandleFile(path, "BTCUSDT")


def test_rows_of_other_symbols_are_counted_in_row_numbers(tmp_path: Path) -> None:
    columns = columns_of(walk(100))
    columns["high"][50] = float("nan")
    mixed = {name: [value for value in values for _ in range(2)] for name, values in columns.items()}
    path = write_parquet(tmp_path / "bars.parquet", mixed | {"symbol": ["ETHUSDT", "BTCUSDT"] * 100})
    with pytest.raises(DataError, match="row 102, column high"):
        CandleFile(path, "BTCUSDT")
