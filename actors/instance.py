"""An instance of a Play, made ready to run: everything that can be refused is refused here, before anything starts."""

from collections.abc import Mapping

import attrs

from actors.run_window import check_not_empty, choose_window
from exchange.instruments import Instrument, instrument_at_price, known_instrument
from exchange.settings import RunSettings, resolve_settings
from feeds.provider import Coverage, DataProvider
from play_engine.play.model import Play
from play_engine.warmup import Window, feed_start


@attrs.frozen(kw_only=True)
class Instance:
    """A Play to run: on which feed, from when until when, with which settings.

    `start_ms` and `end_ms` (ms since the epoch, UTC, end exclusive) default to all that the data allow. `overrides`
    are simulation settings by name, such as `capital_usdt`; a name that does not exist is refused. With
    `accept_unsettled` the run may start before the warm-up is over; what is still missing makes its rules unknown.
    """

    id: str
    play: Play
    feed: str
    start_ms: int | None = None
    end_ms: int | None = None
    overrides: Mapping[str, object] = attrs.field(factory=dict)
    accept_unsettled: bool = False


@attrs.frozen(kw_only=True)
class PreparedInstance:
    """An instance with its window, its data and its settings resolved. Bars are fed from `feed_from_ms` on."""

    instance: Instance
    coverage: Coverage
    window: Window
    feed_from_ms: int
    instrument: Instrument
    settings: RunSettings

    @property
    def id(self) -> str:
        """The name of the instance."""
        return self.instance.id

    @property
    def play(self) -> Play:
        """The Play that it runs."""
        return self.instance.play


def prepare(instance: Instance, provider: DataProvider) -> PreparedInstance:
    """Resolve an instance against the data there are.

    Raises DataError for data that do not serve (Gap if the warm-up is missing), ConfigError for wrong settings.
    """
    play = instance.play
    coverage = provider.coverage(play.symbol)
    bounds_ms = instance.start_ms, instance.end_ms
    window = choose_window(play, coverage, *bounds_ms, accept_unsettled=instance.accept_unsettled)
    check_not_empty(play, coverage, window)
    # What lies before the data is not there to feed; it is missing only where that was accepted.
    feed_from_ms = max(coverage.start_ms, feed_start(play, window.start_ms))
    instrument = known_instrument(play.symbol, play.account)
    if instrument is None:
        first = next(provider.bars(play.symbol, feed_from_ms, window.end_ms, 1))
        instrument = instrument_at_price(play.symbol, play.account, float(first.open[0]))
    return PreparedInstance(
        instance=instance,
        coverage=coverage,
        window=window,
        feed_from_ms=feed_from_ms,
        instrument=instrument,
        settings=resolve_settings(play, instrument, instance.overrides),
    )
