"""Indicator and structure types of another kind than the built ones: the loader knows them by declaration alone."""

import pytest

from play_engine.declaration import Constraint, Output, Parameter
from play_engine.errors import Problem
from play_engine.play.model import Play
from tests.play_engine.play.documents import MARK, document
from tests.play_engine.play.made_up_types import error_with, indicator, load_with, registries, structure

ATR_KEY = Parameter(name="atr_key", kind="text")
LEVELS = tuple(Output(name=name) for name in ("level_0.618", "level_1", "level_-0.272", "zone0_upper"))
REGISTRIES = registries(
    indicator("ema", parameters=(Parameter(name="length", kind="int", required=True, minimum=1),)),
    indicator("atr", inputs=("high",), source=None),
    indicator("adx", outputs=(Output(name="adx", primary=True), Output(name="dmp"))),
    indicator(
        "mood",
        parameters=(
            Parameter(name="kind", kind="text", default="slow", choices=("slow", "fast")),
            Parameter(name="factor", kind="number", default=2, minimum=0, maximum=9, open_minimum=True),
            Parameter(name="strict", kind="flag", default=False),
            Parameter(name="floor", kind="number"),
        ),
        constraints=(
            Constraint(holds=lambda params: params["kind"] == "slow" or params["strict"], text="fast needs strict"),
        ),
    ),
    structure("swing"),
    structure("order_block", parameters=(ATR_KEY,), atr="default", uses={"swing": True}),
    structure("market_structure", uses={"swing": True}),
    structure("breaker_block", uses={"order_block": True, "market_structure": True, "swing": False}),
    structure("fibonacci", outputs=LEVELS, uses={"swing": True}),
)
FEATURES = "features:\n  ema_fast: {indicator: ema, params: {length: 3}}\n  adx_14: {indicator: adx}"
CHAIN = """structures:
  exec:
    - {type: breaker_block, key: bb, uses: [ob, ms]}
    - {type: market_structure, key: ms, uses: sw}
    - {type: order_block, key: ob, uses: sw}
    - {type: swing, key: sw}
    - {type: fibonacci, key: fib, uses: sw}
"""


RULE = 'actions: {entry_long: ["close", ">", 1]}'


def play_of(rule: str = '["close", ">", 1]', features: str = FEATURES, structures: str = CHAIN) -> Play:
    """The Play with these declarations and this entry."""
    text = document(features=features, structures=structures, actions=f"actions:\n  entry_long: {rule}")
    return load_with(REGISTRIES, text)


def error_of(features: str = FEATURES, structures: str = CHAIN, actions: str = RULE) -> Problem:
    """The only error of the Play with these sections, which must stand at the mark in one of them."""
    return error_with(REGISTRIES, document(features=features, structures=structures, actions=actions))


def test_a_chain_of_structures_is_put_in_order() -> None:
    structures = play_of().structures
    assert {spec.key: spec.uses for spec in structures} == {
        "sw": (), "ms": ("sw",), "ob": ("sw",), "fib": ("sw",), "bb": ("ob", "ms"),
    }  # fmt: skip
    keys = [spec.key for spec in structures]
    assert all(keys.index(used) < keys.index(spec.key) for spec in structures for used in spec.uses)


@pytest.mark.parametrize(
    ("uses", "found"),
    [
        ("¦[ob]", "bb uses no market_structure"),
        ("¦[ob, ms, ob2]", "two structures of type order_block"),
        ("[ob, ms, ¦fib]", "fib, a fibonacci"),
        ("[ob, ms, ¦ema_fast]", "ema_fast"),
    ],
)
def test_uses_must_fit_the_type(uses: str, found: str) -> None:
    more = CHAIN.replace("uses: [ob, ms]", f"uses: {uses}") + "    - {type: order_block, key: ob2, uses: sw}"
    error = error_of(structures=more)
    assert (error.code, error.found) == ("INVALID_DEPENDENCY", found)


def test_a_cycle_prints_its_chain() -> None:
    ring = structure("market_structure", uses={"market_structure": True})
    structures = """structures:
  exec:
    - {type: market_structure, key: a, uses: ¦b}
    - {type: market_structure, key: b, uses: c}
    - {type: market_structure, key: c, uses: a}"""
    text = document(features="features: {ema_fast: {indicator: ema}}", structures=structures, actions=RULE)
    error = error_with(registries(indicator("ema"), ring), text)
    assert (error.code, error.found) == ("INVALID_DEPENDENCY", "a cycle: a -> b -> c -> a")


@pytest.mark.parametrize(
    ("feature", "atr", "codes"),
    [
        ("", None, ["NO_ATR_FOR_STRUCTURE"]),
        ("\n  atr: {indicator: atr}", ("atr", "value"), []),
        ("\n  atr: {indicator: atr, tf: 4h}", None, ["NO_ATR_FOR_STRUCTURE"]),
    ],
)
def test_a_structure_takes_the_feature_called_atr(feature: str, atr: tuple[str, str] | None, codes: list[str]) -> None:
    play = play_of(features=FEATURES + feature)
    assert next(spec.atr for spec in play.structures if spec.key == "ob") == atr
    assert [warning.code for warning in play.warnings] == codes
    assert all("ema_fast" in warning.allowed for warning in play.warnings)


def test_a_written_atr_key_goes_before_the_feature_called_atr() -> None:
    structures = CHAIN.replace("key: ob, uses: sw", "key: ob, uses: sw, params: {atr_key: adx_14_dmp}")
    play = play_of(features=FEATURES + "\n  atr: {indicator: atr}", structures=structures)
    assert next(spec.atr for spec in play.structures if spec.key == "ob") == ("adx_14", "dmp")


@pytest.mark.parametrize(
    ("field", "output"),
    [
        ("level[0.618]", "level_0.618"),
        ("level_0.6180", "level_0.618"),
        ("level[1.0]", "level_1"),
        ("level_1", "level_1"),
        ("level[-0.272]", "level_-0.272"),
        ("zone[0].upper", "zone0_upper"),
    ],
)
def test_numbers_in_fields_are_compared_as_numbers(field: str, output: str) -> None:
    for written in (f'"fib.{field}"', f"{{feature_id: fib, field: '{field}'}}"):
        when = play_of(f'["close", ">", {written}]').blocks[0].cases[0].when
        assert getattr(getattr(when, "right", None), "field", None) == output


@pytest.mark.parametrize("field", ["level[0.5]", "zone[1].upper", "level", "zone0_lower"])
def test_a_level_or_slot_that_is_not_declared_is_unknown(field: str) -> None:
    rule = f'actions:\n  entry_long: ["close", ">", ¦"fib.{field}"]'
    error = error_of(actions=rule)
    assert error.code == "UNKNOWN_FIELD"
    assert error.allowed == "fib.level_0.618, fib.level_1, fib.level_-0.272, fib.zone0_upper"


def test_a_bare_id_on_the_left_names_the_fields() -> None:
    rule = "actions: {entry_long: [¦adx_14, '>', 1]}"
    error = error_of(actions=rule)
    assert error.code == "UNKNOWN_FIELD"
    assert error.hint == "adx_14 has no field 'value'; fields: adx, dmp; did you mean adx_14.adx?"


def test_a_structure_without_primary_output_cannot_be_named_bare() -> None:
    rule = "actions: {entry_long: [close, '>', ¦fib]}"
    error = error_of(actions=rule)
    assert error.code == "UNKNOWN_FIELD"


@pytest.mark.parametrize(
    ("params", "values"),
    [
        ("{}", {"kind": "slow", "factor": 2.0, "strict": False, "floor": None}),
        ("{kind: fast, strict: true}", {"kind": "fast", "factor": 2.0, "strict": True, "floor": None}),
        ("{factor: 9, floor: null}", {"kind": "slow", "factor": 9.0, "strict": False, "floor": None}),
        ("{floor: -3}", {"kind": "slow", "factor": 2.0, "strict": False, "floor": -3.0}),
    ],
)
def test_parameters_of_every_kind(params: str, values: dict[str, object]) -> None:
    (mood,) = play_of(features=f"features: {{mood: {{indicator: mood, params: {params}}}}}").features
    assert mood.params == values
    assert [type(value) for value in mood.params.values()] == [type(value) for value in values.values()]


@pytest.mark.parametrize(
    ("params", "found", "allowed"),
    [
        ("{kind: ¦quick}", "quick", "slow, fast"),
        ("{factor: ¦0}", "0", "a number > 0 and <= 9"),
        ("{factor: ¦true}", "true", "a number > 0 and <= 9"),
        ("{strict: ¦1}", "1", "true or false"),
        ("{floor: ¦.nan}", "nan", "a finite number"),
        ("{kind: ¦null}", "null", "slow, fast"),
    ],
)
def test_a_parameter_of_the_wrong_kind_says_what_is_allowed(params: str, found: str, allowed: str) -> None:
    features = f"features: {{mood: {{indicator: mood, params: {params}}}}}"
    error = error_of(features)
    assert (error.code, error.found, error.allowed) == ("INVALID_PARAM", found, allowed)


def test_constraints_and_required_parameters_are_said_in_words() -> None:
    features = f"features: {{mood: {{indicator: mood, {MARK}params: {{kind: fast}}}}}}"
    error = error_of(features)
    assert (error.code, error.allowed) == ("INVALID_PARAM", "fast needs strict")
    error = error_of(f"features: {{{MARK}x: {{indicator: ema}}}}")
    assert (error.code, error.found) == ("INVALID_PARAM", "no length")
