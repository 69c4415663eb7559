"""A child process that serves, as its parent sees it."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import attrs
import trio

from actors.local_venue import LocalVenue
from exchange.bybit.settings import BybitSettings, local_endpoints
from exchange.venue.venue import Venue

_ROOT = Path(__file__).parents[1]
# Without limits of ours, as a session at a replay has it.
SETTINGS = BybitSettings(entries_per_symbol_per_s=10_000, requests_per_5_s=100_000)


@attrs.frozen(kw_only=True, eq=False)
class VenueProcess:
    """A process of `benchmarks.venue_child`. In place of a venue in this process it takes acknowledgements."""

    port: int
    commands: IO[bytes]
    answers: IO[bytes]

    def acknowledge(self, name: str, until_ms: int) -> None:
        """`name` is done with every instant up to `until_ms`; the line is in the pipe at once."""
        self.commands.write(f"{name} {until_ms}\n".encode())

    def leave(self, name: str) -> None:
        """Nothing to tell: the process ends with the measurement."""

    async def finished(self) -> None:
        """Wait for the end of the replay."""
        await trio.to_thread.run_sync(self.answers.readline)


def local_venue(process: VenueProcess) -> LocalVenue:
    """The venue of a process as if it were in this one: nothing is asked of it but to take acknowledgements."""
    return LocalVenue(venue=cast(Venue, process), endpoints=local_endpoints(process.port), settings=SETTINGS)


@contextmanager
def serving(*wanted: object) -> Generator[VenueProcess]:
    """A child that serves what is wanted (see `benchmarks.venue_child`), until the end."""
    command = [sys.executable, "-m", "benchmarks.venue_child", *map(str, wanted)]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        commands, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        with commands:
            yield VenueProcess(port=int(answers.readline()), commands=commands, answers=answers)
