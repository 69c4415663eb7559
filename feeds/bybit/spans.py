"""Stretches of time: what a series still lacks, and how it is cut into questions."""

from itertools import pairwise

import attrs

from play_engine.instants import iso


@attrs.frozen(order=True)
class Span:
    """start_ms ≤ t < end_ms, in ms since the epoch, UTC. May be empty."""

    start_ms: int
    end_ms: int

    def __len__(self) -> int:
        return max(0, self.end_ms - self.start_ms)

    def __str__(self) -> str:
        return f"{iso(self.start_ms)} to {iso(self.end_ms)}"

    def within(self, other: "Span") -> "Span":
        """The part of this span that lies in the other one."""
        return Span(max(self.start_ms, other.start_ms), min(self.end_ms, other.end_ms))


@attrs.frozen(kw_only=True)
class Held:
    """What a store has of a series: everything in `span` but for `gaps`, which are in order of time."""

    span: Span
    gaps: tuple[Span, ...] = ()


@attrs.frozen(kw_only=True)
class Missing:
    """What a store lacks of a wanted span: `earlier` than all that it has, `gaps` in it, and `later`.

    Without anything stored all is `later`.
    """

    earlier: Span
    gaps: tuple[Span, ...]
    later: Span


def missing(wanted: Span, held: Held | None, *, contiguous: bool) -> Missing:
    """What is missing of `wanted` when the store has `held` (None: nothing).

    With `contiguous` a stretch between the two is missing as well: for series in which a gap could not be found later.
    """
    if held is None:
        return Missing(earlier=Span(wanted.start_ms, wanted.start_ms), gaps=(), later=wanted)
    earlier = Span(wanted.start_ms, max(wanted.start_ms, held.span.start_ms))
    later = Span(min(wanted.end_ms, held.span.end_ms), wanted.end_ms)
    if not contiguous:
        earlier, later = earlier.within(wanted), later.within(wanted)
    gaps = (gap.within(wanted) for gap in held.gaps)
    return Missing(earlier=earlier, gaps=tuple(gap for gap in gaps if len(gap)), later=later)


def windows(span: Span, width_ms: int) -> list[Span]:
    """The span cut at whole multiples of `width_ms` since the epoch, in order."""
    if not len(span):
        return []
    edges = range(span.start_ms - span.start_ms % width_ms + width_ms, span.end_ms, width_ms)
    return [Span(*pair) for pair in pairwise((span.start_ms, *edges, span.end_ms))]
