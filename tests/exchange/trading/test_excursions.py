"""Which prices of a bar a position has seen."""

import pytest

from exchange.trading.account import TradingAccount
from tests.exchange.simulated.sim_driver import At, play
from tests.exchange.trading.reported import account_of, close, execution, order, sent

BAR = (100.0, 106.0, 95.0, 102.0)


def entered(at_ms: int, price: float) -> TradingAccount:
    """A long of 10 from an instant of the first minute on."""
    account = account_of(play())
    (entry,) = sent(close(account, At(0, ("entry_long",))))
    account.take(execution("e1", entry.link_id, 1, 10.0, price, ts_ms=at_ms))
    account.take(order(entry.link_id, "Filled", filled_qty=10.0))
    return account


def left(account: TradingAccount, at_ms: int, price: float) -> None:
    account.take(execution("e2", "hand", -1, 10.0, price, ts_ms=at_ms))


@pytest.mark.parametrize(
    ("in_ms", "in_price", "out_ms", "out_price", "mae", "mfe"),
    [
        # From the open on, a long sees the low before the high: at 20 and 40 of the 60 seconds.
        (0, 100.0, 59_999, 102.0, 5.0, 6.0),
        (0, 100.0, 30_000, 101.0, 5.0, 1.0),
        (0, 100.0, 10_000, 97.0, 3.0, 0.0),
        # What is bought on the way was flat at the open: the nearer extreme comes first, here the low too.
        (10_000, 97.5, 59_999, 102.0, 2.5, 8.5),
        (30_000, 100.0, 59_999, 102.0, 0.0, 6.0),
        (50_000, 104.0, 59_999, 102.0, 2.0, 0.0),
    ],
)
def test_a_trade_within_a_minute(
    in_ms: int, in_price: float, out_ms: int, out_price: float, mae: float, mfe: float
) -> None:
    account = entered(in_ms, in_price)
    left(account, out_ms, out_price)
    assert len(account.records().trades) == 0
    close(account, At(60_000), bar=BAR)
    trade = account.records().trades[0]
    assert trade["mae"] * in_price == pytest.approx(mae)
    assert trade["mfe"] * in_price == pytest.approx(mfe)
    assert trade["mae_usdt"] == pytest.approx(mae * 10.0)
    assert trade["mfe_usdt"] == pytest.approx(mfe * 10.0)


def test_a_trade_over_minutes_remembers_the_best_and_the_worst():
    account = entered(0, 100.0)
    close(account, At(60_000), bar=BAR)
    close(account, At(120_000), bar=(102.0, 103.0, 90.0, 101.0), minute=1)
    left(account, 120_000, 101.0)
    close(account, At(180_000), bar=(101.0, 150.0, 50.0, 101.0), minute=2)
    trade = account.records().trades[0]
    assert (trade["mae"], trade["mfe"]) == (pytest.approx(0.1), pytest.approx(0.06))


def test_slippage_at_the_open_is_no_excursion():
    account = entered(0, 100.5)
    left(account, 10_000, 100.5)
    close(account, At(60_000), bar=(100.0, 100.5, 100.0, 100.5))
    trade = account.records().trades[0]
    assert trade["mae"] == pytest.approx(0.5 / 100.5)
    assert trade["mfe"] == 0.0


def test_without_a_bar_only_the_prices_of_fills_are_known():
    account = entered(0, 100.0)
    left(account, 50_000, 97.0)
    trade = account.finish("halted").trades[0]
    assert (trade["mae"], trade["mfe"]) == (pytest.approx(0.03), 0.0)
    assert account.stop_reason == "halted"
