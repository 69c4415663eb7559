"""When REST is asked for bars of a symbol: for a hole, for one that is due, after a reconnect, and to compare."""

from feeds.bybit.live_settings import LiveSettings


class AskSchedule:
    """Decides from what it is told; instants `now_s` are seconds of a steady clock; it is made at the first of them.

    What time it is at the venue is known from its last message, and counted on from there.
    """

    def __init__(self, interval_ms: int, settings: LiveSettings, now_s: float) -> None:
        self._interval_ms = interval_ms
        self._settings = settings
        self._noted: tuple[int, float] | None = None
        self._well = False
        self._at_once = False
        self._hole_s = now_s
        self._asked_s = now_s
        self._failures = 0

    def note_time(self, venue_ms: int, now_s: float) -> None:
        """It is `venue_ms` at the venue."""
        self._noted = (venue_ms, now_s)

    def note_stream(self, *, well: bool, again: bool) -> None:
        """Whether the stream can be relied on. If it is there `again`, what it may have missed is asked for at once."""
        self._well = well
        self._at_once = self._at_once or again

    def note_hole(self, now_s: float) -> None:
        """A hole has opened."""
        self._hole_s = now_s

    def note_failure(self, now_s: float) -> None:
        """The venue did not answer."""
        self._asked_s, self._at_once = now_s, False
        self._failures += 1

    def note_answer(self, time_ms: int, now_s: float, reached_ms: int, reach_ms: int) -> None:
        """The venue answered at its `time_ms`; the first bar lacking was `reached_ms` before, and is `reach_ms` now."""
        self.note_time(time_ms, now_s)
        self._asked_s = now_s
        lacking = self.closes_ms(reach_ms) <= time_ms
        progress = reach_ms > reached_ms
        # An answer has room for so many bars; more of them may be there.
        self._at_once = lacking and progress
        self._failures = self._failures + 1 if lacking and not progress else 0

    def closes_ms(self, ts: int) -> int:
        """The venue's time at which the bar of the open time `ts` is closed for REST."""
        return ts + self._interval_ms + self._settings.closed_margin_ms

    def is_current(self, reach_ms: int, now_s: float) -> bool:
        """Whether, as far as we know the venue's time, no bar from `reach_ms` on is closed."""
        venue_ms = self.venue_ms(now_s)
        return venue_ms is not None and venue_ms < self.closes_ms(reach_ms)

    def venue_ms(self, now_s: float) -> float | None:
        """What time it is at the venue, as far as we know; None before its first message."""
        if self._noted is None:
            return None
        venue_ms, noted_s = self._noted
        return venue_ms + (now_s - noted_s) * 1e3

    def due_s(self, reach_ms: int, now_s: float, *, hole: bool) -> float:
        """When to ask, if nothing happens before; `reach_ms` is the open time of the first bar lacking."""
        if self._at_once or (self._noted is None and not self._failures):
            return now_s
        waits_s = self._settings.hole_waits_s
        wait_s = waits_s[min(self._failures, len(waits_s) - 1)]
        if hole:
            due_s = max(self._hole_s, self._asked_s) + wait_s
        elif self._noted is None or self._failures:
            due_s = self._asked_s + wait_s
        else:
            venue_ms, noted_s = self._noted
            closed_s = noted_s + (self.closes_ms(reach_ms) - venue_ms) / 1e3
            # Our idea of the venue's time may run ahead of it: not too often in a row.
            due_s = max(closed_s + (self._settings.late_s if self._well else 0.0), self._asked_s + wait_s)
        return min(due_s, self._asked_s + self._settings.compare_every_s)
