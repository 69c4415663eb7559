"""From bytes to typed values: one way in, and one error for all that is not what the protocol says."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, Generic, TypeVar

import attrs
import msgspec

from exchange.bybit.errors import ProtocolError

CATEGORY = "linear"
# Whole numbers of at most 18 digits, which an int64 can hold; JSON knows larger ones.
Whole = Annotated[int, msgspec.Meta(gt=-(10**18), lt=10**18)]
_Row = TypeVar("_Row")
# Of bytes that are not understood, enough to find out why.
_KEPT_BYTES = 64 * 1024
_SIDES = {"Buy": 1, "Sell": -1}


@attrs.frozen(kw_only=True)
class Page(Generic[_Row]):
    """A page of a list, in the venue's order. `cursor` asks for the next one; the last page has an empty one.
    `time_ms` is the venue's time of the answer, 0 where it does not say."""

    rows: tuple[_Row, ...]
    cursor: str = ""
    time_ms: int = 0


@contextmanager
def understood(raw: bytes | str) -> Generator[None]:
    """Turn what decoding raises into ProtocolError with `raw` in it."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        # The decoder's own errors are ValueErrors; it gives up on deeply nested arrays with the other one.
        data = raw.encode("utf-8", "backslashreplace") if isinstance(raw, str) else bytes(raw)
        raise ProtocolError(f"what the venue sent is not understood: {error}", data[:_KEPT_BYTES]) from error


def decoded(raw: bytes | str, decode: Callable[[bytes | str], _Row]) -> _Row:
    """What `decode` makes of `raw`. Raises ProtocolError, and nothing else, for what it cannot read."""
    with understood(raw):
        return decode(raw)


def side_of(word: str) -> int:
    """+1 for `Buy`, −1 for `Sell`. Raises ValueError for another word."""
    if word not in _SIDES:
        raise ValueError(f"found {word!r} where a side should be; allowed: Buy, Sell")
    return _SIDES[word]


def named(text: str, what: str) -> str:
    """`text`, which names something and must not be empty. Raises ValueError for an empty one."""
    if not text:
        raise ValueError(f"{what} is empty")
    return text


def known(word: str | None) -> str:
    """A word, or an empty text where the venue writes that there is none."""
    return "" if word is None or word == "UNKNOWN" else word
