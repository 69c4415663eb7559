"""The command `venue`: what it serves, how it ends, and what it refuses before it begins."""

import json
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import click
import httpx
import pytest
import trio

from commands.venue_display import Served
from commands.venue_market import MarketWish, recordings, replay_start_ms, tapes_digest
from commands.venue_options import AccountOption, AccountWish, SpeedOption, SyntheticOption
from commands.venue_run import VenueWish, prepare_venue, serve_venue
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from tests.commands.inputs import ROOT, START_MS, program, write_candles

HIDDEN = "a-secret-of-the-test"
BARS = 120


def market(folder: Path, **changes: Any) -> MarketWish:
    candles = str(write_candles(folder, bars=BARS, interval_ms=MINUTE_MS))
    whole: dict[str, Any] = {"candles": (candles,), "mark": (), "funding": (), "open_interest": (), "synthetic": ()}
    return MarketWish(**({"symbol": "BTCUSDT", "seed": 0} | whole | changes))


def wish(folder: Path, **changes: Any) -> VenueWish:
    """A venue whose clock stands, on ports that are free."""
    whole: dict[str, Any] = {
        "market": market(folder),
        "start_ms": None,
        "speed": None,
        "step_ms": None,
        "port": 0,
        "control_port": 0,
        "accounts": (AccountWish(api_key="key-of-the-test", secret=HIDDEN),),
        "leverage": 10.0,
        "slippage_bps": 0.0,
        "faults": None,
        "state": None,
        "progress": False,
    }
    return VenueWish(**(whole | changes))


class Running:
    """A venue that serves, and a client of its control."""

    def __init__(self, told: Served, http: httpx.AsyncClient) -> None:
        self.told, self.http = told, http
        self.code: int | None = None

    async def state(self) -> Any:
        return (await self.http.get("/state")).json()

    async def act(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def play(self, steps: int) -> None:
        """Let the clock go so many steps on."""
        joined = await self.act("/participants", join="test")
        until_ms = joined["now_ms"] + (steps - 1) * self.told.market.step_ms
        await self.act("/acknowledge", name="test", until_ms=until_ms)
        with trio.fail_after(5):
            while self.told.market.now_ms <= until_ms:
                await trio.lowlevel.checkpoint()
        await self.act("/participants", leave="test")


@asynccontextmanager
async def running(asked: VenueWish) -> AsyncGenerator[Running]:
    """The venue until the end of the block, where Ctrl-C ends it."""

    async def serve(task_status: trio.TaskStatus[Served]) -> None:
        code.append(await serve_venue(prepare_venue(asked), False, task_status))

    code: list[int] = []
    async with trio.open_nursery() as nursery:
        told = await nursery.start(serve)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{told.control_port}") as http:
            venue = Running(told, http)
            yield venue
        signal.raise_signal(signal.SIGINT)
    (venue.code,) = code


async def test_it_serves_market_and_control_until_it_is_interrupted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(wish(tmp_path)) as venue:
        asked = httpx.AsyncClient(base_url=f"http://127.0.0.1:{venue.told.port}")
        async with asked as http:
            rows = (await http.get("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1")).json()
        state = await venue.state()
    assert len(rows["result"]["list"]) == BARS // 2
    assert state["market"]["now_ms"] == START_MS + BARS // 2 * MINUTE_MS
    assert venue.code == 130
    out = capsys.readouterr().out
    assert f"http://127.0.0.1:{venue.told.port}" in out
    assert "key-of-the-test, 10,000.00 USDT" in out
    assert HIDDEN not in out


async def test_at_the_end_of_the_replay_it_ends_with_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(wish(tmp_path, progress=True)) as venue:
        await venue.act("/speed", speed="max")
        with trio.fail_after(10):
            while not venue.told.market.ended:
                await trio.lowlevel.checkpoint()
        await trio.testing.wait_all_tasks_blocked()
    assert venue.code == 0
    err = capsys.readouterr().err
    assert "2024-01-01T02:00:00Z  BTCUSDT " in err
    assert "the replay is over" in err


async def test_it_goes_on_from_its_state_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = wish(tmp_path, state=tmp_path / "venue.state")
    async with running(asked) as venue:
        await venue.play(3)
        before = await venue.state()
    assert "state saved to" in capsys.readouterr().err
    async with running(asked) as venue:
        assert (await venue.state())["market"] == before["market"]
        await venue.play(2)
        assert (await venue.act("/save"))["file"] == str(tmp_path / "venue.state")
    capsys.readouterr()
    other = attrs.evolve(asked, step_ms=1000)
    with pytest.raises(DataError, match="a replay of other candles or other steps"):
        await serve_venue(prepare_venue(other), False)


async def test_a_plan_of_faults_is_played(tmp_path: Path) -> None:
    plan = tmp_path / "faults.json"
    plan.write_text('{"seed": 7, "rules": [{"kind": "refuse", "path": "/v5/market/time", "code": 10016}]}')
    async with running(wish(tmp_path, faults=plan)) as venue:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{venue.told.port}") as http:
            assert (await http.get("/v5/market/time")).json()["retCode"] == 10016
        assert (await venue.state())["fault_hits"] == {"refuse": 1}


async def test_a_port_that_is_taken_is_an_error_of_the_system(tmp_path: Path) -> None:
    asked = wish(tmp_path)
    async with running(asked) as venue:
        with pytest.raises(OSError, match=r"port \d+: .*in use; name another with --port"):
            await serve_venue(prepare_venue(attrs.evolve(asked, port=venue.told.port)), False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"faults\.json: is not JSON"),
        ('{"rules": [{"kind": "x"}]}', r"faults\.json: rules\[0\]\.kind: found 'x'; allowed"),
    ],
)
def test_a_wrong_plan_is_refused(tmp_path: Path, text: str, message: str) -> None:
    plan = tmp_path / "faults.json"
    plan.write_text(text)
    with pytest.raises(DataError, match=message):
        prepare_venue(wish(tmp_path, faults=plan))


@pytest.mark.parametrize(
    ("speed", "step_ms"), [(1.0, 1000), (59.0, 1000), (60.0, MINUTE_MS), (float("inf"), MINUTE_MS), (None, MINUTE_MS)]
)
def test_slow_replays_have_steps_of_a_second(tmp_path: Path, speed: float | None, step_ms: int) -> None:
    assert prepare_venue(wish(tmp_path, speed=speed)).market.step_ms == step_ms


def test_an_account_and_a_folder_that_cannot_be(tmp_path: Path) -> None:
    twice = (AccountWish(api_key="one", secret=HIDDEN),) * 2
    with pytest.raises(click.BadParameter, match="an API key is there twice"):
        prepare_venue(wish(tmp_path, accounts=twice))
    with pytest.raises(click.BadParameter, match="there is no folder"):
        prepare_venue(wish(tmp_path, state=tmp_path / "nowhere" / "venue.state"))


def test_made_up_markets_and_files_stand_side_by_side(tmp_path: Path) -> None:
    found = recordings(market(tmp_path, synthetic=(("ETHUSDT", 2),)))
    assert [one.tape.symbol for one in found] == ["BTCUSDT", "ETHUSDT"]
    assert found[0].tape.mark is None
    assert found[1].tape.mark is not None
    assert len(found[1].tape.funding)
    tapes = [one.tape for one in found]
    assert replay_start_ms(tapes) == START_MS + 1000 * MINUTE_MS
    assert tapes_digest(tapes, 1000) == tapes_digest(tapes[::-1], 1000)
    assert len({tapes_digest(tapes, 1000), tapes_digest(tapes, 2000), tapes_digest(tapes[:1], 1000)}) == 3


def test_files_are_named_by_their_symbols(tmp_path: Path) -> None:
    file = market(tmp_path).candles[0]
    found = recordings(market(tmp_path, candles=(f"ETHUSDT={file}", file)))
    assert [one.tape.symbol for one in found] == ["ETHUSDT", "BTCUSDT"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candles": ()}, "nothing to replay"),
        ({"mark": ("ETHUSDT=x.csv",)}, "is for ETHUSDT, of which there are no --candles"),
        ({"synthetic": (("BTCUSDT", 1),)}, "a symbol is there twice"),
        ({"synthetic": (("ETHUSDT", 1), ("ETHUSDT", 2))}, "a symbol is there twice"),
        ({"candles": ("a.csv", "b.csv")}, "BTCUSDT has a file already"),
    ],
)
def test_markets_that_cannot_be(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        recordings(market(tmp_path, **changes))


def test_an_account_is_a_key_a_secret_and_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_TEST_SECRET", HIDDEN)
    read = AccountOption()
    assert read.convert(f"k:{HIDDEN}", None, None) == AccountWish(api_key="k", secret=HIDDEN, usdt=10_000.0)
    assert read.convert(f"k:{HIDDEN}:250.5", None, None) == AccountWish(api_key="k", secret=HIDDEN, usdt=250.5)
    named = read.convert("k:@VENUE_TEST_SECRET", None, None)
    assert named.secret == HIDDEN
    assert HIDDEN not in repr(named)


@pytest.mark.parametrize("text", [f"key!:{HIDDEN}", f"k:{HIDDEN}:much", f"k:{HIDDEN}:-1", f"k:{HIDDEN}:nan"])
def test_a_wrong_account_is_refused_without_its_secret(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        AccountOption().convert(text, None, None)
    assert HIDDEN not in caught.value.format_message()


def test_a_secret_that_is_nowhere_is_named() -> None:
    with pytest.raises(click.BadParameter, match="there is no environment variable VENUE_TEST_NOWHERE"):
        AccountOption().convert("k:@VENUE_TEST_NOWHERE", None, None)


@pytest.mark.parametrize(("text", "speed"), [("1", 1.0), ("0.5", 0.5), ("max", float("inf")), ("wait", None)])
def test_speeds(text: str, speed: float | None) -> None:
    assert SpeedOption().convert(text, None, None) == speed


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "fast"])
def test_speeds_that_cannot_be(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a number above 0, max, or wait"):
        SpeedOption().convert(text, None, None)


@pytest.mark.parametrize("text", ["BTCUSDT", "BTCUSDT:0", "btc:1", "BTCUSDT:1.5", "BTCUSDT:99999"])
def test_made_up_markets_that_cannot_be(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not SYMBOL:DAYS"):
        SyntheticOption().convert(text, None, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to replay; give --candles FILE or --synthetic SYMBOL:DAYS"),
        (["--synthetic", "BTCUSDT:1", "--start", "2030-01-01"], "the replay would begin"),
        (["--candles", "nowhere.csv"], "nowhere.csv"),
        (["--synthetic", "BTCUSDT:1", "--faults", "nowhere.json"], "nowhere.json"),
    ],
)
def test_what_was_typed_is_refused(capsys: pytest.CaptureFixture[str], arguments: Sequence[str], message: str) -> None:
    printed = program(capsys, "venue", *arguments)
    assert printed.code in (1, 2)
    assert message in printed.err
    assert "Traceback" not in printed.err


def test_a_process_tells_its_addresses_and_ends_with_ctrl_c() -> None:
    options = ["--synthetic", "BTCUSDT:1", "--port", "0", "--speed", "wait", "--account", f"key-of-the-test:{HIDDEN}"]
    command = [sys.executable, str(ROOT / "supervisor.py"), "venue", *options, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1]
        told = json.loads("".join(lines))
        assert httpx.get(f"{told['rest']}/v5/market/time").json()["retCode"] == 0
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert told["accounts"] == [{"api_key": "key-of-the-test", "usdt": 10_000.0}]
    assert (told["speed"], told["symbols"][0]["bars"]) == ("wait", 1440)
    assert "Traceback" not in err
    assert HIDDEN not in "".join(lines) + err
