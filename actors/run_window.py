"""Which stretch of time a run covers, and whether the data reach far enough back for it."""

from collections.abc import Sequence

from actors.instance import Instance
from feeds.provider import Coverage
from play_engine.errors import DataError, Gap
from play_engine.instants import iso
from play_engine.intervals import DAY_MS, MINUTE_MS, floor_to, interval_name
from play_engine.play.model import Play
from play_engine.rules.walk import intervals_of
from play_engine.warmup import Window, feed_start, warmup_bars

# A run over a longer hole in its data says little about the time in it, and its user may not know of it.
_LONGEST_GAP_MS = DAY_MS


def choose_window(
    play: Play, coverage: Coverage, start_ms: int | None, end_ms: int | None, *, accept_unsettled: bool = False
) -> Window:
    """The window to run: as asked for, by default all that the data allow once every feature is settled.

    With `accept_unsettled` it may begin with the data, before that. Raises DataError if the bars are too coarse for
    the Play, the window is empty or leaves the data; Gap if the warm-up before it is not there.
    """
    check_interval(play, coverage)
    first = _ceil_to(coverage.start_ms, play.exec_ms)
    earliest = first if accept_unsettled else earliest_start(play, coverage.start_ms)
    window = Window(
        earliest if start_ms is None else start_ms,
        coverage.end_ms if end_ms is None else end_ms,
    )
    covered = f"{iso(coverage.start_ms)} to {iso(coverage.end_ms)}"
    if start_ms is None and earliest >= window.end_ms:
        raise Gap(
            f"{play.symbol}: the run would end at {iso(window.end_ms)}, before the warm-up of {play.id} is over at "
            f"{iso(earliest)}; it needs {warmup_text(play)}, and the data cover {covered}: get more history, or "
            "accept a start that is not settled"
        )
    if window.start_ms >= window.end_ms and end_ms is not None:
        raise DataError(
            f"the window {iso(window.start_ms)} to {iso(window.end_ms)} is empty: its end must come after its start"
        )
    if window.start_ms >= coverage.end_ms or window.end_ms <= coverage.start_ms or window.end_ms > coverage.end_ms:
        raise DataError(
            f"{play.symbol}: the window {iso(window.start_ms)} to {iso(window.end_ms)} leaves the data, "
            f"which cover {covered}"
        )
    if feed_start(play, window.start_ms) < coverage.start_ms and not accept_unsettled:
        raise Gap(
            f"{play.symbol}: {play.id} needs {warmup_text(play)} before {iso(window.start_ms)}, that is bars from "
            f"{iso(feed_start(play, window.start_ms))}, but the first bar is of {iso(coverage.start_ms)}; "
            f"start at {iso(earliest)} or later, get more history, or accept a start that is not settled"
        )
    return window


def common_bounds(covered: Sequence[tuple[Instance, Coverage]]) -> tuple[int | None, int | None]:
    """Start and end of the run that instances share, each with the data that it has; None where there is one instance
    and it names none.

    What one of them names holds for all, else the run begins when the last of them can, and ends with the data of the
    first to end. Raises DataError if that leaves no time at all.
    """
    starts = [instance.start_ms for instance, _ in covered if instance.start_ms is not None]
    ends = [instance.end_ms for instance, _ in covered if instance.end_ms is not None]
    if len(covered) == 1:
        return next(iter(starts), None), next(iter(ends), None)
    starts.append(max(_earliest(instance, coverage) for instance, coverage in covered))
    ends.append(min(coverage.end_ms for _, coverage in covered))
    if starts[0] >= ends[0]:
        raise DataError(
            f"account {covered[0][0].account_name}: its instances have no time in common: the last of them can begin "
            f"at {iso(starts[0])}, the run ends at {iso(ends[0])}; get more data, or use accounts of their own"
        )
    return starts[0], ends[0]


def _earliest(instance: Instance, coverage: Coverage) -> int:
    play = instance.play
    settled_ms = earliest_start(play, coverage.start_ms)
    return _ceil_to(coverage.start_ms, play.exec_ms) if instance.accept_unsettled else settled_ms


def check_gaps(play: Play, coverage: Coverage, window: Window, *, accepted: bool) -> None:
    """Raise Gap if the window holds no bar at all, or a gap of more than a day, unless that is `accepted`."""
    for gap in coverage.gaps:
        start_ms, end_ms = max(gap.start_ms, window.start_ms), min(gap.end_ms, window.end_ms)
        if end_ms - start_ms > _LONGEST_GAP_MS and not accepted and end_ms - start_ms < window.end_ms - window.start_ms:
            raise Gap(
                f"{play.symbol}: the data have no bar from {iso(start_ms)} to {iso(end_ms)}, which is more than a day "
                f"of the window {iso(window.start_ms)} to {iso(window.end_ms)}: get the bars, choose another window, "
                "or accept gaps"
            )
        if gap.start_ms <= window.start_ms and window.end_ms <= gap.end_ms:
            raise Gap(
                f"{play.symbol}: the window {iso(window.start_ms)} to {iso(window.end_ms)} holds no bar; the data have "
                f"a gap from {iso(gap.start_ms)} to {iso(gap.end_ms)}: choose another window, or get the bars"
            )


def check_interval(play: Play, coverage: Coverage) -> None:
    """Raise DataError unless every timeframe of the Play can be built from the bars there are."""
    if play.minute_mode and coverage.interval_ms != MINUTE_MS:
        raise DataError(
            f"{play.symbol}: {play.id} names last_price or mark_price in a rule, so it decides at every minute, but "
            f"the bars given are of {interval_name(coverage.interval_ms)}; give 1m bars"
        )
    unfit = [interval_name(length) for length in sorted(intervals_of(play)) if length % coverage.interval_ms]
    if unfit:
        have = interval_name(coverage.interval_ms)
        raise DataError(
            f"{play.symbol}: {play.id} works on {', '.join(unfit)} bars, which cannot be built from the {have} bars "
            "given; give 1m bars, or bars of an interval that divides them"
        )


def earliest_start(play: Play, data_start_ms: int) -> int:
    """The first exec boundary at which every timeframe has had its warm-up."""
    settled = [_ceil_to(data_start_ms + bars * length, length) for length, bars in warmup_bars(play).items()]
    return _ceil_to(max(settled), play.exec_ms)


def warmup_text(play: Play) -> str:
    """The warm-up of a Play in words: `325 bars of 15m and 231 bars of 4h`."""
    return " and ".join(f"{bars} bars of {interval_name(length)}" for length, bars in sorted(warmup_bars(play).items()))


def _ceil_to(ts_ms: int, length_ms: int) -> int:
    floor = floor_to(ts_ms, length_ms)
    return floor if floor == ts_ms else floor + length_ms
