"""Saving a venue between two steps of its market, and going on from there in another process."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from exchange.venue.accounts.account import VenueAccount
from exchange.venue.control.state_file import VenueState, read_state, write_state
from exchange.venue.market.market import VenueMarket
from play_engine.errors import DataError

_KEY_DIGITS = 32


def save_venue(file: Path, tape: str, market: VenueMarket, accounts: Mapping[str, VenueAccount]) -> Path:
    """Write where the market stands, and every account (by API key), to `file`, which is returned.

    `tape` says what is replayed. Raises OSError.
    """
    snapshots = {_name(key): account.snapshot() for key, account in accounts.items()}
    write_state(file, VenueState(tape=tape, market_ms=market.now_ms, accounts=snapshots))
    return file


def restore_venue(file: Path, tape: str, market: VenueMarket, accounts: Mapping[str, VenueAccount]) -> None:
    """Put a fresh market and its fresh accounts where the file says that they stood.

    Raises DataError for a file that is damaged, of another replay, or of other accounts.
    """
    state = read_state(file)
    if state.tape != tape:
        raise DataError(
            f"{file}: found the state of a replay of other candles or other steps. Give the same candles, seed and "
            "step as before, or delete the file."
        )
    if set(state.accounts) != {_name(key) for key in accounts}:
        raise DataError(
            f"{file}: found accounts of other API keys than the {len(accounts)} of this venue. Give the same accounts "
            "in the same order as before, or delete the file."
        )
    try:
        market.skip_to(state.market_ms)
        for key, account in accounts.items():
            account.restore(state.accounts[_name(key)])
    except (ValueError, DataError) as error:
        raise DataError(f"{file}: {error}. Delete the file, and the venue begins anew.") from None


def _name(key: str) -> str:
    """The account of an API key, without telling the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:_KEY_DIGITS]
