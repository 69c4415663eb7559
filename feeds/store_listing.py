"""What the store has, at a glance: from statistics of partitions, without reading their columns."""

import attrs

from feeds.gaps import GapSpan
from feeds.partition_facts import gaps_over
from feeds.partition_index import facts_by_partition
from feeds.partitions import SeriesFolder
from feeds.provider import Coverage


@attrs.frozen(kw_only=True)
class SeriesEntry:
    """One series of the store: `rows` at `first_ms` … `last_ms`, with these gaps between.

    `kind` is one of `feeds.partitions.KINDS`; readings have interval 0 and no gaps. A gap filler made `synthetic_rows`.
    """

    venue: str
    symbol: str
    kind: str
    interval_ms: int
    rows: int
    first_ms: int
    last_ms: int
    synthetic_rows: int
    gaps: tuple[GapSpan, ...]

    @property
    def missing_bars(self) -> int:
        """Bars that should be between the first and the last one, and are not."""
        return sum(gap.missing_bars for gap in self.gaps)

    def coverage(self) -> Coverage:
        """The same as providers say it; for bars."""
        return Coverage(
            symbol=self.symbol,
            interval_ms=self.interval_ms,
            start_ms=self.first_ms,
            end_ms=self.last_ms + self.interval_ms,
            rows=self.rows,
            gaps=self.gaps,
        )


def entry_of(series: SeriesFolder) -> SeriesEntry | None:
    """The entry of a series; None while it has no rows. Raises DataError when a partition cannot be opened."""
    facts = list(facts_by_partition(series).values())
    if not facts:
        return None
    return SeriesEntry(
        venue=series.venue,
        symbol=series.symbol,
        kind=series.kind,
        interval_ms=series.interval_ms,
        rows=sum(one.rows for one in facts),
        first_ms=facts[0].first_ms,
        last_ms=facts[-1].last_ms,
        synthetic_rows=sum(one.synthetic_rows for one in facts),
        gaps=gaps_over(facts, series),
    )
