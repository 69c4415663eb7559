"""Draws without state: the same number for the same seed, order and purpose, whatever came before."""

import numpy as np
import pytest

from exchange.simulated import draws
from tests.exchange.python_calls import from_python
from tests.exchange.simulated.slow_values import draw

uniform = from_python(draws.uniform)

# The first numbers of SplitMix64 with seed 1234567: keys 0, 1 and 2.
GOLDEN = {0: 6457827717110365317, 1: 3203168211198807973, 2: 9817491932198370423}


@pytest.mark.parametrize(("key", "bits"), GOLDEN.items())
def test_the_published_sequence(key, bits):
    assert uniform(1234567, 0, key) == (bits >> 11) * 2.0**-53


def test_an_order():
    assert uniform(42, 7, draws.FOR_SLIPPAGE) == 0.5559491799927881
    assert uniform(42, 7, draws.FOR_LATENCY) == 0.28533139014557785


def test_it_agrees_with_the_slow_one_over_all_of_the_range():
    rng = np.random.default_rng(1)
    for seed, order in zip(rng.integers(0, 2**63, 200), rng.integers(1, 2**40, 200), strict=True):
        for purpose in (1, 2):
            assert uniform(int(seed), int(order), purpose) == draw(int(seed), int(order), purpose)


def test_draws_fill_the_interval():
    drawn = [uniform(7, order, 1) for order in range(1, 2001)]
    assert 0.0 <= min(drawn) < 0.01 < 0.99 < max(drawn) < 1.0
    assert np.mean(drawn) == pytest.approx(0.5, abs=0.03)
