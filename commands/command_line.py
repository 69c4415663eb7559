"""What can be typed: the program's options and commands.

What a command does stands in its own module, which is imported when the command runs: `--help` and mistakes in
options must not wait for the numerical libraries.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from commands.data import data
from commands.exit_codes import EPILOG, INTERRUPTED, SUCCESS
from commands.failure import report_failure, report_interruption
from commands.folders import REFERENCE, RUNS
from commands.option_types import Assignment, Instant
from commands.options import json_option as _json
from commands.runs import runs
from commands.venue import venue
from play_engine.errors import PlayhouseError

_FILE = click.Path(path_type=Path)
_INSTANT = Instant()
_candles = click.option(
    "--candles",
    type=_FILE,
    required=True,
    metavar="FILE",
    help="Candles of the Play's symbol: Parquet, CSV or Feather.",
)
_start = click.option("--start", "start_ms", type=_INSTANT, help="First instant: 2024-01-31 or 2024-01-31T12:00, UTC.")
_end = click.option("--end", "end_ms", type=_INSTANT, help="The end, itself not included; written as --start.")
_set = click.option(
    "--set", "assignments", type=Assignment(), multiple=True, help="Value of a variable of the Play; may be repeated."
)


@click.group(invoke_without_command=True, epilog=EPILOG)
@click.option("--config", type=_FILE, metavar="FILE", help="Run all instances of this TOML file.")
@_json
@click.pass_context
def supervisor(context: click.Context, config: Path | None, as_json: bool) -> int:
    """Run trading strategies: the instances of a config file, or one of the commands below."""
    context.obj = as_json
    if context.invoked_subcommand is not None:
        if config is not None:
            raise click.UsageError(f"--config runs a file by itself; leave it out before {context.invoked_subcommand}")
        return SUCCESS
    if config is None:
        raise click.UsageError("nothing to do; give --config FILE or a command", context)
    from commands.run_config import run_config

    return run_config(config, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Run a Play over a file of candles.")
@click.argument("play")
@_candles
@_start
@_end
@_set
@click.option(
    "--setting", "settings", type=Assignment(), multiple=True, help="Setting of the simulation; may be repeated."
)
@click.option("--mark", type=_FILE, metavar="FILE", help="Candles of the mark price, of the same interval.")
@click.option("--funding", type=_FILE, metavar="FILE", help="Funding rates: a table with a time and a rate.")
@click.option("--open-interest", type=_FILE, metavar="FILE", help="Open interest: a table with a time and a value.")
@click.option("--out", type=_FILE, default=RUNS, show_default=True, metavar="DIR", help="Folder that keeps the run.")
@click.option("--accept-unsettled", is_flag=True, help="Start although the data do not reach back over the warm-up.")
@click.option("--accept-gaps", is_flag=True, help="Run over gaps of more than a day in the data.")
@click.option("--report", is_flag=True, help="Also write report.html into the run's folder; needs pip install bokeh.")
@_json
def backtest(
    play: str,
    candles: Path,
    start_ms: int | None,
    end_ms: int | None,
    assignments: Sequence[tuple[str, str]],
    settings: Sequence[tuple[str, str]],
    mark: Path | None,
    funding: Path | None,
    open_interest: Path | None,
    out: Path,
    accept_unsettled: bool,
    accept_gaps: bool,
    report: bool,
    as_json: bool,
) -> int:
    """Run PLAY, a file or the id of a Play in plays/, over a file of candles.

    Without --start and --end the run covers all that the candles allow once the Play has warmed up.
    """
    from commands.backtest import MarketFiles, run_backtest

    files = MarketFiles(candles=candles, mark=mark, funding=funding, open_interest=open_interest)
    return run_backtest(
        play,
        files,
        (start_ms, end_ms),
        assignments,
        settings,
        out,
        accept_unsettled=accept_unsettled,
        accept_gaps=accept_gaps,
        report=report,
        as_json=as_json,
    )


@supervisor.command(epilog=EPILOG, short_help="Report what is wrong with a Play or a config.")
@click.argument("target", metavar="PLAY|CONFIG")
@_json
def check(target: str, as_json: bool) -> int:
    """Report every problem of a Play, or of a config file (.toml) and its Plays; run nothing."""
    from commands.check import run_check

    return run_check(target, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Write every column that a Play computes.")
@click.argument("play")
@_candles
@click.option("--out", type=_FILE, required=True, metavar="FILE", help="Parquet file to write.")
@_start
@_end
@_set
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@_json
def inspect(
    play: str,
    candles: Path,
    out: Path,
    start_ms: int | None,
    end_ms: int | None,
    assignments: Sequence[tuple[str, str]],
    force: bool,
    as_json: bool,
) -> int:
    """Write what PLAY computes over a file of candles: a row per exec bar, warm-up included, a column per series.

    --start and --end only limit the rows that are written.
    """
    from commands.inspect_columns import run_inspect

    return run_inspect(play, candles, out, (start_ms, end_ms), assignments, force=force, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Say in plain words what a Play does.")
@click.argument("play")
@click.option("--candles", type=_FILE, metavar="FILE", help="With --at: candles of the Play's symbol.")
@click.option("--at", "at_ms", type=_INSTANT, help="Show what each rule was at this instant, UTC.")
@_set
@_json
def explain(
    play: str, candles: Path | None, at_ms: int | None, assignments: Sequence[tuple[str, str]], as_json: bool
) -> int:
    """Say in plain words what PLAY does: when it is evaluated, enters and exits, how much, with which stops.

    With --candles and --at run it up to that instant, and show each rule there: every line's verdict (true, false,
    unknown) and the values that it read, and what would be decided.
    """
    from commands.explain import run_explain

    return run_explain(play, assignments, candles, at_ms, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Print the JSON Schema of Play files.")
@click.option("--out", type=_FILE, metavar="FILE", help="Write it to this file, for an editor.")
@_json
def schema(out: Path | None, as_json: bool) -> int:
    """Print the JSON Schema of Play files: every key, type, range and default, with its meaning."""
    from commands.schema import run_schema

    return run_schema(out, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Write the reference pages of the language.")
@click.option("--out", type=_FILE, default=REFERENCE, show_default=True, metavar="DIR", help="Folder of the pages.")
@_json
def reference(out: Path, as_json: bool) -> int:
    """Write the pages play.md, indicators.md and structures.md from the declarations that the program itself uses."""
    from commands.reference import run_reference

    return run_reference(out, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Draw what a Play saw and did as one HTML file.")
@click.argument("play")
@_candles
@click.option("--out", type=_FILE, required=True, metavar="FILE", help="HTML file to write.")
@_start
@_end
@_set
@click.option("--only", metavar="ID,ID", help="Draw these features and structures only.")
@click.option("--run", "run_dir", type=_FILE, metavar="DIR", help="Draw the trades of an earlier run: its folder.")
@click.option("--no-run", is_flag=True, help="Draw no trades; then the warm-up need not be over.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@_json
def chart(
    play: str,
    candles: Path,
    out: Path,
    start_ms: int | None,
    end_ms: int | None,
    assignments: Sequence[tuple[str, str]],
    only: str | None,
    run_dir: Path | None,
    no_run: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Draw the candles of PLAY with its features, its structures, and what it does on them, for a browser.

    The Play is run over the window; --start and --end are those of the run.
    """
    from commands.chart import Trades, run_chart

    trades = Trades(run=not no_run, folder=run_dir)
    return run_chart(play, candles, out, (start_ms, end_ms), assignments, only, trades, force=force, as_json=as_json)


@supervisor.command(epilog=EPILOG, short_help="Show a finished run as one HTML file.")
@click.argument("run_dir", type=_FILE)
@click.option("--out", type=_FILE, metavar="FILE", help="HTML file to write.  [default: report.html in RUN_DIR]")
@click.option("--candles", multiple=True, metavar="FILE", help="Candles to draw; several symbols: SYMBOL=FILE each.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@_json
def report(run_dir: Path, out: Path | None, candles: Sequence[str], force: bool, as_json: bool) -> int:
    """Show the run in the folder RUN_DIR for a browser.

    Equity, monthly returns, trades, prices, exposure, costs, and everything that was assumed.
    """
    from commands.report import run_report

    return run_report(run_dir, out, candles, force=force, as_json=as_json)


supervisor.add_command(data)
supervisor.add_command(runs)
supervisor.add_command(venue)


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for; returns the exit code, after any message has been printed."""
    as_json = "--json" in arguments
    try:
        return int(supervisor.main(list(arguments), standalone_mode=False) or SUCCESS)
    except click.Abort:
        report_interruption(as_json=as_json)
        return INTERRUPTED
    except (PlayhouseError, click.ClickException, OSError) as error:
        return report_failure(error, as_json=as_json)
