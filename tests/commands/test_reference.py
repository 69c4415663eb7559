"""The reference pages: they are those of the declarations, and leave nothing out."""

from pathlib import Path

import pytest

from commands.reference import reference_pages
from commands.reference_play import play_page
from commands.schema import play_schema
from play_engine.declaration import Indicator, Structure
from play_engine.indicators import INDICATORS
from play_engine.play.loader import Registries
from play_engine.structures import STRUCTURES
from tests.commands.inputs import ROOT, program

FOLDER = ROOT / "docs" / "reference"
PAGES = reference_pages()
TYPES = [*INDICATORS.values(), *STRUCTURES.values()]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_not_stale(name: str) -> None:
    stale = f"{name} is stale: run python supervisor.py reference"
    assert (FOLDER / name).read_text() == PAGES[name], stale


def test_the_command_writes_the_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "reference"
    printed = program(capsys, "reference", "--out", out)
    assert printed.code == 0
    assert {path.name: path.read_text() for path in out.iterdir()} == PAGES
    assert printed.out.split() == [str(out / name) for name in PAGES]


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    printed = program(capsys, "reference", "--out", tmp_path / "file")
    assert printed.code == 2
    assert "is a file" in printed.err


@pytest.mark.parametrize("declared", TYPES, ids=lambda one: f"{type(one).__name__}-{one.name}")
def test_every_parameter_and_output_is_there_with_a_meaning(declared: Indicator | Structure) -> None:
    page = PAGES["indicators.md" if isinstance(declared, Indicator) else "structures.md"]
    section = page.split(f"\n## {declared.name}\n")[1].split("\n## ")[0]
    slots = declared.slot_outputs if isinstance(declared, Structure) else ()
    assert [one.name for one in (*declared.parameters, *declared.outputs, *slots) if not one.meaning] == []
    for one in (*declared.parameters, *declared.outputs):
        assert f"`{one.name}`" in section, one.name
    assert declared.summary in section
    assert declared.formula in section


def test_the_page_of_the_play_has_every_key() -> None:
    schema = play_schema(Registries(indicators=INDICATORS, structures=STRUCTURES))
    page = play_page(schema)
    mappings = [schema, *(one for name, one in schema["$defs"].items() if not name.startswith("params_of_"))]
    for mapping in mappings:
        for name, key in mapping.get("properties", {}).items():
            assert f"`{name}`" in page, name
            # The types of stops and targets are a column of their own.
            if name != "type" and not key.get("deprecated"):
                assert key["description"].replace("|", "\\|") in page, key["description"]


def test_every_link_has_its_heading() -> None:
    for text in PAGES.values():
        headings = {line[3:].lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
        links = {part.split(")")[0] for part in text.split("](#")[1:]}
        assert links <= headings
