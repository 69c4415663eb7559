"""The command `schema`: what it prints and writes."""

import json
from pathlib import Path

import pytest

from commands.schema import schema_text
from tests.commands.inputs import program


def test_it_prints_a_schema(capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "schema")
    assert (printed.code, printed.err) == (0, "")
    schema = json.loads(printed.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"version", "symbol", "actions"} <= set(schema["properties"])


def test_the_order_is_stable() -> None:
    assert schema_text() == schema_text()
    keys = list(json.loads(schema_text())["properties"])
    assert keys[:4] == ["version", "name", "id", "description"]


def test_it_writes_a_file_and_says_how_an_editor_finds_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "play.schema.json"
    printed = program(capsys, "schema", "--out", out)
    assert printed.code == 0
    assert out.read_text() == schema_text()
    assert f"# yaml-language-server: $schema={out}" in printed.out
    as_json = program(capsys, "schema", "--out", out, "--json")
    assert json.loads(as_json.out)["file"] == str(out)


@pytest.mark.parametrize("name", [".", "missing/play.schema.json"])
def test_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    printed = program(capsys, "schema", "--out", tmp_path / name)
    assert printed.code == 2
    assert "--out" in printed.err
