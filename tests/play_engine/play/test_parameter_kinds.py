"""Every kind of parameter: what may be written, what becomes of it, and what is refused."""

from typing import Any

import pytest

from play_engine.declaration import Constraint, Output, Parameter, Params, TimeframeRule
from tests.play_engine.play.documents import document
from tests.play_engine.play.made_up_types import error_with, indicator, load_with, registries, structure

HOUR_MS = 3_600_000


def _differ(params: Params) -> bool:
    return len({f"{ratio:g}" for ratio in params["levels"]}) == len(params["levels"])


def _columns(params: Params) -> tuple[tuple[str, ...], ...]:
    return tuple((f"zone{slot}_state",) for slot in range(params["slots"]))


KNOWN = registries(
    indicator(
        "mood",
        parameters=(
            Parameter(name="weights", kind="numbers", default=(1.0,), minimum=0, open_minimum=True, most=3),
            Parameter(name="share", kind="number", default=0.5, minimum=0, maximum=1, open_maximum=True),
            Parameter(name="session", kind="text", default="D", choices=("D", "W"), nullable=True),
            Parameter(name="since", kind="instant"),
            Parameter(name="by", kind="key"),
        ),
        timeframe_rules=(
            TimeframeRule(
                holds=lambda params, interval_ms: params["session"] is None or interval_ms <= HOUR_MS,
                text="a session needs a timeframe of at most 1h",
            ),
        ),
    ),
    structure(
        "zones",
        parameters=(
            Parameter(name="levels", kind="numbers", required=True, most=32),
            Parameter(name="slots", kind="int", default=1, minimum=1, maximum=32),
        ),
        constraints=(Constraint(holds=_differ, text="levels that differ in their first six digits"),),
        outputs=(Output(name="count", kind="INT"),),
        slot_outputs=(Output(name="state", kind="ENUM", initial=0, labels=("none", "active")),),
        slot_names=_columns,
    ),
)
ZONES = "{type: zones, key: z, params: {levels: [0.5], slots: 2}}"


def text_of(params: str, zones: str = ZONES, tf: str = "1h") -> str:
    """A Play with a feature of these parameters."""
    return document(
        features=f"features: {{m: {{indicator: mood, tf: {tf}, params: {params}}}}}",
        structures=f"structures: {{exec: [{zones}]}}",
        actions='actions: {entry_long: ["z.zone[1].state", "==", "active"]}',
    )


@pytest.mark.parametrize(
    ("params", "name", "value"),
    [
        ("{}", "weights", (1.0,)),
        ("{weights: [1, 2.5]}", "weights", (1.0, 2.5)),
        ("{}", "session", "D"),
        ("{session: null}", "session", None),
        ("{share: 0}", "share", 0.0),
        ("{by: sw_1}", "by", "sw_1"),
        ("{since: 1700000000123}", "since", 1_700_000_000_123),
        ("{since: 1.0e+3}", "since", 1000),
        ("{since: 2024-01-31}", "since", 1_706_659_200_000),
        ("{since: '2024-01-31T12:00:00.5Z'}", "since", 1_706_702_400_500),
        ("{since: '2024-01-31T14:00+02:00'}", "since", 1_706_702_400_000),
        ("{since: null}", "since", None),
    ],
)
def test_a_parameter_has_the_type_of_its_kind(params: str, name: str, value: Any) -> None:
    (mood,) = load_with(KNOWN, text_of(params)).features
    assert mood.params[name] == value
    assert type(mood.params[name]) is type(value)


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ("{weights: ¦5}", "a list of 1 to 3 numbers, each > 0"),
        ("{weights: ¦[]}", "a list of 1 to 3 numbers, each > 0"),
        ("{weights: ¦[1, 2, 3, 4]}", "a list of 1 to 3 numbers, each > 0"),
        ("{weights: [1, ¦0]}", "a number > 0"),
        ("{weights: [¦true]}", "a number > 0"),
        ("{weights: [¦'1']}", "a number > 0"),
        ("{weights: ¦null}", "a list of 1 to 3 numbers, each > 0"),
        ("{share: ¦1}", "a number >= 0 and < 1"),
        ("{share: ¦null}", "a number >= 0 and < 1"),
        ("{session: ¦M}", "D, W"),
        ("{by: ¦5}", "text"),
    ],
)
def test_a_value_of_another_kind_is_refused(params: str, allowed: str) -> None:
    error = error_with(KNOWN, text_of(params))
    assert (error.code, error.allowed) == ("INVALID_PARAM", allowed)


@pytest.mark.parametrize(
    "written", ["true", "yesterday", "'1700000000123'", "1.5", "-1", "1969-12-31", "2200-01-02", "[1]",
                "'2024-01-31T00:00:00.0001'"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(written: str) -> None:
    error = error_with(KNOWN, text_of(f"{{since: ¦{written}}}"))
    assert error.code == "INVALID_PARAM"
    assert error.allowed


def test_both_spellings_of_an_instant_are_one_play() -> None:
    plays = [load_with(KNOWN, text_of(f"{{since: {since}}}")) for since in ("2024-01-31", "1706659200000")]
    assert plays[0].resolved == plays[1].resolved


def test_a_rule_about_the_timeframe_is_said_in_words() -> None:
    load_with(KNOWN, text_of("{session: null}", tf="4h"))
    error = error_with(KNOWN, text_of("{session: W}", tf="4h").replace("params: {session", "¦params: {session"))
    assert (error.code, error.allowed) == ("INVALID_PARAM", "a session needs a timeframe of at most 1h")
    assert error.found == "weights [1.0], share 0.5, session W, on 4h"


def test_two_levels_of_one_name_are_refused() -> None:
    zones = "{type: zones, key: z, ¦params: {levels: [0.5, 0.50], slots: 2}}"
    error = error_with(KNOWN, text_of("{}", zones))
    assert (error.code, error.allowed) == ("INVALID_PARAM", "levels that differ in their first six digits")
    assert error.found == "levels [0.5, 0.5], slots 2"


def test_slots_are_fields_as_many_as_the_parameters_say() -> None:
    assert load_with(KNOWN, text_of("{}")).structures[0].params == {"levels": (0.5,), "slots": 2}
    text = text_of("{}", ZONES.replace("slots: 2", "slots: 1")).replace('"z.zone[1]', '¦"z.zone[1]')
    error = error_with(KNOWN, text)
    assert (error.code, error.allowed) == ("UNKNOWN_FIELD", "z.count, z.zone0_state")
