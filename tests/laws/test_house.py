"""The house: imports point one way, files and functions stay small, and one place catches everything."""

import ast
import functools
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("play_engine", "exchange", "feeds", "results", "charts", "actors", "commands")

# Who may import whom. `results` is what a run leaves behind; `commands` is the terminal in front of the actors.
ARROWS = {
    "play_engine": set(),
    "exchange": {"play_engine"},
    "feeds": {"play_engine"},
    "results": {"play_engine", "exchange"},
    "charts": {"play_engine", "results"},
    "actors": {"play_engine", "exchange", "feeds", "results"},
    "commands": {"play_engine", "exchange", "feeds", "results", "charts", "actors"},
    "supervisor": {"commands"},
}
# What one room may use of another, and no more: feeds speak the venue's language, too.
PASSAGES = {"feeds": "exchange.bybit"}
# Rooms in which nothing may be asked of the machine: no files but the Play, no network, no tasks.
PURE = {"play_engine": {"trio", "duckdb", "pyarrow", "httpx", "socket", "os", "time", "random", "threading"}}
PURE["exchange/simulated"] = PURE["play_engine"]

LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def sources() -> list[Path]:
    """Every Python file of the program, tests and benchmarks left out."""
    return [*sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "supervisor.py"]


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports, at any depth of it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function of a file, docstrings not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            documented = ast.get_docstring(node) is not None and len(node.body) > 1
            first = node.body[1] if documented else node.body[0]
            yield node.name, (node.end_lineno or 0) - first.lineno + 1


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_follow_the_arrows() -> None:
    against: dict[str, set[str]] = {}
    for path in sources():
        room = relative(path).split("/")[0].removesuffix(".py")
        passage = PASSAGES.get(room, room)
        names = {name for name in imported(path) if name != passage and not name.startswith(f"{passage}.")}
        house = {name.split(".")[0] for name in names} & {*ROOMS, "supervisor"}
        against[relative(path)] = house - {room} - ARROWS[room]
    assert {path: rooms for path, rooms in against.items() if rooms} == {}


def test_pure_rooms_ask_nothing_of_the_machine() -> None:
    asked = {
        relative(path): {name.split(".")[0] for name in imported(path)} & banned
        for room, banned in PURE.items()
        for path in sources()
        if relative(path).startswith(f"{room}/")
    }
    assert {path: names for path, names in asked.items() if names} == {}


def test_files_and_functions_stay_small() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
    long = {(relative(path), name): lines for path in sources() for name, lines in functions(path)}
    assert {place: lines for place, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_the_typical_file_and_function_are_smaller_still() -> None:
    lengths = [len(path.read_text().splitlines()) for path in sources() if path.name != "__init__.py"]
    assert statistics.median(lengths) <= 200
    assert statistics.median(lines for path in sources() for _, lines in functions(path)) <= 10


def test_only_the_supervision_guard_catches_everything() -> None:
    broad = re.compile(r"except\s*(\(?(Base)?Exception\b|:)")
    found = [relative(path) for path in sources() for line in path.read_text().splitlines() if broad.search(line)]
    assert found == ["actors/supervision.py"]


def test_every_file_says_what_it_is_for() -> None:
    silent = [relative(path) for path in sources() if tree(path).body and not ast.get_docstring(tree(path))]
    assert silent == []
