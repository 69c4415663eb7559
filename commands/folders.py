"""Folders that the program uses when none is named; both below the working directory."""

from pathlib import Path

# Plays named by id are looked up here.
PLAYS = Path("plays")
# Every run keeps its artefacts here.
RUNS = Path("runs")
