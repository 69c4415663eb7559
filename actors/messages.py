"""What actors say to each other. Events are in the past tense, commands in the imperative; all are immutable."""

from collections.abc import Mapping
from typing import Any

import attrs

from exchange.simulated.records import Records
from play_engine.bars import BarSeries
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice
from results.result import Result


@attrs.frozen(kw_only=True, eq=False)
class MarketMoved:
    """The next slice of one symbol's market: from feed to plays and gateways."""

    market: MarketSlice


@attrs.frozen(kw_only=True)
class MarketEnded:
    """No more of `symbol` will come. `reason` is the stop reason for a run that lasts as long as its market."""

    symbol: str
    reason: str


@attrs.frozen(kw_only=True, eq=False)
class Intents:
    """What a play wants at each instant of the market that it has just seen: from play to gateway."""

    instance: str
    batch: IntentBatch


@attrs.frozen(kw_only=True, eq=False)
class AccountChanged:
    """Orders, fills, ledger and equity that followed from the market up to `until_ms`: from gateway to persistence.

    `given` is what the gateway was given of each symbol since its message before, `played` the bars of it on which the
    account was open. `records` is None while the Plays warm up.
    """

    account: str
    until_ms: int
    given: tuple[MarketSlice, ...]
    played: tuple[BarSeries, ...] = ()
    records: Records | None = None


@attrs.frozen(kw_only=True, eq=False)
class RunEnded:
    """The run of an account has stopped: from gateway to persistence.

    `records` close its books. `all_given` says that the whole market of the run was given to it; `error` is empty
    unless it failed.
    """

    account: str
    records: Records
    all_given: bool
    stop_reason: str
    stop_ms: int
    counters: Mapping[str, Any]
    error: str = ""


@attrs.frozen(kw_only=True)
class ActorFailed:
    """An actor that an account's run needs has failed: from its supervisor to the account's gateway."""

    error: str


# What a feed says to its listeners, and what a gateway's mailbox takes.
FeedMessage = MarketMoved | MarketEnded
GatewayMessage = FeedMessage | Intents | ActorFailed


@attrs.frozen(kw_only=True)
class StopFeed:
    """Deliver no more: from supervisor to feed."""

    reason: str


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """What became of the run of an account: from persistence to whoever started it.

    `result` is None if the run failed before anything was done; `error` says what went wrong, if something did.
    """

    account: str
    result: Result | None
    error: str = ""


# What gateways report to persistence.
Report = AccountChanged | RunEnded
