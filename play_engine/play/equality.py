"""Equality: `==`, `!=` and `in` on INT, BOOL and ENUM values, never on FLOAT."""

from collections.abc import Sequence
from typing import Literal, cast

import attrs

from play_engine.play.document import Node, looks_like_number
from play_engine.play.operands import Operands
from play_engine.play.problems import Problems, did_you_mean, listed
from play_engine.play.references import Term
from play_engine.rules.expression import All, AnyOf, Comparison, Condition, Constant, Not, OneOf

_WHOLE = ("INT", "BOOL")


@attrs.frozen(eq=False)
class Equality:
    """The equality comparisons of one condition, whose key path is `path`."""

    operands: Operands
    path: str

    @property
    def problems(self) -> Problems:
        """The collector of the file."""
        return self.operands.problems

    def read(self, left: Term, op: str, right: Node) -> Condition | None:
        """`left op right`; None after a report."""
        if right.broken:
            return None
        if left.kind == "FLOAT":
            return self._refuse_float(op, left.name, right)
        if op == "in":
            return self._one_of(left, right)
        constant = self._constant(left, op, right)
        if constant is not None:
            return Comparison(cast(Literal["==", "!="], op), left.operand, constant)
        return None if self._is_constant(left, right) else self._with_reference(left, op, right)

    def _one_of(self, left: Term, right: Node) -> Condition | None:
        if not right.items:
            allowed = "a list of at least one constant"
            return self._report("INVALID_CONDITION", right, right.shown(), allowed)
        constants = [self._constant(left, "in", item) for item in right.items]
        for item in right.items:
            if not item.broken and not self._is_constant(left, item):
                self._report("INVALID_CONDITION", item, item.shown(), "constants only in the list of in")
        usable = [constant for constant in constants if constant is not None]
        return OneOf(left.operand, tuple(usable)) if len(usable) == len(constants) else None

    def _is_constant(self, left: Term, node: Node) -> bool:
        """Whether the node is a constant to this left side, be it a valid one or not."""
        if node.number is not None or isinstance(node.value, bool):
            return True
        if node.text is None or left.kind != "ENUM":
            return False
        known = self.operands.references.names.usable
        return node.text.lower() in _lower(left.labels) or ("." not in node.text and node.text not in known)

    def _constant(self, left: Term, op: str, node: Node) -> Constant | None:
        """The constant as `left` stores it; None for what is none, and after a report."""
        if node.broken or not self._is_constant(left, node):
            return None
        if left.kind == "ENUM":
            return self._literal(left, op, node)
        value = node.value
        if isinstance(value, float) and not value.is_integer():
            return self._refuse_float(op, node.shown(), node)
        if not isinstance(value, int | float):
            return None
        whole = int(value)
        if left.kind == "BOOL":
            if whole in (0, 1):
                return Constant(bool(whole), "BOOL")
            return self._report("TYPE_MISMATCH", node, f"{left.name} (BOOL) {op} {node.shown()}", "true, false, 1, 0")
        if abs(whole) >= 2**63:
            return self._report("INVALID_VALUE", node, node.shown(), "an integer of at most 64 bits")
        return Constant(whole, "INT")

    def _literal(self, left: Term, op: str, node: Node) -> Constant | None:
        if node.text is None:
            return self._report("TYPE_MISMATCH", node, f"{left.name} (ENUM) {op} {node.shown()}", listed(left.labels))
        labels = _lower(left.labels)
        if node.text.lower() in labels:
            return Constant(labels.index(node.text.lower()), "ENUM")
        near = did_you_mean(node.text, left.labels)
        hint = f"'{node.text}' is not a value of {left.name}; allowed: {listed(left.labels)}"
        return self._report("UNKNOWN_LITERAL", node, node.shown(), listed(left.labels), near or hint)

    def _with_reference(self, left: Term, op: str, node: Node) -> Condition | None:
        if left.kind in _WHOLE and self._is_a_word(node):
            return self._refuse_word(left, node)
        right = self.operands.operand(node, self.path)
        if right is None:
            return None
        if right.kind == "FLOAT":
            return self._refuse_float(op, right.name, node)
        if left.kind in _WHOLE and right.kind in _WHOLE:
            return Comparison(cast(Literal["==", "!="], op), left.operand, right.operand)
        if left.kind == right.kind == "ENUM":
            same = _same_label(left, right)
            return same if op == "==" else Not(same)
        found = f"{left.name} ({left.kind}) {op} {right.name} ({right.kind})"
        return self._report("TYPE_MISMATCH", node, found, "INT or BOOL with INT or BOOL, ENUM with ENUM")

    def _is_a_word(self, node: Node) -> bool:
        """Whether the node is text that was meant as a literal, as far as can be told: it names nothing declared."""
        names = self.operands.references.names
        word = node.text is not None and "." not in node.text and not looks_like_number(node.text)
        return word and names.is_complete and node.text not in names.usable

    def _refuse_word(self, left: Term, node: Node) -> None:
        usable = self.operands.references.names.usable
        values = "true or false, unquoted, or 1 or 0" if left.kind == "BOOL" else "a whole number"
        flag = (node.text or "").lower() in ("true", "false")
        near = "" if flag else did_you_mean(node.text or "", usable)
        hint = near or f"{left.name} is {left.kind}: compare it with {values}"
        return self._report("UNDECLARED_FEATURE", node, node.shown(), listed(usable), hint)

    def _refuse_float(self, op: str, name: str, node: Node) -> None:
        hint = f"Operator '{op}' cannot be used with FLOAT ({name}). Use near_abs or near_pct."
        return self._report("FLOAT_EQUALITY", node, f"{op} with {name}", "INT, BOOL or ENUM on both sides", hint)

    def _report(self, code: str, node: Node, found: str, allowed: str, hint: str = "") -> None:
        self.problems.error(node.spot.of(self.path), code, found=found, allowed=allowed, hint=hint)


def _lower(labels: Sequence[str]) -> list[str]:
    return [label.lower() for label in labels]


def _same_label(left: Term, right: Term) -> Condition:
    """Whether two ENUM outputs hold the same label. Codes can be compared only where both number their labels alike."""
    ours, theirs = _lower(left.labels), _lower(right.labels)
    if ours == theirs:
        return Comparison("==", left.operand, right.operand)
    alike = [
        All(
            (
                Comparison("==", left.operand, Constant(ours.index(label), "ENUM")),
                Comparison("==", right.operand, Constant(theirs.index(label), "ENUM")),
            )
        )
        for label in ours
        if label in theirs
    ]
    # A value equals itself, so these two are false; where it is missing they are unknown, and so is the whole.
    missing = [Not(Comparison("==", term.operand, term.operand)) for term in (left, right)]
    return AnyOf((*alike, *missing))
