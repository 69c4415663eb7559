"""Which version of its layout a candle store has: a small file at its root, and the same number in every partition.

Version 1 had neither; its partitions lack statistics and checksums. They are read as they are, written anew when they
grow, and all at once by a migration.
"""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile

from play_engine.errors import DataError

VERSION = 2
VERSION_FILE = "store.json"
# Where a repair puts what it sets aside, below the root; no venue can have this name.
QUARANTINE = ".quarantine"


def check_version(root: Path) -> int:
    """The version of the store at `root`; 1 where nothing says. Raises DataError for a newer one or a damaged file."""
    path = root / VERSION_FILE
    try:
        version = json.loads(path.read_text(encoding="utf-8"))["version"]
    except FileNotFoundError:
        return 1
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f'{path}: is not {{"version": {VERSION}}} but damaged; write that into it') from error
    refuse_newer(path, version)
    return version


def refuse_newer(path: Path, version: object) -> None:
    """Raise DataError unless this program knows the version that `path` states."""
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise DataError(f"{path}: is of version {version!r}; this program knows 1 to {VERSION}. Use a newer program.")


def stamp_version(root: Path) -> None:
    """Say at the root that the store is of this version. Raises DataError when it is of a newer one."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / VERSION_FILE
    if check_version(root) < VERSION:
        # First writers of two series may meet here: both write the same, each to a file of its own.
        with NamedTemporaryFile("w", dir=root, prefix=".", suffix=".tmp", delete=False, encoding="utf-8") as staged:
            staged.write(json.dumps({"version": VERSION}) + "\n")
        Path(staged.name).replace(path)
