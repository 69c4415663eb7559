"""The names that a Play may refer to: declared features and structures, and what is built in."""

import re
from typing import Literal

import attrs

from play_engine.declaration import Output
from play_engine.play.problems import Problems, Spot

BUILT_INS: dict[str, Output] = {
    name: Output(name="value", kind="INT" if name == "timestamp" else "FLOAT", primary=True)
    for name in (
        "open",
        "high",
        "low",
        "close",
        "volume",
        "last_price",
        "mark_price",
        "funding_rate",
        "open_interest",
        "timestamp",
    )
}
# A condition that names one of these is evaluated at every minute.
MINUTE_NAMES = frozenset({"last_price", "mark_price"})
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ID_RULE = "letters, digits, _ and -, beginning with a letter or _"


@attrs.frozen(kw_only=True)
class Declared:
    """A feature or structure by its id. `outputs` is None for an invalid declaration: it was reported, and whatever
    refers to it passes. `primary` is the output that a bare id may mean. `interval_ms` is None where unknown.
    `numbers` are those, in full, for which names of outputs have six digits."""

    id: str
    what: Literal["feature", "structure", "built-in name"]
    type: str | None = None
    interval_ms: int | None = None
    outputs: tuple[Output, ...] | None = None
    primary: Output | None = None
    numbers: tuple[float, ...] = ()


_BUILT_IN = {
    name: Declared(id=name, what="built-in name", outputs=(output,), primary=output)
    for name, output in BUILT_INS.items()
}


@attrs.define(eq=False)
class Names:
    """Every id declared so far, features and structures together.

    `is_complete` is False once a declaration was so wrong that its id is not known: then nothing is undeclared.
    """

    problems: Problems
    is_complete: bool = attrs.field(default=True, init=False)
    by_id: dict[str, Declared] = attrs.field(factory=dict, init=False)

    @property
    def usable(self) -> dict[str, Declared]:
        """What a rule may name: declared ids and built-in names."""
        return self.by_id | _BUILT_IN

    def accepts(self, spot: Spot, name: str) -> bool:
        """Whether `name` can be declared; reports a malformed, built-in or repeated one."""
        if not is_id(spot, name, self.problems):
            return False
        if name in BUILT_INS:
            self.problems.error(spot, "INVALID_ID", found=name, allowed="a name that is not built in")
            return False
        if name in self.by_id:
            hint = f"Duplicate feature ID: '{name}'"
            self.problems.error(spot, "DUPLICATE_ID", found=name, allowed="each id once in the Play", hint=hint)
            return False
        return True

    def add(self, declared: Declared) -> None:
        """Declares a feature or structure; where an id is repeated the first one stands."""
        if declared.id not in BUILT_INS:
            self.by_id.setdefault(declared.id, declared)


def is_id(spot: Spot, name: str, problems: Problems) -> bool:
    """Whether `name` is well formed; reports it where not."""
    if ID.fullmatch(name):
        return True
    problems.error(spot, "INVALID_ID", found=name, allowed=_ID_RULE)
    return False
