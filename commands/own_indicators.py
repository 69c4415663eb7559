"""What `check` tries on indicators that a Play brings along: whether they keep the laws, on random bars."""

from play_engine.errors import ConfigError, Problem
from play_engine.play.model import FeatureSpec, Play


def check_own_indicators(play: Play) -> None:
    """Raise ConfigError that names every law that an indicator of the Play's own breaks."""
    from play_engine.indicators import INDICATORS
    from play_engine.indicators.trial import broken_laws

    own = [spec for spec in play.features if spec.indicator not in INDICATORS.values()]
    problems = [
        _problem(play, spec, sentence)
        for spec in own
        for sentence in broken_laws(spec.indicator, spec.params, spec.interval_ms)
    ]
    if problems:
        raise ConfigError(problems)


def _problem(play: Play, spec: FeatureSpec, sentence: str) -> Problem:
    return Problem(
        file=play.file,
        line=0,
        column=0,
        code="BROKEN_LAW",
        path=f"features.{spec.id}",
        found=f"{spec.indicator.name}: {sentence}",
        allowed="the same value of a bar however the bars before it came, and whatever comes after it",
    )
