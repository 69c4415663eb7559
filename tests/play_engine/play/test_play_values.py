"""What stands in a loaded Play: resolved money, rules, order of declarations, and the document that is hashed."""

import json
from pathlib import Path

import pytest

from play_engine.errors import ConfigError
from play_engine.play import load_play, parse_play
from play_engine.play.model import Account, PositionPolicy
from tests.play_engine.play.documents import document, load, problems_of


def test_a_written_zero_counts_and_only_absence_is_a_default() -> None:
    account = load(document(account="account: {slippage_bps: 0, fee_model: {maker_bps: 0}}")).account
    assert account == Account(slippage_bps=0.0, maker_bps=0.0)


def test_every_account_field_is_read() -> None:
    text = """account: {starting_equity_usdt: 1, max_leverage: 2, max_drawdown_pct: 3, margin_mode: isolated_usdt,
      fee_model: {taker_bps: 4, maker_bps: 5}, slippage_bps: 6, min_trade_notional_usdt: 7,
      maintenance_margin_rate: 0.8, mm_deduction: 9, on_sl_beyond_liq: warn, risk_per_trade_pct: 10}"""
    assert load(document(account=text)).account == Account(
        starting_equity_usdt=1.0,
        max_leverage=2.0,
        max_drawdown_pct=3.0,
        taker_bps=4.0,
        maker_bps=5.0,
        slippage_bps=6.0,
        min_trade_notional_usdt=7.0,
        maintenance_margin_rate=0.8,
        mm_deduction=9.0,
        on_sl_beyond_liq="warn",
        risk_per_trade_pct=10.0,
    )


def test_backtest_overrides_the_account() -> None:
    play = load(document(more="backtest: {equity: 77, slippage_bps: 0}\nvalidation: {pattern: ranging}"))
    assert (play.starting_equity_usdt, play.slippage_bps, play.pattern) == (77.0, 0.0, "ranging")
    assert load(document()).starting_equity_usdt == 5000.0


def test_policy_values() -> None:
    text = document(position_policy="position_policy: {mode: long_short, exit_mode: first_hit, allow_flip: true}")
    assert load(text).policy == PositionPolicy(mode="long_short", exit_mode="first_hit", allow_flip=True)


def test_declarations_come_after_what_they_need() -> None:
    features = """features:
  rsi_14: {indicator: rsi, source: ema_fast}
  ema_fast: {indicator: ema, source: macd_x.signal}
  macd_x: {indicator: macd}"""
    structures = """structures:
  exec:
    - {type: trend, key: tr, uses: sw}
    - {type: swing, key: sw, params: {left: 3, right: 3, atr_key: macd_x.histogram}}"""
    play = load(document(features=features, structures=structures))
    assert [spec.id for spec in play.features] == ["macd_x", "ema_fast", "rsi_14"]
    assert [(spec.source, spec.source_output) for spec in play.features] == [
        ("close", None),
        ("macd_x", "signal"),
        ("ema_fast", "value"),
    ]
    assert [(spec.key, spec.uses, spec.atr) for spec in play.structures] == [
        ("sw", (), ("macd_x", "histogram")),
        ("tr", ("sw",), None),
    ]


def test_parameters_hold_every_declared_one_in_its_type() -> None:
    play = load(document())
    st = next(spec for spec in play.features if spec.id == "st")
    assert st.params == {"length": 10, "multiplier": 3.0}
    assert (type(st.params["length"]), type(st.params["multiplier"]), st.source) == (int, float, None)
    assert set(play.structures[0].params) == {
        "mode", "left", "right", "atr_key", "atr_multiplier", "major_threshold", "min_atr_move", "min_pct_move",
        "strict_alternation",
    }  # fmt: skip


def test_the_resolved_document_has_floats_where_floats_are_meant() -> None:
    whole = load(document(symbol="symbol: sol/usdt", risk="risk: {stop_loss_pct: 2, take_profit_pct: 4}"))
    fractions = load(document(account="account: {starting_equity_usdt: 5000.0, max_leverage: 3.0}",
                              risk="risk: {take_profit_pct: 4.0, stop_loss_pct: 2.0}  # a comment"))  # fmt: skip
    assert json.dumps(whole.resolved, sort_keys=True) == json.dumps(fractions.resolved, sort_keys=True)
    assert '"max_leverage": 3.0' in json.dumps(whole.resolved)


def test_the_resolved_document_is_canonical_json_whatever_stands_in_inert_sections() -> None:
    resolved = load(document(more="expected: {x: [.nan, .inf, 2024-01-01, null]}")).resolved
    assert json.loads(json.dumps(resolved, allow_nan=False))["expected"] == {"x": ["nan", "inf", "2024-01-01", None]}


def test_text_and_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "harbour.yml"
    path.write_bytes(document().encode())
    play = load_play(path)
    assert (play.text, play.file, play.id, play.exec_ms) == (document().encode(), str(path), "harbour", 300_000)
    assert play.roles == {"low_tf": 300_000, "med_tf": 3_600_000, "high_tf": 14_400_000}


def test_a_file_that_is_not_there_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PLAY_NOT_FOUND"):
        load_play(tmp_path / "none.yml")


def test_defaults_are_listed_only_on_request() -> None:
    text = document(account="account: {max_leverage: 3, fee_model: {maker_bps: 1}}")
    assert problems_of(text) == []
    warnings = parse_play(text.encode(), "play.yml", list_defaults=True).warnings
    assert {warning.code for warning in warnings} == {"DEFAULTED_FIELD"}
    assert [warning.path for warning in warnings] == [
        "account.margin_mode",
        "account.starting_equity_usdt",
        "account.max_drawdown_pct",
        "account.slippage_bps",
        "account.min_trade_notional_usdt",
        "account.maintenance_margin_rate",
        "account.mm_deduction",
        "account.on_sl_beyond_liq",
        "account.risk_per_trade_pct",
        "account.fee_model.taker_bps",
    ]
