"""Reading a mapping: each key asked for once, wrong types and ranges reported, the keys left over are unknown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import attrs

from play_engine.play.document import Node
from play_engine.play.problems import NO_FORMER_NAMES, Problems, did_you_mean, listed
from play_engine.play.ranges import ANY, Range
from play_engine.play.scalars import PLAIN, Codes, choice_of, flag_of, integer_of, number_of, text_of

Default = TypeVar("Default")


@attrs.define(eq=False)
class Fields:
    """The entries of one mapping of a Play, read by name.

    Each reading method returns the value, or `default` where the key is absent or, after a report, unusable. Keys that
    nobody asked for are reported by `finish`, with the keys that were asked for as what is allowed.
    """

    node: Node
    problems: Problems
    codes: Codes = PLAIN
    _asked: dict[str, None] = attrs.field(factory=dict, init=False)

    def has(self, name: str) -> bool:
        """Whether the key is written, be its value usable or not."""
        self._asked[name] = None
        return name in self.node.fields

    def written(self, name: str) -> bool:
        """Whether the key is written and not `null`."""
        return self.has(name) and (self.node.fields[name].value is not None or self.node.fields[name].broken)

    def get(self, name: str) -> Node | None:
        """The value of a key; None where it is absent or was reported already."""
        self._asked[name] = None
        child = self.node.fields.get(name)
        return None if child is None or child.broken else child

    def require(self, name: str, allowed: str = "") -> Node | None:
        """The value of a key that must be written; None after a report."""
        if not self.has(name):
            self.missing(name, allowed)
        return self.get(name)

    def require_mapping(self, name: str, allowed: str = "", codes: Codes | None = None) -> "Fields | None":
        """A mapping that must be written and hold something; None after a report."""
        node = self.require(name, allowed)
        if node is not None and (node.value is None or node.value == {}):
            self.missing(name, allowed, f"{name} may not be empty")
            return None
        return self.mapping(name, codes)

    def missing(self, name: str, allowed: str = "", hint: str = "") -> None:
        """Reports that a required key is not written, or holds nothing."""
        written = self.node.fields.get(name)
        spot = self.node.key_spot.of(self.node.child_path(name)) if written is None else written.key_spot
        self.problems.error(spot, "MISSING_REQUIRED_FIELD", found=f"no {name}", allowed=allowed, hint=hint)

    def number(self, name: str, default: Default, within: Range = ANY) -> float | Default:
        """A finite number."""
        node = self.get(name)
        value = None if node is None else number_of(node, self.problems, within, self.codes)
        return default if value is None else value

    def integer(self, name: str, default: Default, within: Range = ANY) -> int | Default:
        """An integer."""
        node = self.get(name)
        value = None if node is None else integer_of(node, self.problems, within, self.codes)
        return default if value is None else value

    def flag(self, name: str, default: Default) -> bool | Default:
        """`true` or `false`."""
        node = self.get(name)
        value = None if node is None else flag_of(node, self.problems, self.codes)
        return default if value is None else value

    def text(self, name: str, default: Default) -> str | Default:
        """Text that is not empty."""
        node = self.get(name)
        value = None if node is None else text_of(node, self.problems, self.codes)
        return default if value is None else value

    def choice(self, name: str, choices: Sequence[str], default: Default, *, any_case: bool = False) -> str | Default:
        """One of several words."""
        node = self.get(name)
        value = None if node is None else choice_of(node, self.problems, choices, self.codes, any_case=any_case)
        return default if value is None else value

    def mapping(self, name: str, codes: Codes | None = None) -> "Fields | None":
        """A mapping below this one; None where it is absent, `null` or, after a report, something else.

        `codes` are those of its section, by default those of this mapping.
        """
        node = self.get(name)
        if node is None or node.value is None:
            return None
        if not node.is_mapping:
            self.problems.error(node.spot, self.codes.type, found=node.shown(), allowed="a mapping")
            return None
        return Fields(node, self.problems, codes or self.codes)

    def finish(
        self,
        also: Iterable[str] = (),
        code: str = "UNKNOWN_KEY",
        former: Mapping[str, tuple[str, ...]] = NO_FORMER_NAMES,
    ) -> None:
        """Reports every key that was not asked for; `also` are further keys that are valid here, `former` other names
        of valid keys."""
        allowed = [*self._asked, *(name for name in also if name not in self._asked)]
        for name, child in self.node.fields.items():
            if name not in allowed:
                spot, found = child.key_spot, f"{name}: {child.shown()}"
                hint = did_you_mean(name, allowed, former)
                self.problems.error(spot, code, found=found, allowed=listed(allowed) or "no key", hint=hint)
