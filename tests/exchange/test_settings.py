import numpy as np
import pytest

from exchange.instruments import known_instrument
from exchange.settings import resolve_settings
from play_engine.errors import ConfigError
from play_engine.play.model import Account
from tests.exchange.simulated.sim_driver import INSTRUMENT, play


def problems(**overrides: object) -> list:
    with pytest.raises(ConfigError) as caught:
        resolve_settings(play(), INSTRUMENT, overrides)
    return caught.value.problems


def test_defaults_come_from_play_and_instrument():
    got = resolve_settings(play(slippage_bps=0.0), INSTRUMENT, {})
    assert (got.capital_usdt, got.leverage, got.taker_fee_bps, got.slippage_bps) == (10000.0, 10.0, 5.5, 0.0)
    assert (got.max_position_equity_pct, got.sizing_price_buffer_bps, got.min_trade_notional_usdt) == (95, 50, 10)
    assert (got.on_drawdown, got.on_liquidation, got.tp_gap_fill, got.on_sl_beyond_liq) == (
        "halt",
        "halt",
        "market",
        "reject",
    )


def test_overrides_win_and_none_is_not_given():
    got = resolve_settings(play(), INSTRUMENT, {"slippage_bps": 3, "leverage": None})
    assert (got.slippage_bps, got.leverage) == (3.0, 10.0)
    assert type(got.as_dict()["slippage_bps"]) is float


def test_what_orders_meet_is_a_choice():
    got = resolve_settings(play(), INSTRUMENT, {})
    assert (got.maker_fee_bps, got.limit_fill, got.intrabar_path, got.participation_rate) == (
        2.0,
        "touch",
        "adverse",
        None,
    )
    record = got.to_record()[0]
    assert (record["maker"], record["participation_rate"], record["limit_through"]) == (2e-4, np.inf, 0)
    given = {"maker_fee_bps": -1, "participation_rate": 0.05, "limit_fill": "through", "intrabar_path": "nearest"}
    record = resolve_settings(play(), INSTRUMENT, given).to_record()[0]
    assert (record["maker"], record["participation_rate"]) == (-1e-4, 0.05)
    assert (record["limit_through"], record["nearest_first"]) == (1, 1)


@pytest.mark.parametrize("rate", [0.0, 1.1, "all"])
def test_no_other_participation_rate(rate):
    assert problems(participation_rate=rate)[0].path == "settings.participation_rate"


def test_unknown_setting_names_its_neighbours():
    (problem,) = problems(slipage_bps=1.0)
    assert problem.code == "UNKNOWN_SETTING"
    assert "slippage_bps" in problem.hint


def test_every_problem_is_reported():
    found = problems(slippage_bps=-1.0, on_drawdown="stop", leverage=101.0, capital_usdt=True, taker_fee_bps="5")
    assert {problem.path for problem in found} == {
        "settings.slippage_bps",
        "settings.on_drawdown",
        "settings.leverage",
        "settings.capital_usdt",
        "settings.taker_fee_bps",
    }
    assert any("at most 100" in problem.allowed for problem in found)


def test_fees_and_tier_of_the_default_instrument():
    account = Account(taker_bps=4.0, maintenance_margin_rate=0.01, mm_deduction=3.0)
    instrument = known_instrument("BTCUSDT", account)
    assert (instrument.tick_size, instrument.qty_step, instrument.max_market_qty) == ("0.10", "0.001", 500.0)
    assert (instrument.taker, instrument.tiers[0].maintenance_rate, instrument.tiers[0].deduction) == (4e-4, 0.01, 3.0)
    assert resolve_settings(play(), instrument, {}).taker_fee_bps == 4.0
