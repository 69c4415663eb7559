"""What YAML may do in a Play, and what it may not: syntax, keys, aliases, tags, numbers that are text."""

import pytest

from play_engine.play.composing import compose, read_scalar
from play_engine.play.document import as_yaml_number
from play_engine.play.problems import Problems
from tests.play_engine.play.documents import document, errors_of, load, problems_of


def plain(text: str) -> tuple[object, list[tuple[int, int, str]]]:
    """The document as Python values, and the places and codes of its problems."""
    problems = Problems("x.yml")
    root = compose(text.encode(), problems)
    return (None if root is None else root.plain()), [(one.line, one.column, one.code) for one in problems.in_order()]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2, "YAML_SYNTAX")),
        ("a: 1\n b: 2\n", (2, 3, "YAML_SYNTAX")),
        ("a: 1\n---\nb: 2\n", (2, 1, "YAML_SYNTAX")),
        ("a: *nowhere\n", (1, 4, "YAML_SYNTAX")),
        ("a: 1\nb: \x01\n", (2, 4, "YAML_SYNTAX")),
        ("a: " + "[" * 600, (1, 1, "YAML_SYNTAX")),
        ("", (1, 1, "INVALID_TYPE")),
        ("- 1\n", (1, 1, "INVALID_TYPE")),
        ("just text\n", (1, 1, "INVALID_TYPE")),
    ],
)
def test_what_is_no_document_ends_the_collection(text: str, place: tuple[int, int, str]) -> None:
    assert plain(text) == (None, [place])


def test_bytes_that_are_not_utf8_name_their_line() -> None:
    problems = Problems("x.yml")
    assert compose(b"a: 1\nb: \xff\n", problems) is None
    assert [(one.line, one.code) for one in problems.in_order()] == [(2, "YAML_SYNTAX")]


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    problems = Problems("x.yml")
    root = compose("a: 1\n".encode("utf-8-sig"), problems)
    assert root is not None
    assert root.plain() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "value", "places"),
    [
        ("a: 1\na: 2\n", {"a": 1}, [(2, 1, "DUPLICATE_KEY")]),
        ("a: {on: 1, b: 2}\n", {"a": {"b": 2}}, [(1, 5, "INVALID_TYPE")]),
        ("7: x\n", {}, [(1, 1, "INVALID_TYPE")]),
        ("? [1]\n: x\n", {}, [(1, 3, "INVALID_TYPE")]),
        ("a: !!python/name:os.system x\n", {"a": None}, [(1, 4, "YAML_SYNTAX")]),
        ("a: !!binary aGk=\n", {"a": None}, [(1, 4, "YAML_SYNTAX")]),
        ("a: !!set {x, y}\n", {"a": None}, [(1, 4, "YAML_SYNTAX")]),
        ("a: !!int many\n", {"a": None}, [(1, 4, "INVALID_VALUE")]),
        ("a: !!bool maybe\n", {"a": None}, [(1, 4, "INVALID_VALUE")]),
        ("a: !!int ''\n", {"a": None}, [(1, 4, "INVALID_VALUE")]),
        ("a: " + "9" * 5000, {"a": None}, [(1, 4, "INVALID_VALUE")]),
        ("a: &x [*x]\n", {"a": [None]}, [(1, 4, "YAML_SYNTAX")]),
    ],
)
def test_a_value_that_cannot_be_used_is_reported_where_it_stands(
    text: str, value: object, places: list[tuple[int, int, str]]
) -> None:
    assert plain(text) == (value, places)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("d:\n  <<: [{a: 1}, {a: 2, b: 3}]\n  c: 4\n", {"d": {"a": 1, "b": 3, "c": 4}}),
        ("a: 2024-02-30\nb: =\nc: 1e3\nd: 1.0e+3\n", {"a": "2024-02-30", "b": "=", "c": "1e3", "d": 1000.0}),
        ("a: .inf\nb: ~\nc: yes\n", {"a": "inf", "b": None, "c": True}),
    ],
)
def test_values_are_those_of_yaml_1_1(text: str, value: object) -> None:
    assert plain(text) == (value, [])


def test_a_merge_of_what_is_no_mapping_is_reported() -> None:
    assert plain("a: {<<: [1], b: 2}\n") == ({"a": {"b": 2}}, [(1, 10, "INVALID_TYPE")])


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    _, places = plain("\n".join(lines))
    assert {code for _, _, code in places} == {"YAML_SYNTAX"}


def test_values_nested_beyond_reason_are_refused() -> None:
    _, places = plain("a: " + "[" * 60 + "]" * 60)
    assert [code for _, _, code in places] == ["YAML_SYNTAX"]


def test_keys_that_are_booleans_ask_for_quotes() -> None:
    (error,) = errors_of(document(more="off: 1"))
    assert error.hint == 'quote it: "off"'


def test_an_aliased_mistake_is_reported_once() -> None:
    text = document(actions='actions:\n  entry_long: &rule ["close", ">", "emma"]\n  exit_long: *rule')
    assert [error.code for error in errors_of(text)] == ["UNDECLARED_FEATURE"]


def test_merged_sections_load() -> None:
    text = document(account="account: {<<: {max_leverage: 3}, slippage_bps: 0}")
    assert (load(text).account.max_leverage, load(text).account.slippage_bps) == (3.0, 0.0)
    assert problems_of(text) == []


@pytest.mark.parametrize(("text", "advice"), [("30", "30"), ("1e3", "1.0e+3"), ("2.5E-4", "2.5e-4"), (" 7 ", "7")])
def test_numbers_that_are_text_get_advice(text: str, advice: str) -> None:
    assert as_yaml_number(text) == advice
    (error,) = errors_of(document(account=f"account: {{max_leverage: '{text}'}}"))
    assert advice in error.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("1.5", 1.5), ("true", True), ("", None), ("'30'", "30"), ("a: b", "a: b"), ("[1", "[1"), ("x", "x")],
)
def test_a_scalar_from_outside_is_read_as_yaml(text: str, value: object) -> None:
    assert read_scalar(text) == value
    assert type(read_scalar(text)) is type(value)
