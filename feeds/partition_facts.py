"""What is known of a partition without reading its columns: range, number of rows, gaps, checksum of the values.

Every partition carries it as JSON in its Parquet metadata, under the key `playhouse.candles`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs

from feeds.gaps import GapFinder, GapSpan
from feeds.partitions import SeriesFolder
from feeds.store_format import VERSION
from feeds.stored_rows import StoredRows
from play_engine.bars import Ints

METADATA_KEY = b"playhouse.candles"


@attrs.frozen(kw_only=True)
class PartitionFacts:
    """The rows of one partition: how many, when, how many a gap filler made, and the gaps between them.

    `checksum` is empty for a partition of version 1, which has none.
    """

    rows: int
    first_ms: int
    last_ms: int
    synthetic_rows: int
    gaps: tuple[GapSpan, ...]
    checksum: str

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return attrs.asdict(self) | {"gaps": [[gap.start_ms, gap.end_ms, gap.missing_bars] for gap in self.gaps]}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `document`. Raises KeyError, TypeError or ValueError for anything else."""
        spans = [GapSpan(start_ms=start, end_ms=end, missing_bars=bars) for start, end, bars in document["gaps"]]
        plain = {field.name: document[field.name] for field in attrs.fields(cls) if field.name != "gaps"}
        return cls(**plain, gaps=tuple(spans))


def facts_of(rows: StoredRows, series: SeriesFolder) -> PartitionFacts:
    """The facts of one row or more."""
    facts = facts_of_times(rows.ts, series)
    return attrs.evolve(facts, synthetic_rows=int(rows.synthetic.sum()), checksum=checksum(rows))


def facts_of_times(ts: Ints, series: SeriesFolder) -> PartitionFacts:
    """What the times alone tell: for partitions of version 1."""
    first_ms, last_ms, gaps = int(ts[0]), int(ts[-1]), gaps_in(ts, series)
    return PartitionFacts(rows=len(ts), first_ms=first_ms, last_ms=last_ms, synthetic_rows=0, gaps=gaps, checksum="")


def gaps_in(ts: Ints, series: SeriesFolder) -> tuple[GapSpan, ...]:
    """The gaps between times; readings come when they come and have none."""
    if not series.interval_ms:
        return ()
    finder = GapFinder(series.interval_ms)
    finder.feed(ts)
    return finder.gaps


def gaps_over(facts: Iterable[PartitionFacts], series: SeriesFolder) -> tuple[GapSpan, ...]:
    """The gaps of a whole series, those between its partitions among them."""
    found: list[GapSpan] = []
    last_ms: int | None = None
    for one in facts:
        if last_ms is not None and series.interval_ms:
            missing = (one.first_ms - last_ms) // series.interval_ms - 1
            start_ms = last_ms + series.interval_ms
            found += [GapSpan(start_ms=start_ms, end_ms=one.first_ms, missing_bars=missing)] if missing > 0 else []
        found += one.gaps
        last_ms = one.last_ms
    return tuple(found)


def checksum(rows: StoredRows) -> str:
    """SHA-256 over the values themselves, column after column, so that it survives any other way of encoding them."""
    digest = hashlib.sha256()
    for name, column in (("ts", rows.ts), *rows.values.items(), ("synthetic", rows.synthetic)):
        digest.update(name.encode())
        digest.update(column.tobytes())
    return digest.hexdigest()


def metadata_of(facts: PartitionFacts, series: SeriesFolder) -> dict[bytes, bytes]:
    """The facts as Parquet metadata, with the version and the series that the partition belongs to."""
    document = {"version": VERSION, "series": series.id, **facts.document()}
    return {METADATA_KEY: json.dumps(document).encode()}
