"""What is tried on indicators that a Play brings along, before it runs: whether they keep the laws, on random bars."""

from play_engine.play.composing import compose
from play_engine.play.model import FeatureSpec, Play
from play_engine.play.problems import Problems, Spot


def check_own_indicators(play: Play) -> None:
    """Raise ConfigError that names every law that an indicator of the Play's own breaks."""
    if not play.resolved.get("indicators"):
        return
    # The trial needs the compiler of kernels; most Plays have no indicator of their own.
    from play_engine.indicators import INDICATORS
    from play_engine.indicators.trial import broken_laws

    own = [spec for spec in play.features if spec.indicator not in INDICATORS.values()]
    problems = Problems(play.file)
    for spec in own:
        for fault in broken_laws(spec.indicator, spec.params, spec.interval_ms):
            found = f"{spec.indicator.name}: {fault.found}"
            problems.error(_spot(play, spec), "BROKEN_LAW", found=found, allowed=fault.allowed)
    problems.raise_errors()


def _spot(play: Play, spec: FeatureSpec) -> Spot:
    """Where the feature stands in the file, which is read again: a Play that was loaded has no places any more."""
    root = compose(play.text, Problems(play.file))
    section = root.fields.get("features") if root is not None else None
    node = section.fields.get(spec.id) if section is not None else None
    return Spot(0, 0, f"features.{spec.id}") if node is None else node.key_spot
