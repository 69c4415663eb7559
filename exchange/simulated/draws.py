"""Random numbers without state: a function of the run's seed, an order and what is drawn for it (SplitMix64)."""

from typing import Any

import numpy as np

from play_engine.compiled import constant, inner

FOR_SLIPPAGE, FOR_LATENCY = map(constant, (1, 2))


@inner
def uniform(seed: int, order_id: int, purpose: int) -> float:
    """A number in [0, 1)."""
    key = np.uint64(order_id) * np.uint64(256) + np.uint64(purpose)
    z = np.uint64(seed) + (key + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) * 2.0**-53


@inner
def arrival_ms(books: Any, order_id: int) -> int:
    """When something that is sent now for an order arrives at the exchange."""
    settings = books.settings
    delay = settings.latency_ms
    if settings.latency_jitter_ms > 0:
        share = uniform(settings.seed, order_id, FOR_LATENCY)
        delay += np.int64(np.floor(share * (settings.latency_jitter_ms + 1)))
    return books.account.clock_ms + delay


@inner
def slippage_bps(settings: Any, order_id: int) -> float:
    """The slippage of an order, never negative."""
    if settings.slippage_jitter_bps == 0.0:
        return settings.slippage_bps
    share = uniform(settings.seed, order_id, FOR_SLIPPAGE)
    return max(0.0, settings.slippage_bps + (2.0 * share - 1.0) * settings.slippage_jitter_bps)
