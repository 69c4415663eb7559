"""Indicators that a Play brings along in a Python file."""

from pathlib import Path

import numpy as np
import pytest

from play_engine.engine import Engine
from play_engine.errors import ConfigError, Problem
from play_engine.inspection import inspect
from play_engine.intervals import INTERVALS
from play_engine.play import load_play
from tests.play_engine.minutes import minute_bars

PLAYS = Path(__file__).parents[3] / "plays"
FILE = (PLAYS / "laguerre.py").read_text()
PLAY = (PLAYS / "laguerre_pullback.yml").read_text()


def _problems(folder: Path, code: str | None, play: str = PLAY) -> list[Problem]:
    """What is wrong with the Play beside a file with this code."""
    (folder / "play.yml").write_text(play)
    if code is not None:
        (folder / "laguerre.py").write_text(code)
    with pytest.raises(ConfigError) as caught:
        load_play(folder / "play.yml")
    return [problem for problem in caught.value.problems if problem.severity == "error"]


def test_a_play_computes_with_its_own_indicator() -> None:
    play = load_play(PLAYS / "laguerre_pullback.yml")
    engine = Engine(play, base_ms=INTERVALS["1h"])
    bars = minute_bars(range(80), step_ms=INTERVALS["1h"])
    strength = np.concatenate([columns["strength"] for columns in inspect(engine, bars)])
    assert ((strength >= 0) & (strength <= 100)).all()
    assert len(set(strength.tolist())) > 40


def test_the_text_of_the_file_is_part_of_what_identifies_the_play(tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY)
    resolved: list[object] = []
    for code in (FILE, FILE, FILE + "\n# Another text.\n"):
        (tmp_path / "laguerre.py").write_text(code)
        resolved.append(load_play(tmp_path / "play.yml").resolved["indicators"])
    assert resolved[0] == resolved[1] != resolved[2]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1 +\n", "line 1: SyntaxError"),
        ("import numpy\n\nnumpy.nothing\n", "line 3: AttributeError"),
        ("import a_module_that_is_not_there\n", "line 1: ModuleNotFoundError"),
        ("PERIODS = 14\n", "declares no indicator"),
        ("from play_engine.indicators.averages import EMA\n", "declares no indicator"),
    ],
)
def test_a_file_that_is_wrong_is_one_problem_that_names_its_line(tmp_path: Path, code: str, told: str) -> None:
    (problem,) = _problems(tmp_path, code)
    assert (problem.code, problem.path) == ("INVALID_INDICATOR", "indicators[0]")
    assert told in problem.found


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, None)
    assert problem.code == "INVALID_VALUE"
    assert str(tmp_path / "laguerre.py") in problem.allowed


@pytest.mark.parametrize(
    ("written", "code"),
    [("laguerre.py", "INVALID_TYPE"), ("[3]", "INVALID_VALUE"), ("[laguerre.txt]", "INVALID_VALUE")],
)
def test_the_section_is_a_list_of_python_files(tmp_path: Path, written: str, code: str) -> None:
    play = PLAY.replace("indicators: [laguerre.py]", f"indicators: {written}")
    assert [problem.code for problem in _problems(tmp_path, FILE, play)] == [code]


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    found = _problems(tmp_path, FILE.replace('name="laguerre_rsi"', 'name="rsi"'))
    assert found[0].code == "DUPLICATE_ID"
    assert "rsi" in found[0].found


def test_an_own_indicator_has_the_checks_of_every_other(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, FILE, PLAY.replace("gamma: 0.6", "gama: 0.6"))
    assert (problem.code, problem.path) == ("INVALID_PARAM", "features.strength.params.gama")
    assert "gamma" in problem.hint
