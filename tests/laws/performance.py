"""A Play performed without actors: engine and simulator over given cuts, with every bit of what they produce."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.instruments import instrument_at_price
from exchange.settings import resolve_settings
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.setup import Listing, Seat
from play_engine.engine import Engine
from play_engine.inspection import Columns, inspect
from play_engine.intents import IntentBatch, join
from play_engine.market import MarketSlice
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


def perform(play: Play, market: MarketSlice, *, cuts: Sequence[int], finish: bool = False) -> Performance:
    """Perform `play` on a market, given in chunks of its bars [cuts[0]:cuts[1]], [cuts[1]:cuts[2]] …

    It decides from the first bar on, settled or not: the laws hold in the warm-up, too.
    """
    bars = market.bars
    window = Window(int(bars.ts[0]), bars.end_ms)
    engine = Engine(play, base_ms=bars.interval_ms, window=window)
    observer = Engine(play, base_ms=bars.interval_ms)
    exchange = simulated(play, float(bars.open[0]), window.start_ms)
    batches, pieces, columns = [], [], []
    for chunk in chunks(market, cuts):
        batches.append(engine.process(chunk))
        columns += list(inspect(observer, chunk))
        pieces.append(exchange.advance({play.symbol: chunk}, batches[-1:]))
    pieces += [exchange.finish("completed")] if finish else []
    return Performance(
        columns={name: np.concatenate([piece[name] for piece in columns]) for name in columns[0]},
        intents=join(batches, until_ms=bars.end_ms),
        records={table: np.concatenate([getattr(piece, table) for piece in pieces]) for table in TABLES},
        state=exchange.state_bytes(),
    )


def chunks(market: MarketSlice, cuts: Sequence[int]) -> Iterator[MarketSlice]:
    """The market cut at rows of its bars, with what was published up to the close of the last bar of each chunk."""
    passed_ms = -1
    for start, stop in pairwise(cuts):
        bars = market.bars.rows(start, stop)
        yield MarketSlice(
            bars=bars,
            mark=None if market.mark is None else market.mark.rows(start, stop),
            funding=market.funding.after(passed_ms, bars.end_ms),
            open_interest=market.open_interest.after(passed_ms, bars.end_ms),
        )
        passed_ms = max(passed_ms, bars.end_ms)


def simulated(play: Play, price: float, start_ms: int) -> SimulatedExchange:
    """An account for one Play on an instrument that trades near `price`."""
    instrument = instrument_at_price(play.symbol, play.account, price)
    settings = resolve_settings(play, instrument, {})
    seat = Seat(instance=play.id, play=play, symbol=play.symbol, settings=settings)
    return SimulatedExchange([Listing(instrument=instrument, settings=settings)], [seat], start_ms)
