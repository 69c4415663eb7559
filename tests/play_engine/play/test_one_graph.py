"""Features and structures of a timeframe are one graph: sources, anchors, structures used, and ATRs."""

from typing import Any

import pytest

from play_engine.declaration import Output, Parameter, Params
from play_engine.play.model import Play
from tests.play_engine.play.documents import document
from tests.play_engine.play.made_up_types import error_with, errors_with, indicator, load_with, registries, structure


def _by_swing(params: Params) -> bool:
    return params["by"] == "swing"


KEY = Parameter(name="anchor_structure", kind="key")
BY = Parameter(name="by", kind="text", default="swing", choices=("swing", "time"))
ATR_KEY = Parameter(name="atr_key", kind="key")
TWO = (Output(name="line", primary=True), Output(name="age", kind="INT"), Output(name="mood", kind="ENUM"))
KNOWN = registries(
    indicator("ema"),
    indicator("two", inputs=("x",), outputs=TWO),
    indicator("av", inputs=("x", "swing"), parameters=(KEY, BY), needs_swing=_by_swing),
    structure("swing", parameters=(ATR_KEY,), atr="written"),
    structure("zone", parameters=(ATR_KEY,), atr="default", uses={"swing": True}),
    structure("trend", uses={"swing": True}),
)
RULE = 'actions: {entry_long: ["close", ">", 1]}'
SWINGS = """
  high_tf: [{type: swing, key: sw_4h}]
  exec:
    - {type: trend, key: tr, uses: sw}
    - {type: swing, key: sw}
    - {type: swing, key: sw2}"""


def text_of(features: str, structures: str = SWINGS) -> str:
    """A Play with these declarations."""
    return document(features=f"features: {{{features}}}", structures=f"structures: {structures}", actions=RULE)


def swings_of(play: Play) -> dict[str, str | None]:
    """The swing of each feature."""
    return {spec.id: spec.swing for spec in play.features}


@pytest.mark.parametrize(
    ("feature", "swing"),
    [
        ("a: {indicator: av}", "sw"),
        ("a: {indicator: av, params: {anchor_structure: null}}", "sw"),
        ("a: {indicator: av, params: {anchor_structure: sw2}}", "sw2"),
        ("a: {indicator: av, tf: 4h}", "sw_4h"),
        ("a: {indicator: av, params: {by: time}}", None),
        ("a: {indicator: av, params: {by: time, anchor_structure: sw2}}", None),
        ("a: {indicator: av, tf: 1h, params: {by: time}}", None),
        ("a: {indicator: ema}", None),
    ],
)
def test_an_anchored_feature_reads_a_swing_of_its_timeframe(feature: str, swing: str | None) -> None:
    assert swings_of(load_with(KNOWN, text_of(feature))) == {"a": swing}


@pytest.mark.parametrize(
    ("feature", "found"),
    [
        ("a: {indicator: av, params: {anchor_structure: ¦sw3}}", "sw3"),
        ("a: {indicator: av, params: {anchor_structure: ¦e}}, e: {indicator: ema}", "e"),
        ("a: {indicator: av, params: {anchor_structure: ¦tr}}", "tr, a trend"),
        ("a: {indicator: av, params: {anchor_structure: ¦sw_4h}}", "sw_4h on 4h"),
        ("a: {indicator: av, params: {by: time, anchor_structure: ¦sw3}}", "sw3"),
        ("¦a: {indicator: av, tf: 1h}", "a has no swing to be anchored to"),
    ],
)
def test_an_anchor_must_be_a_swing_of_the_same_timeframe(feature: str, found: str) -> None:
    error = error_with(KNOWN, text_of(feature))
    assert (error.code, error.found) == ("INVALID_DEPENDENCY", found)
    assert error.allowed


@pytest.mark.parametrize("structures", ["{exec: [{type: swng, key: sw}]}", "{exec: [{key: sw}]}", "5", "{exec: [5]}"])
def test_a_swing_that_was_reported_is_not_missed(structures: str) -> None:
    text = text_of("a: {indicator: av}", structures)
    assert [error.code for error in errors_with(KNOWN, text)] != []
    assert all(error.code != "INVALID_DEPENDENCY" for error in errors_with(KNOWN, text))


@pytest.mark.parametrize(
    ("features", "structures", "chain"),
    [
        (
            "a: {indicator: av, source: ¦e}, e: {indicator: ema, source: a}",
            "{exec: [{type: swing, key: sw}]}",
            "a -> e -> a",
        ),
        (
            "a: {indicator: av, params: {anchor_structure: ¦sw}}",
            "{exec: [{type: swing, key: sw, params: {atr_key: a}}]}",
            "a -> sw -> a",
        ),
        (
            "e: {indicator: ema, source: ¦a}, a: {indicator: av}",
            "{exec: [{type: swing, key: sw, params: {atr_key: e}}]}",
            "e -> a -> sw -> e",
        ),
        (
            "¦atr: {indicator: av}",
            "{exec: [{type: swing, key: sw, params: {atr_key: atr}}]}",
            "atr -> sw -> atr",
        ),
        (
            "a: {indicator: ema, source: ¦a}",
            "{exec: [{type: swing, key: sw}]}",
            "a -> a",
        ),
    ],
)
def test_a_cycle_over_both_prints_its_chain(features: str, structures: str, chain: str) -> None:
    error = error_with(KNOWN, text_of(features, structures))
    assert (error.code, error.found) == ("INVALID_DEPENDENCY", f"a cycle: {chain}")


def test_forward_references_across_both_are_legal() -> None:
    structures = "{exec: [{type: zone, key: z, uses: sw}, {type: swing, key: sw, params: {atr_key: atr}}]}"
    play = load_with(KNOWN, text_of("a: {indicator: av, source: atr}, atr: {indicator: ema}", structures))
    assert [spec.id for spec in play.features] == ["atr", "a"]
    assert [(spec.key, spec.uses, spec.atr) for spec in play.structures] == [
        ("sw", (), ("atr", "value")),
        ("z", ("sw",), ("atr", "value")),
    ]


SOURCES: list[tuple[str, tuple[Any, Any]]] = [
    ("volume", ("volume", None)),
    ("hlc3", ("hlc3", None)),
    ("two_x", ("two_x", "line")),
    ("two_x.age", ("two_x", "age")),
]


@pytest.mark.parametrize(("source", "read"), SOURCES)
def test_a_source_is_a_price_or_a_numeric_output(source: str, read: tuple[Any, Any]) -> None:
    text = text_of(f"two_x: {{indicator: two, source: hl2}}, e: {{indicator: ema, source: {source}}}")
    play = load_with(KNOWN, text)
    assert [(spec.source, spec.source_output) for spec in play.features if spec.id == "e"] == [read]


def test_price_fields_win_over_ids() -> None:
    play = load_with(KNOWN, text_of("hl2: {indicator: ema}, e: {indicator: ema, source: hl2}"))
    assert [(spec.source, spec.source_output) for spec in play.features if spec.id == "e"] == [("hl2", None)]


@pytest.mark.parametrize(
    ("source", "code", "found"),
    [
        ("two_x.mood", "INVALID_DEPENDENCY", "e -> two_x.mood (ENUM)"),
        ("two_x.agee", "UNKNOWN_FIELD", "e -> two_x.agee"),
        ("two_x_age", "INVALID_VALUE", "e -> two_x_age"),
        ("sw", "INVALID_VALUE", "e -> sw"),
        ("sw.value", "INVALID_VALUE", "e -> sw.value"),
        ("last_price", "INVALID_VALUE", "e -> last_price"),
        ("close.value", "INVALID_VALUE", "e -> close.value"),
        ("slow", "INVALID_DEPENDENCY", "e -> slow on 1h"),
        ("5", "INVALID_VALUE", "e -> 5"),
        ("[close]", "INVALID_VALUE", "e -> [close]"),
    ],
)
def test_another_source_is_refused(source: str, code: str, found: str) -> None:
    others = "two_x: {indicator: two}, slow: {indicator: ema, tf: 1h}"
    error = error_with(KNOWN, text_of(f"{others}, e: {{indicator: ema, source: ¦{source}}}"))
    assert (error.code, error.found) == (code, found)
    assert error.allowed


def test_a_near_field_of_a_source_is_named() -> None:
    error = error_with(KNOWN, text_of("two_x: {indicator: two}, e: {indicator: ema, source: ¦two_x.lin}"))
    assert error.hint == "did you mean two_x.line?"
