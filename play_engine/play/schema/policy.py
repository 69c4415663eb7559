"""The schema of the section `position_policy`."""

from play_engine.play.model import PositionPolicy
from play_engine.play.schema.keys import Schema, choice, default_of, flag, key, mapping, words_of


def policy_schemas() -> dict[str, Schema]:
    """Which positions there may be."""
    return {
        "position_policy": mapping(
            "Position policy",
            "Which sides may be opened, and which exits the Play promises to have.",
            {
                "mode": _choice("mode", "Sides that may be opened."),
                "exit_mode": _choice(
                    "exit_mode",
                    "A promise that is checked: exits by stop and target only, by signals, or by whichever is first.",
                ),
                "max_positions_per_symbol": key("Positions held at once.", {"const": 1}, 1),
                "allow_flip": flag(
                    "Whether an entry against the open position closes it and opens the other side.",
                    default_of(PositionPolicy, "allow_flip"),
                ),
                "allow_scale_in": key("Adding to a position is not supported.", {"const": False}, False),
                "allow_scale_out": key("Scaling out by rule is not supported: use percent.", {"const": False}, False),
            },
        )
    }


def _choice(name: str, meaning: str) -> Schema:
    return choice(meaning, words_of(PositionPolicy, name), default_of(PositionPolicy, name))
