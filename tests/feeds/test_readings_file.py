"""Files of funding rates and of open interest."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feeds.readings_file import read_readings
from play_engine.errors import DataError
from tests.feeds.archives import pack_zip, write_text
from tests.feeds.candles import START_MS, write_csv, write_parquet

HOURS_8 = 28_800_000
TIMES = [START_MS + HOURS_8 * i for i in range(4)]
RATES = [0.0001, -0.00004, 0.0003, 0.0001]


def test_a_plain_table_of_several_symbols(tmp_path: Path) -> None:
    columns = {"ts": TIMES * 2, "symbol": ["BTCUSDT"] * 4 + ["ETHUSDT"] * 4, "rate": RATES + [0.0] * 4}
    file = read_readings(write_parquet(tmp_path / "funding.parquet", columns), "BTCUSDT", "funding")
    assert (file.readings.ts.tolist(), file.readings.values.tolist()) == (TIMES, RATES)
    assert file.recognition() == "read as: table, funding rates, ts in ms, 4 readings"


def test_binance_funding_is_due_at_the_minute(tmp_path: Path) -> None:
    late = (0, 3, 27, 999)
    lines = [f"{ts + ms},8,{rate}" for ts, ms, rate in zip(TIMES, late, RATES, strict=True)]
    text = "\n".join(["calc_time,funding_interval_hours,last_funding_rate", *lines])
    file = read_readings(pack_zip(tmp_path / "BTCUSDT-fundingRate-2023-01.zip", text), "BTCUSDT", "funding")
    assert (file.readings.ts.tolist(), file.readings.values.tolist()) == (TIMES, RATES)
    assert "Binance archive of funding rates, funding rates, calc_time in ms" in file.recognition()


def test_binance_metrics_have_open_interest(tmp_path: Path) -> None:
    lines = [f"2023-01-01 00:{5 * i:02}:00,BTCUSDT,{100.5 + i},1.0,2.0,3.0,4.0,5.0" for i in range(3)]
    header = (
        "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
        "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
    )
    path = write_text(tmp_path / "BTCUSDT-metrics-2023-01-01.csv", "\n".join([header, *lines]))
    file = read_readings(path, "BTCUSDT", "open_interest")
    assert file.readings.values.tolist() == [100.5, 101.5, 102.5]
    assert np.diff(file.readings.ts).tolist() == [300_000, 300_000]


def test_newest_first_as_bybit_answers(tmp_path: Path) -> None:
    columns = {"fundingRateTimestamp": TIMES[::-1], "symbol": ["BTCUSDT"] * 4, "fundingRate": RATES[::-1]}
    file = read_readings(write_csv(tmp_path / "rates.csv", columns), "BTCUSDT", "funding")
    assert (file.readings.ts.tolist(), file.readings.values.tolist()) == (TIMES, RATES)
    assert "newest row first" in file.recognition()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"rate": [0.0001, 0.01, 5.0, 0.1]}, r"row 3, column rate: found 5\.0; allowed: rates from -0\.1 to 0\.1"),
        ({"rate": [0.0001, float("nan"), 0.0, 0.1]}, "row 2, column rate: found NaN or nothing"),
        ({"ts": [TIMES[0], TIMES[1], TIMES[1], TIMES[3]]}, "row 3, column ts: found .* not later than the row before"),
        ({"symbol": ["ETHUSDT"] * 4}, "no rows of symbol BTCUSDT; found: ETHUSDT"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, columns: dict[str, Any], message: str) -> None:
    path = write_parquet(tmp_path / "funding.parquet", {"ts": TIMES, "rate": RATES} | columns)
    with pytest.raises(DataError, match=message):
        read_readings(path, "BTCUSDT", "funding")


def test_a_table_without_such_a_column(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "funding.parquet", {"ts": TIMES, "premium": RATES})
    with pytest.raises(DataError, match=r"column value missing. Found columns: ts, premium.* rate, funding_rate"):
        read_readings(path, "BTCUSDT", "funding")
    with pytest.raises(DataError, match="column value missing"):
        read_readings(path, "BTCUSDT", "open_interest")
