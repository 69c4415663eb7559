"""What a sync did, and how far it is: values that a command shows."""

import attrs

from feeds.bybit.client import ClientStatistics
from feeds.bybit.spans import Span


@attrs.frozen(kw_only=True)
class SyncProgress:
    """How far one series is: windows asked, of those there are to ask, and rows that came of it so far.

    `stage` is `fetch`, `gaps` or `audit`. `eta_s` is how long the rest of the stage takes at the speed so far, None
    before there is any.
    """

    series: str
    stage: str
    done: int
    total: int
    rows: int
    eta_s: float | None


@attrs.frozen(kw_only=True)
class RefusedWindow:
    """A window whose answers stayed wrong; nothing of it was stored."""

    span: Span
    reason: str


@attrs.frozen(kw_only=True)
class Difference:
    """A stored value that the venue now states otherwise; `venue` is None where the venue has no such row any more."""

    ts_ms: int
    column: str
    stored: float
    venue: float | None


@attrs.frozen(kw_only=True)
class AuditReport:
    """Rows that were fetched again and compared, and which differ. The store keeps what it has."""

    rows: int
    differences: tuple[Difference, ...]


@attrs.frozen(kw_only=True)
class SeriesReport:
    """What a sync did with one series, called `venue/symbol/series`.

    `span` is what was asked for, `held` what the store has now; None where that is not known. `rows` were added. `gaps`
    are what lacks within the span because the venue does not have it; `synthetic_rows` were made to fill them.
    `failure` says why it broke off, empty if it did not.
    """

    series: str
    span: Span | None = None
    held: Span | None = None
    rows: int = 0
    synthetic_rows: int = 0
    gaps: tuple[Span, ...] = ()
    refused: tuple[RefusedWindow, ...] = ()
    audit: AuditReport | None = None
    failure: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is amiss; a gap of the venue is not."""
        return not (self.failure or self.refused or (self.audit and self.audit.differences))


@attrs.frozen(kw_only=True)
class SyncReport:
    """What a sync did: every series, the symbols of which a new instrument was stored, and the client's counts.

    `interrupted`: a signal ended it; everything that had been fetched is stored.
    """

    series: tuple[SeriesReport, ...]
    new_instruments: tuple[str, ...]
    statistics: ClientStatistics
    interrupted: bool

    @property
    def sound(self) -> bool:
        """Whether nothing is amiss with any series."""
        return all(series.sound for series in self.series)
