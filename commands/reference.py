"""The command `reference`: the pages about the language, made from the declarations that the program itself uses."""

from pathlib import Path

import click

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.folders import why_not_a_folder
from commands.presentation import show
from commands.reference_indicators import indicators_page
from commands.reference_play import play_page
from commands.reference_structures import structures_page
from play_engine.indicators import INDICATORS
from play_engine.play.loader import Registries
from play_engine.play.schema import play_schema
from play_engine.structures import STRUCTURES


def reference_pages() -> dict[str, str]:
    """The text of each page by its file name."""
    schema = play_schema(Registries(indicators=INDICATORS, structures=STRUCTURES))
    return {
        "play.md": play_page(schema),
        "indicators.md": indicators_page(INDICATORS),
        "structures.md": structures_page(STRUCTURES),
    }


def run_reference(out: Path, *, as_json: bool) -> int:
    """Write the pages into the folder `out`, over those that are there, and return the exit code."""
    if reason := why_not_a_folder(out):
        raise click.BadParameter(f"{reason}; name a folder", param_hint="--out")
    out.mkdir(parents=True, exist_ok=True)
    pages = reference_pages()
    for name, text in pages.items():
        (out / name).write_text(text, encoding="utf-8")
    if as_json:
        print_json({"files": [str(out / name) for name in pages]})
    else:
        show("\n".join(str(out / name) for name in pages))
    return SUCCESS
