"""An account, made ready to run: its instances, its symbols and the market data of each."""

from collections.abc import Mapping

import attrs

from actors.instance import PreparedInstance
from exchange.instruments import Instrument
from exchange.settings import RunSettings
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.setup import Listing, Seat
from feeds.provider import Coverage
from play_engine.bars import Ints
from play_engine.market import Readings
from play_engine.warmup import Window


@attrs.frozen(kw_only=True, eq=False)
class TradedSymbol:
    """A symbol that instances of an account trade, and where its market comes from, from `feed_from_ms` on.

    `settings` are those that the exchange applies to it. `readings` are all that the run needs to know beside bars, by
    kind; a kind that nobody reads, or that the data do not have, is absent. `synthetic` are the open times of bars that
    a gap filler made.
    """

    feed: str
    coverage: Coverage
    feed_from_ms: int
    instrument: Instrument
    settings: RunSettings
    readings: Mapping[str, Readings]
    synthetic: Ints

    @property
    def symbol(self) -> str:
        """The symbol."""
        return self.coverage.symbol


@attrs.frozen(kw_only=True, eq=False)
class PreparedAccount:
    """An account whose instances have been checked against each other and against the data there are.

    `instances` and `symbols` are in the order of their numbers in the account's rows. `unmarked` says, by symbol, why
    mark prices cannot be used; if there is any such symbol, the last price stands for the mark price of all.
    """

    name: str
    instances: tuple[PreparedInstance, ...]
    symbols: tuple[TradedSymbol, ...]
    window: Window
    unmarked: Mapping[str, str]

    @property
    def play_id(self) -> str:
        """What its results are filed under: the id of its Play, or the account's name where several Plays share it."""
        return self.instances[0].play.id if len(self.instances) == 1 else self.name

    @property
    def interval_ms(self) -> int:
        """The interval of the bars of all its symbols."""
        return self.symbols[0].coverage.interval_ms

    @property
    def marked(self) -> bool:
        """Whether the run uses mark prices, of all symbols."""
        return not self.unmarked

    @property
    def is_charged(self) -> bool:
        """Whether funding is exchanged in the run: it is on, and there are rates of at least one symbol."""
        return any(one.settings.funding == "on" and "funding" in one.readings for one in self.symbols)

    def exchange(self, start_ms: int) -> SimulatedExchange:
        """A new simulated account."""
        return SimulatedExchange(
            [Listing(instrument=traded.instrument, settings=traded.settings) for traded in self.symbols],
            [
                Seat(instance=one.id, play=one.play, symbol=one.play.symbol, settings=one.settings)
                for one in self.instances
            ],
            start_ms,
        )
