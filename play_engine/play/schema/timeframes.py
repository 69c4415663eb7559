"""The schemas of intervals, roles, and the section `timeframes`."""

from play_engine.intervals import INTERVALS
from play_engine.play.schema.keys import Schema, choice, link, mapping
from play_engine.play.timeframes import ROLES

_ROLE_MEANINGS = {
    "low_tf": "The fast timeframe.",
    "med_tf": "The timeframe between.",
    "high_tf": "The slow timeframe.",
}


def timeframe_schemas() -> dict[str, Schema]:
    """The section, and what may be written where a timeframe is meant."""
    return {
        "timeframes": mapping(
            "Timeframes",
            "Names for three intervals, usually from fast to slow, and which of them rules are evaluated on.",
            {
                **{role: choice(_ROLE_MEANINGS[role], INTERVALS) for role in ROLES},
                "exec": choice("The role whose bars decide: rules are evaluated when one of them closes.", ROLES),
            },
            (*ROLES, "exec"),
        ),
        "interval_or_role": {
            "title": "Interval or role",
            "description": "An interval, or the name of a timeframe of the Play.",
            "anyOf": [{"enum": [*INTERVALS, *ROLES, "exec"]}, link("template")],
        },
    }
