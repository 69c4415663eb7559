"""Damaged logic, windows, setups and variables.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import document, with_rule

HERE = "actions.entry_long"
CONDITIONS = [
    (with_rule("¦close"), "INVALID_CONDITION", HERE),
    (with_rule("¦[]"), "INVALID_CONDITION", HERE),
    (with_rule("¦{}"), "INVALID_CONDITION", HERE),
    (with_rule("{all: ¦[]}"), "INVALID_CONDITION", f"{HERE}.all"),
    (with_rule('{any: ¦["close", ">", 5]}'), "INVALID_CONDITION", f"{HERE}.any"),
    (with_rule('{¦al: [["close", ">", 5]]}'), "UNKNOWN_KEY", f"{HERE}.al"),
    (with_rule('¦{all: [["close", ">", 5]], any: [["close", ">", 5]]}'), "MULTIPLE_LOGIC_KEYS", HERE),
    (with_rule('¦{not: ["close", ">", 5], bars: 3}'), "MULTIPLE_LOGIC_KEYS", HERE),
    (with_rule('{holds_for: {bars: ¦1501, expr: ["close", ">", 5]}}'), "INVALID_WINDOW", f"{HERE}.holds_for.bars"),
    (with_rule('{holds_for: {bars: ¦0, expr: ["close", ">", 5]}}'), "INVALID_WINDOW", f"{HERE}.holds_for.bars"),
    (with_rule('{¦holds_for: {expr: ["close", ">", 5]}}'), "MISSING_REQUIRED_FIELD", f"{HERE}.holds_for.bars"),
    (with_rule("{¦holds_for: {bars: 5}}"), "MISSING_REQUIRED_FIELD", f"{HERE}.holds_for.expr"),
    (
        with_rule('{count_true: {bars: 5, min_true: ¦6, expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.count_true.min_true",
    ),
    (
        with_rule('{¦count_true: {bars: 5, expr: ["close", ">", 5]}}'),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.count_true.min_true",
    ),
    (
        with_rule('{holds_for: {bars: 5, ¦min_true: 2, expr: ["close", ">", 5]}}'),
        "UNKNOWN_KEY",
        f"{HERE}.holds_for.min_true",
    ),
    (with_rule("{holds_for: ¦5}"), "INVALID_WINDOW", f"{HERE}.holds_for"),
    (
        with_rule('{holds_for_duration: {duration: ¦"25h", expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.holds_for_duration.duration",
    ),
    (
        with_rule('{holds_for_duration: {duration: ¦"5s", expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.holds_for_duration.duration",
    ),
    (
        with_rule('{holds_for_duration: {duration: ¦0m, expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.holds_for_duration.duration",
    ),
    (
        with_rule('{holds_for_duration: {duration: ¦60, expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.holds_for_duration.duration",
    ),
    (
        with_rule('{¦occurred_within_duration: {expr: ["close", ">", 5]}}'),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.occurred_within_duration.duration",
    ),
    (
        with_rule("{¦holds_for_duration: {duration: 1h}}"),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.holds_for_duration.expr",
    ),
    (
        with_rule('{¦count_true_duration: {duration: 1h, expr: ["close", ">", 5]}}'),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.count_true_duration.min_true",
    ),
    (
        with_rule('{count_true_duration: {duration: 1h, min_true: ¦0, expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.count_true_duration.min_true",
    ),
    (
        with_rule('{count_true_duration: {duration: 1h, min_true: ¦13, expr: ["close", ">", 5]}}'),
        "INVALID_WINDOW",
        f"{HERE}.count_true_duration.min_true",
    ),
    (
        with_rule('{holds_for_duration: {duration: 1h, ¦anchor_tf: 1h, expr: ["close", ">", 5]}}'),
        "UNKNOWN_KEY",
        f"{HERE}.holds_for_duration.anchor_tf",
    ),
    (
        with_rule('{holds_for_duration: {duration: 1h, ¦bars: 3, expr: ["close", ">", 5]}}'),
        "UNKNOWN_KEY",
        f"{HERE}.holds_for_duration.bars",
    ),
    (
        with_rule('{holds_for_duration: {¦bars: 3, expr: ["close", ">", 5]}}'),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.holds_for_duration.bars",
    ),
    (
        with_rule('{count_true: {¦duration: 1h, min_true: 3, expr: ["close", ">", 5]}}'),
        "MISSING_REQUIRED_FIELD",
        f"{HERE}.count_true.duration",
    ),
    (with_rule('¦["close", 5, 3]'), "INVALID_CONDITION", HERE),
    (with_rule("{holds_for_duration: ¦1h}"), "INVALID_WINDOW", f"{HERE}.holds_for_duration"),
    (
        with_rule('{holds_for: {bars: 5, anchor_tf: ¦9h, expr: ["close", ">", 5]}}'),
        "INVALID_TIMEFRAME_VALUE",
        f"{HERE}.holds_for.anchor_tf",
    ),
    (with_rule("{setup: ¦up}"), "UNDECLARED_SETUP", f"{HERE}.setup"),
    (with_rule("{setup: ¦[up]}"), "INVALID_CONDITION", f"{HERE}.setup"),
    (
        with_rule("[{setup: a}]", setups="setups:\n  a: {setup: b}\n  b: {setup: ¦a}"),
        "CIRCULAR_SETUP",
        "setups.b.setup",
    ),
    (with_rule("[{setup: a}]", setups="setups:\n  a: {setup: ¦a}"), "CIRCULAR_SETUP", "setups.a.setup"),
    (with_rule("[{setup: a}]", setups='setups:\n  a: ["close", ">", ¦"emma"]'), "UNDECLARED_FEATURE", "setups.a"),
    (
        with_rule("{holds_for: {bars: 5, expr: {all: [{setup: ¦a}]}}}", setups='setups: {a: ["close", ">", 5]}'),
        "SETUP_IN_WINDOW",
        f"{HERE}.holds_for.expr.all[0].setup",
    ),
]


VARIABLES = [
    (with_rule('["close", ">", ¦"${nothing}"]'), "UNRESOLVED_VARIABLE", f"{HERE}[2]"),
    (with_rule('["close", ">", ¦"${1st}"]'), "UNRESOLVED_VARIABLE", f"{HERE}[2]"),
    (with_rule('["close", ">", "ema_fast"]', variables="variables: {¦1st: 3}"), "INVALID_VALUE", "variables.1st"),
    (with_rule('["close", ">", "${a}"]', variables="variables: {a: ¦{b: 1}}"), "INVALID_TYPE", "variables.a"),
    (with_rule('["close", ">", ¦"x${a}"]', variables="variables: {a: [1]}"), "INVALID_TYPE", f"{HERE}[2]"),
    (
        document(account='account: {max_leverage: ¦"${a}"}', variables="variables: {a: -1}"),
        "INVALID_ACCOUNT_FIELD",
        "account.max_leverage",
    ),
]
