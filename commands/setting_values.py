"""Settings of the simulation from the command line: text, read as what the setting takes."""

from collections.abc import Iterable

import attrs

from exchange.settings import RunSettings
from play_engine.play.composing import read_scalar


def setting_values(assignments: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Settings by name, their values as words where they are choices, else as numbers or flags.

    Names and ranges are not checked here: whoever resolves settings against a Play does that.
    """
    fields = attrs.fields_dict(RunSettings)
    return {
        name: text if name in fields and fields[name].metadata["allowed"].accepts(text) else read_scalar(text)
        for name, text in assignments
    }
