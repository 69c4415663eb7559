"""How many bars must be fed before the first one on which a Play may act."""

from collections.abc import Mapping

import attrs

from play_engine.indicators import INDICATORS
from play_engine.intervals import floor_to
from play_engine.play.model import FeatureSpec, Play
from play_engine.structures import STRUCTURES


@attrs.frozen
class Window:
    """The stretch of time in which a Play decides: start ≤ open of a bar, close ≤ end; ms since the epoch, UTC."""

    start_ms: int
    end_ms: int


def warmup_bars(play: Play) -> Mapping[int, int]:
    """Per interval (ms) with a declaration, and for the exec interval, the largest warm-up in bars of that interval."""
    bars = {play.exec_ms: 0}
    features = {spec.id: spec for spec in play.features}
    for spec in play.features:
        bars[spec.interval_ms] = max(bars.get(spec.interval_ms, 0), *feature_warmup(spec, features).values())
    for spec in play.structures:
        bars[spec.interval_ms] = max(bars.get(spec.interval_ms, 0), structure_warmup(play, spec.key))
    return bars


def feed_start(play: Play, start_ms: int) -> int:
    """The instant from which bars must be fed so that everything is settled at `start_ms`."""
    return min(floor_to(start_ms, length) - bars * length for length, bars in warmup_bars(play).items())


def feature_warmup(spec: FeatureSpec, features: Mapping[str, FeatureSpec]) -> dict[str, int]:
    """Warm-up in bars of each output of a feature, that of its source included."""
    source = 0
    if spec.source_output is not None:
        source = feature_warmup(features[str(spec.source)], features)[spec.source_output]
    return INDICATORS[spec.indicator].warmup(spec.params, source)


def structure_warmup(play: Play, key: str) -> int:
    """Warm-up in bars of a structure: its own, and the largest of the features that it and what it uses read."""
    structures = {spec.key: spec for spec in play.structures}
    features = {spec.id: spec for spec in play.features}
    reads, waiting = {key}, [key]
    while waiting:
        for used in structures[waiting.pop()].uses:
            if used not in reads:
                reads.add(used)
                waiting.append(used)
    atrs = [structures[read].atr for read in reads]
    of_features = max((feature_warmup(features[atr[0]], features)[atr[1]] for atr in atrs if atr), default=0)
    swing = next((structures[read].params for read in sorted(reads) if structures[read].type == "swing"), None)
    return of_features + STRUCTURES[structures[key].type].warmup(structures[key].params, swing)
