"""Damaged references and comparisons.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import MARK, with_rule

HERE = "actions.entry_long"
COMPARISONS = [
    (with_rule('["close", ">", ¦"emma"]'), "UNDECLARED_FEATURE", HERE),
    (with_rule('["close", ">", ¦"30"]'), "UNDECLARED_FEATURE", HERE),
    (with_rule('[¦"rsi.value", ">", 30]'), "UNDECLARED_FEATURE", HERE),
    (with_rule('[¦"rsi_14.line", ">", 30]'), "UNKNOWN_FIELD", HERE),
    (with_rule('[¦"macd_x", ">", 0]'), "UNKNOWN_FIELD", HERE),
    (with_rule('[{feature_id: macd_x, field: ¦value}, ">", 0]'), "UNKNOWN_FIELD", HERE),
    (with_rule('[{feature_id: rsi_14, offset: ¦-1}, ">", 0]'), "INVALID_VALUE", f"{HERE}[0].offset"),
    (with_rule('[{feature_id: rsi_14, offset: ¦100001}, ">", 0]'), "INVALID_VALUE", f"{HERE}[0].offset"),
    (with_rule('[{feature_id: rsi_14, ¦shift: 1}, ">", 0]'), "UNKNOWN_KEY", f"{HERE}[0].shift"),
    (with_rule('["tr.direction", "==", ¦"bullish"]'), "UNDECLARED_FEATURE", HERE),
    (with_rule('["close", "==", ¦5]'), "FLOAT_EQUALITY", HERE),
    (with_rule('["tr.direction", "==", ¦1.5]'), "FLOAT_EQUALITY", HERE),
    (with_rule('["tr.direction", "==", ¦"close"]'), "FLOAT_EQUALITY", HERE),
    (with_rule('["tr.direction", "in", [1, ¦0.5]]'), "FLOAT_EQUALITY", HERE),
    (with_rule('["sw.pair_direction", "==", ¦"up"]'), "UNKNOWN_LITERAL", HERE),
    (with_rule('["sw.pair_direction", "in", ["bullish", ¦"up"]]'), "UNKNOWN_LITERAL", HERE),
    (with_rule('["sw.pair_direction", "==", ¦1]'), "TYPE_MISMATCH", HERE),
    (with_rule('["sw.pair_direction", "==", ¦"tr.direction"]'), "TYPE_MISMATCH", HERE),
    (with_rule('["sw.high_accepted", "==", ¦2]'), "TYPE_MISMATCH", HERE),
    (with_rule('[¦"sw.high_accepted", ">", 0]'), "TYPE_MISMATCH", HERE),
    (with_rule('["close", ">", ¦"sw.pair_direction"]'), "TYPE_MISMATCH", HERE),
    (with_rule('["close", ">", ¦true]'), "TYPE_MISMATCH", HERE),
    (with_rule('[["close", "-", ¦"sw.pair_direction"], ">", 0]'), "TYPE_MISMATCH", HERE),
    (with_rule('["tr.direction", "in", ¦1]'), "INVALID_CONDITION", HERE),
    (with_rule('["tr.direction", "in", ¦[]]'), "INVALID_CONDITION", HERE),
    (with_rule('["tr.direction", "in", [¦"tr.strength"]]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", ¦"gt", 5]'), "UNKNOWN_OPERATOR", HERE),
    (with_rule("{lhs: close, op: ¦crosses_above, rhs: 5}"), "UNKNOWN_OPERATOR", HERE),
    (
        with_rule('¦{lhs: close, op: ">"}').replace(MARK, "").replace("  entry_long", f"  {MARK}entry_long"),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.rhs",
    ),
    (with_rule('{lhs: close, op: ">", rhs: 5, ¦tolerence: 1}'), "UNKNOWN_KEY", f"{HERE}.tolerence"),
    (with_rule('["close", ">", 5, ¦1]'), "INVALID_TOLERANCE", f"{HERE}[3]"),
    (with_rule('¦["close", "near_pct", 5]'), "INVALID_TOLERANCE", HERE),
    (with_rule('["close", "near_pct", 5, ¦-1]'), "INVALID_TOLERANCE", f"{HERE}[3]"),
    (with_rule('["close", "near_pct", 5, ¦"rsi_14"]'), "INVALID_TOLERANCE", f"{HERE}[3]"),
    (with_rule('¦["close", ">"]'), "INVALID_CONDITION", HERE),
    (with_rule('[¦5, "<", "close"]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", ">", ¦null]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", ">", ¦.nan]'), "INVALID_VALUE", HERE),
    (with_rule('["close", ">", ¦[1, 2]]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", "between", ¦[80, 20]]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", "between", ¦5]'), "INVALID_CONDITION", HERE),
    (with_rule('["close", "between", {low: 5, ¦hi: 6, high: 7}]'), "UNKNOWN_KEY", f"{HERE}[2].hi"),
]
