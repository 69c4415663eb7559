"""Numbers that identify a swing pair or a zone by its content alone.

Unsigned 64-bit arithmetic modulo 2^64. `mix` is the finaliser of SplitMix64 (Steele, Lea, Flood, Fast Splittable
Pseudorandom Number Generators, 2014). A hash is never 0: 0 means "none".
"""

import numpy as np

from play_engine.compiled import compiled

_GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_PAIR = 1
_ZONE = 2


@compiled
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: every bit of z changes about half of the bits of the result."""
    z = (z ^ (z >> np.uint64(30))) * _FIRST_FACTOR
    z = (z ^ (z >> np.uint64(27))) * _SECOND_FACTOR
    return z ^ (z >> np.uint64(31))


@compiled
def fold(words: tuple[int, ...]) -> np.uint64:
    """Hash of a tuple of int64 words, negative ones in two's complement."""
    h = np.uint64(0)
    for word in words:
        h = mix((h ^ np.uint64(word)) + _GOLDEN_GAMMA)
    return h


@compiled
def quantum(x: float, scale: float) -> int:
    """The integer nearest to x · scale, halves to even."""
    return int(np.rint(x * scale))


@compiled
def pair_hash(high_idx: int, high: float, low_idx: int, low: float, direction: int) -> int:
    """53-bit hash (exact in a float64) of a swing pair; direction 1 bullish, −1 bearish."""
    words = (_PAIR, high_idx, quantum(high, 1e8), low_idx, quantum(low, 1e8), direction)
    return max(int(np.int64(fold(words) >> np.uint64(11))), 1)


@compiled
def zone_hash(source_version: int, high_idx: int, low_idx: int, ratio: float, extension: int) -> int:
    """32-bit hash of a zone: version and bars of its pair, its ratio, 1 for an extension and 0 for a retracement."""
    words = (_ZONE, source_version, high_idx, low_idx, quantum(ratio, 1e6), extension)
    return max(int(np.int64(fold(words) >> np.uint64(32))), 1)
