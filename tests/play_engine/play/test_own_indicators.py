"""Indicators that a Play brings along in a Python file."""

import sys
from pathlib import Path

import numpy as np
import pytest

from play_engine.engine import Engine
from play_engine.errors import ConfigError, Problem
from play_engine.indicators.own import module_name, own_indicators
from play_engine.inspection import inspect
from play_engine.intervals import INTERVALS
from play_engine.market import MarketSlice
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
    strength = np.concatenate([columns["strength"] for columns in inspect(engine, MarketSlice(bars=bars))])
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
        ("x = 1\nraise NotImplementedError('later')\n", "line 2: NotImplementedError: later"),
        ("assert 1 > 2\n", "line 1: AssertionError"),
        ("import sys\nsys.exit('no')\n", "line 2: SystemExit: no"),
        ("from numba import njit\n\n\n@njit('f8(f8)')\ndef f(x):\n    return x + 'a'\n", "line 4: TypingError"),
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


@pytest.mark.parametrize(
    ("name", "code"), [("rsi", "DUPLICATE_ID"), ("Laguerre", "INVALID_ID"), ("laguerre rsi", "INVALID_ID")]
)
def test_a_name_that_is_refused_is_the_only_problem(tmp_path: Path, name: str, code: str) -> None:
    (problem,) = _problems(tmp_path, FILE.replace('name="laguerre_rsi"', f'name="{name}"'))
    assert (problem.code, problem.path) == (code, "indicators[0]")
    assert name in problem.found


def test_every_fault_of_a_declaration_is_a_problem_that_names_file_and_indicator(tmp_path: Path) -> None:
    code = FILE.replace('inputs=("x",)', 'inputs=("price",)').replace("default=0.7", "default=7")
    found = _problems(tmp_path, code)
    assert [problem.code for problem in found] == ["INVALID_INDICATOR"] * 3
    assert all("laguerre.py: the indicator laguerre_rsi: " in problem.found for problem in found)
    assert "input price" in found[0].found
    assert all(problem.allowed for problem in found)


def test_files_of_one_name_are_modules_of_their_own(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "laguerre.py" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(FILE)
        own_indicators(path)
    names = [module_name(path) for path in paths]
    assert names[0] != names[1]
    assert [sys.modules[name].__file__ for name in names] == [str(path) for path in paths]
    for name in names:
        del sys.modules[name]


def test_a_file_that_fails_leaves_no_module_behind(tmp_path: Path) -> None:
    _problems(tmp_path, "raise NotImplementedError\n")
    assert module_name(tmp_path / "laguerre.py") not in sys.modules


def test_an_own_indicator_has_the_checks_of_every_other(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, FILE, PLAY.replace("gamma: 0.6", "gama: 0.6"))
    assert (problem.code, problem.path) == ("INVALID_PARAM", "features.strength.params.gama")
    assert "gamma" in problem.hint
