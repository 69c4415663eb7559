"""What can be typed after `venue`: a local exchange that replays candles.

As in `commands.command_line`, what the command does is imported when it runs.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from commands.exit_codes import EPILOG
from commands.option_types import Instant
from commands.options import json_option
from commands.venue_options import AccountOption, AccountWish, SpeedOption, SyntheticOption

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)
_PORT = click.IntRange(0, 65_535)
_ACCOUNT = "An account; may be repeated.  [default: venue-key, with a secret that is printed]"
_STEPS_S = {"1s": 1, "5s": 5, "10s": 10, "30s": 30, "1m": 60, "5m": 300, "15m": 900, "1h": 3600}


def _files(option: str, help_text: str) -> Callable[[_Command], _Command]:
    return click.option(option, multiple=True, metavar="[SYMBOL=]FILE", help=help_text)


@click.command("venue", epilog=EPILOG, short_help="Serve a local exchange that replays candles.")
@_files("--candles", "Candles to replay; may be repeated with other symbols.")
@_files("--mark", "Candles of the mark price, of the same interval.")
@_files("--funding", "Funding rates: a table with a time and a rate.")
@_files("--open-interest", "Open interest: a table with a time and a value.")
@click.option("--symbol", default="BTCUSDT", show_default=True, metavar="NAME", help="Symbol of files without one.")
@click.option("--synthetic", multiple=True, type=SyntheticOption(), help="Replay a made-up market of so many days.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of all that is made up.")
@click.option("--start", "start_ms", type=Instant(), help="Where the replay begins, UTC.  [default: after 1,000 bars]")
@click.option(
    "--speed",
    type=SpeedOption(),
    default="1",
    show_default=True,
    metavar="NUMBER|max|wait",
    help="Market seconds a second.",
)
@click.option(
    "--step", type=click.Choice(list(_STEPS_S)), help="Step of the market.  [default: 1s below speed 60, or 1m]"
)
@click.option("--port", type=_PORT, default=8090, show_default=True, help="Port on this machine; 0 picks one.")
@click.option("--control-port", type=_PORT, help="Port of the control: state, faults, participants; 0 picks one.")
@click.option("--account", "accounts", multiple=True, type=AccountOption(), help=_ACCOUNT)
@click.option("--leverage", type=click.FloatRange(1, 100), default=10.0, show_default=True, help="Of every symbol.")
@click.option("--slippage-bps", type=click.FloatRange(0, 1000), default=0.0, show_default=True, help="Of every fill.")
@click.option("--faults", type=_FILE, metavar="FILE", help='Faults to play: {"seed": 7, "rules": [...]}.')
@click.option("--state", type=_FILE, metavar="FILE", help="Go on from this file if it is there, and save to it.")
@click.option("--progress", is_flag=True, help="Tell of every market hour.")
@json_option
def venue(
    candles: Sequence[str],
    mark: Sequence[str],
    funding: Sequence[str],
    open_interest: Sequence[str],
    symbol: str,
    synthetic: Sequence[tuple[str, int]],
    seed: int,
    start_ms: int | None,
    speed: float | None,
    step: str | None,
    port: int,
    control_port: int | None,
    accounts: Sequence[AccountWish],
    leverage: float,
    slippage_bps: float,
    faults: Path | None,
    state: Path | None,
    progress: bool,
    as_json: bool,
) -> int:
    """Serve an exchange on this machine that speaks Bybit V5, over HTTP and WebSockets, and replays candles.

    Point a client at the address that is printed, with a key of --account: key and secret, the secret perhaps as @NAME
    of an environment variable, and USDT. Speed `max` is as fast as it goes, `wait` stands still until somebody has
    joined by the control. Ends with Ctrl-C; 130 if the replay was not over by then.
    """
    from commands.venue_market import MarketWish
    from commands.venue_run import VenueWish, run_venue

    market = MarketWish(
        symbol=symbol,
        candles=candles,
        mark=mark,
        funding=funding,
        open_interest=open_interest,
        synthetic=synthetic,
        seed=seed,
    )
    wish = VenueWish(
        market=market,
        start_ms=start_ms,
        speed=speed,
        step_ms=1000 * _STEPS_S[step] if step else None,
        port=port,
        control_port=control_port,
        accounts=accounts,
        leverage=leverage,
        slippage_bps=slippage_bps,
        faults=faults,
        state=state,
        progress=progress,
    )
    return run_venue(wish, as_json=as_json)
