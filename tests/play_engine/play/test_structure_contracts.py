"""What a structure type says about its surroundings: types that parameters ask for, keys, ATRs, idle parameters."""

import pytest

from play_engine.declaration import NoEffect, Output, Parameter, Params, UsesRule
from play_engine.errors import Problem
from play_engine.play.model import Play, StructureSpec
from tests.play_engine.play.documents import document
from tests.play_engine.play.made_up_types import error_with, indicator, load_with, registries, structure


def _without_impulse(_: Params, used: frozenset[str]) -> bool:
    return "impulse" not in used


ATR_KEY = Parameter(name="atr_key", kind="key")
KNOWN = registries(
    indicator("ema"),
    indicator("two", outputs=(Output(name="line", primary=True), Output(name="age", kind="INT"))),
    structure("swing"),
    structure("trend", uses={"swing": True}),
    structure("impulse"),
    structure(
        "levels",
        parameters=(Parameter(name="with_trend", kind="flag", default=False),),
        uses={"swing": True, "trend": False},
        uses_rules=(
            UsesRule(holds=lambda params, used: not params["with_trend"] or "trend" in used, text="a trend is needed"),
        ),
    ),
    structure(
        "block",
        parameters=(ATR_KEY, Parameter(name="size", kind="number", default=1.0)),
        uses={"swing": True, "impulse": False},
        atr="default",
        needs_atr=_without_impulse,
        no_effects=(NoEffect(parameter="size", when=lambda _, used: "impulse" in used, text="the impulse decides"),),
    ),
    structure(
        "breaker",
        parameters=(Parameter(name="trend_key", kind="key"),),
        uses={"block": True, "trend": False},
        key_parameters={"trend_key": "trend"},
    ),
)
RULE = 'actions: {entry_long: ["close", ">", 1]}'


def text_of(spec: str, features: str = "e: {indicator: ema}") -> str:
    """A Play with this structure after others on the exec timeframe."""
    structures = f"""structures:
  high_tf: [{{type: swing, key: sw_4h}}, {{type: trend, key: tr_4h, uses: sw_4h}}]
  exec:
    - {{type: swing, key: sw}}
    - {{type: trend, key: tr, uses: sw}}
    - {{type: trend, key: tr2, uses: sw}}
    - {{type: impulse, key: im}}
    - {{type: block, key: bl, uses: [sw, im]}}
    - {spec}"""
    return document(features=f"features: {{{features}}}", structures=structures, actions=RULE)


def spec_of(play: Play) -> StructureSpec:
    """The structure called x."""
    return next(spec for spec in play.structures if spec.key == "x")


def refusal_of(spec: str) -> Problem:
    """The only error of a Play with this structure."""
    return error_with(KNOWN, text_of(spec))


def test_types_that_a_parameter_asks_for_must_be_used() -> None:
    load_with(KNOWN, text_of("{type: levels, key: x, uses: sw}"))
    assert spec_of(load_with(KNOWN, text_of("{type: levels, key: x, uses: [sw, tr], params: {with_trend: true}}")))
    error = refusal_of("{type: levels, key: x, uses: ¦sw, params: {with_trend: true}}")
    assert (error.code, error.found, error.allowed) == ("INVALID_DEPENDENCY", "x uses swing", "a trend is needed")


@pytest.mark.parametrize(
    ("spec", "uses"),
    [
        ("{type: breaker, key: x, uses: bl}", ("bl",)),
        ("{type: breaker, key: x, uses: [bl, tr]}", ("bl", "tr")),
        ("{type: breaker, key: x, uses: bl, params: {trend_key: tr}}", ("bl", "tr")),
        ("{type: breaker, key: x, uses: [tr, bl], params: {trend_key: tr}}", ("tr", "bl")),
        ("{type: breaker, key: x, uses: [bl], params: {trend_key: null}}", ("bl",)),
    ],
)
def test_a_parameter_may_name_a_used_structure(spec: str, uses: tuple[str, ...]) -> None:
    assert spec_of(load_with(KNOWN, text_of(spec))).uses == uses


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("{type: breaker, key: x, uses: [bl, tr], params: {trend_key: ¦tr2}}", "trend_key: tr2 beside uses: tr"),
        ("{type: breaker, key: x, uses: bl, params: {trend_key: ¦sw}}", "sw, a swing"),
        ("{type: breaker, key: x, uses: bl, params: {trend_key: ¦tr_4h}}", "tr_4h on 4h"),
        ("{type: breaker, key: x, uses: bl, params: {trend_key: ¦tr3}}", "tr3"),
        ("{type: breaker, key: x, uses: bl, params: {trend_key: ¦e}}", "e"),
        ("¦{type: breaker, key: x, params: {trend_key: tr}}", "x uses no block"),
        ("{type: breaker, key: x, uses: [bl, ¦x]}", "x, a breaker"),
    ],
)
def test_a_parameter_that_names_a_structure_is_checked_like_uses(spec: str, found: str) -> None:
    error = refusal_of(spec)
    assert (error.code, error.found) == ("INVALID_DEPENDENCY", found)


@pytest.mark.parametrize(
    ("spec", "features", "atr", "codes"),
    [
        ("uses: sw", "e: {indicator: ema}", None, ["NO_ATR_FOR_STRUCTURE"]),
        ("uses: sw", "atr: {indicator: ema}", ("atr", "value"), []),
        ("uses: sw, params: {atr_key: e}", "e: {indicator: ema}", ("e", "value"), []),
        ("uses: sw, params: {atr_key: t_age}", "t: {indicator: two}", ("t", "age"), []),
        ("uses: sw, params: {atr_key: t}", "t: {indicator: two}", ("t", "line"), ["PRIMARY_OUTPUT_ASSUMED"]),
        ("uses: [sw, im]", "e: {indicator: ema}", None, []),
        ("uses: [sw, im]", "atr: {indicator: ema}", None, []),
        ("uses: [sw, im], params: {atr_key: e}", "e: {indicator: ema}", None, []),
    ],
)
def test_an_atr_is_looked_for_only_where_it_is_needed(
    spec: str, features: str, atr: tuple[str, str] | None, codes: list[str]
) -> None:
    play = load_with(KNOWN, text_of(f"{{type: block, key: x, {spec}}}", features))
    assert spec_of(play).atr == atr
    assert [warning.code for warning in play.warnings] == codes


def test_an_atr_key_without_effect_must_resolve_all_the_same() -> None:
    assert refusal_of("{type: block, key: x, uses: [sw, im], params: {atr_key: ¦none}}").code == "UNDECLARED_FEATURE"


@pytest.mark.parametrize(("params", "codes"), [("{size: 2}", ["INERT_KEY"]), ("{}", []), ("{atr_key: null}", [])])
def test_a_written_parameter_without_effect_is_a_warning(params: str, codes: list[str]) -> None:
    play = load_with(KNOWN, text_of(f"{{type: block, key: x, uses: [sw, im], params: {params}}}"))
    assert [warning.code for warning in play.warnings] == codes
    assert all(warning.hint == "no effect: the impulse decides" for warning in play.warnings)
