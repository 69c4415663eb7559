"""When positions were held: from each trade's entry to its exit, and for those still open up to the end of the run."""

import attrs
import numpy as np

from exchange.simulated.records import Rows
from play_engine.bars import Ints
from results.measure import Measures, Undefined, ratio
from results.trade_statistics import Trades

# A stretch of time with a position: `end_ms` exclusive, `play` as in the trades table.
HELD = np.dtype([("play", "<i4"), ("side", "|i1"), ("start_ms", "<i8"), ("end_ms", "<i8")])


@attrs.define
class OpenTrades:
    """The trades that have begun and not ended, known from their first fills. Memory grows with their number only."""

    # Id of a trade → Play, side and time of its first fill.
    _begun: dict[int, tuple[int, int, int]] = attrs.field(factory=dict)

    def add(self, fills: Rows, trades: Rows) -> None:
        """Append rows of the fills and trades tables of the same chunk."""
        ended = trades["trade_id"]
        opening = fills[fills["closing"] == 0]
        ids, first = np.unique(opening["trade_id"], return_index=True)
        begun = ~np.isin(ids, ended)
        for trade_id, row in zip(ids[begun].tolist(), first[begun].tolist(), strict=True):
            self._begun.setdefault(trade_id, _begin(opening[row]))
        for trade_id in set(self._begun).intersection(ended.tolist()):
            del self._begun[trade_id]

    def held(self, trades: Trades, end_ms: int) -> Rows:
        """Rows of HELD: one for each of all trades of the run, and one up to `end_ms` for each that is still open."""
        ended = set(trades["trade_id"].tolist())
        still = [(*begin, end_ms) for trade_id, begin in self._begun.items() if trade_id not in ended]
        held = np.zeros(len(trades), dtype=HELD)
        for name, column in zip(HELD.names or (), ("play", "side", "entry_ts", "exit_ts"), strict=True):
            held[name] = trades[column]
        return np.concatenate((held, np.array(still, dtype=HELD)))


def _begin(fill: Rows) -> tuple[int, int, int]:
    play = int(fill["play"]) if "play" in (fill.dtype.names or ()) else 0
    return play, int(fill["side"]), int(fill["ts"])


def exposure_metrics(held: Rows, start_ms: int, end_ms: int) -> Measures:
    """Shares of the time from start to end with any position, with a long one and with a short one.

    Positions on several instruments may be open at once; time counts once for each share.
    """
    sides = {"time": held, "long": held[held["side"] > 0], "short": held[held["side"] < 0]}
    return {
        f"exposure_{name}": ratio(
            union_ms(np.maximum(rows["start_ms"], start_ms), np.minimum(rows["end_ms"], end_ms)),
            end_ms - start_ms,
            Undefined("the run has no length"),
        )
        for name, rows in sides.items()
    }


def union_ms(starts: Ints, ends: Ints) -> int:
    """Length in ms of the union of the stretches [start, end); a stretch that ends before it starts has none."""
    if len(starts) == 0:
        return 0
    order = np.argsort(starts, kind="stable")
    reached = np.maximum.accumulate(np.maximum(ends, starts)[order])
    before = np.concatenate((starts[order][:1], reached[:-1]))
    return int(np.sum(reached - np.maximum(starts[order], before)))
