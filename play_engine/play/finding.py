"""Finding a Play by its id in the folder of Plays."""

from pathlib import Path

from play_engine.errors import ConfigError
from play_engine.play.problems import Problems, Spot, did_you_mean, listed

_SUFFIXES = (".yml", ".yaml")


def find_play(name: str, folder: Path) -> Path:
    """The file of the Play with id `name`: `<id>.yml`, then `<id>.yaml`, in `folder`, then in its subfolders in
    sorted order. Raises ConfigError, with near names, where there is none."""
    for place in (folder, *_subfolders(folder)):
        for suffix in _SUFFIXES:
            path = place / f"{name}{suffix}"
            if path.is_file():
                return path
    names = [path.stem for path in list_plays(folder)]
    problems = Problems(str(folder))
    allowed = listed(names) or f"no Play is in {folder}"
    problems.error(Spot(0, 0, ""), "PLAY_NOT_FOUND", found=name, allowed=allowed, hint=did_you_mean(name, names))
    raise ConfigError(problems.in_order())


def list_plays(folder: Path) -> list[Path]:
    """The files of all Plays below `folder`, in sorted order; those whose names begin with `_` are left out."""
    files = (path for place in (folder, *_subfolders(folder)) for path in sorted(place.glob("*")))
    return [path for path in files if path.suffix in _SUFFIXES and not path.name.startswith("_") and path.is_file()]


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_dir())
