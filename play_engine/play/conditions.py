"""The condition grammar: comparisons, `all`, `any`, `not`, windows, setups, and lists that mean all of them."""

from collections.abc import Mapping

import attrs

from play_engine.play.comparisons import Comparisons
from play_engine.play.document import Node
from play_engine.play.problems import Problems, did_you_mean, listed
from play_engine.play.references import References
from play_engine.play.windows import DURATION_WINDOWS, WINDOWS, Windows
from play_engine.rules.expression import All, AnyOf, Condition, Not

LOGIC_KEYS = ("all", "any", "not", "setup", *WINDOWS, *DURATION_WINDOWS)
# Words of other languages for ours.
_FOREIGN = {"and": ("all",), "&&": ("all",), "or": ("any",), "||": ("any",), "if": ("all", "any"), "!": ("not",)}
_VERBOSE_KEYS = ("lhs", "op", "rhs", "tolerance")


@attrs.frozen(kw_only=True)
class _Where:
    """Where a condition stands: inside a window or not, and the interval (ms) on whose closes it is evaluated there,
    None for the Play's own instants."""

    in_window: bool = False
    anchor_ms: int | None = None


_OUTSIDE = _Where()


@attrs.define(kw_only=True, eq=False)
class Conditions:
    """Reads conditions. `setups` maps every declared setup to its condition, None for one that was reported; it grows
    while the setups themselves are read, in the order of their need. `knows_setups` is False where the section could
    not be read, so that none is undeclared."""

    comparisons: Comparisons
    windows: Windows
    setups: Mapping[str, Condition | None]
    knows_setups: bool = True

    @property
    def problems(self) -> Problems:
        """The collector of the file."""
        return self.comparisons.problems

    @property
    def references(self) -> References:
        """What resolves the references of the Play."""
        return self.comparisons.operands.references

    def read(self, node: Node) -> Condition | None:
        """The condition at `node`; None after a report."""
        return self._read(node, _OUTSIDE)

    def _read(self, node: Node, where: _Where) -> Condition | None:
        if node.broken:
            return None
        if node.is_mapping:
            return self._read_mapping(node, where)
        if node.is_list:
            return self._read_list(node, where)
        self._invalid(
            node, "a condition: [left, op, right], {all: [..]}, {any: [..]}, {not: ..}, {setup: ..}, a window"
        )
        return None

    def _read_list(self, node: Node, where: _Where) -> Condition | None:
        items = node.items
        if is_comparison(node):
            return self.comparisons.from_list(node)
        if len(items) > 1 and items[1].broken and not items[1].is_list:
            # The operator, or a condition, is missing: what the rest is cannot be said.
            return None
        if items and not any(item.is_list or item.is_mapping or item.broken for item in items):
            self._invalid(node, "[left, op, right] with an operator in second place, or a list of conditions")
            return None
        children = self._children(node, "a list of conditions", where)
        if children is None:
            return None
        return children[0] if len(children) == 1 else All(children)

    def _children(self, node: Node, what: str, where: _Where) -> tuple[Condition, ...] | None:
        if not node.items:
            self._invalid(node, f"{what} requires at least 1 child expression")
            return None
        children = [self._read(item, where) for item in node.items]
        usable = tuple(child for child in children if child is not None)
        return usable if len(usable) == len(children) else None

    def _read_mapping(self, node: Node, where: _Where) -> Condition | None:
        keys = [key for key in node.fields if key in LOGIC_KEYS]
        if len(keys) == 1 and len(node.fields) == 1:
            return self._read_logic(keys[0], node.fields[keys[0]], where)
        if keys:
            hint = "nest them under all: {all: [{..}, {..}]}"
            found, allowed = listed(node.fields), "exactly one key"
            self.problems.error(node.spot, "MULTIPLE_LOGIC_KEYS", found=found, allowed=allowed, hint=hint)
            return None
        if any(key in _VERBOSE_KEYS for key in node.fields):
            return self.comparisons.from_mapping(node)
        self._report_unknown(node)
        return None

    def _report_unknown(self, node: Node) -> None:
        allowed = listed((*LOGIC_KEYS, "lhs, op, rhs"))
        if not node.fields or "feature_id" in node.fields:
            self._invalid(node, allowed)
            return
        name, child = next(iter(node.fields.items()))
        hint = did_you_mean(name, LOGIC_KEYS, _FOREIGN)
        found = f"{name}: {child.shown()}"
        self.problems.error(child.key_spot, "UNKNOWN_KEY", found=found, allowed=allowed, hint=hint)

    def _read_logic(self, key: str, node: Node, where: _Where) -> Condition | None:
        if node.broken:
            return None
        if key in ("all", "any"):
            return self._read_connective(key, node, where)
        if key == "not":
            child = self._read(node, where)
            return None if child is None else Not(child)
        if key == "setup":
            return self._read_setup(node, where)
        return self.windows.read(key, node, where.anchor_ms, self._read_inside)

    def _read_inside(self, node: Node, anchor_ms: int | None) -> Condition | None:
        return self._read(node, _Where(in_window=True, anchor_ms=anchor_ms))

    def _read_connective(self, key: str, node: Node, where: _Where) -> Condition | None:
        if not node.is_list or is_comparison(node):
            self._invalid(
                node, f"{key} takes a list of conditions, each an element of its own: [[left, op, right], ..]"
            )
            return None
        children = self._children(node, key, where)
        if children is None:
            return None
        return All(children) if key == "all" else AnyOf(children)

    def _read_setup(self, node: Node, where: _Where) -> Condition | None:
        name = node.text
        if name is None:
            self._invalid(node, "the id of a setup")
        elif where.in_window:
            found = f"SetupRef '{name}' is not supported inside window operators"
            hint = "put the window into the setup"
            self.problems.error(node.spot, "SETUP_IN_WINDOW", found=found, hint=hint)
        elif name not in self.setups and self.knows_setups:
            allowed, hint = listed(self.setups) or "no setup is declared", did_you_mean(name, self.setups)
            self.problems.error(node.spot, "UNDECLARED_SETUP", found=name, allowed=allowed, hint=hint)
        else:
            return self.setups.get(name)
        return None

    def _invalid(self, node: Node, allowed: str) -> None:
        self.problems.error(node.spot, "INVALID_CONDITION", found=node.shown(), allowed=allowed)


def is_comparison(node: Node) -> bool:
    """Whether a list is a comparison: its second element is text."""
    return len(node.items) > 1 and node.items[1].text is not None and not node.items[1].broken
