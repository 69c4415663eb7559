"""The candle store that a `data` command works on, and how its series are called in what the command prints."""

from pathlib import Path

from feeds.store import CandleStore
from play_engine.errors import DataError
from play_engine.intervals import interval_name


def open_store(root: Path) -> CandleStore:
    """The store at `root`. Raises DataError when there is none, or one of a newer version."""
    if not root.is_dir():
        raise DataError(
            f"{root}: there is no candle store. Fetch or import bars first, or name its folder with --store."
        )
    return CandleStore(root)


def series_text(kind: str, interval_ms: int) -> str:
    """`1m`, `mark 1m`, `funding`."""
    if not interval_ms:
        return kind.replace("_", " ")
    return interval_name(interval_ms) if kind == "last" else f"{kind} {interval_name(interval_ms)}"
