"""From the instances of a config to instances that can run: their Plays, their feeds, their windows."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

import attrs

from actors.account import PreparedAccount
from actors.agreement import DISAGREES
from actors.instance import Instance, by_account
from actors.preparing import InstanceRefused, prepare_account
from actors.venue_plan import VenuePlan
from commands.config import Config, InstanceConfig
from commands.config_feeds import FeedConfig, FileFeedConfig, StoreFeedConfig, SyntheticFeedConfig, VenueFeedConfig
from commands.own_indicators import check_own_indicators
from commands.times import show_span
from feeds.file_market import FileMarket
from feeds.pattern_market import PatternMarket
from feeds.provider import DataProvider
from feeds.store import CandleStore
from feeds.synthetic import SyntheticMarket
from play_engine.errors import ConfigError, DataError, Problem
from play_engine.intervals import interval_name
from play_engine.play import load_play
from play_engine.play.model import Play

T = TypeVar("T")


def open_plays(config: Config, *, list_defaults: bool = False) -> list[Play]:
    """The Play of each instance, indicators of its own tried.

    Raises ConfigError with the problems of all of them, each once.
    """
    problems = _Collected(config)
    plays = [
        problems.of(instance, lambda one: _open_play(one, list_defaults=list_defaults)) for instance in config.instances
    ]
    problems.raise_errors()
    return [play for play in plays if play is not None]


def open_feeds(config: Config, plays: Iterable[Play]) -> dict[str, DataProvider]:
    """The feeds that instances use, by name. Raises ConfigError for all that cannot be opened."""
    problems = _Collected(config)
    users: dict[str, list[tuple[InstanceConfig, Play]]] = {}
    for instance, play in zip(config.instances, plays, strict=True):
        users.setdefault(instance.feed, []).append((instance, play))
    feeds: dict[str, DataProvider] = {}
    for name, uses in users.items():
        symbols = list(dict.fromkeys(play.symbol for _, play in uses))
        feed_config = _source_of(config, name)
        if isinstance(feed_config, FileFeedConfig) and len(symbols) > 1:
            stranger = next(instance for instance, play in uses if play.symbol != symbols[0])
            found = f"feed {name} is one file and would serve {', '.join(symbols)}"
            problems.add(stranger, "feed", found, "declare a feed for each symbol")
            continue
        feed = problems.of(uses[0][0], partial(_open_for, feed_config, symbols))
        if feed is not None:
            feeds[name] = feed
    problems.raise_errors()
    return feeds


def make_accounts(config: Config, plays: Iterable[Play], feeds: Mapping[str, DataProvider]) -> list[PreparedAccount]:
    """Every account with its instances, their windows and settings resolved. Raises ConfigError for all that cannot
    run; of the instances of an account that is the first."""
    problems = _Collected(config)
    by_id = {instance.id: instance for instance in config.instances}
    instances = [_instance(config, instance, play) for instance, play in zip(config.instances, plays, strict=True)]
    prepared: list[PreparedAccount] = []
    for name, members in by_account(instances).items():
        try:
            prepared.append(prepare_account(name, members, feeds))
        except InstanceRefused as refused:
            instance = by_id[refused.instance]
            problems.note(instance, refused.error, key="window" if instance.window_ms else "feed")
    problems.raise_errors()
    return prepared


def venue_plans(config: Config) -> dict[str, VenuePlan]:
    """The venues of the accounts that trade at one, by the account's name."""
    return {
        instance.account: VenuePlan(name=instance.venue, speed=config.venues[instance.venue].speed)
        for instance in config.instances
        if instance.venue
    }


def plan_lines(account: PreparedAccount, venue: VenuePlan | None) -> list[str]:
    """What an account will do, a line for each of its instances; `venue` is where it trades."""
    where = f", DEMO at venue {venue.name}" if venue is not None else ""
    shared = f", account {account.name}" if len(account.instances) > 1 else ""
    return [
        f"{one.id}: {one.play.id} on {one.play.symbol} {interval_name(one.play.exec_ms)}, feed {one.instance.feed}, "
        f"{show_span(one.window.start_ms, one.window.end_ms)}, {one.settings.capital_usdt:,.2f} USDT{where}{shared}"
        for one in account.instances
    ]


def _open_play(instance: InstanceConfig, *, list_defaults: bool) -> Play:
    play = load_play(instance.play, instance.variables, list_defaults=list_defaults)
    check_own_indicators(play)
    return play


def _instance(config: Config, instance: InstanceConfig, play: Play) -> Instance:
    window_ms = config.venues[instance.venue].window_ms if instance.venue else instance.window_ms
    start_ms, end_ms = window_ms or (None, None)
    return Instance(
        id=instance.id,
        play=play,
        feed=instance.feed,
        start_ms=start_ms,
        end_ms=end_ms,
        overrides=instance.overrides,
        accept_unsettled=instance.accept_unsettled,
        accept_gaps=instance.accept_gaps,
        account=instance.account,
    )


def _source_of(config: Config, name: str) -> FeedConfig:
    """The feed of that name; behind one that streams from a venue, the feed that the venue replays."""
    feed = config.feeds[name]
    return config.feeds[config.venues[feed.venue].feed] if isinstance(feed, VenueFeedConfig) else feed


def _open_for(feed: FeedConfig, symbols: list[str], _instance: InstanceConfig) -> DataProvider:
    return _open_feed(feed, symbols)


def _open_feed(feed: FeedConfig, symbols: list[str]) -> DataProvider:
    match feed:
        case SyntheticFeedConfig() if feed.pattern:
            return PatternMarket(symbols, feed.pattern, feed.seed, feed.start_ms, feed.days)
        case SyntheticFeedConfig():
            return SyntheticMarket(symbols=symbols, seed=feed.seed, start_ms=feed.start_ms, days=feed.days)
        case StoreFeedConfig():
            return CandleStore(feed.history).provider(feed.venue, feed.interval_ms)
        case FileFeedConfig():
            return FileMarket(
                feed.path, symbols[0], mark=feed.mark, funding=feed.funding, open_interest=feed.open_interest
            )
        case _:
            raise TypeError(f"{feed!r} is not a feed that can be opened")


@attrs.define(eq=False)
class _Collected:
    """Problems of several instances, each once, placed in the config where it is the cause."""

    config: Config
    _problems: dict[Problem, None] = attrs.field(factory=dict, init=False)

    def of(self, instance: InstanceConfig, make: Callable[[InstanceConfig], T]) -> T | None:
        """What `make` makes of an instance, or None after noting why it cannot."""
        try:
            return make(instance)
        except (ConfigError, DataError) as error:
            self.note(instance, error, key="feed")
        return None

    def note(self, instance: InstanceConfig, error: ConfigError | DataError, *, key: str) -> None:
        """Note why an instance cannot run; `key` is what bad data lie at."""
        if isinstance(error, ConfigError):
            self._problems.update({self._placed(instance, problem): None for problem in error.problems})
        else:
            self.add(instance, key, str(error), "")

    def add(self, instance: InstanceConfig, key: str, found: str, hint: str) -> None:
        """Note a problem with a key of an instance."""
        problem = Problem(file="", line=0, column=0, code="UNUSABLE_DATA", path=key, found=found, hint=hint)
        self._problems[self._placed(instance, problem)] = None

    def raise_errors(self) -> None:
        """Raises ConfigError if anything was noted that is an error."""
        if any(problem.severity == "error" for problem in self._problems):
            raise ConfigError(list(self._problems))

    def _placed(self, instance: InstanceConfig, problem: Problem) -> Problem:
        """The problem, moved to the config file if a value from there is the cause, or that instances share an account
        whose Plays differ."""
        key = problem.path.removeprefix("settings.")
        spot = instance.spots.get(key, instance.spots["account"] if problem.code == DISAGREES else None)
        if problem.line or spot is None:
            return problem
        return attrs.evolve(problem, file=str(self.config.file), line=spot.line, column=spot.column, path=spot.path)
