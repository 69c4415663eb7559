"""GET over HTTPS: the one place that knows httpx. Its errors become ours here."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from ssl import SSLContext
from typing import IO

import attrs
import httpx
import trio

from feeds.bybit.endpoints import Question
from feeds.bybit.errors import Down, WrongAnswer

_OK = 200
# A full page of candles has a tenth of this.
_LARGEST_BODY_BYTES = 4 * 1024 * 1024
# A very busy day of trades has a fifth of this.
_LARGEST_FILE_BYTES = 2 * 1024 * 1024 * 1024


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
        body = bytearray()
        with _our_errors(question), trio.fail_after(timeout_s):
            async with self._client.stream("GET", question.path, params=question.parameters) as response:
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > _LARGEST_BODY_BYTES:
                        raise WrongAnswer(f"{question}: the answer is larger than {_LARGEST_BODY_BYTES:,} bytes")
                return Reply(status=response.status_code, headers=_lower_case(response), body=bytes(body))

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
    client = httpx.AsyncClient(base_url=base_url, timeout=None, limits=limits, verify=_certificates())  # noqa: S113
    async with client:
        yield Http(client)


@cache
def _certificates() -> SSLContext:
    # Reading the certificates of all authorities takes a tenth of a second; nobody changes them afterwards.
    return httpx.create_ssl_context()


@contextmanager
def _our_errors(question: Question) -> Generator[None]:
    """Turn what httpx and Trio raise for a failed exchange into Down, with the question in it."""
    try:
        yield
    except trio.TooSlowError as error:
        raise Down(f"{question}: no complete answer in time") from error
    except httpx.HTTPError as error:
        raise Down(f"{question}: {type(error).__name__}: {error}") from error


def _lower_case(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
