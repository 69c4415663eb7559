"""What instances must agree on that share an account, or a symbol of it."""

from collections.abc import Sequence

import attrs

from actors.instance import Instance, PreparedInstance
from exchange.instruments import Instrument
from exchange.settings import ACCOUNT_SETTINGS, SYMBOL_SETTINGS
from exchange.simulated.state import MOST_SEATS
from feeds.provider import Coverage
from play_engine.errors import ConfigError, DataError, Problem
from play_engine.instants import iso
from play_engine.intervals import interval_name

DISAGREES = "ACCOUNT_DISAGREES"


def check_room(instance: Instance, others: Sequence[Instance]) -> None:
    """Raise ConfigError if the account has no seat left for an instance."""
    if len(others) >= MOST_SEATS:
        name = instance.account_name
        found, allowed = f"account {name} for {len(others) + 1} instances", f"at most {MOST_SEATS} instances an account"
        raise ConfigError([_at(instance, "account", found, allowed, "give some of them another account")])


def check_bounds(instance: Instance, others: Sequence[Instance]) -> None:
    """Raise ConfigError if the window of an instance is another one than that of an instance before it."""
    for other in others:
        for name in ("start_ms", "end_ms"):
            mine, theirs = getattr(instance, name), getattr(other, name)
            if mine is not None and theirs is not None and mine != theirs:
                found = f"{name.removesuffix('_ms')} {iso(mine)}"
                raise _disagreement(instance, "window", found, f"that of {other.id}: {iso(theirs)}", "an account's run")


def check_data(instance: Instance, coverage: Coverage, others: Sequence[tuple[Instance, Coverage]]) -> None:
    """Raise DataError if an instance has its symbol from another feed, or bars of another interval, than others do."""
    for other, theirs in others:
        if other.play.symbol == instance.play.symbol and other.feed != instance.feed:
            raise DataError(
                f"{other.id} has {other.play.symbol} of account {instance.account_name} from feed {other.feed}; a "
                f"symbol of an account has one feed, so {instance.id} cannot have it from {instance.feed}"
            )
        if theirs.interval_ms != coverage.interval_ms:
            mine, found = interval_name(coverage.interval_ms), interval_name(theirs.interval_ms)
            raise DataError(
                f"{instance.id} brings {mine} bars to account {instance.account_name}, {other.id} {found} bars; all "
                "symbols of an account advance together, on bars of one interval"
            )


def check_settings(instance: PreparedInstance, others: Sequence[PreparedInstance]) -> None:
    """Raise ConfigError with every setting of an instance that must be, and is not, that of an instance before it."""
    problems: dict[str, Problem] = {}
    for other in others:
        on_symbol = other.play.symbol == instance.play.symbol
        for name in (*ACCOUNT_SETTINGS, *(SYMBOL_SETTINGS if on_symbol else ())):
            mine, theirs = getattr(instance.settings, name), getattr(other.settings, name)
            if mine != theirs:
                whose = instance.play.symbol if name in SYMBOL_SETTINGS else "the account"
                problems.setdefault(
                    name, _problem(instance.instance, name, f"{mine}", f"{theirs}, as in {other.id}", whose)
                )
        if on_symbol and _without_fees(other.instrument) != _without_fees(instance.instrument):
            allowed = f"the maintenance margin of {other.play.id}"
            found = f"another in {instance.play.id}"
            problems.setdefault("play", _problem(instance.instance, "play", found, allowed, instance.play.symbol))
        if on_symbol and not instance.settings.allow_shared_symbol:
            problems.setdefault("symbol", _shared_symbol(instance, other))
    if problems:
        raise ConfigError(list(problems.values()))


def _without_fees(instrument: Instrument) -> Instrument:
    """What is left of an instrument beside its fees, which are settings."""
    return attrs.evolve(instrument, taker=0.0, maker=0.0)


def _shared_symbol(instance: PreparedInstance, other: PreparedInstance) -> Problem:
    found = f"{instance.play.symbol}, which {other.id} trades on account {instance.instance.account_name}"
    allowed = "a symbol that no other instance of the account trades"
    hint = "give it another account, or set allow_shared_symbol = true for the account"
    return _at(instance.instance, "symbol", found, allowed, hint)


def _disagreement(instance: Instance, key: str, found: str, allowed: str, whose: str) -> ConfigError:
    return ConfigError([_problem(instance, key, found, allowed, whose)])


def _problem(instance: Instance, key: str, found: str, allowed: str, whose: str) -> Problem:
    hint = f"{key} belongs to {whose}: make all instances of account {instance.account_name} agree"
    return _at(instance, f"settings.{key}", found, allowed, hint)


def _at(instance: Instance, path: str, found: str, allowed: str, hint: str) -> Problem:
    return Problem(
        file=instance.play.file, line=0, column=0, code=DISAGREES, path=path, found=found, allowed=allowed, hint=hint
    )
