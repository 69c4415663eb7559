"""Whatever is done to a valid Play, the loader answers with a Play or with its problems, never with a traceback."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.errors import ConfigError
from play_engine.play import parse_play
from tests.play_engine.play.documents import document

FULL = document(
    variables="variables: {fast: 12, sides: [1, 0]}",
    features="""\
features:
  ema_fast: {indicator: ema, params: {length: 12}, source: hlc3}
  rsi_14: {indicator: rsi, params: {length: 14}, source: macd_x.signal}
  macd_x: {indicator: macd}
  atr_14: {indicator: atr}
  av: {indicator: anchored_vwap, params: {anchor_source: pair_any, anchor_structure: sw}}
  since: {indicator: anchored_vwap, tf: 1h, params: {anchor_source: manual, anchor_time: 2024-01-31}}
  day: {indicator: vwap, params: {anchor: null}}""",
    structures="""\
structures:
  med_tf: {2h: [{type: swing, key: sw_2h, params: {left: 2, right: 2}}]}
  exec:
    - {type: swing, key: sw, params: {left: 3, right: 3, atr_key: atr_14}}
    - {type: trend, key: tr, uses: sw}
    - {type: fibonacci, key: fib, uses: [sw, tr], params: {levels: [0.5, 1], use_trend_anchor: true}}
    - {type: derived_zone, key: zones, uses: sw, params: {levels: [0.5], max_active: 2}}
    - {type: order_block, key: ob, uses: sw, params: {atr_key: atr_14}}
    - {type: market_structure, key: ms, uses: sw}
    - {type: breaker_block, key: bb, uses: ob, params: {ms_key: ms}}""",
    setups="setups:\n  up: {all: [['tr.direction', 'in', '${sides}'], {not: ['sw.pair_direction', '==', 'bearish']}]}",
    actions="""\
actions:
  - id: enter
    cases:
      - when:
          - {setup: up}
          - {occurred_within: {bars: 6, anchor_tf: 1h, expr: ['rsi_14', 'between', {low: 10, high: ['av', '+', 5]}]}}
          - {count_true_duration: {duration: 2h, min_true: 3, expr: ['close', '>', 'fib.level[0.5]']}}
          - {lhs: {feature_id: macd_x, field: signal, offset: 1}, op: near_pct, rhs: 5, tolerance: 1}
          - ['zones.zone[1].state', '==', 'active']
        emit: [{action: entry_long, metadata: {rsi: {feature_id: rsi_14}, note: dip, n: 3}}, no_action]
    else: {emit: [no_action]}
  - {id: leave, cases: [{when: ['close', 'cross_below', '${fast}'], emit: [{action: exit_long, percent: 50}]}]}""",
    risk="risk: {tp_order_type: Limit}",
    risk_model="""\
risk_model:
  stop_loss: {type: structure, level: {long: sw.low_level, short: sw.high_level}, buffer_pct: 1}
  take_profit: {type: atr_multiple, value: 2, atr_feature_id: atr_14}
  sizing: {model: risk_based, value: 1, max_leverage: 2}
  trailing: {atr_feature_id: atr_14, trail_pct: 1, activation_pct: 0.5}
  break_even: {activation_pct: 2, offset_pct: 0.1}
  anchor: fill""",
    more="""\
backtest: {equity: 100}
validation: {pattern: ranging, bars: 5}
deploy: {capital: 5}
entry: {order_type: LIMIT, limit_offset_pct: 0.1, time_in_force: GTC, expire_after_bars: 2}""",
)
PLAIN: dict[str, Any] = yaml.safe_load(FULL)
VALUES = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**400, float("nan"), float("inf"), "", "x", "30", "1e3", "${fast}", "${", "close",
     "macd_x", "sw.", ".", "tr.direction", [], [[]], [1, 2], ["close", ">", 1], {}, {"a": 1}, {"setup": "up"},
     {"feature_id": "sw"}, {"all": []}, {"holds_for": None}, {"+": [1]}, "trailing_atr", "manual", "2024-01-31",
     "sw", "av", "1h", {"feature_id": "av", "offset": 1}],
)  # fmt: skip
NAMES = st.sampled_from(
    ["x", "type", "all", "setup", "value", "long", "tf", "close", "on", "exec", "params", "lhs", "trail_pct",
     "anchor_tf", "duration", "metadata", "uses", "levels"],
)  # fmt: skip


def containers(value: Any) -> list[Any]:
    """Every list and mapping of a document that holds something."""
    found = [value] if isinstance(value, dict | list) and value else []
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [one for child in children for one in containers(child)]


def damage(plain: dict[str, Any], data: st.DataObject) -> None:
    """Drops, renames, doubles or replaces one entry or element, in place."""
    place = data.draw(st.sampled_from(containers(plain)))
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    match data.draw(st.sampled_from(["drop", "rename", "replace", "wrap"])):
        case "drop":
            del place[key]
        case "rename" if isinstance(place, dict):
            place[data.draw(NAMES)] = place.pop(key)
        case "wrap":
            place[key] = [place[key]]
        case _:
            place[key] = copy.deepcopy(data.draw(VALUES))


def test_the_undamaged_play_loads() -> None:
    assert parse_play(FULL.encode(), "play.yml").id == "harbour"


@given(data=st.data(), times=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_damage_never_raises_anything_but_config_error(data: st.DataObject, times: int) -> None:
    plain = copy.deepcopy(PLAIN)
    for _ in range(times):
        damage(plain, data)
    _load(yaml.safe_dump(plain, sort_keys=False).encode())


@given(start=st.integers(0, len(FULL)), length=st.integers(0, 40), noise=st.binary(max_size=6))
@settings(max_examples=100, deadline=None)
def test_damaged_text_never_raises_anything_but_config_error(start: int, length: int, noise: bytes) -> None:
    text = FULL.encode()
    _load(text[:start] + noise + text[start + length :])


@pytest.mark.parametrize("depth", [5, 40, 120])
def test_deep_rules_never_exhaust_the_stack(depth: int) -> None:
    _load(document(actions=f"actions: {{entry_long: {'{not: ' * depth}[close, '>', 1]{'}' * depth}}}").encode())
    arithmetic = "[" * depth + "close" + ", '+', 1]" * depth
    _load(document(actions=f"actions: {{entry_long: [{arithmetic}, '>', 1]}}").encode())
    chain = ", ".join(f"s{i}: {{all: [{{setup: s{i + 1}}}]}}" for i in range(depth))
    _load(document(setups=f"setups: {{{chain}, s{depth}: [close, '>', 1]}}").encode())


def _load(text: bytes) -> None:
    try:
        parse_play(text, "play.yml")
    except ConfigError as error:
        problems = error.problems
        assert any(problem.severity == "error" for problem in problems)
        assert problems == sorted(problems, key=lambda problem: (problem.line, problem.column))
        assert all(problem.code and problem.found for problem in problems)
