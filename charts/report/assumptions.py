"""The assumptions that were in force, one sentence each, and which way each of them bends the result."""

from collections.abc import Mapping
from typing import Any

import attrs

from charts.report import wording
from charts.report.assumed_settings import IN_FAVOUR, SETTINGS, Lean, Meaning
from charts.report.assumed_world import world
from charts.report.markup import Cell, Row, table
from charts.report.wording import words

_TONES: Mapping[Lean, str] = {"in favour": "caution", "against": "up"}
# Values are shown with their units, so that names need none.
_UNITS = ("_usdt", "_bps", "_pct", "_ms")
# Seeds matter to draws only.
_JITTERS = ("slippage_jitter_bps", "latency_jitter_ms")


@attrs.frozen
class Owned:
    """A setting's value, and the symbols or instances that have it; none where all have the same."""

    value: Any
    owners: tuple[str, ...] = ()


def assumptions_table(run: Mapping[str, Any]) -> str:
    """Every resolved setting and what the simulator takes for granted."""
    rows = [row for name, owned in settings_of(run["settings"]) for row in _setting_rows(name, owned, run["settings"])]
    rows += [_row(Cell(name), meaning) for name, meaning in world(run)]
    return table(("assumption", "value", "what it means", "the result errs"), rows, left=(0, 1, 2, 3))


def settings_of(settings: Mapping[str, Any]) -> list[tuple[str, list[Owned]]]:
    """Settings by name with their values; settings of several Plays or symbols may be objects below their names."""
    own = {name: value for name, value in settings.items() if isinstance(value, Mapping)}
    shared = [(name, [Owned(value)]) for name, value in settings.items() if name not in own]
    names = dict.fromkeys(name for values in own.values() for name in values)
    return [*shared, *((name, _owned(name, own)) for name in names)]


def _owned(name: str, own: Mapping[str, Mapping[str, Any]]) -> list[Owned]:
    groups: list[tuple[Any, list[str]]] = []
    for owner, values in own.items():
        if name not in values:
            continue
        group = next((owners for value, owners in groups if value == values[name]), None)
        if group is None:
            groups.append((values[name], [owner]))
        else:
            group.append(owner)
    if len(groups) == 1 and len(groups[0][1]) == len(own):
        return [Owned(groups[0][0])]
    return [Owned(value, tuple(owners)) for value, owners in groups]


def _setting_rows(name: str, owned: list[Owned], settings: Mapping[str, Any]) -> list[Row]:
    unit = next((unit for unit in _UNITS if name.endswith(unit)), "")
    title = words(name.removesuffix(unit))
    key = () if title.replace(" ", "_") == name else (name,)
    return [_row(Cell(title, " · ".join((*key, *one.owners))), _meaning(name, one.value, settings)) for one in owned]


def _meaning(name: str, value: Any, settings: Mapping[str, Any]) -> Meaning:
    if name == "seed" and not any(_values(settings, jitter) for jitter in _JITTERS):
        return Meaning(wording.plain(value), "Nothing is drawn by lot in this run.", "neither way")
    if name not in SETTINGS:
        return Meaning(wording.plain(value), "A setting that this report does not know.", "unknown")
    return SETTINGS[name](value)


def _values(settings: Mapping[str, Any], name: str) -> list[Any]:
    """Every value of a setting that is not 0."""
    return [one.value for known, owned in settings_of(settings) if known == name for one in owned if one.value]


def _row(name: Cell, meaning: Meaning) -> Row:
    lean = Cell(meaning.lean, tone=f"lean {_TONES.get(meaning.lean, 'faint')}")
    value = Cell(meaning.value, tone="caution" if meaning.lean == IN_FAVOUR else "")
    return name, value, meaning.sentence, lean
