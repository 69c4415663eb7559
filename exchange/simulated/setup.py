"""What an account is set up with: the instruments that it trades, and the Plays that trade on it."""

from collections.abc import Sequence

import attrs

from exchange.instruments import Instrument
from exchange.settings import ACCOUNT_SETTINGS, SYMBOL_SETTINGS, RunSettings
from play_engine.errors import InternalError
from play_engine.play.model import Play


@attrs.frozen(kw_only=True, eq=False)
class Listing:
    """An instrument on an account, with the settings that its exchange applies to it: leverage, fees, slippage …"""

    instrument: Instrument
    settings: RunSettings


@attrs.frozen(kw_only=True, eq=False)
class Seat:
    """A Play on an account, by the name of its instance, and the settings of its policy."""

    instance: str
    play: Play
    symbol: str
    settings: RunSettings


def check_setup(listings: Sequence[Listing], seats: Sequence[Seat]) -> None:
    """Raise InternalError unless listings and seats fit together: whoever takes a user's settings refuses them before.

    Each symbol is listed once and each seat's symbol is listed; settings that belong to the account are the same in
    all listings and seats, those that belong to a symbol the same in its listing and its seats.
    """
    by_symbol = {listing.instrument.symbol: listing.settings for listing in listings}
    if len(by_symbol) != len(listings):
        raise InternalError("an account lists an instrument twice")
    for seat in seats:
        if seat.symbol not in by_symbol:
            raise InternalError(f"{seat.instance} trades {seat.symbol}, which the account does not list")
        _check_equal(seat.instance, seat.settings, by_symbol[seat.symbol], SYMBOL_SETTINGS)
    for owner in (*by_symbol.items(), *((seat.instance, seat.settings) for seat in seats)):
        _check_equal(owner[0], owner[1], listings[0].settings, ACCOUNT_SETTINGS)


def _check_equal(owner: str, settings: RunSettings, expected: RunSettings, names: Sequence[str]) -> None:
    for name in names:
        if getattr(settings, name) != getattr(expected, name):
            raise InternalError(
                f"{owner} has {name} = {getattr(settings, name)!r} on an account or symbol with "
                f"{getattr(expected, name)!r}"
            )
