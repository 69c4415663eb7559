"""Names of outputs: `level[0.618]`, `level_0.618` and `level_0.6180` are one field."""

import re
from collections.abc import Sequence

from play_engine.declaration import Output

_BRACKET = re.compile(r"(?P<name>[A-Za-z_]\w*)\[(?P<key>[^\[\]]+)\](?:\.(?P<sub>.+))?")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


def plain_field(field: str) -> str:
    """A field without brackets: `zone[0].state` is `zone0_state`, `level[0.5]` is `level_0.5`."""
    match = _BRACKET.fullmatch(field)
    if match is None:
        return field
    key = match["key"].strip()
    return f"{match['name']}{key}_{match['sub']}" if match["sub"] else f"{match['name']}_{key}"


def find_output(outputs: Sequence[Output], field: str) -> Output | None:
    """The output that `field` names, numbers in it compared as numbers; None if there is none."""
    wanted = _comparable(plain_field(field))
    return next((output for output in outputs if _comparable(output.name) == wanted), None)


def _comparable(field: str) -> tuple[str | float, ...]:
    """The field cut into text and numbers; a number has the six digits that names of levels have."""
    parts = _NUMBER.split(field)
    return tuple(float(f"{float(part):g}") + 0.0 if number else part for number, part in _alternating(parts))


def _alternating(parts: list[str]) -> list[tuple[bool, str]]:
    return [(index % 2 == 1, part) for index, part in enumerate(parts)]
