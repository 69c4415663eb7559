"""Variables: which value a placeholder takes, of which type, and what is said when there is none."""

import pytest

from tests.play_engine.play.documents import codes_of, document, errors_of, load, problems_of

FEATURES = (
    "features:\n  ema_fast: {indicator: ema, params: {length: 12}}\n  rsi_14: {indicator: rsi, params: {length: %s}}"
)


def length(value: str, declared: str = "", **outside: object) -> object:
    """The length that the RSI of a Play has when it is written as `value`."""
    text = document(features=FEATURES % value, structures="", variables=declared)
    return load(text, **outside).features[1].params["length"]


@pytest.mark.parametrize(
    ("value", "declared", "outside", "expected"),
    [
        ('"${n}"', "variables: {n: 21}", {}, 21),
        ('"${n|9}"', "variables: {n: 21}", {}, 21),
        ('"${n|9}"', "", {}, 9),
        ('"${n|9}"', "", {"n": 5}, 5),
        ('"${n}"', "variables: {n: 21}", {"n": 5}, 5),
        ('"${n}"', "variables: {n: 21.0}", {}, 21),
        ('"${n}"', "", {"n": 14.0}, 14),
    ],
)
def test_outside_goes_before_declared_before_default(
    value: str, declared: str, outside: dict[str, object], expected: int
) -> None:
    assert length(value, declared, **outside) == expected


def test_a_placeholder_alone_keeps_the_type_of_its_value() -> None:
    rule = (
        'actions:\n  entry_long: ["tr.direction", "in", "${sides}"]\n  exit_long: ["sw.high_accepted", "==", "${yes_}"]'
    )
    play = load(document(actions=rule, variables="variables: {sides: [1, 0], yes_: true}"))
    assert play.resolved["actions"]["entry_long"] == ["tr.direction", "in", [1, 0]]
    assert play.resolved["actions"]["exit_long"] == ["sw.high_accepted", "==", True]
    (error,) = errors_of(document(account='account: {max_leverage: "${flag}"}', variables="variables: {flag: true}"))
    assert (error.code, error.found) == ("INVALID_ACCOUNT_FIELD", "${flag} = true")


def test_inside_longer_text_the_value_is_inserted_as_text() -> None:
    features = 'features:\n  ema_fast: {indicator: ema, tf: "${hours}h"}\n  rsi_14: {indicator: "r${x|si}"}'
    play = load(document(features=features, structures="", variables="variables: {hours: 4}"))
    assert play.features[0].interval_ms == 14_400_000
    assert play.resolved["features"]["ema_fast"]["tf"] == "4h"
    (error,) = errors_of(document(account='account: {max_leverage: "${n}0"}', variables="variables: {n: 3}"))
    assert (error.found, error.hint) == ('${n}0 = "30"', "write 30 without quotes")


def test_names_and_free_text_are_not_substituted() -> None:
    text = document(name='name: "${a}"\ndescription: costs ${b}', variables='variables: {c: "${d}"}')
    play = load(text)
    assert (play.name, play.description) == ("${a}", "costs ${b}")
    assert codes_of(text) == ["UNUSED_VARIABLE"]


def test_a_doubled_dollar_is_a_literal() -> None:
    (error,) = errors_of(document(account='account: {margin_mode: "$${a} and ${b|c}"}'))
    assert error.found == "$${a} and ${b|c} = ${a} and c"


def test_an_outside_name_that_nobody_uses_is_an_error() -> None:
    text = document(features=FEATURES % '"${slow|9}"', structures="", variables="variables: {fast: 3}")
    (error,) = errors_of(text, fats=4)
    assert (error.line, error.code, error.path, error.hint) == (
        0, "UNKNOWN_VARIABLE", "variables.fats", "did you mean fast?",
    )  # fmt: skip
    assert "slow" in error.allowed
    assert errors_of(text, slow=4, fast=3) == []


def test_an_outside_value_must_be_a_scalar_or_a_list() -> None:
    text = document(features=FEATURES % '"${n}"', structures="")
    assert [(error.code, error.path) for error in errors_of(text, n={"a": 1})] == [("INVALID_TYPE", "variables.n")]


def test_a_variable_without_value_is_one_report_however_it_is_used() -> None:
    text = document(features=FEATURES % '"${n}"', structures="", account='account: {max_leverage: "${m}"}')
    problems = [(problem.code, problem.path) for problem in problems_of(text)]
    assert problems == [
        ("UNRESOLVED_VARIABLE", "account.max_leverage"),
        ("UNRESOLVED_VARIABLE", "features.rsi_14.params.length"),
    ]


def test_an_unused_variable_is_a_warning_at_its_name() -> None:
    (warning,) = problems_of(document(variables="variables:\n  fast: 3"))
    assert (warning.line, warning.column, warning.code, warning.severity) == (6, 3, "UNUSED_VARIABLE", "warning")


def test_the_resolved_play_is_the_same_whatever_gave_the_value() -> None:
    declared = load(document(features=FEATURES % '"${n}"', structures="", variables="variables: {n: 21}"))
    written = load(document(features=FEATURES % "21", structures=""))
    given = load(document(features=FEATURES % '"${n|3}"', structures=""), n=21)
    assert declared.resolved == written.resolved == given.resolved
