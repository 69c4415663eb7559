"""A Play performed without actors: engine and simulator over given cuts, with every bit of what they produce."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.instruments import instrument_at_price
from exchange.settings import resolve_settings
from exchange.simulated.exchange import SimulatedExchange
from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.inspection import Columns, inspect
from play_engine.intents import IntentBatch, join
from play_engine.play.model import Play
from play_engine.warmup import Window

TABLES = ("trades", "orders", "fills", "ledger", "equity")


@attrs.frozen(eq=False)
class Performance:
    """Columns by name, intents, records by table, and the bytes of the simulator's state."""

    columns: Columns
    intents: IntentBatch
    records: dict[str, NDArray[Any]]
    state: bytes

    def differences(self, other: "Performance") -> list[str]:
        """What is not the same, bit for bit; empty if all is."""
        mine, theirs = self.arrays(), other.arrays()
        found = [name for name in mine.keys() | theirs.keys() if not same_bits(mine.get(name), theirs.get(name))]
        return sorted(found) + (["state"] if self.state != other.state else [])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything in one dictionary."""
        intents = {
            f"intents.{field.name}": getattr(self.intents, field.name)
            for field in attrs.fields(IntentBatch)
            if field.name != "until_ms"
        }
        return self.columns | intents | self.records


def same_bits(left: NDArray[Any] | None, right: NDArray[Any] | None) -> bool:
    """Same type, shape and bytes; columns of labels or verdicts are compared by value."""
    if left is None or right is None or left.dtype != right.dtype or left.shape != right.shape:
        return False
    return bool((left == right).all()) if left.dtype == object else left.tobytes() == right.tobytes()


def perform(play: Play, bars: BarSeries, *, cuts: Sequence[int], finish: bool = False) -> Performance:
    """Perform `play` on `bars`, given in chunks bars[cuts[0]:cuts[1]], bars[cuts[1]:cuts[2]] …

    It decides from the first bar on, settled or not: the laws hold in the warm-up, too.
    """
    window = Window(int(bars.ts[0]), bars.end_ms)
    engine = Engine(play, base_ms=bars.interval_ms, window=window)
    observer = Engine(play, base_ms=bars.interval_ms)
    instrument = instrument_at_price(play.symbol, play.account, float(bars.open[0]))
    exchange = SimulatedExchange(play, instrument, resolve_settings(play, instrument, {}), window.start_ms)
    batches, pieces, columns = [], [], []
    for start, stop in pairwise(cuts):
        chunk = bars.rows(start, stop)
        batches.append(engine.process(chunk))
        columns += list(inspect(observer, chunk))
        pieces.append(exchange.advance(chunk.between(window.start_ms, window.end_ms), batches[-1]))
    pieces += [exchange.finish("completed")] if finish else []
    return Performance(
        columns={name: np.concatenate([piece[name] for piece in columns]) for name in columns[0]},
        intents=join(batches, until_ms=bars.end_ms),
        records={table: np.concatenate([getattr(piece, table) for piece in pieces]) for table in TABLES},
        state=exchange.state_bytes(),
    )
