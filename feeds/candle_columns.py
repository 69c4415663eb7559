"""Which columns of a table are which: names are recognised, never guessed from their contents."""

import re
from collections.abc import Mapping, Sequence

from play_engine.errors import DataError

# Recognised names; letter case, blanks and signs do not matter. Where a table has several, the first of a row counts.
ACCEPTED_NAMES: dict[str, tuple[str, ...]] = {
    "ts": (
        "ts",
        "timestamp",
        "timestamp_ms",
        "unix",
        "unix_time",
        "unix_timestamp",
        "epoch",
        "open_time",
        "open_ts",
        "open_at",
        "time_open",
        "start_time",
        "start_at",
        "start",
        "time_period_start",
        "candle_begin_time",
        "datetime",
        "date_time",
        "date",
        "time",
        "gmt_time",
        "t",
    ),
    "open": ("open", "open_price", "price_open", "o"),
    "high": ("high", "high_price", "price_high", "max", "h"),
    "low": ("low", "low_price", "price_low", "min", "l"),
    "close": ("close", "close_price", "price_close", "c"),
    "volume": ("volume", "base_volume", "vol", "v", "volume_base", "base_asset_volume", "volume_traded"),
}
TRADE_NAMES: dict[str, tuple[str, ...]] = {
    "ts": (*ACCEPTED_NAMES["ts"], "transact_time", "trade_time"),
    "price": ("price", "p"),
    "qty": ("qty", "quantity", "size", "amount", "base_qty", "volume", "q"),
}
READING_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "funding": {
        "ts": ("calc_time", "funding_time", "funding_rate_timestamp", *ACCEPTED_NAMES["ts"]),
        "value": ("rate", "funding_rate", "last_funding_rate", "funding"),
    },
    "open_interest": {
        "ts": ("create_time", *ACCEPTED_NAMES["ts"]),
        "value": ("open_interest", "sum_open_interest", "oi"),
    },
}
SYMBOL_NAMES = ("symbol", "ticker", "pair", "s")
# What pandas calls an index without a name; counts only where no other column is a time.
_INDEX_NAMES = ("", "Unnamed: 0", "index", "__index_level_0__")
_QUOTES = ("USDT", "USDC", "USD", "BTC", "EUR")


def plain(name: str) -> str:
    """A name by which spellings of it agree: `Open time`, `open_time` and `openTime` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find_columns(
    file: str, names: Sequence[str], accepted: Mapping[str, Sequence[str]], symbol: str = ""
) -> dict[str, str]:
    """Our name of each column that is there, and of `symbol`, with the file's name of it.

    Where `volume` is accepted, so is `volume_BTC` for the symbol BTCUSDT. A column `time` beside `date` is `clock`, the
    time of day. Raises DataError when the name of a column
    stands twice.
    """
    by_plain_name: dict[str, list[str]] = {}
    for name in names:
        by_plain_name.setdefault(plain(name), []).append(name)
    found: dict[str, str] = {}
    for ours, known in (*accepted.items(), ("symbol", SYMBOL_NAMES)):
        spellings = [*known, *_volume_names(symbol)] if ours == "volume" else known
        present = next((plain(name) for name in spellings if plain(name) in by_plain_name), None)
        if present is not None:
            found[ours] = _only(file, by_plain_name[present])
    if plain(found.get("ts", "")) == "date" and "time" in by_plain_name:
        found["clock"] = _only(file, by_plain_name["time"])
    if "ts" not in found:
        index = next((name for name in names[:1] if name in _INDEX_NAMES), None)
        found |= {"ts": index} if index is not None else {}
    return found


def missing_columns(
    file: str, missing: Sequence[str], names: Sequence[str], accepted: Mapping[str, Sequence[str]]
) -> DataError:
    """What to raise for columns that a table lacks; the error lists the names found and those accepted."""
    known = "; ".join(f"{ours}: {', '.join(accepted[ours])}" for ours in missing)
    return DataError(
        f"{file}: column {', '.join(missing)} missing. Found columns: {', '.join(names) or 'none'}. "
        f"Accepted names (letter case, blanks and signs do not matter): {known}. "
        "Rename the column, or name all columns with --columns."
    )


def _volume_names(symbol: str) -> list[str]:
    base = next((symbol.removesuffix(quote) for quote in _QUOTES if symbol.endswith(quote)), "")
    return [f"volume_{base}"] if base else []


def _only(file: str, names: list[str]) -> str:
    if len(names) > 1:
        raise DataError(f"{file}: columns {', '.join(map(repr, names))} mean the same; keep one of them.")
    return names[0]
