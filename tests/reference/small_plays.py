"""A Play that declares features and structures of many timeframes, as text, with any rules behind it."""

from collections.abc import Sequence

from tests.reference.rule_forms import every_rule

_HEAD = """\
version: "3.0.0"
name: every_form
symbol: BTCUSDT
timeframes: {low_tf: "5m", med_tf: "15m", high_tf: "1h", exec: EXEC_ROLE}
variables: {stretched: 60, series: fast, labels: [bullish, none], back: 1, half: 30}
account: {starting_equity_usdt: 1000}
features:
  fast: {indicator: ema, params: {length: 3}}
  slow: {indicator: sma, params: {length: 6}}
  rsi: {indicator: rsi, params: {length: 5}}
  mac: {indicator: macd, params: {fast: 3, slow: 6, signal: 3}}
  volumes: {indicator: sma, params: {length: 2}, source: volume}
  ema_1m: {indicator: ema, params: {length: 4}, tf: "1m"}
  sma-3m: {indicator: sma, params: {length: 2}, tf: "3m"}
  ema_15m: {indicator: ema, params: {length: 2}, tf: med_tf}
  ema_1h: {indicator: ema, params: {length: 2}, tf: high_tf}
  sma_2h: {indicator: sma, params: {length: 1}, tf: "2H"}
  sma_4h: {indicator: sma, params: {length: 1}, tf: "4h"}
structures:
  exec:
    - {type: swing, key: sw, params: {left: 2, right: 2}}
    - {type: trend, key: tr, uses: sw}
    - {type: fibonacci, key: fib, uses: sw, params: {levels: [0.382, 0.5, 1.0, -0.272]}}
    - {type: derived_zone, key: zones, uses: sw, params: {levels: [0.5, 0.618], max_active: 2}}
  low_tf:
    "1m": [{type: swing, key: sw_1m, params: {left: 2, right: 1}}, {type: trend, key: tr_1m, uses: sw_1m}]
  high_tf: [{type: swing, key: sw_1h, params: {left: 1, right: 1}}, {type: trend, key: tr_1h, uses: sw_1h}]
setups:
  rising: ["fast", ">", "slow"]
  rising_twice: [{setup: rising}, {not: {setup: stretched}}]
  stretched: ["rsi", ">", "${stretched}"]
position_policy: {mode: long_short, exit_mode: first_hit}
risk: {stop_loss_pct: 2, take_profit_pct: 4}
actions:
"""


def every_form(exec_role: str, *, minute_mode: bool) -> str:
    """The text of a Play that has every form of a condition."""
    return play_of(every_rule(minute_prices=minute_mode), exec_role)


def play_of(rules: Sequence[str], exec_role: str = "low_tf") -> str:
    """The text of a Play with a block of one case for each rule."""
    blocks = [
        f"  - {{id: rule_{number}, cases: [{{when: {rule}, emit: [exit_all]}}]}}\n" for number, rule in enumerate(rules)
    ]
    return declarations(exec_role) + "".join(blocks)


def declarations(exec_role: str = "low_tf") -> str:
    """The text up to the key of the actions, whose list must follow."""
    return _HEAD.replace("EXEC_ROLE", exec_role)
