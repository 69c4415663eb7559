"""Making accounts ready to run: everything that can be refused is refused here, before anything starts."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager

from actors.account import PreparedAccount, TradedSymbol
from actors.agreement import check_bounds, check_data, check_room, check_settings
from actors.instance import Instance, PreparedInstance, by_account
from actors.run_window import check_gaps, check_interval, choose_window, common_bounds
from exchange.instruments import Instrument, instrument_at_price, known_instrument
from exchange.listed_instruments import instrument_from_document
from exchange.settings import resolve_settings
from feeds.beside_bars import readings_for, why_no_marks
from feeds.provider import Coverage, DataProvider
from play_engine.errors import ConfigError, DataError, PlayhouseError
from play_engine.play.model import Play
from play_engine.published import READINGS_OF
from play_engine.rules.walk import references_of
from play_engine.warmup import Window, feed_start

Feeds = Mapping[str, DataProvider]


class InstanceRefused(PlayhouseError):
    """An instance of an account cannot run; `error` is the ConfigError or DataError that says why."""

    def __init__(self, instance: str, error: ConfigError | DataError) -> None:
        super().__init__(str(error))
        self.instance, self.error = instance, error


def prepare_accounts(instances: Iterable[Instance], feeds: Feeds) -> list[PreparedAccount]:
    """The accounts of all instances. Raises ConfigError or DataError for the first that cannot run."""
    try:
        return [prepare_account(name, members, feeds) for name, members in by_account(instances).items()]
    except InstanceRefused as refused:
        raise refused.error from None


def prepare_account(name: str, instances: Sequence[Instance], feeds: Feeds) -> PreparedAccount:
    """Resolve the instances of an account against the data there are and against each other.

    Raises InstanceRefused for the first instance with data that do not serve (Gap if the warm-up is missing), with
    wrong settings, or with something that does not go together with the instances before it.
    """
    covered = _covered(instances, feeds)
    with _refusing(instances[0]):
        bounds_ms = common_bounds(covered)
    windowed: list[tuple[Instance, Coverage, Window]] = []
    for instance, coverage in covered:
        with _refusing(instance):
            window = choose_window(instance.play, coverage, *bounds_ms, accept_unsettled=instance.accept_unsettled)
            check_gaps(instance.play, coverage, window, accepted=instance.accept_gaps)
            windowed.append((instance, coverage, window))
    prepared = _settled(windowed, feeds)
    symbols = tuple(
        _traded([one for one in prepared if one.play.symbol == symbol], feeds)
        for symbol in dict.fromkeys(one.play.symbol for one in prepared)
    )
    unmarked = {traded.symbol: _unmarked(traded, feeds, prepared[0].window) for traded in symbols}
    return PreparedAccount(
        name=name,
        instances=tuple(prepared),
        symbols=symbols,
        window=prepared[0].window,
        unmarked={symbol: reason for symbol, reason in unmarked.items() if reason},
    )


@contextmanager
def _refusing(instance: Instance) -> Generator[None]:
    """What goes wrong inside is that instance's fault."""
    try:
        yield
    except (ConfigError, DataError) as error:
        raise InstanceRefused(instance.id, error) from error


def _covered(instances: Sequence[Instance], feeds: Feeds) -> list[tuple[Instance, Coverage]]:
    """Each instance with what there is for it."""
    known: dict[str, Coverage] = {}
    covered: list[tuple[Instance, Coverage]] = []
    for instance in instances:
        symbol = instance.play.symbol
        with _refusing(instance):
            others = [other for other, _ in covered]
            check_room(instance, others)
            check_bounds(instance, others)
            coverage = known.get(symbol) or feeds[instance.feed].coverage(symbol)
            check_interval(instance.play, coverage)
            check_data(instance, coverage, covered)
        known[symbol] = coverage
        covered.append((instance, coverage))
    return covered


def _settled(windowed: Sequence[tuple[Instance, Coverage, Window]], feeds: Feeds) -> list[PreparedInstance]:
    """Each instance with its instrument and its settings, all of an account in agreement."""
    # What lies before the data is not there to feed; it is missing only where that was accepted.
    starts_ms = [max(data.start_ms, feed_start(one.play, window.start_ms)) for one, data, window in windowed]
    first_ms: dict[str, int] = {}
    for (instance, _, _), start_ms in zip(windowed, starts_ms, strict=True):
        symbol = instance.play.symbol
        first_ms[symbol] = min(start_ms, first_ms.get(symbol, start_ms))
    settled: list[PreparedInstance] = []
    for (instance, coverage, window), start_ms in zip(windowed, starts_ms, strict=True):
        with _refusing(instance):
            instrument = _instrument(instance, feeds, first_ms[instance.play.symbol], window.end_ms)
            prepared = PreparedInstance(
                instance=instance,
                coverage=coverage,
                window=window,
                feed_from_ms=start_ms,
                instrument=instrument,
                settings=resolve_settings(instance.play, instrument, instance.overrides),
            )
            check_settings(prepared, settled)
            settled.append(prepared)
    return settled


def _instrument(instance: Instance, feeds: Feeds, start_ms: int, end_ms: int) -> Instrument:
    """As the venue describes it, where the feed knows that; else a built-in one, else one made for its price."""
    play = instance.play
    document = feeds[instance.feed].instrument(play.symbol, end_ms)
    if document is not None:
        return instrument_from_document(document.content, play.account, document.source)
    known = known_instrument(play.symbol, play.account)
    if known is not None:
        return known
    first = next(feeds[instance.feed].bars(play.symbol, start_ms, end_ms, 1))
    return instrument_at_price(play.symbol, play.account, float(first.open[0]))


def _traded(users: Sequence[PreparedInstance], feeds: Feeds) -> TradedSymbol:
    """The symbol that these instances trade."""
    first = users[0]
    start_ms = min(one.feed_from_ms for one in users)
    kinds = _kinds([one.play for one in users], charged=first.settings.funding == "on")
    provider, span = feeds[first.instance.feed], (start_ms, first.window.end_ms)
    with _refusing(first.instance):
        found = {kind: readings_for(provider, first.play.symbol, kind, *span) for kind in kinds}
        synthetic = provider.synthetic(first.play.symbol, *span)
    return TradedSymbol(
        feed=first.instance.feed,
        coverage=first.coverage,
        feed_from_ms=start_ms,
        instrument=first.instrument,
        settings=first.settings,
        readings={kind: readings for kind, readings in found.items() if len(readings)},
        synthetic=synthetic,
    )


def _kinds(plays: Sequence[Play], *, charged: bool) -> list[str]:
    """What is read of a symbol beside bars: by its Plays, and, if funding is `charged`, by the exchange."""
    read = {reference.series for play in plays for reference in references_of(play)}
    kinds = {kind for name, kind in READINGS_OF.items() if name in read}
    return sorted(kinds | ({"funding"} if charged else set()))


def _unmarked(traded: TradedSymbol, feeds: Feeds, window: Window) -> str:
    """Why the symbol's mark prices are not used in the run; empty if they can be."""
    return why_no_marks(feeds[traded.feed], traded.coverage, traded.feed_from_ms, window.end_ms)
