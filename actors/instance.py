"""An instance of a Play: what to run, and what has become of it once it can."""

from collections.abc import Iterable, Mapping

import attrs

from exchange.instruments import Instrument
from exchange.settings import RunSettings
from feeds.provider import Coverage
from play_engine.play.model import Play
from play_engine.warmup import Window


@attrs.frozen(kw_only=True)
class Instance:
    """A Play to run: on which feed, from when until when, with which settings, on which account.

    `start_ms` and `end_ms` (ms since the epoch, UTC, end exclusive) default to all that the data allow. `overrides`
    are simulation settings by name, such as `capital_usdt`; a name that does not exist is refused. With
    `accept_unsettled` the run may start before the warm-up is over; what is still missing makes its rules unknown. With
    `accept_gaps` it may cover gaps of more than a day in the data.
    Instances that name the same `account` share it; without a name an instance has an account of its own.
    """

    id: str
    play: Play
    feed: str
    start_ms: int | None = None
    end_ms: int | None = None
    overrides: Mapping[str, object] = attrs.field(factory=dict)
    accept_unsettled: bool = False
    accept_gaps: bool = False
    account: str = ""

    @property
    def account_name(self) -> str:
        """The name of its account, the instance's own where none is given."""
        return self.account or self.id


def by_account(instances: Iterable[Instance]) -> dict[str, list[Instance]]:
    """The instances of each account, both in the order given."""
    accounts: dict[str, list[Instance]] = {}
    for instance in instances:
        accounts.setdefault(instance.account_name, []).append(instance)
    return accounts


@attrs.frozen(kw_only=True)
class PreparedInstance:
    """An instance with its window, its data and its settings resolved. It sees the market from `feed_from_ms` on."""

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
