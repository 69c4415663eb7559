"""Which columns of a candle table are which: names are recognised, never guessed from their contents."""

import re
from collections.abc import Sequence

from play_engine.errors import DataError

# Recognised names, lower case with `_` for blanks and hyphens. Where a table has several, the first of a row counts.
ACCEPTED_NAMES: dict[str, tuple[str, ...]] = {
    "ts": (
        "ts",
        "timestamp",
        "open_time",
        "opentime",
        "open_ts",
        "start_time",
        "start",
        "datetime",
        "date",
        "time",
        "unix",
    ),
    "open": ("open", "open_price", "o"),
    "high": ("high", "high_price", "h"),
    "low": ("low", "low_price", "l"),
    "close": ("close", "close_price", "c"),
    "volume": ("volume", "base_volume", "vol", "v"),
}
SYMBOL_NAMES = ("symbol", "ticker")


def find_columns(file: str, names: Sequence[str]) -> dict[str, str]:
    """The file's name of each column: `ts`, the four prices, `volume`, and `symbol` where there is one.

    Raises DataError when one is missing, or its name stands twice; the error lists the names found and those accepted.
    """
    by_plain_name: dict[str, list[str]] = {}
    for name in names:
        by_plain_name.setdefault(_plain(name), []).append(name)
    found: dict[str, str] = {}
    for ours, accepted in (*ACCEPTED_NAMES.items(), ("symbol", SYMBOL_NAMES)):
        plain = next((name for name in accepted if name in by_plain_name), None)
        if plain is not None:
            found[ours] = _only(file, by_plain_name[plain])
    missing = [ours for ours in ACCEPTED_NAMES if ours not in found]
    if missing:
        raise DataError(_missing_text(file, missing, names))
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def _only(file: str, names: list[str]) -> str:
    if len(names) > 1:
        raise DataError(f"{file}: columns {', '.join(map(repr, names))} mean the same; keep one of them.")
    return names[0]


def _missing_text(file: str, missing: list[str], names: Sequence[str]) -> str:
    accepted = "; ".join(f"{ours}: {', '.join(ACCEPTED_NAMES[ours])}" for ours in missing)
    return (
        f"{file}: column {', '.join(missing)} missing. Found columns: {', '.join(names) or 'none'}. "
        f"Accepted names (letter case does not matter): {accepted}. "
        "Rename the column, or give the file a header line if it has none."
    )
