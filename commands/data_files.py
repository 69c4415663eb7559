"""What can be typed after `data` about files: import, export, and markets that are made up.

As in `commands.command_line`, what a command does is imported when it runs.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from commands.exit_codes import EPILOG
from commands.option_types import Instant
from commands.options import json_option, store_option

_FILE = click.Path(path_type=Path)
_BAR_KINDS = ("last", "mark")
_KINDS = (*_BAR_KINDS, "funding", "open_interest")
_MOST_DAYS = 3_660
_kind_help = "last: prices of trades; mark: mark prices."


@click.command("import", epilog=EPILOG, short_help="Add files to the store.")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--symbol", required=True, metavar="NAME", help="Symbol that the rows are of; others are passed over.")
@click.option("--venue", required=True, metavar="NAME", help="Venue in the store that they belong to.")
@click.option("--kind", type=click.Choice(_KINDS), help=f"What the rows are, where the files do not say. {_kind_help}")
@click.option("--interval", metavar="NAME", help="Interval of the bars (1m, 1h, D); needed for a single bar only.")
@click.option("--columns", metavar="NAME,...", help="A name for each column, - to pass over it; where a header lacks.")
@click.option(
    "--utc-offset",
    "utc_offset_hours",
    type=click.FloatRange(-12, 14),
    metavar="HOURS",
    help="How far times without a zone are ahead of UTC.",
)
@store_option
@json_option
def import_command(
    files: Sequence[Path],
    symbol: str,
    venue: str,
    kind: str | None,
    interval: str | None,
    columns: str | None,
    utc_offset_hours: float | None,
    store: Path,
    as_json: bool,
) -> int:
    """Add candles, trades, mark prices, funding rates or open interest from files to the store.

    Takes Parquet, Feather, CSV (plain, .gz, .zip), JSON and recorded messages (.jsonl), as the archives of Bybit and
    Binance, freqtrade and many others write them, and says what each file was read as. All files are checked before
    anything is stored; rows that the store has already change nothing.
    """
    from commands.data_import import ImportWish, run_import

    wish = ImportWish(
        symbol=symbol, venue=venue, kind=kind, interval=interval, columns=columns, utc_offset_hours=utc_offset_hours
    )
    return run_import(files, wish, store, as_json=as_json)


@click.command("export", epilog=EPILOG, short_help="Write a series of the store to a file.")
@click.argument("symbol")
@click.option("--venue", required=True, metavar="NAME", help="Venue of the series.")
@click.option("--interval", default="1m", show_default=True, metavar="NAME", help="Interval of the bars.")
@click.option("--kind", type=click.Choice(_KINDS), default="last", show_default=True, help=_kind_help)
@click.option("--start", "start_ms", type=Instant(), help="First instant: 2024-01-31 or 2024-01-31T12:00, UTC.")
@click.option("--end", "end_ms", type=Instant(), help="The end, itself not included; written as --start.")
@click.option("--out", type=_FILE, required=True, metavar="FILE", help="A .parquet, .csv, .csv.gz or .feather file.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@store_option
@json_option
def export_command(
    symbol: str,
    venue: str,
    interval: str,
    kind: str,
    start_ms: int | None,
    end_ms: int | None,
    out: Path,
    force: bool,
    store: Path,
    as_json: bool,
) -> int:
    """Write bars, mark prices, funding rates or open interest of SYMBOL to a file that reads back bit for bit."""
    from commands.data_export import ExportWish, run_export

    wish = ExportWish(
        symbol=symbol, venue=venue, interval=interval, kind=kind, start_ms=start_ms, end_ms=end_ms, out=out
    )
    return run_export(wish, store, force=force, as_json=as_json)


@click.command("synth", epilog=EPILOG, short_help="Make up a market: a named pattern, or a realistic one.")
@click.argument("names", nargs=-1, metavar="[PATTERN | SYMBOL...]")
@click.option("--list", "list_patterns", is_flag=True, help="Show every pattern and its parameters, and end.")
@click.option("--play", metavar="PLAY", help="The pattern that this Play names, for its symbol.")
@click.option("--symbol", metavar="NAME", help="Symbol of a pattern.  [default: BTCUSDT]")
@click.option("--realistic", is_flag=True, help="Make each SYMBOL named as a market of its own, with all its moods.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another seed, another market.")
@click.option("--start", "start_ms", type=Instant(), default="2024-01-01", show_default=True, help="First minute, UTC.")
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=30, show_default=True, help="Length in days.")
@click.option(
    "--correlation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.6,
    show_default=True,
    help="Part of their movement that realistic symbols have in common.",
)
@click.option("--funding/--no-funding", default=True, show_default=True, help="Mark price and rates of realistic ones.")
@click.option(
    "--gaps-a-day", type=click.FloatRange(0, 24), default=0.0, show_default=True, help="Gaps of realistic ones."
)
@click.option("--out", type=_FILE, metavar="FILE", help="Write the bars of one symbol to this file.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Add everything to this store."
)
@click.option("--venue", default="synthetic", show_default=True, metavar="NAME", help="Venue in the store.")
@json_option
def synth_command(
    names: Sequence[str],
    list_patterns: bool,
    play: str | None,
    symbol: str | None,
    realistic: bool,
    seed: int,
    start_ms: int,
    days: int,
    correlation: float,
    funding: bool,
    gaps_a_day: float,
    out: Path | None,
    force: bool,
    store: Path | None,
    venue: str,
    as_json: bool,
) -> int:
    """Make one-minute bars that follow PATTERN, or with --realistic those of the symbols named, and keep them.

    The same options give the same bars, bit for bit. Bars of every longer interval come from these.
    """
    from commands.data_synth import MarketWish, Target, run_list_patterns, run_synth

    if list_patterns:
        return run_list_patterns(as_json=as_json)
    wish = MarketWish(
        names=names,
        play=play,
        symbol=symbol,
        realistic=realistic,
        seed=seed,
        start_ms=start_ms,
        days=days,
        correlation=correlation,
        funding=funding,
        gaps_a_day=gaps_a_day,
    )
    return run_synth(wish, Target(out=out, store=store, venue=venue, force=force), as_json=as_json)


FILE_COMMANDS = (import_command, export_command, synth_command)
