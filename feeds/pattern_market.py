"""PatternMarket: one-minute bars that follow a named pattern, from which bars of every timeframe can be made."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.patterns.drawing import Drawing
from feeds.patterns.registry import PATTERNS
from feeds.synthetic_days import DayWalk, MarketOfDays, check_span, seeded
from feeds.synthetic_prices import autoregressive, bridge, candles, snapped
from feeds.synthetic_traits import SymbolTraits, traits_of
from play_engine.bars import BarSeries, Floats
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import DAY_MS, MINUTE_MS

_MINUTES = DAY_MS // MINUTE_MS
# Deviations from the drawing are an AR(1) process that forgets half of itself in this time.
_PERSISTENCE = 0.5 ** (1.0 / 45.0)
_VOLUME_ON_MOVE, _VOLUME_NOISE_SD = 0.25, 0.3


@attrs.frozen(kw_only=True)
class _PathState:
    """Where a day ended: the deviation in units of the drawing's noise, as log price, and the close."""

    deviation: float = 0.0
    strayed: float = 0.0
    close: float


class PatternMarket(MarketOfDays):
    """A DataProvider of one-minute bars without gaps over `days` days from `start_ms`.

    Every symbol follows the drawing of the pattern, stretched over the whole length, each with noise and volume of its
    own; `parameters` change those of the pattern (`Pattern.parameters`). The same arguments give the same bars; a
    symbol's do not depend on the other symbols. No mark price and no readings.

    Raises DataError for a name that is no pattern, and ValueError for a parameter that the pattern does not have and
    for what `SyntheticMarket` refuses.
    """

    def __init__(
        self,
        symbols: Iterable[str],
        pattern: str,
        seed: int,
        start_ms: int,
        days: int,
        parameters: Mapping[str, float] | None = None,
    ) -> None:
        check_span(seed, start_ms, days)
        self._pattern = pattern
        self._seed = seed
        self._parameters = dict(parameters or {})
        self._drawing = _drawing(pattern, days * _MINUTES, self._parameters)
        self._key = int.from_bytes(hashlib.sha256(pattern.encode()).digest()[:8], "big")
        walks = {
            symbol: DayWalk(_PathState(close=traits.start_price), partial(self._day, symbol, traits))
            for symbol, traits in ((symbol, traits_of(symbol, seed)) for symbol in symbols)
        }
        super().__init__(walks, start_ms, days)

    def describe(self) -> str:
        """See DataProvider; enough to make the same bars again."""
        changed = "".join(f", {name} {value:g}" for name, value in sorted(self._parameters.items()))
        span = f"seed {self._seed}, {self._days} days from {iso(self._start_ms)}{changed}"
        return f"pattern {self._pattern} ({', '.join(sorted(self._walks))}, {span})"

    def _day(self, symbol: str, traits: SymbolTraits, day: int, state: _PathState) -> tuple[BarSeries, _PathState]:
        rng = seeded(self._seed, traits.key, self._key, self._start_ms, day)
        edges = (day * _MINUTES + np.arange(_MINUTES + 1)) / (self._days * _MINUTES)
        noise = self._drawing.noise.before(edges[1:])
        shocks = rng.standard_normal(_MINUTES) * math.sqrt(1.0 - _PERSISTENCE**2)
        deviation = autoregressive(shocks, _PERSISTENCE, state.deviation)
        strayed = noise * deviation
        base = math.log(traits.start_price)
        opening = self._drawing.level.after(edges[:-1])
        jumps = opening != self._drawing.level.before(edges[:-1])
        before = base + opening + np.concatenate(([state.strayed], strayed[:-1]))
        path = base + self._drawing.level.before(edges[1:]) + strayed
        sigma = noise * math.sqrt(1.0 - _PERSISTENCE**2)
        columns = _prices(rng, traits, (before, path, sigma), jumps, state.close)
        volume = _volume(rng, traits, self._drawing.volume.after(edges[:-1]), np.abs(shocks))
        ts = self._start_ms + day * DAY_MS + MINUTE_MS * np.arange(_MINUTES)
        bars = BarSeries(symbol=symbol, interval_ms=MINUTE_MS, ts=ts, volume=volume, **columns)
        after = _PathState(
            deviation=float(deviation[-1]), strayed=float(strayed[-1]), close=float(columns["close"][-1])
        )
        return bars, after


def _drawing(name: str, minutes: int, parameters: Mapping[str, float]) -> Drawing:
    pattern = PATTERNS.get(name)
    if pattern is None:
        near = get_close_matches(name, PATTERNS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise DataError(f"{name!r} is no pattern; allowed: {', '.join(PATTERNS)}. {hint}Name one of them.")
    strange = sorted(set(parameters) - set(pattern.parameters))
    if strange:
        known = ", ".join(pattern.parameters)
        raise ValueError(f"{name} has no parameter {', '.join(strange)}; allowed: {known}")
    return pattern.draw(minutes, **parameters)


def _prices(
    rng: np.random.Generator,
    traits: SymbolTraits,
    path: tuple[Floats, Floats, Floats],
    jumps: NDArray[np.bool_],
    last_close: float,
) -> dict[str, Floats]:
    """Candles of minutes that lead from the first of `path` to the second; they open at the last close, or jump."""
    before, after, _ = path
    top, bottom = bridge(rng, *path)
    per_unit = 10**traits.price_decimals
    close = snapped(np.exp(after), per_unit)
    open_ = np.concatenate(([last_close], close[:-1]))
    open_ = np.where(jumps, snapped(np.exp(before), per_unit), open_)
    return candles(open_, close, top, bottom, per_unit)


def _volume(rng: np.random.Generator, traits: SymbolTraits, factor: Floats, moves: Floats) -> Floats:
    """Base volume of each minute: log-normal, more where the drawing says so and where the price moves."""
    log_volume = (
        math.log(traits.daily_volume / _MINUTES)
        + np.log(factor)
        + _VOLUME_ON_MOVE * moves
        + _VOLUME_NOISE_SD * rng.standard_normal(_MINUTES)
    )
    return snapped(np.exp(log_volume), 10**traits.volume_decimals)
