"""Everything that a condition may be made of, as a Play spells it: a rule a line, indented lines continue it."""

ORDERS = """
["close", ">", "fast"]
["close.value", "<", "slow.value"]
["close", ">=", "open"]
["high", "<=", {feature_id: high, offset: 1}]
["rsi", "between", [40, 60]]
["rsi", "between", {low: 30, high: 50.5}]
["close", "between", ["slow", "fast"]]
["close", "between", {high: "high", low: "low"}]
["close", "between", ["sma_4h", [{"*": ["close", 2]}, "-", "slow"]]]
["close", "near_abs", "fast", 0.25]
["close", "near_pct", "fast", 0.125]
["close", "near_pct", "slow", 0]
["volume", "near_pct", "volumes", 50]
["mac.histogram", "near_abs", 0, 0.1]
["mac.histogram", "near_pct", [0, "*", "close"], 5]
{lhs: close, op: '>', rhs: fast}
{rhs: {low: slow, high: fast}, op: between, lhs: close}
{lhs: [close, '-', open], op: near_abs, rhs: 0, tolerance: 0.125}
["rsi", ">", "${stretched}"]
["${series}", ">", "${other|slow}"]
["sw.high_age_bars", "<", "${bars|4}"]
"""

REFERENCES = """
["ema_1m", ">", "close"]
["sma-3m", ">", "ema_1m"]
["ema_15m", ">", "fast"]
["ema_1h", ">", "ema_15m"]
["sma_2h", ">", "sma_4h"]
["sma_4h", ">", {feature_id: sma_4h, offset: 1}]
["ema_1h", ">", {feature_id: ema_1h, field: value, offset: 2}]
[{feature_id: ema_1m, offset: 7}, "<=", {feature_id: ema_1m, offset: 8}]
[{feature_id: mac, field: signal}, "<", "mac"]
[{feature_id: close, offset: 3}, ">", [{feature_id: close}, "+", {feature_id: mac}]]
["volume", ">", {feature_id: volume, offset: "${back}"}]
["sw.high_level", ">", {feature_id: sw, field: high_level, offset: 5}]
["sw_1h.low_level", "<", "low"]
["sw_1m.high_level", ">=", {feature_id: sw_1m, field: low_level, offset: 3}]
["timestamp", ">", {feature_id: timestamp, offset: 2}]
[["timestamp", "-", {feature_id: timestamp, offset: 1}], "==", 900000]
[{"%": ["timestamp", 3600000]}, "==", 0]
["funding_rate", ">", 0]
{not: ["open_interest", ">", {feature_id: open_interest, offset: 1}]}
"""

ARITHMETIC = """
[["close", "-", "open"], ">", 0]
[{"-": ["close", "open"]}, ">", {"/": [{"-": ["high", "low"]}, 2]}]
[["mac.macd", "/", "mac.signal"], ">", 1]
[["volume", "/", ["volume", "-", "volume"]], ">", 1]
[{"%": ["volume", ["close", "-", "open"]]}, ">", 0.5]
[{"%": [{"-": ["open", "close"]}, 0.3]}, ">=", 0.125]
[["sw.high_idx", "%", 3], "==", 2]
[[[0, "-", "sw.low_idx"], "%", 4], "==", 1]
[["sw.low_idx", "%", [0, "-", 4]], "in", [-1, -3]]
[["sw.high_idx", "%", ["sw.low_idx", "-", 20]], ">", 5]
[["sw.high_idx", "/", 2], ">", "sw.low_idx"]
[{"*": ["tr.direction", "tr_1h.direction"]}, "==", -1]
[["tr.direction", "+", ["tr_1h.direction", "*", 2]], "in", [3, -3, 1.0]]
["tr.direction", "!=", ["tr_1h.direction", "-", 0]]
["sw.version", "between", [["sw_1h.version", "+", 1], {"*": ["sw_1h.version", 5]}]]
[[2, "*", "close"], ">", ["fast", "+", "slow"]]
[{"-": [7, {feature_id: rsi}]}, "<", [-50, "+", 1.5]]
"""

EQUALITY = """
["tr.direction", "==", 1]
["tr.direction", "==", -1.0]
["tr.direction", "!=", 0]
["tr.direction", "==", true]
["tr.direction", "==", "tr_1h.direction"]
["tr.direction", "!=", "tr_1h.direction"]
["tr.direction", "in", [1, 0]]
["tr.direction", "in", [false, -1]]
["tr.last_hh", "==", true]
["tr.last_hh", "==", 0]
["tr.last_hh", "!=", false]
["tr.last_hh", "==", "tr.last_hl"]
["tr.last_hh", "==", "tr.direction"]
["tr.direction", "!=", "tr.last_ll"]
["sw.high_accepted", "in", [1.0]]
["sw.high_accepted", "==", {feature_id: sw, field: low_accepted, offset: 1}]
["sw.pair_direction", "==", "bullish"]
["sw.pair_direction", "==", "BULLISH"]
["sw.pair_direction", "!=", "Bearish"]
["sw.pair_direction", "in", "${labels}"]
["sw.pair_direction", "in", ["BEARISH", "none"]]
["sw.pair_direction", "==", "tr.last_wave_direction"]
["sw.pair_direction", "!=", "sw_1h.pair_direction"]
["sw.pair_direction", "==", {feature_id: sw, field: pair_direction, offset: 2}]
["sw.pair_direction", "==", "sw.last_confirmed_pivot_type"]
["sw.last_confirmed_pivot_type", "==", "high"]
["sw.last_confirmed_pivot_type", "!=", "sw.pair_direction"]
["sw.last_confirmed_pivot_type", "==", {feature_id: sw_1m, field: last_confirmed_pivot_type}]
["sw.pair_anchor_hash", "==", {feature_id: sw, field: pair_anchor_hash, offset: 4}]
"""

BRACKETS = """
["close", ">", "fib.level[0.382]"]
["close", "<", "fib.level_0.5"]
["fib.level[1]", "cross_below", {feature_id: fib, field: "level[1.0]", offset: 1}]
[{feature_id: fib, field: level_1.0}, "<", {"+": ["fib.level_1", 0.125]}]
["close", "between", {low: "fib.level[-0.272]", high: "fib.level[0.50]"}]
["fib.anchor_direction", "==", "sw.pair_direction"]
["zones.zone[0].state", "==", "active"]
["zones.zone0_state", "in", ["BROKEN", none]]
["zones.zone[1].kind", "!=", "zones.zone[0].kind"]
["zones.zone[0].kind", "==", "fib.anchor_direction"]
["zones.zone[0].state", "==", {feature_id: zones, field: "zone[1].state", offset: 3}]
["zones.zone[1].inside", "==", true]
[["zones.zone[0].touch_count", "+", "zones.zone1_touch_count"], ">=", 2]
"""

LOGIC = """
{all: [["close", ">", "fast"], ["close", ">", "slow"]]}
[["close", ">", "fast"], ["close", ">", "slow"], ["tr.direction", "==", 1]]
[["close", ">", "slow"]]
[[["close", ">", "slow"]], {any: [["rsi", ">", 50]]}]
{any: [["close", ">", "ema_1h"], ["close", ">", "sma_4h"], ["funding_rate", ">", 0]]}
{any: [["funding_rate", ">", 0], ["close", "<", "fast"]]}
{all: [["funding_rate", ">", 0], ["close", "<", "fast"]]}
{not: {all: [["funding_rate", ">", 0], ["close", "<", "fast"]]}}
{not: ["close", ">", "sma_4h"]}
{not: [["close", ">", "sma_4h"]]}
{not: [["close", ">", "fast"], ["close", ">", "slow"]]}
{not: {not: {any: [["sma_4h", ">", 0], {all: [["close", ">", "open"], {not: ["close", ">", "fast"]}]}]}}}
{all: [{any: [[close, '>', fast], {all: [[close, '<', slow], [rsi, '<', 40]]}]}, {not: [open, '>', high]}]}
{setup: rising}
{setup: rising_twice}
[{setup: rising_twice}, ["close", ">", "fast"]]
{not: {any: [{setup: stretched}, {all: [{setup: rising}]}]}}
"""

CROSSOVERS = """
["close", "cross_above", "fast"]
["close", "cross_below", "fast"]
["rsi", "cross_above", 50]
["ema_1h", "cross_above", "sma_2h"]
["ema_15m", "cross_below", "ema_1h"]
["ema_1m", "cross_above", "ema_15m"]
["close", "cross_above", "sw.high_level"]
["sw_1m.high_level", "cross_below", "sw_1h.low_level"]
["close", "cross_above", {feature_id: close, offset: 1}]
["sma_2h", "cross_below", {feature_id: sma_2h, offset: 1}]
[["close", "-", "open"], "cross_above", 0]
["close", "cross_below", [["fast", "+", "slow"], "/", 2]]
["tr.direction", "cross_above", 0]
["sw.high_idx", "cross_above", "sw.low_idx"]
["volume", "cross_above", "volumes"]
["timestamp", "cross_above", {"*": ["tr.direction", 9999999999999]}]
{not: ["close", "cross_above", "sma_4h"]}
{lhs: "mac.macd", op: cross_above, rhs: "mac.signal"}
["funding_rate", "cross_above", 0]
"""

WINDOWS = """
{holds_for: {bars: 1, expr: ["close", ">", "open"]}}
{holds_for: {bars: 3, expr: ["close", ">", "slow"]}}
{occurred_within: {bars: 4, expr: [["close", "cross_above", "fast"]]}}
{count_true: {bars: 5, min_true: 3, expr: ["close", ">", "open"]}}
{count_true: {bars: 7, min_true: 7, expr: {any: [["close", ">", "slow"], ["rsi", "<", 50]]}}}
{holds_for: {bars: 20, expr: {not: ["sw.pair_direction", "==", "bearish"]}}}
{not: {occurred_within: {bars: 6, expr: ["funding_rate", ">", 0]}}}
{not: {holds_for: {bars: 2, expr: ["sma_4h", ">", 0]}}}
[{not: {holds_for: {bars: 2, expr: ["sma_4h", ">", 0]}}}, ["sma_4h", ">", 0]]
{occurred_within: {bars: 3, expr: ["sw.high_accepted", "==", true]}}
{holds_for: {bars: 3, expr: {occurred_within: {bars: 2, expr: ["close", ">", "fast"]}}}}
{occurred_within: {bars: 9, expr: {holds_for: {bars: 4, expr: ["close", "<", "slow"]}}}}
{count_true: {bars: 6, min_true: 2, expr: {count_true: {bars: 3, min_true: 2, expr: ["rsi", ">", 50]}}}}
{holds_for: {bars: 4, expr: ["close", ">", {feature_id: close, offset: 2}]}}
{occurred_within: {bars: 150, expr: ["rsi", ">", 90]}}
"""

ANCHORED = """
{holds_for: {bars: 3, anchor_tf: "1h", expr: ["close", ">", "slow"]}}
{occurred_within: {bars: 2, anchor_tf: "1h", expr: ["close", "cross_above", "fast"]}}
{occurred_within: {bars: 4, anchor_tf: "1m", expr: ["ema_1m", "cross_below", "close"]}}
{count_true: {bars: 5, min_true: 3, anchor_tf: "3m", expr: ["sma-3m", ">", {feature_id: sma-3m, offset: 1}]}}
{holds_for: {bars: 2, anchor_tf: exec, expr: ["close", ">", "open"]}}
{occurred_within: {bars: 3, anchor_tf: med_tf, expr: ["ema_15m", "cross_above", "ema_1h"]}}
{holds_for: {bars: 2, anchor_tf: "30m", expr: {occurred_within: {bars: 3, expr: ["rsi", ">", 55]}}}}
{holds_for: {bars: 4, expr: {occurred_within: {bars: 2, anchor_tf: "2h", expr: ["rsi", "<", 45]}}}}
{occurred_within: {bars: 3, anchor_tf: high_tf, expr:
  {count_true: {bars: 9, min_true: 5, anchor_tf: "1m", expr: ["ema_1m", ">", "slow"]}}}}
{count_true: {bars: 4, min_true: 2, anchor_tf: '15m', expr:
  {any: [["close", "cross_below", "sma_2h"], {not: ["funding_rate", ">", 0]}, ["tr.last_hh", "==", 1]]}}}
{holds_for: {bars: 2, anchor_tf: "4h", expr: ["sma_4h", ">", {feature_id: sma_4h, offset: 1}]}}
{not: {holds_for: {bars: 1, anchor_tf: "4h", expr: ["timestamp", ">", 0]}}}
{occurred_within: {bars: 2, anchor_tf: "1h", expr:
  [[{"%": ["timestamp", 7200000]}, "==", 0], ["close", "<", {feature_id: close, offset: 1}]]}}
{holds_for: {bars: 2, anchor_tf: "1h", expr: [["timestamp", "-", {feature_id: timestamp, offset: 1}], ">", 1]}}
{occurred_within: {bars: 5, anchor_tf: '3m', expr: {holds_for_duration: {duration: 10m, expr:
  ["ema_1m", ">", "sma-3m"]}}}}
"""

DURATIONS = """
{holds_for_duration: {duration: "25m", expr: ["close", ">", 0]}}
{holds_for_duration: {duration: "30m", expr: ["close", ">", "slow"]}}
{occurred_within_duration: {duration: "1H", expr: ["close", "cross_above", "fast"]}}
{count_true_duration: {duration: "2h", min_true: 4, expr: ["close", ">", "open"]}}
{holds_for_duration: {duration: "1m", expr: ["close", ">", "open"]}}
{holds_for_duration: {duration: " 7m ", expr: ["rsi", ">", 50]}}
{occurred_within_duration: {duration: "1d", expr: ["sw_1h.pair_direction", "==", "bearish"]}}
{count_true_duration: {duration: "50m", min_true: 1, expr: {not: ["sma_2h", ">", "close"]}}}
{holds_for_duration: {duration: "${half}m", expr: {occurred_within: {bars: 2, expr: ["rsi", ">", 50]}}}}
{occurred_within_duration: {duration: "45m", expr: {holds_for_duration: {duration: "16m", expr:
  ["close", ">", "ema_15m"]}}}}
{not: {occurred_within_duration: {duration: "3h", expr: ["rsi", "<", 30]}}}
{holds_for: {bars: 2, anchor_tf: "15m", expr: {holds_for_duration: {duration: "40m", expr:
  ["ema_1m", ">", "ema_1h"]}}}}
"""

MINUTE_PRICES = """
["last_price", ">", "fast"]
["last_price", "cross_above", "fast"]
["last_price", "cross_below", "sw.low_level"]
[["last_price", "-", {feature_id: last_price, offset: 3}], ">", 0.5]
["mark_price", ">", {feature_id: mark_price, offset: 1}]
["mark_price", "near_abs", "last_price", 0]
["close", "between", {low: "last_price", high: "high"}]
{holds_for: {bars: 6, expr: ["last_price", ">", "close"]}}
{occurred_within: {bars: 3, anchor_tf: exec, expr: ["last_price", "cross_above", "slow"]}}
{holds_for: {bars: 3, anchor_tf: "1h", expr: ["last_price", ">", {feature_id: last_price, offset: 2}]}}
{count_true_duration: {duration: "12m", min_true: 7, expr: ["last_price", ">", "ema_1m"]}}
{lhs: last_price.value, op: ">", rhs: "ema_15m"}
"""


def rules_in(*texts: str) -> list[str]:
    """The rules of some of these texts."""
    rules: list[str] = []
    for line in "".join(texts).splitlines():
        if line.startswith(" "):
            rules[-1] += line
        elif line:
            rules.append(line)
    return rules


def every_rule(*, minute_prices: bool) -> list[str]:
    """All of them, with those that name a price of the minute or without."""
    texts = (ORDERS, REFERENCES, ARITHMETIC, EQUALITY, BRACKETS, LOGIC, CROSSOVERS, WINDOWS, ANCHORED, DURATIONS)
    return rules_in(*texts, MINUTE_PRICES if minute_prices else "")
