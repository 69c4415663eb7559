"""The keys of the schema are those of the loader: what it does not know, and what it then says is allowed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.play_engine.play.schema.places import DEFINITIONS, SCHEMA, Place, errors_of, places

PLACES = places()
# The report of these names forms, not keys.
_WITHOUT_LIST = {"arithmetic", "logic", "actions_by_name", "structures_by_interval"}


def _ids(place: Place) -> str:
    return f"{place.name or 'root'}-{'.'.join(map(str, place.at))}"


@pytest.mark.parametrize("place", PLACES, ids=_ids)
def test_the_smallest_document_loads(place: Place) -> None:
    assert [error.text() for error in errors_of(place.document())] == []


@pytest.mark.parametrize("place", PLACES, ids=_ids)
def test_the_loader_allows_the_keys_of_the_schema(place: Place) -> None:
    errors = errors_of(place.document(zzz_unknown=None))
    keys = set(place.schema["properties"])
    if place.name in _WITHOUT_LIST:
        assert len(errors) == 1
        assert keys <= set(errors[0].allowed.split(", ")) or place.name in ("arithmetic", "logic")
        return
    (error,) = (error for error in errors if error.path == place.path("zzz_unknown"))
    allowed = set() if error.allowed == "no key" else set(error.allowed.split(", "))
    assert allowed == keys


def test_every_mapping_of_the_schema_has_a_place() -> None:
    closed = {name for name, schema in DEFINITIONS.items() if schema.get("additionalProperties") is False}
    assert closed == {place.name for place in PLACES if place.name}


def test_no_mapping_hides_outside_the_definitions() -> None:
    inner = [schema for schema in _schemas(SCHEMA) if schema.get("additionalProperties") is False]
    known = [SCHEMA, *DEFINITIONS.values()]
    assert [schema for schema in inner if not any(schema is one for one in known)] == []


def test_every_key_has_a_meaning() -> None:
    named = [(place.name, name, key) for place in PLACES for name, key in place.schema["properties"].items()]
    without = {f"{owner}.{name}" for owner, name, key in named if not key.get("description")}
    assert without == set()


@pytest.mark.parametrize("place", PLACES, ids=_ids)
def test_required_keys_are_required_by_the_loader(place: Place) -> None:
    for name in place.schema.get("required", ()):
        assert errors_of(_without(place, name)), name


def _without(place: Place, name: str) -> dict[str, Any]:
    root = place.document()
    holder: Any = root
    for key in place.at:
        holder = holder[key]
    del holder[name]
    return root


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _schemas(child)
