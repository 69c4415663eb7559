"""Ranges, words and defaults of the schema, each tried on the loader: inside loads, outside is refused."""

import math
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from tests.play_engine.play.schema.places import ABSENT, DEFINITIONS, Place, errors_of, load, places

_PLACES = [place for place in places() if place.schema["properties"]]
# Every fifth place by default, all of them with the longer sweeps.
_DEFAULT_STEP = 5
# The keys that bound one another: the loader knows more of their ends than a schema can say.
_BOUND_BY_OTHERS = {("count_true_duration", "min_true")}
# Where a range has no end this is inside.
_LARGE = 1e15


def _ids(place: Place) -> str:
    return f"{place.name or 'root'}-{'.'.join(map(str, place.at))}"


each_place = pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, id=_ids(place), marks=() if number % _DEFAULT_STEP == 0 else pytest.mark.slow)
        for number, place in enumerate(_PLACES)
    ],
)


def forms(key: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The forms that a value may have, without placeholders and without what stands elsewhere as a mapping or list."""
    if "$ref" in key and key["$ref"].endswith("interval_or_role"):
        yield from forms(DEFINITIONS["interval_or_role"])
    elif "anyOf" in key:
        for form in key["anyOf"]:
            yield from forms(form)
    elif "$ref" not in key:
        yield key


def numbers(place: Place) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Each numeric key: its name, the schema of the number, and how the loader wants it written."""
    for name, key in place.schema["properties"].items():
        for form in forms(key):
            if form.get("type") in ("number", "integer"):
                yield name, form, lambda value: value
            elif form.get("type") == "array" and "maxItems" in form:
                for item in forms(form["items"]):
                    if item.get("type") == "number":
                        yield name, item, lambda value: [value]


def inside(form: dict[str, Any]) -> list[float]:
    """Values at the ends that belong to the range."""
    step = (lambda value, up: value + (1 if up else -1)) if form["type"] == "integer" else _next
    low = form.get("minimum", step(form["exclusiveMinimum"], True) if "exclusiveMinimum" in form else -_LARGE)
    high = form.get("maximum", step(form["exclusiveMaximum"], False) if "exclusiveMaximum" in form else _LARGE)
    return [low, high]


def outside(form: dict[str, Any]) -> list[float]:
    """Values just beyond the ends."""
    step = (lambda value, up: value + (1 if up else -1)) if form["type"] == "integer" else _next
    beyond = [form[name] for name in ("exclusiveMinimum", "exclusiveMaximum") if name in form]
    beyond += [step(form["minimum"], False)] if "minimum" in form else []
    beyond += [step(form["maximum"], True)] if "maximum" in form else []
    return beyond


def _next(value: float, up: bool) -> float:
    return math.nextafter(value, math.inf if up else -math.inf)


def faults(place: Place, name: str, value: Any) -> list[str]:
    """What the loader says of a key with this value."""
    path = place.path(name)
    return [error.text() for error in errors_of(place.document(**{name: value})) if error.path.startswith(path)]


@each_place
def test_ranges(place: Place) -> None:
    for name, form, written in numbers(place):
        if (place.name, name) in _BOUND_BY_OTHERS:
            continue
        for value in inside(form):
            plain = int(value) if form["type"] == "integer" else float(value)
            assert faults(place, name, written(plain)) == []
        for value in outside(form):
            assert faults(place, name, written(value)), (name, value)
        assert faults(place, name, written("nine")), name
        assert faults(place, name, written(True)), name


@each_place
def test_words(place: Place) -> None:
    for name, key in place.schema["properties"].items():
        words = [word for form in forms(key) for word in form.get("enum", [form["const"]] if "const" in form else [])]
        for word in words:
            assert faults_of_kind(place, name, word) == []
        if words:
            assert faults_of_kind(place, name, "zzz"), name


def faults_of_kind(place: Place, name: str, word: Any) -> list[str]:
    """What the loader says of a word as such, not of what the word then asks of other keys."""
    path = place.path(name)
    needs_more = ("MISSING_REQUIRED_FIELD", "EXIT_MODE_REQUIRES_SL_TP", "EXIT_MODE_NO_SIGNAL_EXIT")
    root = place.document(**{name: word})
    if place.name == "comparison_mapping" and name == "op":
        # An operator is reported where its condition stands.
        return [error.text() for error in errors_of(root) if error.code == "UNKNOWN_OPERATOR"]
    return [error.text() for error in errors_of(root) if error.path == path and error.code not in needs_more]


@each_place
def test_defaults(place: Place) -> None:
    for name, key in place.schema["properties"].items():
        if "default" in key:
            silent, spoken = (load(place.document(**{name: value})) for value in (ABSENT, key["default"]))
            assert _meaning_of(silent) == _meaning_of(spoken), name


def _meaning_of(play: Any) -> Any:
    return attrs.evolve(play, resolved={}, text=b"", warnings=())


@each_place
def test_the_length_of_lists(place: Place) -> None:
    for name, key in place.schema["properties"].items():
        for form in forms(key):
            if form.get("type") == "array" and "maxItems" in form and "items" in form and place.name.startswith("par"):
                assert faults(place, name, []), name
                assert faults(place, name, [0.5] * (form["maxItems"] + 1)), name
                assert faults(place, name, [0.5]) == []
