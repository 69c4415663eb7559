"""What can be typed after `runs`: the commands that list, show and compare earlier runs.

As in `commands.command_line`, what a command does is imported when it runs.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from commands.exit_codes import EPILOG
from commands.folders import RUNS
from commands.options import json_option

_runs_dir = click.option(
    "--runs-dir",
    type=click.Path(path_type=Path),
    default=RUNS,
    show_default=True,
    metavar="DIR",
    help="Folder that keeps the runs.",
)


@click.group(epilog=EPILOG, short_help="List, show and compare earlier runs.")
def runs() -> None:
    """List, show and compare earlier runs.

    RUN is the folder of a run, its PLAY/HASH/ATTEMPT below the folder of all runs, or the first digits of its result
    hash or input hash.
    """


@runs.command("list", epilog=EPILOG, short_help="List earlier runs with what came of them.")
@_runs_dir
@click.option("--play", metavar="ID", help="Only runs of this Play, instance or account.")
@click.option(
    "--sort",
    default="made",
    show_default=True,
    metavar="KEY",
    help="made, play, or any metric: total_return, max_drawdown, sortino … The greatest stands first.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show no more than the first N.")
@json_option
def list_command(runs_dir: Path, play: str | None, sort: str, limit: int | None, as_json: bool) -> int:
    """List earlier runs, the newest first: what was run on what, and what came of it."""
    from commands.runs_list import run_list

    return run_list(runs_dir, play, sort, limit, as_json=as_json)


@runs.command("show", epilog=EPILOG, short_help="Show the result of an earlier run.")
@click.argument("run")
@_runs_dir
@json_option
def show_command(run: str, runs_dir: Path, as_json: bool) -> int:
    """Show the result of RUN as it was shown when it was performed."""
    from commands.runs_show import run_show

    return run_show(runs_dir, run, as_json=as_json)


@runs.command("compare", epilog=EPILOG, short_help="Show how runs differ, in inputs and results.")
@click.argument("first", metavar="RUN")
@click.argument("others", metavar="RUN...", nargs=-1, required=True)
@click.option("--all", "every", is_flag=True, help="Show every metric that differs, not only the usual ones.")
@_runs_dir
@json_option
def compare_command(first: str, others: Sequence[str], every: bool, runs_dir: Path, as_json: bool) -> int:
    """Compare runs with the first: what differs in their inputs and metrics, and the trade from which on they part."""
    from commands.runs_compare import run_compare

    return run_compare(runs_dir, [first, *others], every=every, as_json=as_json)
