"""How many bars must be fed before the first one on which a Play may act."""

from collections.abc import Mapping

import attrs

from play_engine.declaration import Surroundings, Used
from play_engine.intervals import floor_to
from play_engine.play.model import Play
from play_engine.structures import STRUCTURES


@attrs.frozen
class Window:
    """The stretch of time in which a Play decides: start ≤ open of a bar, close ≤ end; ms since the epoch, UTC."""

    start_ms: int
    end_ms: int


def warmup_bars(play: Play) -> Mapping[int, int]:
    """Per interval (ms) with a declaration, and for the exec interval, the largest warm-up in bars of that interval."""
    bars = {play.exec_ms: 0}
    warmups = Warmups(play)
    for spec in play.features:
        bars[spec.interval_ms] = max(bars.get(spec.interval_ms, 0), *warmups.of_feature(spec.id).values())
    for spec in play.structures:
        bars[spec.interval_ms] = max(bars.get(spec.interval_ms, 0), warmups.of_structure(spec.key))
    return bars


def feed_start(play: Play, start_ms: int) -> int:
    """The instant from which bars must be fed so that everything is settled at `start_ms`."""
    return min(floor_to(start_ms, length) - bars * length for length, bars in warmup_bars(play).items())


class Warmups:
    """Warm-ups in bars of the features and structures of a Play, with those of whatever they read."""

    def __init__(self, play: Play) -> None:
        self._features = {spec.id: spec for spec in play.features}
        self._structures = {spec.key: spec for spec in play.structures}

    def of_feature(self, id_: str) -> dict[str, int]:
        """Warm-up of each output of a feature."""
        spec = self._features[id_]
        indicator = spec.indicator
        source = self.of_feature(str(spec.source))[spec.source_output] if spec.source_output is not None else 0
        bars = indicator.warmup(spec.params, source)
        if indicator.preroll is None:
            return bars
        surroundings = Surroundings(interval_ms=spec.interval_ms)
        if spec.swing is not None:
            swing, warmup = self._structures[spec.swing].params, self.of_structure(spec.swing)
            surroundings = Surroundings(interval_ms=spec.interval_ms, swing=swing, swing_warmup=warmup)
        more = indicator.preroll(spec.params, surroundings)
        return {name: count + more[name] for name, count in bars.items()}

    def of_structure(self, key: str) -> int:
        """Warm-up of a structure: its own, and the largest of the features that it and what it uses read."""
        return self._features_read_by(key) + self._own(key)

    def _own(self, key: str) -> int:
        spec = self._structures[key]
        used = {
            self._structures[other].type: Used(params=self._structures[other].params, warmup=self._own(other))
            for other in spec.uses
        }
        return STRUCTURES[spec.type].warmup(spec.params, used)

    def _features_read_by(self, key: str) -> int:
        spec = self._structures[key]
        own = 0 if spec.atr is None else self.of_feature(spec.atr[0])[spec.atr[1]]
        return max([own, *(self._features_read_by(other) for other in spec.uses)])
