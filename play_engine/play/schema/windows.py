"""The schemas of windows: conditions over the latest instants, by number or by duration."""

from play_engine.play.ranges import Range
from play_engine.play.schema.keys import Schema, described, integer, link, mapping
from play_engine.play.windows import DURATION_WINDOWS, MOST_BARS, WINDOWS

WINDOW_MEANINGS = {
    "holds_for": "True if the condition is at each of the latest instants.",
    "occurred_within": "True if the condition is at one or more of the latest instants.",
    "count_true": "True if the condition is at enough of the latest instants.",
    "holds_for_duration": "True if the condition is at each instant of a stretch of time.",
    "occurred_within_duration": "True if the condition is at one or more instants of a stretch of time.",
    "count_true_duration": "True if the condition is at enough instants of a stretch of time.",
}
# 1 to 1440 minutes, 1 to 24 hours, one day.
_MINUTES = "[1-9]|[1-9][0-9]|[1-9][0-9][0-9]|1[0-3][0-9][0-9]|14[0-3][0-9]|1440"
_DURATION = rf"^\s*0*(({_MINUTES})[mM]|([1-9]|1[0-9]|2[0-4])[hH]|1[dD])\s*$"


def window_schemas() -> dict[str, Schema]:
    """The body of each window."""
    return {name: _window(name) for name in (*WINDOWS, *DURATION_WINDOWS)}


def _window(name: str) -> Schema:
    keys: dict[str, Schema] = {}
    if name in DURATION_WINDOWS:
        pattern = {"type": "string", "anyOf": [{"pattern": _DURATION}, link("template")]}
        keys["duration"] = described("The stretch of time up to now: 1m to 24h, in m, h or d.", pattern)
    else:
        within = Range(1, MOST_BARS)
        keys["bars"] = integer("How many instants, this one included.", within)
    if name.startswith("count_true"):
        meaning = "At how many of the instants the condition must be true."
        keys["min_true"] = integer(meaning, Range(1) if name in DURATION_WINDOWS else Range(1, MOST_BARS))
    keys["expr"] = described("The condition; no setup.", link("condition"))
    required = tuple(keys)
    if name in WINDOWS:
        meaning = "Timeframe whose closes are the instants; by default those at which rules are evaluated."
        keys["anchor_tf"] = described(meaning, link("interval_or_role"))
    return mapping(f"Window {name}", WINDOW_MEANINGS[name], keys, required)
