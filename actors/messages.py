"""What actors say to each other. Events are in the past tense, commands in the imperative; all are immutable."""

from collections.abc import Mapping
from typing import Any

import attrs

from exchange.simulated.records import Records
from play_engine.bars import BarSeries
from play_engine.intents import IntentBatch
from results.result import Result


@attrs.frozen(kw_only=True, eq=False)
class Bars:
    """The next bars of one symbol: from feed to plays and gateways."""

    series: BarSeries


@attrs.frozen(kw_only=True)
class BarsEnded:
    """No more bars will come. `reason` is the stop reason for a run that lasts as long as its bars."""

    reason: str


@attrs.frozen(kw_only=True, eq=False)
class Intents:
    """What a play wants at each instant of the bars that it has just seen: from play to gateway."""

    batch: IntentBatch


@attrs.frozen(kw_only=True, eq=False)
class AccountChanged:
    """Orders, fills, ledger and equity that followed from some bars: from gateway to persistence.

    `series` are the bars that the instance was given, `played` those of them on which its account was open.
    """

    instance: str
    series: BarSeries
    played: BarSeries
    records: Records


@attrs.frozen(kw_only=True, eq=False)
class RunEnded:
    """An instance has stopped: from gateway to persistence.

    `records` close its books. `bars_ended` says that it was given all of its bars; `error` is empty unless it failed.
    """

    instance: str
    records: Records
    bars_ended: bool
    stop_reason: str
    stop_ms: int
    counters: Mapping[str, Any]
    error: str = ""


@attrs.frozen(kw_only=True)
class InstanceFailed:
    """An actor that an instance needs has failed: from its supervisor to the instance's gateway."""

    error: str


# What a feed says to its listeners, and what a gateway's mailbox takes.
FeedMessage = Bars | BarsEnded
GatewayMessage = FeedMessage | Intents | InstanceFailed


@attrs.frozen(kw_only=True)
class StopFeed:
    """Deliver no more bars: from supervisor to feed."""

    reason: str


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """What became of an instance: from persistence to whoever started it.

    `result` is None if the instance failed before anything was done; `error` says what went wrong, if something did.
    """

    instance: str
    result: Result | None
    error: str = ""


# What gateways report to persistence.
Report = AccountChanged | RunEnded
