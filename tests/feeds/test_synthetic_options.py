"""What a synthetic market can have besides its bars: symbols that move together, mark price and funding, gaps."""

import numpy as np
import pytest

from feeds.joining import concatenated
from feeds.synthetic import SyntheticMarket
from play_engine.bars import BarSeries
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.market import NO_READINGS
from tests.feeds.candles import EVER, START_MS, same

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")


def market(days: int = 10, **options: object) -> SyntheticMarket:
    return SyntheticMarket(SYMBOLS, seed=4, start_ms=START_MS, days=days, **options)


def bars_of(provider: SyntheticMarket, symbol: str = "BTCUSDT", chunk_bars: int = 1_000_000) -> BarSeries:
    return concatenated(list(provider.bars(symbol, *EVER, chunk_bars)))


def correlations(provider: SyntheticMarket, minutes: int) -> list[float]:
    closes = [bars_of(provider, symbol).close[minutes - 1 :: minutes] for symbol in SYMBOLS]
    matrix = np.corrcoef([np.diff(np.log(close)) for close in closes])
    return [float(matrix[i, j]) for i, j in ((0, 1), (0, 2), (1, 2))]


def test_without_options_nothing_is_added() -> None:
    plain = market()
    assert list(plain.mark_bars("BTCUSDT", *EVER, 100)) == []
    assert plain.readings("BTCUSDT", "funding", *EVER) is NO_READINGS
    assert max(map(abs, correlations(plain, 5))) < 0.1


@pytest.mark.parametrize("correlation", [0.3, 0.6, 0.9])
def test_symbols_move_together_as_much_as_asked(correlation: float) -> None:
    # Volatility that is each symbol's own, and jumps, take some of it.
    for found in correlations(market(days=20, correlation=correlation), 5):
        assert 0.55 * correlation < found < correlation + 0.08


def test_a_correlated_symbol_does_not_depend_on_the_others() -> None:
    alone = SyntheticMarket(["ETHUSDT"], seed=4, start_ms=START_MS, days=3, correlation=0.7)
    among = market(days=5, correlation=0.7)
    assert same(list(among.bars("ETHUSDT", START_MS, START_MS + 3 * DAY_MS, 777)), bars_of(alone, "ETHUSDT"))


def test_funding_is_due_every_eight_hours_and_mostly_the_interest() -> None:
    rates = market(days=200, funding=True).readings("BTCUSDT", "funding", *EVER)
    assert rates.ts.tolist() == [START_MS + 8 * 3_600_000 * i for i in range(601)]
    assert np.abs(rates.values).max() < 0.01
    usual = np.isclose(rates.values, 0.0001)
    assert 0.4 < usual.mean() < 0.95
    assert len(np.unique(rates.values[~usual])) > 20
    assert (rates.values < 0).any()


def test_a_rate_does_not_depend_on_where_the_market_begins_or_is_cut() -> None:
    whole = market(days=4, funding=True)
    late = SyntheticMarket(["BTCUSDT"], seed=4, start_ms=START_MS + DAY_MS + 60_000, days=2, funding=True)
    rates = late.readings("BTCUSDT", "funding", *EVER)
    assert (rates.ts[0], len(rates)) == (START_MS + DAY_MS + 8 * 3_600_000, 6)
    again = whole.readings("BTCUSDT", "funding", int(rates.ts[0]), int(rates.ts[-1]) + 1)
    assert (again.ts.tolist(), again.values.tolist()) == (rates.ts.tolist(), rates.values.tolist())
    assert len(whole.readings("BTCUSDT", "funding", START_MS + 1, START_MS + 2)) == 0
    assert len(whole.readings("BTCUSDT", "open_interest", *EVER)) == 0


@pytest.mark.parametrize("symbol", ["BTCUSDT", "FOOUSDT"])
def test_the_mark_price_stays_near_the_last_one(symbol: str) -> None:
    provider = SyntheticMarket([symbol], seed=4, start_ms=START_MS, days=3, funding=True, gaps_a_day=3.0)
    bars = bars_of(provider, symbol)
    mark = concatenated(list(provider.mark_bars(symbol, *EVER, 1_000_000)))
    assert np.array_equal(mark.ts, bars.ts)
    assert np.abs(mark.close / bars.close - 1).max() < 0.003
    assert (mark.close != bars.close).mean() > 0.5
    assert (mark.low <= np.minimum(mark.open, mark.close)).all()
    assert (mark.high >= np.maximum(mark.open, mark.close)).all()
    assert (mark.low > 0).all()
    assert (mark.volume == 0).all()
    small = list(provider.mark_bars(symbol, int(bars.ts[100]), int(bars.ts[300]), 7))
    assert same(small, mark.rows(100, 300))


def test_gaps_are_reported_and_change_no_bar() -> None:
    whole, holed = bars_of(market(days=30)), market(days=30, gaps_a_day=1.5)
    bars, coverage = bars_of(holed), holed.coverage("BTCUSDT")
    assert 25 < len(coverage.gaps) < 65
    assert coverage.rows == len(bars) == len(whole) - sum(gap.missing_bars for gap in coverage.gaps)
    assert (coverage.start_ms, coverage.end_ms) == (bars.ts[0], bars.end_ms) == (START_MS, START_MS + 30 * DAY_MS)
    steps = np.flatnonzero(np.diff(bars.ts) != MINUTE_MS)
    assert [gap.start_ms for gap in coverage.gaps] == (bars.ts[steps] + MINUTE_MS).tolist()
    kept = np.isin(whole.ts, bars.ts)
    assert np.array_equal(whole.close[kept], bars.close)


def test_a_range_with_gaps_can_be_cut_anywhere() -> None:
    provider = market(days=3, gaps_a_day=8.0)
    whole = bars_of(provider)
    for chunk_bars in (1, 333):
        assert same(list(provider.bars("BTCUSDT", *EVER, chunk_bars)), whole)
    assert same(list(provider.bars("BTCUSDT", int(whole.ts[50]), int(whole.ts[2_000]), 99)), whole.rows(50, 2_000))


def test_the_description_names_the_options() -> None:
    made = market(correlation=0.5, funding=True, gaps_a_day=2.0)
    assert made.describe() == (
        "synthetic (BTCUSDT, ETHUSDT, SOLUSDT, seed 4, 10 days from 2023-01-01T00:00:00Z, correlation 0.5, funding, "
        "2 gaps a day)"
    )


@pytest.mark.parametrize(
    "options", [{"correlation": 1.0}, {"correlation": -0.1}, {"gaps_a_day": -1.0}, {"gaps_a_day": 25.0}]
)
def test_what_cannot_be_asked_for(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="allowed are a correlation from 0 to below 1, and 0 to 24 gaps a day"):
        market(**options)
    with pytest.raises(ValueError, match="'volume' is no kind of reading"):
        market().readings("BTCUSDT", "volume", *EVER)
