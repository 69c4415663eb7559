"""How a live feed behaves: when it trusts, when it asks, how long it waits."""

import attrs

from play_engine.intervals import MINUTE_MS


@attrs.frozen(kw_only=True)
class LiveSettings:
    """Times in seconds, unless named otherwise.

    A candle of REST is closed if it ended `closed_margin_ms` before the venue's time of the answer; a venue that never
    changes a candle after its end may have 0. A bar that the stream has not brought is asked for then, and `late_s`
    later if the stream is well. A hole is asked for after `hole_waits_s`, one after the other, the last one for ever.
    Every `compare_every_s`, and whenever it is asked anyway, the last `compare_bars` bars are compared with REST.

    A stream that has brought no closed bar of a symbol for `silent_intervals` intervals is connected anew. The first
    question waits `first_up_s` at most for the stream. While history is read, bars that the venue lacks are left out
    if they are `settled_ms` old; later ones are waited for. The store is read in chunks of `chunk_bars`.
    """

    closed_margin_ms: int = attrs.field(default=2_000, validator=attrs.validators.ge(0))
    late_s: float = attrs.field(default=3.0, validator=attrs.validators.ge(0))
    hole_waits_s: tuple[float, ...] = attrs.field(
        default=(1.0, 2.0, 4.0, 8.0, 15.0), validator=attrs.validators.min_len(1)
    )
    compare_every_s: float = attrs.field(default=300.0, validator=attrs.validators.gt(0))
    compare_bars: int = attrs.field(default=10, validator=attrs.validators.ge(0))
    silent_intervals: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))
    first_up_s: float = attrs.field(default=10.0, validator=attrs.validators.ge(0))
    settled_ms: int = attrs.field(default=60 * MINUTE_MS, validator=attrs.validators.gt(0))
    chunk_bars: int = attrs.field(default=32_768, validator=attrs.validators.gt(0))
