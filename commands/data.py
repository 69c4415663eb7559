"""What can be typed after `data`: the commands that fill, show, check and mend the candle store.

As in `commands.command_line`, what a command does is imported when it runs.
"""

from pathlib import Path

import click

from commands.data_files import FILE_COMMANDS
from commands.exit_codes import EPILOG
from commands.option_types import Instant
from commands.options import json_option, store_option


@click.group(epilog=EPILOG, short_help="Fill, show, check and mend the candle store.")
def data() -> None:
    """Fill, show, check and mend the candle store: bars, mark prices, funding and instruments by venue and symbol."""


@data.command("list", epilog=EPILOG, short_help="Show what the store has.")
@store_option
@click.option("--venue", metavar="NAME", help="Only this venue.")
@click.option("--symbol", metavar="NAME", help="Only this symbol.")
@click.option("--gaps", "with_gaps", is_flag=True, help="Also show every gap.")
@json_option
def list_command(store: Path, venue: str | None, symbol: str | None, with_gaps: bool, as_json: bool) -> int:
    """Show every series of the store: its range, how many bars it has and lacks, how many a gap filler made."""
    from commands.data_list import run_list

    return run_list(store, venue, symbol, with_gaps=with_gaps, as_json=as_json)


@data.command("check", epilog=EPILOG, short_help="Verify every file of the store.")
@store_option
@click.option("--venue", metavar="NAME", help="Only this venue.")
@click.option("--symbol", metavar="NAME", help="Only this symbol.")
@json_option
def check_command(store: Path, venue: str | None, symbol: str | None, as_json: bool) -> int:
    """Verify checksums, order, grid and prices of everything in the store; report each finding with its remedy.

    Changes nothing. Exit code 1 when something is damaged.
    """
    from commands.data_check import run_check

    return run_check(store, venue, symbol, as_json=as_json)


@data.command("repair", epilog=EPILOG, short_help="Set damaged files of the store aside.")
@store_option
@click.option("--venue", metavar="NAME", help="Only this venue.")
@click.option("--symbol", metavar="NAME", help="Only this symbol.")
@json_option
def repair_command(store: Path, venue: str | None, symbol: str | None, as_json: bool) -> int:
    """Move damaged files of the store to its folder `.quarantine`, and say which stretches must be fetched again."""
    from commands.data_repair import run_repair

    return run_repair(store, venue, symbol, as_json=as_json)


@data.command("migrate", epilog=EPILOG, short_help="Bring an older store to the present version.")
@store_option
@json_option
def migrate_command(store: Path, as_json: bool) -> int:
    """Write files of an older version of the store anew, with the checksums and statistics of the present one."""
    from commands.data_migrate import run_migrate

    return run_migrate(store, as_json=as_json)


@data.command("query", epilog=EPILOG, short_help="Ask the store in SQL.")
@click.argument("sql", metavar="SQL")
@store_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write all rows to this Parquet file.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@json_option
def query_command(sql: str, store: Path, out: Path | None, force: bool, as_json: bool) -> int:
    """Show what one SELECT gives over the tables candles, marks, funding and open_interest of the store.

    Each has the columns of its series and venue, symbol, interval, time.
    """
    from commands.data_query import run_query

    return run_query(sql, store, out, force=force, as_json=as_json)


@data.command("sync", epilog=EPILOG, short_help="Fetch history from a venue into the store.")
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL...")
@click.option("--venue", type=click.Choice(["bybit"]), default="bybit", show_default=True, help="Whom to ask.")
@click.option("--interval", default="1m", show_default=True, metavar="TEXT", help="Length of the bars: 1m … D, W.")
@click.option(
    "--start", "start_ms", type=Instant(), help="First instant; by default where the store begins, or trading."
)
@click.option("--end", "end_ms", type=Instant(), help="The end, itself not included; by default now.")
@click.option(
    "--kinds",
    default="last,mark,funding,instrument",
    show_default=True,
    metavar="NAME,NAME",
    help="What to fetch; also open_interest, every five minutes.",
)
@store_option
@click.option(
    "--source",
    type=click.Choice(["rest", "archive"]),
    default="rest",
    show_default=True,
    help="archive: make bars of the last price, 1m, out of the venue's daily files of trades.",
)
@click.option("--base-url", metavar="URL", help="Another address of the REST interface.")
@click.option("--archive-url", metavar="URL", help="Another address of the archive.")
@click.option(
    "--audit",
    "audit_windows",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Fetch N windows of each series again and compare them with the store.",
)
@click.option("--fill-gaps", is_flag=True, help="Make flat bars, marked as synthetic, for bars that the venue lacks.")
@json_option
def sync_command(
    symbols: tuple[str, ...],
    venue: str,
    interval: str,
    start_ms: int | None,
    end_ms: int | None,
    kinds: str,
    store: Path,
    source: str,
    base_url: str | None,
    archive_url: str | None,
    audit_windows: int,
    fill_gaps: bool,
    as_json: bool,
) -> int:
    """Fetch what the store lacks of each SYMBOL (BTCUSDT ...): closed bars only, over the venue's public interface.

    Can be stopped and started again at any moment. Gaps that the venue has are told and stay gaps. Exit code 1 when
    something could not be fetched, or an audit found a difference; the store keeps what it had.
    """
    from commands.data_sync import SyncOptions, run_data_sync

    options = SyncOptions(
        venue=venue,
        symbols=symbols,
        interval=interval,
        start_ms=start_ms,
        end_ms=end_ms,
        kinds=kinds,
        source=source,
        base_url=base_url,
        archive_url=archive_url,
        audit_windows=audit_windows,
        fill_gaps=fill_gaps,
    )
    return run_data_sync(options, store, as_json=as_json)


for _command in FILE_COMMANDS:
    data.add_command(_command)
