"""The control: what tests and operators ask of the venue that no exchange would do for them.

A small HTTP app on a port of its own, for this machine only. JSON in and out: a request that cannot be carried out gets
400 and `{"error": ...}`. It holds no secret and shows API keys shortened.

- `GET /state`: the market, participants, accounts, sockets, faults.
- `POST /faults` `{"rules": [...], "clear": false}`: play these fault rules too, after forgetting the others if asked.
- `POST /participants` `{"join": NAME}` or `{"leave": NAME}`: the clock waits for who has joined.
- `POST /acknowledge` `{"name": NAME, "until_ms": T}`: the clock need not wait for NAME up to T.
- `POST /disconnect` `{"socket": KIND, "account": KEY}`: cut sockets, all without keys.
- `POST /maintenance` (see `fault_documents.read_maintenance`) or `{"end": true}`.
- `POST /restart` `{"away_s": 2}`: cut all sockets, and answer nothing for a while; accounts and market are kept.
- `POST /speed` `{"speed": 60}`, or `"max"`, or `"wait"`: no step before somebody has joined.
- `POST /clock` `{"offset_ms": 5000}`: server time is so far ahead of the machine's from now on.
- `POST /save`: write the state file.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from exchange.venue.control.fields import ControlMistake, Fields
from exchange.venue.control.state import Controls, read_speed, speed_text, state_document
from exchange.venue.faults.documents import maintenance_document, read_maintenance, read_rules, rule_document
from exchange.venue.faults.maintenance import SERVICES, Maintenance

# Far more than any request here needs.
_LARGEST_BODY_BYTES = 262_144
_LONGEST_AWAY_S = 86_400.0
# Names under which this machine may be called; any other means that a foreign page asks through a browser.
_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def control_app(controls: Controls) -> Starlette:
    """The app; serve it on loopback only."""

    async def state(request: Request) -> JSONResponse:
        _check_host(request)
        return JSONResponse(state_document(controls))

    async def act(request: Request) -> JSONResponse:
        _check_host(request)
        fields = Fields(await _document(request))
        return JSONResponse(_ACTIONS[request.url.path](controls, fields))

    routes = [Route("/state", state), *(Route(path, act, methods=["POST"]) for path in _ACTIONS)]
    return Starlette(routes=routes, exception_handlers={ControlMistake: _mistaken})


def _play_faults(controls: Controls, fields: Fields) -> dict[str, Any]:
    clear = fields.flag("clear", default=False)
    rules = read_rules(fields.items("rules"))
    fields.end()
    if clear:
        controls.faults.clear()
    try:
        controls.faults.command(rules)
    except ValueError as error:
        raise ControlMistake(str(error)) from None
    return {"faults": [rule_document(rule, hits) for rule, hits in controls.faults.rules()]}


def _change_participants(controls: Controls, fields: Fields) -> dict[str, Any]:
    if fields.has("join") == fields.has("leave"):
        raise ControlMistake('body: allowed: {"join": NAME} or {"leave": NAME}')
    joins = fields.has("join")
    name = fields.text("join" if joins else "leave", None)
    fields.end()
    try:
        if joins:
            controls.venue.join(name)
        else:
            controls.venue.leave(name)
    except ValueError as error:
        raise ControlMistake(str(error)) from None
    return {"participants": dict(controls.venue.participants()), "now_ms": controls.venue.market.now_ms}


def _acknowledge(controls: Controls, fields: Fields) -> dict[str, Any]:
    name, until_ms = fields.text("name", None), fields.whole("until_ms")
    fields.end()
    try:
        controls.venue.acknowledge(name, until_ms)
    except ValueError as error:
        raise ControlMistake(str(error)) from None
    return {"now_ms": controls.venue.market.now_ms}


def _disconnect(controls: Controls, fields: Fields) -> dict[str, Any]:
    kind, account = fields.text("socket"), fields.text("account")
    fields.end()
    if kind and kind not in ("public", "private", "trade"):
        raise fields.mistake("socket", kind, "public, private, trade")
    return {"cut": controls.faults.cut(kind, account)}


def _maintain(controls: Controls, fields: Fields) -> dict[str, Any]:
    if fields.flag("end", default=False):
        fields.end()
        controls.faults.end_maintenance()
    else:
        window = read_maintenance(fields, controls.venue.now_ms())
        fields.end()
        controls.faults.maintain(window)
    controls.venue.announce(controls.faults.announced())
    return {"maintenance": [maintenance_document(window) for window in controls.faults.maintenance()]}


def _restart(controls: Controls, fields: Fields) -> dict[str, Any]:
    away_s = fields.number("away_s", 0.0)
    fields.end()
    if not 0 <= away_s <= _LONGEST_AWAY_S:
        raise fields.mistake("away_s", away_s, f"0 to {_LONGEST_AWAY_S:g}")
    cut = controls.faults.cut()
    if away_s:
        now_ms = controls.venue.now_ms()
        end_ms = now_ms + max(1, round(1000 * away_s))
        window = Maintenance(start_ms=now_ms, end_ms=end_ms, parts=frozenset(SERVICES), status=503, announced=False)
        controls.faults.maintain(window)
    return {"cut": cut}


def _change_speed(controls: Controls, fields: Fields) -> dict[str, Any]:
    value = fields.take("speed", None)
    fields.end()
    try:
        speed = read_speed(value)
    except ValueError as error:
        raise ControlMistake(f"speed: {error}") from None
    controls.venue.set_speed(speed)
    return {"speed": speed_text(controls.venue.speed)}


def _set_clock(controls: Controls, fields: Fields) -> dict[str, Any]:
    offset_ms = fields.whole("offset_ms")
    fields.end()
    try:
        controls.clock.set_offset(offset_ms)
    except ValueError as error:
        raise ControlMistake(f"offset_ms: {error}") from None
    return {"now_ms": controls.clock(), "offset_ms": controls.clock.offset_ms}


def _save(controls: Controls, fields: Fields) -> dict[str, Any]:
    fields.end()
    if controls.save is None:
        raise ControlMistake("there is no state file; start the venue with --state FILE")
    return {"file": str(controls.save())}


_ACTIONS: Mapping[str, Callable[[Controls, Fields], dict[str, Any]]] = {
    "/faults": _play_faults,
    "/participants": _change_participants,
    "/acknowledge": _acknowledge,
    "/disconnect": _disconnect,
    "/maintenance": _maintain,
    "/restart": _restart,
    "/speed": _change_speed,
    "/clock": _set_clock,
    "/save": _save,
}


def _check_host(request: Request) -> None:
    host = request.headers.get("host", "")
    name = host[: host.rindex("]") + 1] if "]" in host else host.partition(":")[0]
    if name.lower() not in _HOSTS:
        raise ControlMistake(f"host: found {host!r}; allowed: {', '.join(sorted(_HOSTS))}")


async def _document(request: Request) -> Any:
    """The body as JSON; nothing is an empty object. A page in a browser cannot send this type unasked."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise ControlMistake(f"content-type: found {kind!r}; allowed: application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY_BYTES:
            raise ControlMistake(f"body: allowed: at most {_LARGEST_BODY_BYTES} bytes")
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise ControlMistake(f"body: is not JSON: {error}") from None


async def _mistaken(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=400)
