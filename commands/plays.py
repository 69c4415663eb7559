"""Loading the Play that a command names."""

from collections.abc import Iterable
from pathlib import Path

from commands.folders import PLAYS
from commands.own_indicators import check_own_indicators
from play_engine.play import find_play, load_play
from play_engine.play.composing import read_scalar
from play_engine.play.model import Play

_SUFFIXES = (".yml", ".yaml")


def open_play(name: str, assignments: Iterable[tuple[str, str]] = (), *, list_defaults: bool = False) -> Play:
    """The Play of a path or an id, with values of `--set` read as YAML scalars.

    What has the suffix or the slashes of a path is one, else it is looked up in the folder of Plays. Raises ConfigError
    with all problems, laws that an indicator of the Play's own breaks among them.
    """
    path = Path(name)
    is_path = path.suffix in _SUFFIXES or path.name != name or path.is_file()
    variables = {variable: read_scalar(text) for variable, text in assignments}
    play = load_play(path if is_path else find_play(name, PLAYS), variables, list_defaults=list_defaults)
    check_own_indicators(play)
    return play
