"""HTTPS: the one place that knows httpx. Its errors become ours here."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from ssl import SSLContext
from typing import IO

import attrs
import httpx
import trio

from exchange.bybit.errors import Down, Unknown, WrongAnswer

_OK = 200
# A full page of candles has a tenth of this.
_LARGEST_BODY_BYTES = 4 * 1024 * 1024
# A very busy day of trades has a fifth of this.
_LARGEST_FILE_BYTES = 2 * 1024 * 1024 * 1024


@attrs.frozen
class Question:
    """One GET: a path and its parameters, in the order in which they are written."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.parameters)
        return f"{self.path}?{query}" if query else self.path


@attrs.frozen(kw_only=True)
class Sending:
    """One request as it goes on the wire: nothing of it is written anew. Its headers, which sign it, are not shown."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def target(self) -> str:
        """The path with its query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@attrs.frozen(kw_only=True)
class Reply:
    """What came back: status, headers (names in lower case), and the body as it is after decompression."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Kept connections to one address. Certificates are verified; redirects are not followed."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, question: Question, timeout_s: float) -> Reply:
        """The whole reply to a question. Raises Down without one within `timeout_s`, and WrongAnswer for a huge one.

        Cancellation closes the connection.
        """
        with _our_errors(question), trio.fail_after(timeout_s):
            async with self._client.stream("GET", question.path, params=question.parameters) as response:
                body = await _body_of(response)
        if body is None:
            raise WrongAnswer(f"{question}: the answer is larger than {_LARGEST_BODY_BYTES:,} bytes")
        return Reply(status=response.status_code, headers=_lower_case(response), body=body)

    async def send(self, sending: Sending, timeout_s: float) -> Reply:
        """The whole reply to a request that is sent once, whatever happens.

        Raises Down if nothing has reached the venue, or a GET has no answer; Unknown if a POST may have been carried
        out: no complete answer within `timeout_s`, a connection that broke, an answer that is too large. Cancellation
        closes the connection; a POST may have been carried out then, too.
        """
        lost = Unknown if sending.method == "POST" else Down
        headers, content = dict(sending.headers), sending.body or None
        with _our_errors(sending, lost), trio.fail_after(timeout_s):
            async with self._client.stream(
                sending.method, sending.target, headers=headers, content=content
            ) as response:
                body = await _body_of(response)
        if body is None:
            raise lost(f"{sending}: the answer is larger than {_LARGEST_BODY_BYTES:,} bytes")
        return Reply(status=response.status_code, headers=_lower_case(response), body=body)

    async def download(self, question: Question, timeout_s: float, file: IO[bytes]) -> Reply:
        """Write the body to `file` as it comes, if the status is 200; the reply then has an empty body.

        A file that is compressed stays so. Raises as `get` does; then the file has a part of the body.
        """
        size = 0
        with _our_errors(question), trio.fail_after(timeout_s):
            async with self._client.stream("GET", question.path, params=question.parameters) as response:
                if response.status_code == _OK:
                    async for piece in response.aiter_raw():
                        size += len(piece)
                        if size > _LARGEST_FILE_BYTES:
                            raise WrongAnswer(f"{question}: the file is larger than {_LARGEST_FILE_BYTES:,} bytes")
                        await trio.to_thread.run_sync(file.write, piece)
                return Reply(status=response.status_code, headers=_lower_case(response), body=b"")


@asynccontextmanager
async def open_http(base_url: str, connections: int) -> AsyncGenerator[Http]:
    """Connections to `base_url`, at most so many at a time; closed at the end."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    # Each request has one deadline for all of it: timeouts for each piece would let a slow body last for ever.
    client = httpx.AsyncClient(base_url=base_url, timeout=None, limits=limits, verify=certificates())  # noqa: S113
    async with client:
        yield Http(client)


@cache
def certificates() -> SSLContext:
    """Whom we trust: the authorities of the system's list, host names checked."""
    # Reading the certificates of all authorities takes a tenth of a second; nobody changes them afterwards.
    return httpx.create_ssl_context()


@contextmanager
def _our_errors(question: Question | Sending, lost: type[Down | Unknown] = Down) -> Generator[None]:
    """Turn what httpx and Trio raise for a failed exchange into `lost`, with the question in it; into Down if it
    certainly was not sent."""
    try:
        yield
    except trio.TooSlowError as error:
        raise lost(f"{question}: no complete answer in time") from error
    except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
        raise Down(f"{question}: not sent: {type(error).__name__}: {error}") from error
    except httpx.HTTPError as error:
        raise lost(f"{question}: {type(error).__name__}: {error}") from error


async def _body_of(response: httpx.Response) -> bytes | None:
    """The body, None if it is too large. It is read to its end all the same: what httpx reads with must not be left."""
    body, size = bytearray(), 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size <= _LARGEST_BODY_BYTES:
            body += piece
    return bytes(body) if size <= _LARGEST_BODY_BYTES else None


def _lower_case(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
