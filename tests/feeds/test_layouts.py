"""The layouts that archives and programs write are recognised, said in words, and read as the bars that they hold."""

import json
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from feeds.candle_file import CandleFile
from feeds.joining import concatenated
from feeds.readings_file import read_readings
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from tests.feeds.archives import (
    binance_klines,
    bybit_trades,
    pack_gzip,
    pack_zip,
    trade_bars,
    write_text,
)
from tests.feeds.candles import START_MS, columns_of, read_all, same, walk, write_csv, write_parquet

BARS = walk(30)
NO_VOLUME = attrs.evolve(BARS, volume=np.zeros(len(BARS)))


def opened(path: Path, expected: BarSeries, kind: str | None = None) -> str:
    """What the file was read as, after comparing its bars."""
    file = CandleFile(path, "BTCUSDT", kind=kind)
    assert same(read_all(file), expected)
    return file.recognition()


def test_binance_futures_klines_have_a_header(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "BTCUSDT-1m-2023-01.zip", binance_klines(BARS, header=True))
    assert opened(path, BARS) == "read as: Binance futures archive, open_time in ms, 30 bars of 1m"


def test_binance_spot_klines_since_2025_are_in_microseconds(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "BTCUSDT-1m-2025-01.zip", binance_klines(BARS, per_ms=1_000))
    assert opened(path, BARS) == "read as: Binance spot archive, column 1 in µs, 30 bars of 1m"


def test_binance_klines_without_header_in_milliseconds(tmp_path: Path) -> None:
    path = write_text(tmp_path / "BTCUSDT-1m-2022-01.csv", binance_klines(BARS))
    assert opened(path, BARS) == "read as: Binance archive, column 1 in ms, 30 bars of 1m"


def test_a_table_in_which_the_unit_changes(tmp_path: Path) -> None:
    text = binance_klines(BARS.rows(0, 20)) + binance_klines(BARS.rows(20, 30), per_ms=1_000)
    assert "30 bars of 1m" in opened(write_text(tmp_path / "joined.csv", text), BARS)


def test_binance_mark_klines_are_known_by_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "markPriceKlines" / "BTCUSDT"
    folder.mkdir(parents=True)
    path = pack_zip(folder / "BTCUSDT-1m-2023-01.zip", binance_klines(NO_VOLUME, header=True))
    assert opened(path, NO_VOLUME) == "read as: Binance futures archive, mark price, open_time in ms, 30 bars of 1m"


def test_klines_without_volume_may_be_several_things(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "BTCUSDT-1m-2023-01.zip", binance_klines(NO_VOLUME, header=True))
    with pytest.raises(DataError, match=r"klines without any volume: a mark price, or an index.*pass --kind mark"):
        CandleFile(path, "BTCUSDT", kind=None)
    assert "mark price" in opened(path, NO_VOLUME, "mark")


@pytest.mark.parametrize("folder", ["indexPriceKlines", "premiumIndexKlines"])
def test_an_index_is_no_price_of_ours(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    path = pack_zip(tmp_path / folder / "BTCUSDT-1m-2023-01.zip", binance_klines(NO_VOLUME, header=True))
    with pytest.raises(DataError, match="is an index price by its folder; allowed: last and mark prices"):
        CandleFile(path, "BTCUSDT", kind=None)


@pytest.mark.parametrize(
    ("header", "row", "per_ms", "name"),
    [
        ("id,price,qty,quote_qty,time,is_buyer_maker", "7,{p},{q},1.0,{t},true", 1, "trades"),
        ("", "7,{p},{q},1.0,{t},true", 1, "trades"),
        ("", "7,{p},{q},1.0,{t},True,True", 1_000, "trades"),
        (
            "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
            "7,{p},{q},1,2,{t},false",
            1,
            "aggregate trades",
        ),
        ("", "7,{p},{q},1,2,{t},False,True", 1_000, "aggregate trades"),
    ],
)
def test_binance_trades(tmp_path: Path, header: str, row: str, per_ms: int, name: str) -> None:
    rows = [(0, 5.0, 0.1), (59_999, 6.0, 0.2), (60_000, 4.0, 1.5)]
    lines = [row.format(p=price, q=qty, t=(START_MS + at) * per_ms) for at, price, qty in rows]
    path = write_text(tmp_path / "trades.csv", "\n".join([header, *lines] if header else lines))
    file = CandleFile(path, "BTCUSDT", kind=None)
    bars = concatenated(read_all(file))
    assert (bars.ts.tolist(), bars.volume.tolist()) == ([START_MS, START_MS + 60_000], [0.1 + 0.2, 1.5])
    assert (bars.open.tolist(), bars.high.tolist(), bars.close.tolist()) == ([5.0, 4.0], [6.0, 4.0], [6.0, 4.0])
    assert f"Binance archive of {name}, " in file.recognition()
    assert file.recognition().endswith("2 bars of 1m from 3 trades")


@pytest.mark.parametrize("newest_first", [False, True])
def test_bybit_trades_make_the_venues_candles(tmp_path: Path, newest_first: bool) -> None:
    path = pack_gzip(tmp_path / "BTCUSDT2023-01-01.csv.gz", bybit_trades(START_MS, newest_first=newest_first))
    turned = "newest row first, " if newest_first else ""
    expected = f"read as: Bybit archive of trades, timestamp in s, {turned}1,440 bars of 1m from 5 trades"
    assert opened(path, trade_bars(START_MS)) == expected


def test_bybit_trades_need_not_be_in_order(tmp_path: Path) -> None:
    header, *rows = bybit_trades(START_MS).splitlines()
    path = pack_gzip(tmp_path / "BTCUSDT2023-01-01.csv.gz", "\n".join([header, *rows[2:], *rows[:2]]))
    opened(path, trade_bars(START_MS))


def test_bybit_trades_with_a_bad_price(tmp_path: Path) -> None:
    path = pack_gzip(tmp_path / "BTCUSDT2023-01-01.csv.gz", bybit_trades(START_MS).replace(",99.0,", ",0,"))
    with pytest.raises(DataError, match=r"row 4, column price: found 0\.0; allowed: finite prices above 0"):
        CandleFile(path, "BTCUSDT", kind=None)


def test_bybit_spot_trades(tmp_path: Path) -> None:
    text = f"id,timestamp,price,volume,side,rpi\n1,{START_MS + 3_600_074},5.5,0.003718,sell,0\n"
    file = CandleFile(pack_gzip(tmp_path / "BTCUSDT_2023-01-01.csv.gz", text), "BTCUSDT", kind=None)
    bars = concatenated(read_all(file))
    assert (bars.ts[0], bars.end_ms) == (START_MS + 3_600_000, START_MS + 86_400_000)
    assert (bars.volume[0], bars.close[-1], bars.volume[1:].sum()) == (0.003718, 5.5, 0.0)
    assert "Bybit archive of spot trades, timestamp in ms, 1,380 bars of 1m from 1 trade" in file.recognition()


@pytest.mark.parametrize("separator", [" ", ","])
@pytest.mark.parametrize("hours", [0, 3])
def test_the_clock_of_bybit_for_metatrader_must_be_told(tmp_path: Path, separator: str, hours: int) -> None:
    local = [str(np.datetime64(ts + hours * 3_600_000, "ms"))[:16] for ts in BARS.ts.tolist()]
    local = [text.replace("-", ".").replace("T", separator) for text in local]
    rows = zip(local, BARS.open, BARS.high, BARS.low, BARS.close, BARS.volume, strict=True)
    path = tmp_path / "BTCUSDT_1_2023-01-01_2023-01-31.csv.gz"
    pack_gzip(path, "\n".join(",".join(map(str, row)) for row in rows))
    with pytest.raises(DataError, match=r"clock was not that of UTC in all years.*--utc-offset 0 or --utc-offset 3"):
        CandleFile(path, "BTCUSDT")
    file = CandleFile(path, "BTCUSDT", utc_offset_ms=hours * 3_600_000)
    assert same(read_all(file), BARS)
    expected = f"read as: Bybit archive for MetaTrader, column 1 as text (UTC+{hours}), 30 bars of 1m"
    assert file.recognition() == expected


def test_an_offset_is_for_times_without_a_zone(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    path = write_csv(tmp_path / "bars.csv", columns)
    with pytest.raises(DataError, match=r"its times \(ts in ms\) are numbers or have a zone.*Leave --utc-offset out"):
        CandleFile(path, "BTCUSDT", utc_offset_ms=0)


def test_dates_and_times_of_day_in_two_columns(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    texts = [str(np.datetime64(ts, "ms").astype("datetime64[s]")) for ts in columns.pop("ts")]
    times = {"Date": [text[:10] for text in texts], "Time": [text[11:] for text in texts]}
    text = opened(write_csv(tmp_path / "bars.csv", times | columns), BARS)
    assert text == "read as: table, Date as text (taken as UTC), 30 bars of 1m"


def test_bybit_index_klines_are_no_price_of_ours(tmp_path: Path) -> None:
    columns = columns_of(BARS) | {"symbol": ["BTCUSDT"] * 30, "period": [1] * 30}
    renamed = {"start_at": columns.pop("ts"), **columns}
    del renamed["volume"]
    with pytest.raises(DataError, match="is a Bybit archive of an index; allowed: last and mark prices"):
        CandleFile(write_csv(tmp_path / "BTCUSDT2020-01-01.csv", renamed), "BTCUSDT")


def test_bybit_answers_are_newest_first(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    rows = [[str(value) for value in row] + ["1.0"] for row in zip(*columns.values(), strict=True)]
    answer = {"retCode": 0, "result": {"symbol": "BTCUSDT", "list": rows[::-1]}}
    path = write_text(tmp_path / "kline.json", json.dumps(answer))
    assert opened(path, BARS) == "read as: table, ts in ms, newest row first, 30 bars of 1m"


def test_bybit_klines_as_csv(tmp_path: Path) -> None:
    columns = {"startTime": columns_of(BARS)["ts"], **columns_of(BARS)} | {"turnover": [0.0] * 30}
    del columns["ts"]
    path = write_csv(tmp_path / "klines.csv", columns)
    assert opened(path, BARS) == "read as: Bybit klines, startTime in ms, 30 bars of 1m"


def test_freqtrade_feather_and_json(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    dates = pa.array(BARS.ts).cast(pa.timestamp("ms", "UTC"))
    table = pa.table({"date": dates, **{name: columns[name] for name in ("open", "high", "low", "close", "volume")}})
    feather.write_feather(table, str(tmp_path / "BTC_USDT_USDT-1m-futures.feather"), compression="lz4")
    text = opened(tmp_path / "BTC_USDT_USDT-1m-futures.feather", BARS)
    assert text == "read as: freqtrade candles, date as timestamps (UTC), 30 bars of 1m"
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    packed = pack_gzip(tmp_path / "BTC_USDT-1m.json.gz", json.dumps(rows))
    assert opened(packed, BARS) == "read as: table, ts in ms, 30 bars of 1m"


def test_freqtrade_funding_is_in_the_open(tmp_path: Path) -> None:
    hours = 28_800_000
    rates = [0.0001, -0.00025, 0.0]
    table = {
        "date": [START_MS + hours * i for i in range(3)],
        "open": rates,
        **{n: [0.0] * 3 for n in ("high", "low", "close", "volume")},
    }
    path = tmp_path / "BTC_USDT_USDT-8h-funding_rate.feather"
    feather.write_feather(pa.table(table), str(path))
    file = read_readings(path, "BTCUSDT", "funding")
    assert file.readings.values.tolist() == rates
    assert file.recognition() == "read as: freqtrade candles, funding rates, date in ms, 3 readings"


def test_freqtrade_mark_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "BTC_USDT_USDT-1h-mark.feather"
    feather.write_feather(pa.table(columns_of(BARS)), str(path))
    assert CandleFile(path, "BTCUSDT", kind=None).layout.kind == "mark"


def test_objects_in_json(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    assert "30 bars" in opened(write_text(tmp_path / "bars.json", json.dumps(rows)), BARS)


@pytest.mark.parametrize(
    ("prefix", "names", "delimiter"),
    [
        ("", "Open Time;Open;High;Low;Close;Volume", ";"),
        ("", "unix\tpriceOpen\tpriceHigh\tpriceLow\tpriceClose\tvolume_traded", "\t"),
        ("https://www.example.com\n", "unix,open,high,low,close,Volume BTC", ","),
        ("\ufeff", "Timestamp,Open,High,Low,Close,Vol.", ","),
        ("# made by hand\n\n", "t,o,h,l,c,v", ","),
        ("", ",open,high,low,close,volume", ","),
        ("", "<GMT time>|<OPEN>|<HIGH>|<LOW>|<CLOSE>|<VOL>", "|"),
    ],
)
def test_spellings_of_a_plain_table(tmp_path: Path, prefix: str, names: str, delimiter: str) -> None:
    rows = zip(*columns_of(BARS).values(), strict=True)
    lines = [delimiter.join(map(str, row)) for row in rows]
    path = tmp_path / "bars.csv"
    path.write_text(prefix + "\n".join([names, *lines]), encoding="utf-8")
    assert opened(path, BARS).endswith("30 bars of 1m")


@pytest.mark.parametrize(
    ("template", "form"),
    [
        ("{}", "as text (taken as UTC)"),
        ("{}Z", "as text"),
        ("{}+00:00", "as text"),
        ("{} UTC", "as text"),
    ],
)
def test_text_times_say_whether_they_have_a_zone(tmp_path: Path, template: str, form: str) -> None:
    columns = columns_of(BARS)
    columns["ts"] = [template.format(np.datetime64(ts, "ms").astype("datetime64[s]")) for ts in columns["ts"]]
    text = opened(write_csv(tmp_path / "bars.csv", columns), BARS)
    assert text == f"read as: table, ts {form}, 30 bars of 1m"


@pytest.mark.parametrize("spelling", ["BTC/USDT", "btc-usdt", "BTC/USDT:USDT", "BTCUSDT"])
def test_spellings_of_a_symbol(tmp_path: Path, spelling: str) -> None:
    columns = columns_of(BARS) | {"symbol": [spelling] * 30}
    assert "30 bars" in opened(write_parquet(tmp_path / "bars.parquet", columns), BARS)


def test_no_header_and_no_known_layout_asks_for_columns(tmp_path: Path) -> None:
    rows = zip(*columns_of(BARS).values(), strict=True)
    path = write_text(tmp_path / "bars.csv", "\n".join(",".join(map(str, row)) for row in rows))
    with pytest.raises(DataError, match=r"has no header line.*first row: 1672531200000,100\.0.*--columns ts,open,high"):
        CandleFile(path, "BTCUSDT")
    names = ("ts", "open", "high", "low", "close", "volume")
    assert same(read_all(CandleFile(path, "BTCUSDT", columns=names)), BARS)
    with pytest.raises(DataError, match="--columns names 2 columns, the file has 6"):
        CandleFile(path, "BTCUSDT", columns=("ts", "open"))
    with pytest.raises(DataError, match=r"row 1, column 4: found 99\.75"):
        CandleFile(path, "BTCUSDT", columns=("ts", "low", "high", "open", "close", "volume"))


def test_prices_without_volume_ask_for_the_kind(tmp_path: Path) -> None:
    columns = columns_of(BARS)
    del columns["volume"]
    path = write_parquet(tmp_path / "bars.parquet", columns)
    with pytest.raises(DataError, match=r"column volume missing.*Only a mark price has no volume.*pass --kind mark"):
        CandleFile(path, "BTCUSDT", kind=None)
    assert opened(path, NO_VOLUME, "mark") == "read as: table, mark price, ts in ms, 30 bars of 1m"


def test_a_kind_that_the_file_cannot_be(tmp_path: Path) -> None:
    trades = pack_gzip(tmp_path / "BTCUSDT2023-01-01.csv.gz", bybit_trades(START_MS))
    with pytest.raises(DataError, match="Bybit archive of trades, prices of trades, not mark; leave --kind out"):
        CandleFile(trades, "BTCUSDT", kind="mark")
    klines = pack_zip(tmp_path / "klines.zip", binance_klines(BARS))
    with pytest.raises(DataError, match="holds bars, not funding; pass --kind last or --kind mark"):
        CandleFile(klines, "BTCUSDT", kind="funding")
