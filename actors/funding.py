"""Settlements of funding that should have happened in a run, and for which there is no rate."""

import numpy as np

from actors.account import PreparedAccount, TradedSymbol
from play_engine.intervals import MINUTE_MS
from play_engine.market import NO_READINGS

# What an instrument settles at where its record does not say: 00:00, 08:00 and 16:00 UTC.
_INTERVAL_MS = 480 * MINUTE_MS


def funding_counters(account: PreparedAccount, until_ms: int) -> dict[str, int]:
    """How many settlements up to `until_ms` lacked their rate; nothing where no funding is exchanged at all."""
    if not account.is_charged:
        return {}
    return {"funding_missing": sum(_missing(traded, account.window.start_ms, until_ms) for traded in account.symbols)}


def _missing(traded: TradedSymbol, start_ms: int, end_ms: int) -> int:
    """Settlement instants of start_ms ≤ t < end_ms without a rate."""
    first_ms = -(-start_ms // _INTERVAL_MS) * _INTERVAL_MS
    due = np.arange(first_ms, end_ms, _INTERVAL_MS)
    return int((~np.isin(due, traded.readings.get("funding", NO_READINGS).ts)).sum())
