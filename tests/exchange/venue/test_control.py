"""The control: what it tells, what it changes, and what it refuses."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from exchange.orders import NewOrder
from exchange.venue.control.app import control_app
from exchange.venue.control.server_clock import ServerClock
from exchange.venue.control.state import Controls
from exchange.venue.faults.injection import InjectedFaults
from exchange.venue.faults.rules import FaultPlan
from exchange.venue.opening import AccountSpec, ServedVenue, open_venue
from tests.exchange.venue.injecting import NOW_MS, SetClock, StillSocket, order_frame
from tests.exchange.venue.market_scene import made_market

KEY, HIDDEN = "control-test-key", "control-test-secret"


@asynccontextmanager
async def controlled(save: Callable[[], Path] | None = None) -> AsyncGenerator["Control"]:
    clock = SetClock()
    server = ServerClock(clock)
    faults = InjectedFaults(FaultPlan(), server)
    specs = [AccountSpec(api_key=KEY, secret=HIDDEN)]
    served = open_venue(made_market(count=400), specs, speed=1.0, now_ms=server, faults=faults)
    controls = Controls(venue=served.venue, accounts=served.accounts, faults=faults, clock=server, save=save)
    transport = httpx.ASGITransport(app=control_app(controls))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as http:
        yield Control(http, served, controls, clock)


class Control:
    """A client of the control, and what it controls."""

    def __init__(self, http: httpx.AsyncClient, served: ServedVenue, controls: Controls, clock: SetClock) -> None:
        self.http, self.served, self.faults, self.clock = http, served, controls.faults, clock

    async def state(self) -> Any:
        answer = await self.http.get("/state")
        assert answer.status_code == 200
        return answer.json()

    async def done(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, path: str, **body: Any) -> str:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 400
        return answer.json()["error"]


async def test_the_state_tells_of_everything_and_no_secret() -> None:
    async with controlled() as control:
        control.faults.opened(StillSocket(account=KEY))
        order = NewOrder(link_id="one", side=1, type="Market", tif="IOC", qty=0.01)
        control.served.accounts[KEY].submit("BTCUSDT", order, at_once=True)
        state = await control.state()
    assert state["market"]["last"].keys() == {"BTCUSDT"}
    assert (state["speed"], state["waiting"], state["participants"]) == (1.0, False, {})
    (account,) = state["accounts"]
    assert (account["account"], account["positions"]) == ("cont…", {"BTCUSDT": 0.01})
    assert state["sockets"] == [{"socket": "private", "account": "cont…"}]
    assert KEY not in json.dumps(state)
    assert HIDDEN not in json.dumps(state)


async def test_faults_are_added_counted_and_cleared() -> None:
    async with controlled() as control:
        rule = {"kind": "drop_frame", "count": 1}
        assert (await control.done("/faults", rules=[rule]))["faults"] == [rule | {"hits": 0}]
        assert control.faults.frame(StillSocket(), order_frame()) == ()
        state = await control.state()
        assert (state["faults"], state["fault_hits"]) == ([rule | {"hits": 1}], {"drop_frame": 1})
        assert await control.done("/faults", clear=True) == {"faults": []}


async def test_a_wrong_rule_leaves_the_others_as_they_are() -> None:
    async with controlled() as control:
        await control.done("/faults", rules=[{"kind": "twice"}])
        error = await control.refused("/faults", rules=[{"kind": "lose_request"}, {"kind": "nothing"}], clear=True)
        assert error.startswith("rules[1].kind: found 'nothing'; allowed: ")
        assert [rule["kind"] for rule in (await control.state())["faults"]] == ["twice"]


async def test_participants_join_acknowledge_and_leave() -> None:
    async with controlled() as control:
        joined = await control.done("/participants", join="bot")
        now_ms = joined["now_ms"]
        assert (await control.state())["waiting"] is True
        await control.done("/acknowledge", name="bot", until_ms=now_ms + 60_000)
        assert (await control.state())["participants"] == {"bot": now_ms + 60_000}
        assert (await control.done("/participants", leave="bot"))["participants"] == {}
        assert "does not take part" in await control.refused("/acknowledge", name="bot", until_ms=now_ms)
        assert "allowed" in await control.refused("/participants", join="bot", leave="bot")


async def test_sockets_are_cut() -> None:
    async with controlled() as control:
        private, public = StillSocket(account=KEY), StillSocket(kind="public", account="")
        control.faults.opened(private)
        control.faults.opened(public)
        assert await control.done("/disconnect", socket="private", account=KEY) == {"cut": 1}
        assert await control.done("/restart") == {"cut": 2}
        assert (private.cuts, public.cuts) == (2, 1)
        assert "found 'spot'" in await control.refused("/disconnect", socket="spot")


async def test_maintenance_comes_and_ends() -> None:
    async with controlled() as control:
        frames: list[str] = []
        control.served.venue.listen_public(lambda _topic, frame: frames.append(frame))
        told = await control.done("/maintenance", seconds=60, in_seconds=5, parts=["private"], announced=True)
        assert [(one["start_ms"], one["parts"]) for one in told["maintenance"]] == [(NOW_MS + 5000, ["private"])]
        assert control.faults.admits("private")
        control.clock.now_ms += 5000
        assert not control.faults.admits("private")
        await control.done("/maintenance", end=True)
        assert control.faults.admits("private")
        assert ["system.status" in frame for frame in frames] == [True, True]


async def test_a_restart_may_take_its_time() -> None:
    async with controlled() as control:
        await control.done("/restart", away_s=2)
        assert not control.faults.admits("public")
        assert not control.faults.announced()
        control.clock.now_ms += 2000
        assert control.faults.admits("public")


@pytest.mark.parametrize("speed", [60, 0.5, "max", "wait"])
async def test_the_speed_is_set(speed: float | str) -> None:
    async with controlled() as control:
        assert await control.done("/speed", speed=speed) == {"speed": speed}
        assert (await control.state())["speed"] == speed


async def test_the_clock_of_the_server_is_set_wrong() -> None:
    async with controlled() as control:
        assert await control.done("/clock", offset_ms=5000) == {"now_ms": NOW_MS + 5000, "offset_ms": 5000}
        assert control.served.venue.now_ms() == NOW_MS + 5000
        assert (await control.state())["server"] == {"now_ms": NOW_MS + 5000, "offset_ms": 5000}
        assert "offset_ms: found 86400001" in await control.refused("/clock", offset_ms=86_400_001)


async def test_the_state_file_is_written_where_there_is_one(tmp_path: Path) -> None:
    async with controlled(lambda: tmp_path / "venue.state") as control:
        assert await control.done("/save") == {"file": str(tmp_path / "venue.state")}
    async with controlled() as control:
        assert "start the venue with --state FILE" in await control.refused("/save")


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/speed", {"speed": 0}, "speed: found 0; allowed: a number above 0, max, or wait"),
        ("/speed", {"speed": True}, "speed: found True; allowed: a number above 0, max, or wait"),
        ("/speed", {"speed": 1, "now": 1}, "now: not a key here; allowed: speed"),
        ("/acknowledge", {"name": "x"}, "until_ms: found nothing; allowed: a whole number"),
        ("/maintenance", {"seconds": 0}, "maintenance must end after its start"),
        ("/maintenance", {"seconds": 5, "parts": ["all"]}, "parts of the venue: found all; allowed: trading"),
        ("/restart", {"away_s": -1}, "away_s: found -1.0; allowed: 0 to 86400"),
    ],
)
async def test_what_cannot_be_done_is_refused(path: str, body: dict[str, Any], error: str) -> None:
    async with controlled() as control:
        assert (await control.refused(path, **body)).startswith(error)


async def test_pages_of_a_browser_are_turned_away() -> None:
    async with controlled() as control:
        foreign = await control.http.get("/state", headers={"host": "evil.example:80"})
        assert (foreign.status_code, foreign.json()["error"][:11]) == (400, "host: found")
        form = await control.http.post("/restart", content="a=b", headers={"content-type": "text/plain"})
        assert (form.status_code, form.json()["error"][:12]) == (400, "content-type")
        broken = await control.http.post("/restart", content="{", headers={"content-type": "application/json"})
        assert (broken.status_code, broken.json()["error"][:17]) == (400, "body: is not JSON")
        named = await control.http.get("/state", headers={"host": "[::1]:8091"})
        assert named.status_code == 200
