"""A Play is found by its id: directly, then in subfolders in sorted order."""

from pathlib import Path

import pytest

from play_engine.errors import ConfigError
from play_engine.play import find_play, list_plays


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of Plays, empty files."""
    for name in ("b.yaml", "b.yml", "z/c.yml", "a/c.yaml", "a/deep/d.yml", "_draft.yml", "notes.txt", "a/_d.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"), [("b", "b.yml"), ("c", "a/c.yaml"), ("d", "a/deep/d.yml"), ("_draft", "_draft.yml")]
)
def test_first_hit_wins(folder: Path, name: str, found: str) -> None:
    assert find_play(name, folder) == folder / found


def test_an_unknown_id_names_what_is_near(folder: Path) -> None:
    (folder / "harbour.yml").touch()
    with pytest.raises(ConfigError) as raised:
        find_play("harbor", folder)
    (problem,) = raised.value.problems
    assert (problem.code, problem.found, problem.hint) == ("PLAY_NOT_FOUND", "harbor", "did you mean harbour?")
    assert problem.allowed == "b, b, harbour, c, d, c"


def test_a_folder_that_is_not_there_holds_no_play(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no Play is in"):
        find_play("x", tmp_path / "none")


def test_drafts_are_not_listed(folder: Path) -> None:
    listed = [str(path.relative_to(folder)) for path in list_plays(folder)]
    assert listed == ["b.yaml", "b.yml", "a/c.yaml", "a/deep/d.yml", "z/c.yml"]
