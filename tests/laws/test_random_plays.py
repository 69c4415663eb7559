"""The laws on Plays that nobody thought of: whatever is well formed loads, runs, and keeps them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from play_engine.engine import Engine
from play_engine.intents import join
from play_engine.market import MarketSlice
from play_engine.play import parse_play
from play_engine.play.model import Play
from tests.laws.market import published
from tests.laws.performance import TABLES, chunks, same_bits, simulated
from tests.laws.random_plays import play_documents
from tests.play_engine.minutes import minute_bars, with_gaps

_MINUTES = 1_500
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _market(seed: int) -> MarketSlice:
    bars = minute_bars(with_gaps(_MINUTES, seed=seed, gaps=3, longest=30), seed=seed)
    return published(bars, int(bars.ts[0]), bars.end_ms)


def _run(play: Play, market: MarketSlice, cuts: list[int]) -> dict[str, NDArray[Any]]:
    """Everything that a Play decides and what comes of it, over a market in chunks, without a warm-up."""
    bars = market.bars
    engine = Engine(play, base_ms=bars.interval_ms)
    exchange = simulated(play, float(bars.open[0]), int(bars.ts[0]))
    batches, records = [], []
    for chunk in chunks(market, cuts):
        batches.append(engine.process(chunk))
        records.append(exchange.advance({play.symbol: chunk}, batches[-1:]))
    intents = join(batches, until_ms=bars.end_ms)
    found = {
        name: getattr(intents, name) for name in ("ts", "first", "intent", "price", "stop_long", "target", "noted")
    }
    return found | {table: np.concatenate([getattr(piece, table) for piece in records]) for table in TABLES}


def _differences(
    found: dict[str, NDArray[Any]], expected: dict[str, NDArray[Any]], *, prefix: bool = False
) -> list[str]:
    """The names of what is not the same bit for bit; with `prefix` `found` may end earlier."""
    return [
        name
        for name, array in found.items()
        if not same_bits(array, expected[name][: len(array)] if prefix else expected[name])
    ]


def _keeps_the_laws(text: str, seed: int) -> None:
    play = parse_play(text.encode(), "drawn.yml")
    market = _market(seed)
    count = len(market)
    whole = _run(play, market, [0, count])
    rng = np.random.default_rng(seed)
    some = sorted({0, count, *rng.integers(0, count, 6).tolist(), *range(count - 60, count)})
    assert _differences(_run(play, market, some), whole) == []
    fewer = int(rng.integers(count // 2, count))
    until, _ = market.split(int(market.bars.ts[fewer]))
    assert _differences(_run(play, until, [0, fewer]), whole, prefix=True) == []


@settings(max_examples=12, deadline=None, suppress_health_check=_CHECKS)
@given(text=play_documents(), seed=st.integers(0, 2))
def test_a_well_formed_play_loads_runs_and_keeps_the_laws(text: str, seed: int) -> None:
    _keeps_the_laws(text, seed)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=_CHECKS)
@given(text=play_documents(), seed=st.integers(0, 50))
def test_many_well_formed_plays_keep_the_laws(text: str, seed: int) -> None:
    _keeps_the_laws(text, seed)
