"""The settings that decide fills and costs, in one line: what a reader must know before believing a result."""

from collections.abc import Mapping
from typing import Any

# Setting → its words.
_WORDS = {
    "margin_mode": "{} margin",
    "leverage": "leverage {}",
    "taker_fee_bps": "taker {} bps",
    "maker_fee_bps": "maker {} bps",
    "slippage_bps": "slippage {} bps",
    "slippage_jitter_bps": "± {} bps",
    "latency_ms": "latency {} ms",
    "latency_jitter_ms": "+ {} ms",
    "limit_fill": "limits fill on {}",
    "intrabar_path": "{} path",
    "participation_rate": "up to {} of a minute's volume",
    "funding": "funding {}",
}
# Settings that are left out while they are 0: nothing is drawn.
_SILENT_AT_0 = ("slippage_jitter_bps", "latency_jitter_ms")
_MARKS = {"last": "marks are last prices", "mark_kline": "mark prices"}


def assumed(run: Mapping[str, Any]) -> str:
    """The line for the document of a run; several Plays or symbols that differ in a setting show each value."""
    values = _values(run["settings"])
    words = [_words(name, values[name]) for name in _WORDS if name in values]
    return ", ".join([*filter(None, words), _MARKS.get(run["mark_source"], "marks of an unknown source")])


def _values(settings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The distinct values of each setting; those of one Play or symbol may lie in an object below its name."""
    groups = [settings, *(value for value in settings.values() if isinstance(value, Mapping))]
    values: dict[str, list[Any]] = {}
    for group in groups:
        for name, value in group.items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return values


def _words(name: str, values: list[Any]) -> str:
    if name in _SILENT_AT_0 and not any(values):
        return ""
    if name == "participation_rate" and values == [None]:
        return "no volume cap"
    return _WORDS[name].format("/".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values))
