"""Forms that users of other systems write: each is refused, with the name that is meant."""

import pytest

from play_engine.errors import Problem
from tests.play_engine.play.documents import document, problems_of

FEATURES = "features:\n  ema_fast: {indicator: ema}\n  rsi_14: {indicator: rsi}\n  %s"


def errors_of(feature: str, rule: str = '["close", ">", 1]') -> list[Problem]:
    """What is wrong with a Play with this feature and this rule."""
    return problems_of(document(features=FEATURES % feature, actions=f"actions: {{exit_all: {rule}}}"))


FIELDS = [
    (
        "adx_14: {indicator: adx}",
        "adx_14",
        "adx_14.adx, adx_14.dmp, adx_14.dmn, adx_14.adxr",
        "adx_14 has no field 'value'; fields: adx, dmp, dmn, adxr; did you mean adx_14.adx?",
    ),
    ("vx: {indicator: vortex}", "vx.plus", "vx.vip, vx.vim", "did you mean vx.vip?"),
    ("vx: {indicator: vortex}", "vx.minus", "vx.vip, vx.vim", "did you mean vx.vim?"),
    (
        "ps: {indicator: psar}",
        "ps.direction",
        "ps.long, ps.short, ps.af, ps.reversal",
        "did you mean ps.long, ps.short, ps.reversal?",
    ),
    ("mc: {indicator: macd}", "mc.histo", "mc.macd, mc.signal, mc.histogram", "did you mean mc.histogram?"),
]


@pytest.mark.parametrize(("feature", "written", "allowed", "hint"), FIELDS)
def test_a_field_of_another_name(feature: str, written: str, allowed: str, hint: str) -> None:
    (error,) = errors_of(feature, f'["{written}", ">", 25]')
    assert (error.code, error.found, error.allowed, error.hint) == ("UNKNOWN_FIELD", written, allowed, hint)


@pytest.mark.parametrize(
    ("feature", "found", "hint"),
    [
        ("{indicator: donchian, params: {length: 20}}", "length: 20", "did you mean lower_length, upper_length?"),
        ("{indicator: kc, params: {multiplier: 2}}", "multiplier: 2", "did you mean scalar?"),
        ("{indicator: tsi, params: {long: 25}}", "long: 25", "did you mean slow?"),
        ("{indicator: tsi, params: {short: 13}}", "short: 13", "did you mean fast?"),
        ("{indicator: ema, params: {lenght: 13}}", "lenght: 13", "did you mean length?"),
    ],
)
def test_a_parameter_of_another_name(feature: str, found: str, hint: str) -> None:
    (error,) = errors_of(f"x: {feature}")
    assert (error.code, error.found, error.hint) == ("INVALID_PARAM", found, hint)


@pytest.mark.parametrize("name", ["offset", "talib", "mamode"])
def test_general_parameters_of_another_system_are_unknown(name: str) -> None:
    (error,) = errors_of(f"x: {{indicator: ema, params: {{{name}: 1}}}}")
    assert (error.code, error.allowed) == ("INVALID_PARAM", "length")


def test_alma_has_an_offset_of_its_own() -> None:
    assert errors_of("x: {indicator: alma, params: {offset: 0.5}}") == []


def test_a_structure_without_key_is_told_what_the_key_is_for() -> None:
    (error,) = problems_of(document(structures="structures: {exec: [{type: swing, params: {left: 3, right: 3}}]}"))
    assert (error.code, error.path) == ("MISSING_REQUIRED_FIELD", "structures.exec[0].key")
    assert error.hint == "a structure needs a key by which rules name it: {type: .., key: ..}"


FIB = """\
structures:
  exec:
    - {type: swing, key: sw, params: {left: 3, right: 3}}
    - {type: fibonacci, key: fib, uses: sw, params: {levels: [0.618, 0.7861234, 1]}}"""
COMPARED = '["close", ">", 1]'
RULES = [
    (f"{{and: [{COMPARED}]}}", "did you mean all?"),
    (f'{{"&&": [{COMPARED}]}}', "did you mean all?"),
    (f"{{or: [{COMPARED}]}}", "did you mean any?"),
    (f"{{if: [{COMPARED}]}}", "did you mean all, any?"),
    (f'[{COMPARED}, "and", {COMPARED}]', "did you mean {all: [.., ..]}?"),
    ('["close", "between", 20, 80]', "write [20, 80]"),
    ('["close", "between", [20, 80], 3]', ""),
    ('["close", ">", "ema_fast * 1.01"]', 'write [ema_fast, "*", 1.01]'),
    ('["close", ">", "ema_fast*1.01"]', 'write [ema_fast, "*", 1.01]'),
    ('["high - low", ">", 1]', 'write [high, "-", low]'),
    ('["fib.level[0.618] / 2", ">", 1]', 'write [fib.level[0.618], "/", 2]'),
    ('["close", ">", "ema-fast"]', "did you mean ema_fast?"),
    (
        f"{{holds_for_duration: {{duration: 1h, anchor_tf: 15m, expr: {COMPARED}}}}}",
        "use holds_for with bars and anchor_tf",
    ),
    ('["close", ">", "fib.level[0.786]"]', "add 0.786 to levels of fib"),
    ('["close", ">", "fib.level[0.61800001]"]', "did you mean fib.level_0.618?"),
]


@pytest.mark.parametrize(("rule", "hint"), RULES)
def test_a_rule_in_the_words_of_another_language(rule: str, hint: str) -> None:
    (error,) = problems_of(document(structures=FIB, actions=f"actions: {{exit_all: {rule}}}"))
    assert (error.severity, error.hint) == ("error", hint)


@pytest.mark.parametrize("field", ["level[0.7861234]", "level[0.786123]", "level_0.786123", "level[0.6180]"])
def test_a_level_by_its_ratio_or_by_its_column(field: str) -> None:
    assert problems_of(document(structures=FIB, actions=f'actions: {{exit_all: ["fib.{field}", ">", 1]}}')) == []


@pytest.mark.parametrize(
    ("written", "hint"),
    [("EMMA", "did you mean ema?"), ("bband", "did you mean bbands?"), ("supertrnd", "did you mean supertrend?")],
)
def test_a_near_indicator_is_named(written: str, hint: str) -> None:
    (error,) = errors_of(f"x: {{indicator: {written}}}")
    assert (error.code, error.found, error.hint) == ("UNSUPPORTED_INDICATOR", written, hint)
