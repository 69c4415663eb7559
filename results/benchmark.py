"""The benchmark: buy every instrument in equal parts at the first open, hold to the end, pay no costs."""

import attrs
import numpy as np

from play_engine.bars import BarSeries, Floats, Ints
from play_engine.intervals import DAY_MS
from results.daily_ratios import DAYS_A_YEAR, correlation, daily_returns, standard_deviation
from results.measure import FEW_DAYS, NO_BENCHMARK, ZERO_VARIANCE, Measure, Measures, Undefined, ratio

_NO_VARIANCE_OF_BENCHMARK = Undefined("the benchmark does not vary")


@attrs.define
class HeldInstrument:
    """Closes of one instrument at the UTC midnights after the window's start, and the last close.

    Takes the exec bars of the window in order, in any chunks. Memory grows with the number of days.
    """

    start_ms: int
    first_open: float = 0.0
    last_close: float = 0.0
    end_ms: int = 0
    midnight_ts: list[int] = attrs.field(factory=list)
    midnight_close: list[float] = attrs.field(factory=list)

    def add(self, bars: BarSeries) -> None:
        """Append bars; those that open before the start are left out."""
        bars = bars.rows(int(np.searchsorted(bars.ts, self.start_ms)), len(bars))
        if len(bars) == 0:
            return
        if not self.end_ms:
            self.first_open = self.last_close = float(bars.open[0])
            self.end_ms = self.start_ms
        closes_at = bars.ts + bars.interval_ms
        # A midnight is settled by the first bar that closes after it; until then a later close may lie before it.
        midnights = np.arange(-(-self.end_ms // DAY_MS) * DAY_MS, int(closes_at[-1]), DAY_MS)
        midnights = midnights[midnights > self.start_ms]
        index = np.searchsorted(closes_at, midnights, side="right") - 1
        closes = np.where(index < 0, self.last_close, bars.close[index])
        self.midnight_ts.extend(midnights.tolist())
        self.midnight_close.extend(closes.tolist())
        self.last_close, self.end_ms = float(bars.close[-1]), bars.end_ms

    def growth(self, ts: Ints) -> Floats:
        """Value of 1 USDT held from the start at the instants `ts` (ms): the start, midnights, the end."""
        times = np.array([*self.midnight_ts, max(self.end_ms, self.start_ms + 1)])
        closes = np.array([*self.midnight_close, self.last_close])
        index = np.searchsorted(times, ts, side="right") - 1
        return np.where(index < 0, self.first_open, closes[index]) / self.first_open


@attrs.define
class BenchmarkAccumulator:
    """Buy and hold of several instruments; `add` takes exec bars of any of them, each instrument's in order."""

    start_ms: int
    _held: dict[str, HeldInstrument] = attrs.field(factory=dict)

    def add(self, bars: BarSeries) -> None:
        """Append bars of `bars.symbol`."""
        self._held.setdefault(bars.symbol, HeldInstrument(self.start_ms)).add(bars)

    def growth(self, ts: Ints) -> Floats | None:
        """Mean growth of the instruments at the instants `ts` (ms), 1 at the start; None without any bar."""
        held = [self._held[symbol].growth(ts) for symbol in sorted(self._held) if self._held[symbol].end_ms]
        return np.mean(held, axis=0) if held else None


def benchmark_metrics(days: Floats, growth: Floats | None, *, total_return: float, whole_day: bool) -> Measures:
    """How the run compares with the benchmark; `days` and `growth` are samples of both at the same instants."""
    names = ("beta", "alpha", "correlation", "r_squared", "tracking_error", "information_ratio")
    if growth is None or len(growth) < 2:
        return dict.fromkeys(("benchmark_return", "excess_return", *names), NO_BENCHMARK)
    held = float(growth[-1] / growth[0]) - 1.0
    returns, held_returns = daily_returns(days), daily_returns(growth)
    compared: Measures = dict.fromkeys(names, FEW_DAYS)
    if whole_day and len(returns) >= 2:
        compared = _compared(returns, held_returns)
    return {"benchmark_return": held, "excess_return": total_return - held, **compared}


def _compared(returns: Floats, held: Floats) -> Measures:
    active = returns - held
    deviation, year = standard_deviation(active), np.sqrt(DAYS_A_YEAR)
    both = _correlation(returns, held)
    return {
        **_beta_and_alpha(returns, held),
        "correlation": both,
        "r_squared": both if isinstance(both, Undefined) else both**2,
        "tracking_error": float(deviation * year),
        "information_ratio": ratio(float(np.mean(active) * year), deviation, ZERO_VARIANCE),
    }


def _beta_and_alpha(returns: Floats, held: Floats) -> Measures:
    if np.ptp(held) == 0:
        return {"beta": _NO_VARIANCE_OF_BENCHMARK, "alpha": _NO_VARIANCE_OF_BENCHMARK}
    beta = float(np.cov(returns, held)[0, 1] / np.var(held, ddof=1))
    return {"beta": beta, "alpha": float(np.mean(returns) - beta * np.mean(held)) * DAYS_A_YEAR}


def _correlation(returns: Floats, held: Floats) -> Measure:
    if np.ptp(held) == 0:
        return _NO_VARIANCE_OF_BENCHMARK
    return ZERO_VARIANCE if np.ptp(returns) == 0 else correlation(returns, held)
