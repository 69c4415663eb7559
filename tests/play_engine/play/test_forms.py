"""Forms of the language that must load, and forms that must not."""

import pytest

from tests.play_engine.play.documents import codes_of, document, errors_of, load, with_rule

ACTIONS = 'actions: {entry_long: ["close", ">", "open"]}'
FEATURES_OF_OTHERS = """\
features:
  ema_fast: {indicator: ema}
  rsi_14: {indicator: rsi}
  bb: {indicator: bbands, params: {multiplier: 2}}"""
CASE = "actions: [{id: a, cases: [{when: [close, '>', 1], emit: [%s]}]}]"
MODEL = """\
risk_model:
  stop_loss: {type: percent, value: 1}
  take_profit: {type: percent, value: 2}
  sizing: {model: fixed_usdt, value: 50}"""
SIGNAL = "position_policy: {exit_mode: signal}"


FEATURE_FORMS = {
    "block style": """
  ema_fast:
    indicator: EMA
  rsi_14:
    indicator: rsi
    params:
    tf: '12h'""",
    "volume as source": """
  ema_fast: {indicator: sma, source: volume, tf: exec}
  rsi_14: {indicator: rsi, tf: W}""",
    "every timeframe": """
  ema_fast: {indicator: ema, tf: 1m}
  rsi_14: {indicator: rsi, tf: "D"}
  slow: {indicator: ema, tf: med_tf}""",
    "a session that never ends": """
  ema_fast: {indicator: vwap, params: {anchor: null}}
  rsi_14: {indicator: rsi}""",
    "an anchor in time, without any swing": """
  ema_fast: {indicator: anchored_vwap, tf: 1h, params: {anchor_source: manual, anchor_time: 2024-01-31T12:00:00Z}}
  rsi_14: {indicator: rsi}""",
    "a feature as source, written later": """
  ema_fast: {indicator: ema, source: macd_x.signal}
  rsi_14: {indicator: rsi, source: ema_fast}
  macd_x: {indicator: macd}""",
}

STRUCTURE_FORMS = {
    "nothing": " {exec: [], high_tf: null, med_tf: {}, low_tf: {1h: null}}",
    "another interval": """
  high_tf:
    1h: [{type: swing, key: sw, params: {left: 3.0, right: 3}}]
    2h: []""",
    "an ATR of another name": """
  exec:
    - {type: swing, key: sw, params: {left: 3, right: 3}}
    - {type: order_block, key: ob, uses: sw, params: {atr_key: atr_14}}""",
    "a structure on two others": """
  exec:
    - {type: breaker_block, key: bb, uses: [ob, ms]}
    - {type: order_block, key: ob, uses: sw, params: {atr_key: atr_14_value}}
    - {type: market_structure, key: ms, uses: [sw]}
    - {type: swing, key: sw, params: {left: 3, right: 3}}""",
    "uses as list, written before": """
  exec:
    - {type: trend, key: tr, uses: [sw]}
    - {type: swing, key: sw, params: {left: 3, right: 3}}""",
}

CHAIN = """\
structures:
  exec:
    - {type: swing, key: sw, params: {left: 4, right: 4}}
    - {type: fibonacci, key: fib, uses: sw, params: {levels: [0.382, 0.618, 1.0]}}
    - {type: derived_zone, key: zones, uses: sw, params: {levels: [0.5], max_active: 2}}
    - {type: market_structure, key: ms, uses: sw}
    - {type: trend, key: tr, uses: sw}"""
STRUCTURE_RULES = {
    "a level in brackets": '["close", ">", "fib.level[0.618]"]',
    "a level in a plain name": '["close", ">", "fib.level_0.618"]',
    "a level of another spelling": '["fib.level_1", "<", {feature_id: fib, field: "level[1.0]", offset: 1}]',
    "a slot": '["zones.zone[1].state", "==", "active"]',
    "a slot in a plain name": '["zones.zone1_state", "!=", "broken"]',
    "an event": '["ms.choch_this_bar", "==", true]',
    "an event as a number": '["ms.choch_this_bar", "==", 1]',
    "a word in capitals": '["ms.bos_direction", "==", "BULLISH"]',
    "one of several words": '["ms.bos_direction", "in", ["bullish", "none"]]',
    "a direction": '["tr.direction", "!=", -1]',
    "one of several directions": '["tr.direction", "in", [1, 0]]',
    "a window over an event": '{occurred_within: {bars: 3, expr: ["ms.choch_this_bar", "==", 1]}}',
    "a bare id with an output value": '["av", ">", {feature_id: av}]',
}
RULE_FORMS = {
    "an anchored window": '{holds_for: {bars: 2, anchor_tf: med_tf, expr: ["close", "cross_above", "ema_fast"]}}',
    "a duration": '{holds_for_duration: {duration: "30m", expr: {all: [["close", ">", "ema_fast"]]}}}',
    "a count of a duration": '{count_true_duration: {duration: 1d, min_true: 96, expr: ["close", ">", "open"]}}',
    "near in four elements": '["close", "near_pct", "ema_fast", 0.5]',
    "near in a mapping": "{lhs: close, op: near_abs, rhs: ema_fast, tolerance: 3}",
    "data that may be missing": '[["funding_rate", ">", 0], ["open_interest", ">", 0]]',
    "a window": '{holds_for: {bars: 2, expr: ["close", ">", "ema_fast"]}}',
    "not over a list": '{not: [["close", ">", "ema_fast"]]}',
    "deep nesting": '{all: [{any: [{all: [["close", ">", 1]]}, {not: {any: [["close", ">", 1]]}}]}]}',
    "nested windows": """
    holds_for:
      bars: 2
      expr: {count_true: {bars: 9, min_true: 2, expr: ["close", ">", 1]}}""",
    "arithmetic in bounds": '["close", "between", [["ema_fast", "*", 0.9], {"+": ["ema_fast", 5]}]]',
    "arithmetic in crossovers": '[["close", "-", "open"], "cross_above", ["last_price", "-", "close"]]',
}

TIMEFRAME_FORMS = {
    "all equal": "{low_tf: 15m, med_tf: '15m', high_tf: 15m, exec: low_tf}",
    "exec in the middle": "{low_tf: 5m, med_tf: 1h, high_tf: D, exec: med_tf}",
    "exec on the slowest": "{low_tf: 5m, med_tf: 1H, high_tf: d, exec: high_tf}",
    "exec on 1m": "{low_tf: 1m, med_tf: 1m, high_tf: 4h, exec: low_tf}",
}

RISK_FORMS = {
    "a limit order as target": "{stop_loss_pct: 3, take_profit_pct: 6, tp_order_type: Limit}",
    "a trailing stop": "{stop_loss: {type: trailing_pct, trail_pct: 2}, take_profit_pct: 6}",
    "break-even": "{stop_loss_pct: 3, take_profit_pct: 6, break_even: {activation_pct: 2}}",
    "with size": "{stop_loss_pct: 3, take_profit_pct: 6, max_position_pct: 100}",
    "market orders spelt out": "{stop_loss_pct: 3, tp_order_type: Market, sl_order_type: Market, anchor: fill}",
    "rules": """
  stop_loss: {type: structure, level: {long: sw.low_level, short: sw.high_level}}
  take_profit: {value: 4}""",
    "a stop of defaults": "{stop_loss: {}, take_profit: {type: rr_ratio, value: 2}}",
    "a price as level": "{stop_loss: {type: structure, level: low}, take_profit_pct: 3}",
    "an output joined by a line": "{stop_loss: {type: atr_multiple, atr_feature_id: atr_14_value}}",
}

LOADS = {
    **{f"features, {name}": document(features=f"features:{text}") for name, text in FEATURE_FORMS.items()},
    **{f"structures, {name}": document(structures=f"structures:{text}") for name, text in STRUCTURE_FORMS.items()},
    **{f"rule, {name}": with_rule(text) for name, text in RULE_FORMS.items()},
    **{f"timeframes, {name}": document(timeframes=f"timeframes: {text}") for name, text in TIMEFRAME_FORMS.items()},
    **{f"risk, {name}": document(risk=f"risk: {text}") for name, text in RISK_FORMS.items()},
    **{
        f"rule on structures, {name}": with_rule(
            text, structures=CHAIN, features="features: {rsi_14: {indicator: rsi}, av: {indicator: anchored_vwap}}"
        )
        for name, text in STRUCTURE_RULES.items()
    },
    "no structures": document(structures=""),
    "no features": document(features="", actions='actions: {entry_long: ["tr.direction", "==", 1]}'),
    "actions without effect": document(
        actions="actions: {entry_long: [close, '>', 5], adjust_stop: [close, '>', 1], exit_all: [close, '<', 1]}"
    ),
    "no risk at all": document(risk="", position_policy=SIGNAL, actions=ACTIONS),
    "one rate of fees": document(account="account: {max_leverage: 2, fee_model: {taker_bps: 1}}"),
    "a market entry": document(more="entry: {order_type: market}"),
    **{
        f"a limit entry, {force}": document(more=f"entry: {{order_type: LIMIT, time_in_force: {force}}}")
        for force in ("GTC", "IOC", "FOK", "PostOnly")
    },
    "a limit entry that expires": document(more="entry: {order_type: LIMIT, expire_after_bars: 4}"),
    "metadata": document(actions=CASE % "{action: entry_long, metadata: {a: 1, b: {feature_id: rsi_14}}}, exit_all"),
    "inert sections": document(more="expected: {x: [.nan]}\nrisk_limits: 3\ndeploy: {capital: 100}"),
    "one symbol in a universe": document(symbol="symbol_universe: [sol/usdt]"),
    "a version in figures": document(version="version: 3.0"),
    "an id instead of a name": document(name="id: harbour"),
}

REFUSED = {
    "a parameter of another indicator": document(features=FEATURES_OF_OTHERS),
    "bare id of many outputs on the left": with_rule('["macd_x", ">", 1]'),
    "a field that does not exist": with_rule('["macd_x.line", ">", 1]'),
    "a structure without key": document(structures="structures: {exec: [{type: swing, params: {left: 3, right: 3}}]}"),
    "an undeclared feature": with_rule('["ema_50", ">", 1]'),
    "an undeclared setup": with_rule("{setup: uptrend}"),
    "a cycle of setups": with_rule("{setup: a}", setups="setups: {a: {setup: b}, b: {setup: a}}"),
    "equality of floats": with_rule('["close", "==", 5]'),
    "a word beside an integer": with_rule('["tr.direction", "==", "bullish"]'),
    "two connectives in one mapping": with_rule('{all: [["close", ">", 1]], any: [["close", ">", 1]]}'),
    "a percent that is a fraction": document(actions=CASE % "{action: exit_long, percent: 0.5}"),
    "exit actions under sl_tp_only": document(position_policy="position_policy: {exit_mode: sl_tp_only}"),
    "a stop alone under sl_tp_only": document(
        position_policy="position_policy: {}", risk="risk: {stop_loss_pct: 2}", actions=ACTIONS
    ),
    "a duration beyond a day": with_rule('{holds_for_duration: {duration: 25h, expr: ["close", ">", 1]}}'),
    "gt": with_rule('["close", "gt", 1]'),
    "eq": with_rule('["close", "eq", 1]'),
    "crosses_above": with_rule('["close", "crosses_above", 1]'),
    "approx_eq": with_rule('["close", "approx_eq", 1]'),
}


@pytest.mark.parametrize("text", LOADS.values(), ids=LOADS)
def test_form_loads(text: str) -> None:
    assert [error.text() for error in errors_of(text)] == []


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_form_is_refused(text: str) -> None:
    assert len(errors_of(text)) == 1


@pytest.mark.parametrize(
    ("operator", "near"),
    [("gt", ">"), ("eq", "=="), ("crosses_above", "cross_above"), ("approx_eq", "near_abs or near_pct")],
)
def test_operators_of_other_languages_get_ours_as_hint(operator: str, near: str) -> None:
    (error,) = errors_of(with_rule(f'["close", "{operator}", 1]'))
    assert (error.found, error.hint) == (f"Unknown operator '{operator}'", f"did you mean {near}?")


WARNINGS = [
    (document(version="version: 4.1"), ["VERSION"]),
    (document(more="expected: {min_trades: 1}\nrisk_limits: {}"), ["INERT_KEY", "INERT_KEY"]),
    (document(more="deploy: {capital: 5}\nvalidation: {pattern: ranging, bars: 1, seed: 2}"), ["INERT_KEY"] * 3),
    (document(risk="risk: {stop_loss_pct: 2, risk_per_trade_pct: 1}"), ["INERT_KEY"]),
    (document(account="account: {risk_per_trade_pct: 1}"), ["INERT_KEY"]),
    (document(risk="risk: {stop_loss: {value: 1}, stop_loss_pct: 2, take_profit_pct: 4}"), ["INERT_KEY"]),
    (document(risk="risk: {stop_loss: {value: 1, buffer_pct: 2}, take_profit_pct: 4}"), ["INERT_KEY"]),
    (document(setups='setups: {unused: ["close", ">", 1]}'), ["UNUSED_SETUP"]),
    (document(timeframes="timeframes: {low_tf: 1h, med_tf: 5m, high_tf: 4h, exec: low_tf}"), ["TIMEFRAME_ORDER"]),
    (
        document(actions=CASE % "{action: entry_long, percent: 50}, exit_all"),
        ["PERCENT_ON_ENTRY"],
    ),
    (
        document(position_policy="position_policy: {exit_mode: first_hit, allow_flip: true}"),
        ["FLIP_WITHOUT_LONG_SHORT"],
    ),
    (
        document(position_policy="position_policy: {exit_mode: first_hit, mode: short_only}"),
        ["ACTION_NEVER_ALLOWED"] * 2,
    ),
    (document(risk="", position_policy=SIGNAL), ["NO_RISK_MODEL"]),
    (document(position_policy=SIGNAL, actions=ACTIONS), ["EXIT_MODE_SIGNAL_NO_EXIT_ACTIONS"]),
    (document(risk="risk: {stop_loss_pct: 2, sl_order_type: Limit}"), ["SL_ALWAYS_MARKET"]),
    (
        document(
            risk="risk: {stop_loss_pct: 9, max_position_pct: 5, anchor: fill}",
            risk_model=MODEL,
        ),
        ["INERT_KEY", "INERT_KEY"],
    ),
]


@pytest.mark.parametrize(("text", "codes"), WARNINGS)
def test_warnings_do_not_stop_a_play(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes
    assert {warning.severity for warning in load(text).warnings} == {"warning"}
