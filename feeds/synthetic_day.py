"""One day of a synthetic market: 1,440 one-minute bars out of the state in which the day before ended.

The model, by the facts it is to show (R. Cont, "Empirical properties of asset returns: stylized facts and statistical
issues", Quantitative Finance 1, 2001):

- Fat tails and clustered volatility. The variance of a day follows GARCH(1,1) (T. Bollerslev, "Generalized
  autoregressive conditional heteroskedasticity", Journal of Econometrics 31, 1986) on realised variance RV:
  v' = ω + α·RV + β·v. Within the day the logarithm of volatility follows an AR(1) process (S. Taylor, "Modelling
  Financial Time Series", 1986).
- Jumps: a Poisson number a day of normal jumps in the log price (R. C. Merton, "Option pricing when underlying stock
  returns are discontinuous", Journal of Financial Economics 3, 1976).
- Regimes of drift and volatility: `feeds.synthetic_regimes`.
- Volume moves with volatility, and both follow the hour.
- Symbols move together, where that is asked for: part of the noise of prices and of log volatility is the market's
  (the one-factor model of W. F. Sharpe, "A Simplified Model for Portfolio Analysis", Management Science 9, 1963).
"""

import math

import attrs
import numpy as np

from feeds.synthetic_prices import autoregressive, bridge, candles, snapped
from feeds.synthetic_regimes import RANGE, Stay, stays
from feeds.synthetic_traits import SymbolTraits
from play_engine.bars import BarSeries, Floats
from play_engine.intervals import DAY_MS, MINUTE_MS

MINUTES = DAY_MS // MINUTE_MS
# GARCH(1,1) of the day's variance, as a multiple of the calm day's: ω = 1 − α − β keeps its mean at 1.
_ALPHA, _BETA = 0.10, 0.85
_VARIANCE_BOUNDS = (0.2, 6.0)
# AR(1) of log volatility: persistence of a minute (half-life 2 hours), standard deviation in the long run.
_PERSISTENCE = 0.5 ** (1 / 120)
_LOG_VOL_SD = 0.45
_JUMPS_A_DAY = 0.5
_JUMP_SD_OF_DAY = 0.35
# How often a minute opens one tick beside the last close.
_OPEN_SLIP_CHANCE = 0.05
# Amplitude of the day's rhythm in log volatility and log volume, and its busiest minute (14:30 UTC).
_RHYTHM_VOLATILITY, _RHYTHM_VOLUME, _BUSIEST_MINUTE = 0.25, 0.5, 870
_VOLUME_ON_VOLATILITY, _VOLUME_ON_MOVE, _VOLUME_NOISE_SD = 0.8, 0.3, 0.4


@attrs.frozen(kw_only=True)
class DayState:
    """What one day hands to the next: all that the future knows of the past.

    `log_price` is the true one, before snapping; `close` the last price, snapped. `anchor` is the log price at which
    the regime began, and to which a range is drawn back. `variance` is GARCH's, in variances of a calm day; `log_vol`
    the AR(1) process.
    """

    log_price: float
    close: float
    regime: int = RANGE
    anchor: float
    variance: float = 1.0
    log_vol: float = 0.0


def first_state(traits: SymbolTraits) -> DayState:
    """The state before the first day."""
    log_price = math.log(traits.start_price)
    return DayState(log_price=log_price, close=traits.start_price, anchor=log_price)


@attrs.frozen(kw_only=True, eq=False)
class MarketMove:
    """What all symbols have in common on a day: standard normal noise of log volatility and of prices, by minute.

    `correlation` (0 … 1) is the part that it has in the variance of each symbol's own.
    """

    volatility: Floats
    prices: Floats
    correlation: float


def market_move(rng: np.random.Generator, correlation: float) -> MarketMove:
    """The common noise of a day."""
    volatility, prices = rng.standard_normal((2, MINUTES))
    return MarketMove(volatility=volatility, prices=prices, correlation=correlation)


def next_day(
    symbol: str,
    traits: SymbolTraits,
    rng: np.random.Generator,
    start_ms: int,
    state: DayState,
    market: MarketMove | None = None,
) -> tuple[BarSeries, DayState]:
    """The bars of the 1,440 minutes from `start_ms` (ms, on a minute), and the state after them.

    The same generator state, day state and market give the same bars, bit for bit; without `market` the symbol moves
    on its own.
    """
    spells, regime = stays(rng, state.regime, MINUTES)
    rhythm = _rhythm(start_ms)
    minute_vol = traits.daily_volatility / math.sqrt(MINUTES)
    common = (market.volatility, market.prices) if market is not None else (None, None)
    correlation = market.correlation if market is not None else 0.0
    shocks = _mixed(rng.standard_normal(MINUTES), common[0], correlation)
    sigma, log_vol = _volatility(shocks, spells, rhythm, state)
    sigma *= minute_vol
    noise = _mixed(rng.standard_normal(MINUTES), common[1], correlation)
    returns = _drift(spells) - 0.5 * sigma**2 + sigma * noise + _jumps(rng, traits)
    path, anchor = _path(returns, spells, state)
    columns = _prices(rng, traits, path, sigma, state)
    volume = _volume(rng, traits, rhythm, sigma / minute_vol, noise)
    ts = start_ms + MINUTE_MS * np.arange(MINUTES)
    after = DayState(
        log_price=float(path[-1]),
        close=float(columns["close"][-1]),
        regime=regime,
        anchor=anchor,
        variance=_next_variance(state.variance, returns / traits.daily_volatility),
        log_vol=float(log_vol[-1]),
    )
    return BarSeries(symbol=symbol, interval_ms=MINUTE_MS, ts=ts, volume=volume, **columns), after


def _rhythm(start_ms: int) -> Floats:
    """The day's rhythm, −1 … 1, highest at the busiest minute UTC."""
    minute = (start_ms % DAY_MS) // MINUTE_MS + np.arange(MINUTES)
    return np.cos((minute - _BUSIEST_MINUTE) * (2.0 * math.pi / MINUTES))


def _mixed(own: Floats, common: Floats | None, correlation: float) -> Floats:
    """Noise of the same variance, of which the common one makes up the part `correlation`."""
    return own if common is None else math.sqrt(correlation) * common + math.sqrt(1.0 - correlation) * own


def _volatility(noise: Floats, spells: list[Stay], rhythm: Floats, state: DayState) -> tuple[Floats, Floats]:
    """The volatility of each minute as a multiple of a calm one's, and the AR(1) process in it."""
    shocks = noise * (_LOG_VOL_SD * math.sqrt(1.0 - _PERSISTENCE**2))
    log_vol = autoregressive(shocks, _PERSISTENCE, state.log_vol)
    factors = _by_regime(spells, [spell.regime.volatility_factor for spell in spells])
    # E exp(2x) = exp(2 sd²) for a normal x: taken off, so that the mean variance stays what GARCH says.
    return math.sqrt(state.variance) * factors * np.exp(log_vol - _LOG_VOL_SD**2 + _RHYTHM_VOLATILITY * rhythm), log_vol


def _drift(spells: list[Stay]) -> Floats:
    return _by_regime(spells, [spell.regime.daily_drift / MINUTES for spell in spells])


def _by_regime(spells: list[Stay], values: list[float]) -> Floats:
    return np.repeat(np.array(values), [spell.stop - spell.start for spell in spells])


def _jumps(rng: np.random.Generator, traits: SymbolTraits) -> Floats:
    jumps = np.zeros(MINUTES)
    count = int(rng.poisson(_JUMPS_A_DAY))
    jumps[rng.integers(0, MINUTES, count)] = rng.standard_normal(count) * (_JUMP_SD_OF_DAY * traits.daily_volatility)
    return jumps


def _path(returns: Floats, spells: list[Stay], state: DayState) -> tuple[Floats, float]:
    """The log price after each minute, and the level at which the regime in force at the end began."""
    path = np.empty(MINUTES)
    level, anchor = state.log_price, state.anchor
    for spell in spells:
        steps = returns[spell.start : spell.stop]
        if spell.regime.half_life_minutes is None:
            path[spell.start : spell.stop] = level + np.cumsum(steps)
        else:
            pull = 0.5 ** (1.0 / spell.regime.half_life_minutes)
            path[spell.start : spell.stop] = anchor + autoregressive(steps, pull, level - anchor)
        level = float(path[spell.stop - 1])
        anchor = level if spell.left else anchor
    return path, anchor


def _prices(
    rng: np.random.Generator, traits: SymbolTraits, path: Floats, sigma: Floats, state: DayState
) -> dict[str, Floats]:
    """Open, high, low and close on the tick grid."""
    before = np.concatenate(([state.log_price], path[:-1]))
    top, bottom = bridge(rng, before, path, sigma)
    per_unit = 10**traits.price_decimals
    close = snapped(np.exp(path), per_unit)
    slip = rng.random(MINUTES)
    ticks = np.where(slip < _OPEN_SLIP_CHANCE, np.where(slip < 0.5 * _OPEN_SLIP_CHANCE, 1.0, -1.0), 0.0)
    open_ = snapped(np.concatenate(([state.close], close[:-1])) + ticks / per_unit, per_unit)
    return candles(open_, close, top, bottom, per_unit)


def _volume(rng: np.random.Generator, traits: SymbolTraits, rhythm: Floats, activity: Floats, noise: Floats) -> Floats:
    """Base volume of each minute: log-normal around the day's rhythm, more where volatility or the move is large."""
    log_volume = (
        math.log(traits.daily_volume / MINUTES)
        + _RHYTHM_VOLUME * rhythm
        + _VOLUME_ON_VOLATILITY * np.log(activity)
        + _VOLUME_ON_MOVE * np.abs(noise)
        + _VOLUME_NOISE_SD * rng.standard_normal(MINUTES)
    )
    return snapped(np.exp(log_volume), 10**traits.volume_decimals)


def _next_variance(variance: float, returns: Floats) -> float:
    realised = float(np.sum(returns**2))
    following = (1.0 - _ALPHA - _BETA) + _ALPHA * realised + _BETA * variance
    return min(max(following, _VARIANCE_BOUNDS[0]), _VARIANCE_BOUNDS[1])
