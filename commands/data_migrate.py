"""The command `data migrate`: a candle store of an older version becomes one of the present version."""

from pathlib import Path

from commands.data_store import open_store
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import show
from feeds.store_format import VERSION


def run_migrate(root: Path, *, as_json: bool) -> int:
    """Migrate the store at `root` and return the exit code."""
    written = open_store(root).migrate()
    if as_json:
        print_json({"version": VERSION, "files": written})
    else:
        show(f"{root}: is of version {VERSION}; {written:,} files were written anew")
    return SUCCESS
