"""All problems in one run, in file order, each cause once, in the layout that a terminal shows."""

import pytest

from play_engine.errors import ConfigError
from tests.play_engine.play.documents import document, errors_of, load, problems_of, with_rule

DAMAGED = """\
version: "3.0.0"
name: harbour
symbol: SOLUSDT
timeframes: {low_tf: 5m, med_tf: 1h, high_tf: 4h, exec: low_tf}
account:
  starting_equity_usdt: 5000
  max_leverge: 3
features:
  macd_x: {indicator: macd}
  rsi_14: {indicator: rsii}
  ema_fast: {indicator: ema, params: {lenght: 9}}
actions:
  entry_long:
    - ["close", ">", "ema_fast"]
    - ["rsi_14", "<", 30]
    - ["macd_x.signl", ">", "emma"]
position_policy: {exit_mode: first_hit}
risk: {stop_loss_pct: 0, take_profit_pct: 4}
"""


def test_all_problems_come_in_file_order_and_each_cause_once() -> None:
    assert [(one.line, one.column, one.code) for one in problems_of(DAMAGED)] == [
        (7, 3, "UNKNOWN_KEY"),
        (10, 23, "UNSUPPORTED_INDICATOR"),
        (11, 39, "INVALID_PARAM"),
        (16, 8, "UNKNOWN_FIELD"),
        (16, 29, "UNDECLARED_FEATURE"),
        (18, 23, "INVALID_RISK"),
    ]


def test_the_report_has_the_layout_of_the_language() -> None:
    with pytest.raises(ConfigError) as raised:
        load(DAMAGED)
    report = str(raised.value)
    assert report.startswith(
        "play.yml:7:3 error UNKNOWN_KEY at account.max_leverge\n"
        "  found    max_leverge: 3\n"
        "  allowed  margin_mode, fee_model, starting_equity_usdt, max_leverage, max_drawdown_pct, "
    )
    assert (
        "  did you mean max_leverage?\n"
        "play.yml:10:23 error UNSUPPORTED_INDICATOR at features.rsi_14.indicator\n"
        "  found    rsii\n"
    ) in report
    assert (
        "play.yml:16:8 error UNKNOWN_FIELD at actions.entry_long[2]\n"
        "  found    macd_x.signl\n"
        "  allowed  macd_x.macd, macd_x.signal, macd_x.histogram\n"
        "  did you mean macd_x.signal?\n"
    ) in report


def test_warnings_are_reported_beside_errors() -> None:
    problems = problems_of(document(account="account: {max_leverge: 3}", more="expected: {}"))
    assert [(one.code, one.severity) for one in problems] == [("UNKNOWN_KEY", "error"), ("INERT_KEY", "warning")]


ONE_RULE = 'actions: {entry_long: ["close", ">", 1]}'
LEVEL = "risk: {stop_loss: {type: structure, level: sw.low_level}}"
CAUSES = [
    (document(features="features: 5"), "INVALID_TYPE"),
    (document(structures="structures: 5", risk=LEVEL), "INVALID_TYPE"),
    (document(structures="structures: {exec: [5]}", risk=LEVEL), "INVALID_TYPE"),
    (document(timeframes="timeframes: 5"), "INVALID_TYPE"),
    (
        document(timeframes="timeframes: {low_tf: 5x, med_tf: 1h, high_tf: 4h, exec: low_tf}"),
        "INVALID_TIMEFRAME_VALUE",
    ),
    (with_rule("{setup: a}", setups="setups: 5"), "INVALID_TYPE"),
    (with_rule("{setup: a}", setups="setups: {a: 5}"), "INVALID_CONDITION"),
    (document(risk="risk: 5", position_policy="position_policy: {}", actions=ONE_RULE), "INVALID_TYPE"),
    (document(risk="risk: {stop_loss_pct: 0}", actions=ONE_RULE), "INVALID_RISK"),
    (document(risk="", actions="actions: 5"), "INVALID_TYPE"),
    (document(position_policy="position_policy: {exit_mode: signals}"), "INVALID_VALUE"),
    (document(account="account: 5"), "INVALID_TYPE"),
    (with_rule('["close", "${op}", 1]'), "UNRESOLVED_VARIABLE"),
    (document(features="features:\n  on: {indicator: ema}\n  rsi_14: {indicator: rsi}"), "INVALID_TYPE"),
    (document(features="features: {on: {indicator: ema}}", structures=""), "INVALID_TYPE"),
    (with_rule("{setup: 'on'}", setups='setups:\n  on: ["close", ">", 1]\n  b: {setup: c}'), "INVALID_TYPE"),
    (with_rule("{setup: 'on'}", setups='setups: {on: ["close", ">", 1]}'), "INVALID_TYPE"),
    (with_rule('{on: ["close", ">", 1]}'), "INVALID_TYPE"),
    (document(risk="", actions='actions: {on: ["close", ">", 1]}'), "INVALID_TYPE"),
]


@pytest.mark.parametrize(("text", "code"), CAUSES)
def test_one_cause_does_not_spread(text: str, code: str) -> None:
    assert [error.code for error in errors_of(text)] == [code]


SETUPS = 'setups:\n  a: ["close", ">", 1]\n  b: ["close", ">", 2]'


@pytest.mark.parametrize(
    ("actions", "codes"),
    [
        ("", ["MISSING_REQUIRED_FIELD"]),
        ("action: {entry_long: {setup: a}}", ["MISSING_REQUIRED_FIELD", "UNKNOWN_KEY"]),
        ("actions: {}", ["MISSING_REQUIRED_FIELD"]),
        ("actions: {on: {setup: a}, exit_all: {setup: b}}", ["INVALID_TYPE"]),
        ("actions: {exit_all: {setup: '${b}'}}", ["UNRESOLVED_VARIABLE"]),
        ("actions: {exit_all: {setup: a}}", ["UNUSED_SETUP"]),
    ],
)
def test_setups_are_unused_only_beside_actions_that_can_be_read(actions: str, codes: list[str]) -> None:
    assert [problem.code for problem in problems_of(document(setups=SETUPS, actions=actions))] == codes


def test_a_malformed_id_is_declared_all_the_same() -> None:
    text = document(
        features="features:\n  14_ema: {indicator: ema}\n  rsi_14: {indicator: rsi}",
        actions='actions: {entry_long: ["14_ema", ">", 1], exit_long: ["rsi_14", ">", 1]}',
    )
    assert [error.code for error in errors_of(text)] == ["INVALID_ID"]


def test_the_only_margin_mode_is_named() -> None:
    (error,) = errors_of(document(account="account: {margin_mode: cross}"))
    assert (error.code, error.hint) == ("INVALID_ACCOUNT_FIELD", "margin_mode must be 'isolated_usdt'")
