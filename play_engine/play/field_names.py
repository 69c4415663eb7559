"""Names of outputs: `level[0.618]`, `level_0.618` and `level_0.6180` are one field."""

import re
from collections.abc import Collection, Sequence

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


def find_output(outputs: Sequence[Output], field: str, numbers: Collection[float] = ()) -> Output | None:
    """The output that `field` names, numbers in it compared as numbers; None if there is none.

    `numbers` are those for which names of outputs have six digits.
    """
    wanted = _comparable(plain_field(field), numbers)
    return next((output for output in outputs if _comparable(output.name) == wanted), None)


def lacking_level(outputs: Sequence[Output], field: str) -> str | None:
    """The ratio, as it is written, of a level that is not among the levels; None where something else is wrong."""
    match = re.fullmatch(f"level_{_NUMBER.pattern}", plain_field(field))
    if match is None or not any(output.name.startswith("level_") for output in outputs):
        return None
    # Two levels that are the same to six digits cannot be had.
    return None if find_output(outputs, f"level_{float(match[1]):g}") else match[1]


def _comparable(field: str, numbers: Collection[float] = ()) -> tuple[str | float, ...]:
    """The field cut into text and numbers, those of `numbers` as names of outputs write them."""
    parts = _NUMBER.split(field)
    return tuple(_named(float(part), numbers) if index % 2 else part for index, part in enumerate(parts))


def _named(number: float, numbers: Collection[float]) -> float:
    return float(f"{number:g}") if number in numbers else number
