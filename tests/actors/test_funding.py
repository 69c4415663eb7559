from typing import Any

import numpy as np
import pytest

from actors.funding import funding_counters
from actors.instance import Instance
from actors.preparing import prepare_account
from feeds.provider import MemoryProvider
from play_engine.intervals import DAY_MS
from play_engine.market import Readings
from tests.laws.market import PLAYS, START_MS, market, play_of

PLAY = next(play_of(path) for path in PLAYS if path.stem == "ema_cross")
EIGHT_HOURS = DAY_MS // 3


def counted(known: dict[str, Readings], until_ms: int, **overrides: Any) -> dict[str, int]:
    """The counter of a run from the evening of the fourth day on."""
    provider = MemoryProvider([market(PLAY.symbol)], funding=known)
    start_ms = START_MS + 3 * DAY_MS + 20 * 3_600_000
    instance = Instance(id="a", play=PLAY, feed="memory", start_ms=start_ms, overrides=overrides)
    return funding_counters(prepare_account("a", [instance], {"memory": provider}), until_ms)


def rates(*missing: int) -> dict[str, Readings]:
    """A rate every eight hours from the start of the market on, without some."""
    ts = np.delete(START_MS + EIGHT_HOURS * np.arange(105), missing)
    return {PLAY.symbol: Readings(ts=ts, values=np.full(len(ts), 1e-4))}


# Settlements of the run are the 12th, at midnight after its start, and all that follow.
@pytest.mark.parametrize(
    ("missing", "days", "expected"),
    [((), 10, 0), ((12,), 10, 1), ((11,), 10, 0), ((12, 14, 29, 30), 10, 3), ((12, 13), 4, 0)],
)
def test_settlements_of_the_run_without_a_rate_are_counted(missing: tuple[int, ...], days: int, expected: int) -> None:
    assert counted(rates(*missing), START_MS + days * DAY_MS) == {"funding_missing": expected}


def test_without_funding_nothing_is_missing() -> None:
    assert counted({}, START_MS + 10 * DAY_MS) == {}
    assert counted(rates(12), START_MS + 10 * DAY_MS, funding="off") == {}
