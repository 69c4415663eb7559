"""Instants as a Play writes them: ISO 8601 text, or milliseconds since the epoch."""

from datetime import UTC, datetime, timedelta

from play_engine.play.document import Node
from play_engine.play.problems import Problems
from play_engine.play.ranges import Range
from play_engine.play.scalars import Codes, integer_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Far beyond any market data, so that sums of instants stay representable.
_WITHIN = Range(0, (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND)
ALLOWED = "an instant from 1970 to 2199, UTC: 2024-01-31, 2024-01-31T12:00Z, or ms since the epoch"


def instant_of(node: Node, problems: Problems, codes: Codes) -> int | None:
    """Milliseconds since the epoch, UTC where no offset is written; None after a report."""
    if node.broken:
        return None
    if node.number is not None:
        return integer_of(node, problems, _WITHIN, codes)
    ts_ms = None if node.text is None else _parsed(node.text)
    if ts_ms is None or not _WITHIN.contains(ts_ms):
        problems.error(node.spot, codes.value, found=node.shown(), allowed=ALLOWED)
        return None
    node.value = ts_ms
    return ts_ms


def _parsed(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    ts_ms, rest = divmod(moment - _EPOCH, _MILLISECOND)
    return None if rest else ts_ms
