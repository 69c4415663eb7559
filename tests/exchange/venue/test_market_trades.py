import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.market.trades import trades_of
from tests.exchange.venue.market_scene import BEGIN_MS, bar, made_bars

STEP = "0.001"


def test_a_bar_trades_at_the_four_points_of_its_path() -> None:
    trades = trades_of(bar(100.0, 101.0, 97.0, 99.0, volume=0.01), STEP)
    assert [trade.price for trade in trades] == [100.0, 101.0, 97.0, 99.0]
    assert [trade.ts_ms - BEGIN_MS for trade in trades] == [0, 20_000, 40_000, 59_999]
    assert [trade.side for trade in trades] == ["Buy", "Buy", "Sell", "Buy"]
    assert [trade.direction for trade in trades] == ["ZeroPlusTick", "PlusTick", "MinusTick", "PlusTick"]
    assert [trade.qty for trade in trades] == [0.003, 0.003, 0.002, 0.002]


def test_a_flat_bar_is_one_trade_and_one_without_volume_none() -> None:
    assert len(trades_of(bar(100.0, 100.0, 100.0, 100.0), STEP)) == 1
    assert trades_of(bar(100.0, 101.0, 99.0, 100.0, volume=0.0), STEP) == []
    assert trades_of(bar(1.0, 1.0, 1.0, 1.0).rows(0, 0), STEP) == []


def test_ids_have_the_shape_of_a_uuid_and_are_made_of_their_cause() -> None:
    ids = [trade.trade_id("BTCUSDT") for trade in trades_of(made_bars(50), STEP)]
    assert len(set(ids)) == len(ids)
    assert {tuple(map(len, one.split("-"))) for one in ids} == {(8, 4, 4, 4, 12)}
    assert ids == [trade.trade_id("BTCUSDT") for trade in trades_of(made_bars(50), STEP)]


@given(st.integers(0, 2**32))
def test_the_trades_make_the_bars_again(seed: int) -> None:
    bars = made_bars(20, seed=seed)
    trades = trades_of(bars, STEP)
    assert [trade.seq for trade in trades] == sorted({trade.seq for trade in trades})
    for row in np.flatnonzero(bars.volume >= 0.004).tolist():
        of_bar = [trade for trade in trades if bars.ts[row] <= trade.ts_ms < bars.ts[row] + bars.interval_ms]
        prices = [trade.price for trade in of_bar]
        assert (prices[0], max(prices), min(prices), prices[-1]) == (
            bars.open[row],
            bars.high[row],
            bars.low[row],
            bars.close[row],
        )
        assert abs(sum(trade.qty for trade in of_bar) - bars.volume[row]) < 1e-9
