"""Names of parameters and outputs that Plays of other systems use, and what they are called here."""

from collections.abc import Mapping

_PARAMETERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "donchian": {"length": ("lower_length", "upper_length")},
    "kc": {"multiplier": ("scalar",)},
    "tsi": {"long": ("slow",), "short": ("fast",)},
}
_OUTPUTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vortex": {"plus": ("vip",), "minus": ("vim",)},
    "psar": {"direction": ("long", "short", "reversal")},
}


def former_parameters(kind: str | None) -> Mapping[str, tuple[str, ...]]:
    """For an indicator or structure type: other names of its parameters, each with the names meant."""
    return _PARAMETERS.get(kind or "", {})


def former_outputs(kind: str | None) -> Mapping[str, tuple[str, ...]]:
    """For an indicator or structure type: other names of its outputs, each with the names meant."""
    return _OUTPUTS.get(kind or "", {})
