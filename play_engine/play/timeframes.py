"""The timeframes of a Play: three roles, the exec pointer, and intervals wherever one may be written."""

import re

import attrs

from play_engine.intervals import INTERVALS, MINUTE_MS, interval_name, parse_interval
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Problems, did_you_mean, listed

ROLES = ("low_tf", "med_tf", "high_tf")
_UNIT_MINUTES = {"m": 1, "h": 60, "d": 1_440, "w": 10_080}


@attrs.frozen(kw_only=True)
class Timeframes:
    """Lengths in ms of the roles that could be read, and of the exec timeframe (None after a report)."""

    roles: dict[str, int]
    exec_ms: int | None

    def interval_of(self, node: Node, problems: Problems) -> int | None:
        """Length in ms of the interval or role that `node` names; None after a report, or for an unusable role."""
        if node.broken:
            return None
        if node.text == "exec":
            return self.exec_ms
        if node.text in ROLES:
            return self.roles.get(node.text)
        return read_interval(node, problems, (*ROLES, "exec"))

    def interval_or_exec(self, fields: Fields, name: str) -> int | None:
        """The interval under key `name`, the exec timeframe where it is not written; None after a report."""
        node = fields.get(name)
        if node is not None:
            return self.interval_of(node, fields.problems)
        return None if fields.has(name) else self.exec_ms


def read_timeframes(root: Fields) -> Timeframes:
    """The section `timeframes`."""
    problems = root.problems
    section = root.require_mapping("timeframes", allowed="low_tf, med_tf, high_tf, exec")
    if section is None:
        return Timeframes(roles={}, exec_ms=None)
    roles: dict[str, int] = {}
    for role in ROLES:
        value = section.require(role, allowed=listed(INTERVALS))
        length = None if value is None else read_interval(value, problems)
        if length is not None:
            roles[role] = length
    exec_role = _exec_role(section)
    section.finish()
    _warn_of_order(section, roles)
    return Timeframes(roles=roles, exec_ms=roles.get(exec_role) if exec_role else None)


def read_interval(node: Node, problems: Problems, also: tuple[str, ...] = ()) -> int | None:
    """Length in ms of an interval of the table; None after a report. `also` are other words allowed here."""
    text = node.text
    if text is not None:
        try:
            length = parse_interval(text)
        except ValueError:
            hint = _interval_hint(text, also)
        else:
            node.value = interval_name(length)
            return length
    else:
        hint = 'write it as text with its unit: "15m"'
    allowed = listed([*INTERVALS, *also])
    problems.error(node.spot, "INVALID_TIMEFRAME_VALUE", found=node.shown(), allowed=allowed, hint=hint)
    return None


def _interval_hint(text: str, also: tuple[str, ...]) -> str:
    if text.endswith("M"):
        return f"write {text[:-1]}m; months are not supported"
    match = re.fullmatch(r"(\d{1,6})\s*([mhdw])\w*", text.strip().lower())
    if match is None:
        return did_you_mean(text, [*INTERVALS, *also])
    length = int(match[1]) * _UNIT_MINUTES[match[2]] * MINUTE_MS
    near = min(INTERVALS, key=lambda name: abs(INTERVALS[name] - length))
    return f"the nearest interval is {near}"


def _exec_role(section: Fields) -> str | None:
    node = section.require("exec", allowed=listed(ROLES))
    if node is None or node.text in ROLES:
        return None if node is None else node.text
    hint = "timeframes.exec must be 'low_tf', 'med_tf', or 'high_tf'"
    section.problems.error(node.spot, "INVALID_EXEC_POINTER", found=node.shown(), allowed=listed(ROLES), hint=hint)
    return None


def _warn_of_order(section: Fields, roles: dict[str, int]) -> None:
    lengths = [roles[role] for role in ROLES if role in roles]
    if lengths != sorted(lengths):
        found = listed(f"{role} {interval_name(length)}" for role, length in roles.items())
        allowed = "low_tf <= med_tf <= high_tf"
        section.problems.warn(section.node.key_spot, "TIMEFRAME_ORDER", found=found, allowed=allowed)
