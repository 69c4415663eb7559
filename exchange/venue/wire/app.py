"""The ASGI application of the venue: one door for HTTP, one for each kind of socket."""

from functools import partial

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from exchange.venue.faults.faults import PRIVATE, PUBLIC, TRADE
from exchange.venue.wire.app_rest import RestApp
from exchange.venue.wire.floor import Floor
from exchange.venue.wire.private_socket import serve_private
from exchange.venue.wire.public_socket import CATEGORIES, serve_public
from exchange.venue.wire.trade_socket import serve_trade

_AWAY = 503


def venue_app(floor: Floor) -> ASGIApp:
    """The application that serves a venue."""
    public = [WebSocketRoute(f"/v5/public/{category}", partial(_public, floor, category)) for category in CATEGORIES]
    return Starlette(
        routes=[
            WebSocketRoute("/v5/private", partial(_private, floor)),
            WebSocketRoute("/v5/trade", partial(_trade, floor)),
            *public,
            Route("/{path:path}", RestApp(floor)),
        ]
    )


async def _public(floor: Floor, category: str, socket: WebSocket) -> None:
    if await _admitted(floor, PUBLIC, socket):
        await serve_public(floor, category, socket)


async def _private(floor: Floor, socket: WebSocket) -> None:
    if await _admitted(floor, PRIVATE, socket):
        await serve_private(floor, socket)


async def _trade(floor: Floor, socket: WebSocket) -> None:
    if await _admitted(floor, TRADE, socket):
        await serve_trade(floor, socket)


async def _admitted(floor: Floor, kind: str, socket: WebSocket) -> bool:
    """Whether a socket may be opened; it has been turned away if not."""
    if floor.faults.admits(kind):
        return True
    await socket.send_denial_response(PlainTextResponse("service unavailable", _AWAY))
    return False
