"""A layout: how one file is to be read, as it was recognised or as the user said."""

from collections.abc import Mapping, Sequence

import attrs

from play_engine.intervals import interval_name

KIND_TEXTS = {"last": "", "mark": "mark price", "funding": "funding rates", "open_interest": "open interest"}


@attrs.frozen(kw_only=True)
class Said:
    """What the user says about a file; None leaves it to the file.

    `columns` has a name for each column, `-` to pass over it. `utc_offset_ms` is how far times without a zone are ahead
    of UTC.
    """

    kind: str | None = None
    columns: Sequence[str] | None = None
    utc_offset_ms: int | None = None


@attrs.frozen(kw_only=True)
class Layout:
    """`shape` says what a row is: a bar, a trade, a reading, or a recorded message; `kind` what it is of.

    `columns` has the file's name for each of ours. `time` describes the column of times in words. Rows may stand
    `newest_first`. `utc_offset_ms` is how far the times of the file are ahead of UTC. Of trades,
    `venue_candles` asks for bars as Bybit makes them.
    """

    name: str
    shape: str
    kind: str
    columns: Mapping[str, str] = attrs.field(factory=dict)
    time: str = ""
    newest_first: bool = False
    utc_offset_ms: int = 0
    venue_candles: bool = False

    def text(self, rows: int, interval_ms: int, trades: int = 0) -> str:
        """`read as: Binance futures archive, open_time in ms, 44,640 bars of 1m`."""
        what = f"{_counted(rows, 'bar')} of {interval_name(interval_ms)}" if interval_ms else _counted(rows, "reading")
        parts = [
            self.name,
            KIND_TEXTS[self.kind],
            self.time,
            "newest row first" if self.newest_first else "",
            f"{what} from {_counted(trades, 'trade' if self.kind == 'last' else 'price')}" if trades else what,
        ]
        return "read as: " + ", ".join(part for part in parts if part)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"
