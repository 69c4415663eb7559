"""The command `venue`: a local exchange that replays candles, until it is interrupted."""

import json
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import attrs
import click
import trio
from starlette.types import ASGIApp

from actors.clock import wall_time_ms
from actors.supervision import only_error
from commands.exit_codes import INTERRUPTED, SUCCESS
from commands.presentation import announce_compiling, say
from commands.venue_display import ANYBODY, MarketHours, Served, tell
from commands.venue_market import MarketWish, Recording, recordings, replay_start_ms, tapes_digest
from commands.venue_options import AccountWish
from exchange.venue.control.app import control_app
from exchange.venue.control.fields import ControlMistake
from exchange.venue.control.saving import restore_venue, save_venue
from exchange.venue.control.server_clock import ServerClock
from exchange.venue.control.state import Controls
from exchange.venue.faults.documents import read_plan
from exchange.venue.faults.injection import InjectedFaults
from exchange.venue.faults.rules import FaultPlan
from exchange.venue.market.market import VenueMarket
from exchange.venue.opening import AccountSpec, ServedVenue, open_venue
from exchange.venue.serving import serve
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS

_SECOND_MS = 1000
# From this speed on a step of a second is over in less than a frame of a film; steps of a minute serve.
_FAST = 60.0


@attrs.frozen(kw_only=True)
class VenueWish:
    """What was typed; None where an option was left out, but for `speed`, where it means that the clock stands."""

    market: MarketWish
    start_ms: int | None
    speed: float | None
    step_ms: int | None
    port: int
    control_port: int | None
    accounts: Sequence[AccountWish]
    leverage: float
    slippage_bps: float
    faults: Path | None
    state: Path | None
    progress: bool


@attrs.frozen(kw_only=True)
class PreparedVenue:
    """Everything that can be refused has been: what is served, and from where."""

    wish: VenueWish
    recordings: Sequence[Recording]
    market: VenueMarket
    accounts: Sequence[AccountWish]
    plan: FaultPlan
    digest: str


def run_venue(wish: VenueWish, *, as_json: bool) -> int:
    """Serve until a signal comes, and return the exit code: INTERRUPTED if the replay was not over.

    Raises DataError for data, faults and states that do not serve, usage errors, and OSError for a port that is taken.
    """
    prepared = prepare_venue(wish)
    for one in prepared.recordings:
        if one.unmarked:
            say(f"{one.tape.symbol}: the last price stands for the mark price: {one.unmarked}", "yellow")
    announce_compiling()
    return trio.run(serve_venue, prepared, as_json)


def prepare_venue(wish: VenueWish) -> PreparedVenue:
    """Read and check everything that was named. Raises as `run_venue` does."""
    keys = [one.api_key for one in wish.accounts]
    if len(set(keys)) < len(keys):
        raise click.BadParameter("an API key is there twice; each account needs its own", param_hint="--account")
    if wish.state is not None and not wish.state.absolute().parent.is_dir():
        raise click.BadParameter(f"{wish.state}: there is no folder {wish.state.parent}", param_hint="--state")
    plan = FaultPlan(seed=wish.market.seed) if wish.faults is None else _read_plan(wish.faults)
    found = recordings(wish.market)
    tapes = [one.tape for one in found]
    step_ms = wish.step_ms or (_SECOND_MS if wish.speed is not None and wish.speed < _FAST else MINUTE_MS)
    start_ms = replay_start_ms(tapes) if wish.start_ms is None else wish.start_ms
    return PreparedVenue(
        wish=wish,
        recordings=found,
        market=VenueMarket(tapes, step_ms, start_ms=start_ms, seed=wish.market.seed),
        accounts=wish.accounts or (ANYBODY,),
        plan=plan,
        digest=tapes_digest(tapes, step_ms),
    )


def _read_plan(file: Path) -> FaultPlan:
    try:
        return read_plan(json.loads(file.read_bytes()))
    except ControlMistake as error:
        raise DataError(f"{file}: {error}") from None
    except ValueError as error:
        raise DataError(f'{file}: is not JSON: {error}. Write {{"seed": 7, "rules": [...]}}.') from None


async def serve_venue(
    prepared: PreparedVenue, as_json: bool, task_status: trio.TaskStatus[Served] = trio.TASK_STATUS_IGNORED
) -> int:
    """Serve until SIGINT or SIGTERM, then save the state, and return the exit code. `task_status` gets what is served.

    Raises DataError for a state file that does not serve, and OSError for a port that is taken; nothing is saved then,
    nor when it is cancelled.
    """
    wish, market = prepared.wish, prepared.market
    clock = ServerClock(wall_time_ms)
    faults = InjectedFaults(prepared.plan, clock)
    served = open_venue(market, _specs(prepared), speed=wish.speed, now_ms=clock, faults=faults)
    save = None
    if wish.state is not None:
        save = partial(save_venue, wish.state, prepared.digest, market, served.accounts)
        if wish.state.exists():
            restore_venue(wish.state, prepared.digest, market, served.accounts)
    if wish.progress:
        served.venue.add_account(MarketHours(market, lambda text: say(text, "dim")))
    controls = Controls(venue=served.venue, accounts=served.accounts, faults=faults, clock=clock, save=save)
    control = control_app(controls)
    try:
        async with trio.open_nursery() as nursery:
            await nursery.start(_stop_on_signals, nursery.cancel_scope)
            port = await _listening(nursery, served.app, wish.port, "--port")
            control_port = None
            if wish.control_port is not None:
                control_port = await _listening(nursery, control, wish.control_port, "--control-port")
            told = _told(prepared, port, control_port)
            tell(told, as_json=as_json)
            task_status.started(told)
            nursery.start_soon(served.run)
            nursery.start_soon(_tell_of_the_end, served)
    except BaseExceptionGroup as group:
        raise only_error(group) from group
    if save is not None:
        say(f"state saved to {save()}")
    return SUCCESS if market.ended else INTERRUPTED


async def _listening(nursery: trio.Nursery, app: ASGIApp, port: int, option: str) -> int:
    try:
        return await nursery.start(serve, app, port)
    except OSError as error:
        raise OSError(error.errno, f"port {port}: {error.strerror}; name another with {option}, or 0 for any") from None


def _specs(prepared: PreparedVenue) -> list[AccountSpec]:
    wish = prepared.wish
    return [
        AccountSpec(
            api_key=one.api_key,
            secret=one.secret,
            usdt=one.usdt,
            leverage=wish.leverage,
            slippage_bps=wish.slippage_bps,
        )
        for one in prepared.accounts
    ]


def _told(prepared: PreparedVenue, port: int, control_port: int | None) -> Served:
    return Served(
        market=prepared.market,
        recordings=prepared.recordings,
        accounts=prepared.accounts,
        speed=prepared.wish.speed,
        port=port,
        control_port=control_port,
    )


async def _tell_of_the_end(served: ServedVenue) -> None:
    await served.venue.finished.wait()
    say("the replay is over; the venue goes on serving. Ctrl-C ends it.")


async def _stop_on_signals(
    everything: trio.CancelScope, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            everything.cancel()
