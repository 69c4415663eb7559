"""Folders that the program reads and writes when none is named, below the working directory; whether one will do."""

import os
from pathlib import Path

# Plays named by id are looked up here.
PLAYS = Path("plays")
# Every run keeps its artefacts here.
RUNS = Path("runs")
# The candle store.
CANDLES = Path("data/candles")
# Pages made from the program's declarations.
REFERENCE = Path("docs/reference")


def why_not_a_folder(folder: Path) -> str:
    """Why runs cannot be kept below `folder`, in words; empty if they can."""
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        return f"{nearest} is a file"
    return "" if os.access(nearest, os.W_OK | os.X_OK) else f"{nearest} cannot be written to"
