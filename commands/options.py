"""Options that several commands have."""

from pathlib import Path

import click

from commands.folders import CANDLES


def _json_anywhere(context: click.Context, _: click.Parameter, value: bool) -> bool:
    # `--json` may also stand before the command.
    return value or bool(context.obj)


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_json_anywhere,
    help="Print one JSON document on stdout, also for errors.",
)
store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    default=CANDLES,
    show_default=True,
    metavar="DIR",
    help="Folder of the candle store.",
)
