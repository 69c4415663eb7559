"""The command `schema`: the JSON Schema of Play files, for editors."""

import json
from pathlib import Path

import click

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import show
from play_engine.indicators import INDICATORS
from play_engine.play.loader import Registries
from play_engine.play.schema import play_schema
from play_engine.structures import STRUCTURES


def schema_text() -> str:
    """The schema as JSON, in an order that depends on nothing but the version of the program."""
    schema = play_schema(Registries(indicators=INDICATORS, structures=STRUCTURES))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def run_schema(out: Path | None, *, as_json: bool) -> int:
    """Print the schema, or write it to the file `out`, and return the exit code."""
    if out is None:
        click.echo(schema_text(), nl=False)
        return SUCCESS
    if out.is_dir() or not out.parent.is_dir():
        reason = "is a folder; name a file" if out.is_dir() else f"cannot be written: there is no folder {out.parent}"
        raise click.BadParameter(f"{out} {reason}", param_hint="--out")
    out.write_text(schema_text(), encoding="utf-8")
    comment = f"# yaml-language-server: $schema={out.absolute()}"
    if as_json:
        print_json({"file": str(out), "comment": comment})
    else:
        show(f"{out}: the schema of Play files; an editor uses it for a Play that begins with")
        show(comment)
    return SUCCESS
