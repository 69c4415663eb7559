"""What happens on a live feed beside its bars: for blocks, halts and notices, and for the journal."""

import attrs

from exchange.bybit.stream import FrameNotUnderstood
from feeds.assembler import Candle
from feeds.gaps import GapSpan


@attrs.frozen(kw_only=True)
class CaughtUp:
    """All bars of a symbol that close at `until_ms` or before have been delivered; live bars follow, one by one."""

    symbol: str
    until_ms: int


@attrs.frozen(kw_only=True)
class HoleFound:
    """Newer bars of a symbol are here, but not those of `hole`; nothing is delivered before they are."""

    symbol: str
    hole: GapSpan


@attrs.frozen(kw_only=True)
class HoleFilled:
    """The bars of a symbol are contiguous again."""

    symbol: str


@attrs.frozen(kw_only=True)
class HistoryLacks:
    """The venue has no bars of a stretch of the past; those after it have been delivered without them."""

    symbol: str
    hole: GapSpan


@attrs.frozen(kw_only=True)
class BarDisagrees:
    """Two sources say different things of a bar. `used` was delivered, or is going to be, and is not changed."""

    symbol: str
    used: Candle
    other: Candle


@attrs.frozen(kw_only=True)
class CandleRefused:
    """The stream sent a candle as closed that cannot be: its bar is asked for."""

    symbol: str
    reason: str


@attrs.frozen(kw_only=True)
class FeedStale:
    """The stream does not bring bars, all of them (`symbol` is empty) or those of one symbol: they are asked for."""

    reason: str
    symbol: str = ""


@attrs.frozen(kw_only=True)
class FeedFresh:
    """The stream works again, as far as `symbol`, or all of it, is concerned."""

    symbol: str = ""


@attrs.frozen(kw_only=True)
class StreamFailing:
    """The stream has not become healthy for so many connections in a row; it goes on trying. Told once an hour."""

    failures: int
    reason: str


@attrs.frozen(kw_only=True)
class AskingFailed:
    """The venue did not answer the question for bars of a symbol; it is going to be asked again."""

    symbol: str
    reason: str


FeedEvent = (
    CaughtUp
    | HoleFound
    | HoleFilled
    | HistoryLacks
    | BarDisagrees
    | CandleRefused
    | FeedStale
    | FeedFresh
    | StreamFailing
    | AskingFailed
    | FrameNotUnderstood
)
