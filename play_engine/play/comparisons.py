"""Comparisons: which operators there are, which types they take, and the node of the rule tree that each becomes."""

import attrs

from play_engine.play.document import Node
from play_engine.play.equality import Equality
from play_engine.play.fields import Fields
from play_engine.play.operands import ARITHMETIC, Operands
from play_engine.play.problems import Problems, did_you_mean, listed
from play_engine.play.ranges import NOT_NEGATIVE
from play_engine.play.references import Term
from play_engine.play.scalars import Codes, number_of
from play_engine.rules.expression import Between, Comparison, Condition, Constant, Crossing, Near, Operand

OPERATORS = (
    ">", "<", ">=", "<=", "==", "!=", "between", "in", "cross_above", "cross_below", "near_abs", "near_pct",
)  # fmt: skip
_NEAR = ("near_abs", "near_pct")
_ORDERING = (">", "<", ">=", "<=")
# Words of other languages for our operators.
_FOREIGN = {
    "gt": ">",
    "lt": "<",
    "gte": ">=",
    "ge": ">=",
    "lte": "<=",
    "le": "<=",
    "eq": "==",
    "=": "==",
    "ne": "!=",
    "neq": "!=",
    "<>": "!=",
    "approx_eq": "near_abs or near_pct",
    "and": "{all: [.., ..]}",
    "&&": "{all: [.., ..]}",
    "or": "{any: [.., ..]}",
    "||": "{any: [.., ..]}",
}
_TOLERANCE = Codes.both("INVALID_TOLERANCE")


@attrs.frozen(kw_only=True)
class Parts:
    """A comparison as written: the whole, its sides, operator, and tolerance if there is one."""

    whole: Node
    left: Node
    op: Node
    right: Node
    tolerance: Node | None = None


@attrs.define(eq=False)
class Comparisons:
    """Reads comparisons in both spellings."""

    operands: Operands

    @property
    def problems(self) -> Problems:
        """The collector of the file."""
        return self.operands.problems

    def from_list(self, node: Node) -> Condition | None:
        """`[left, op, right]` or `[left, near, right, tolerance]`; None after a report."""
        items = node.items
        if not self._known(items[1], node.path):
            return None
        if len(items) not in (3, 4):
            allowed = "[left, op, right], or [left, near_pct, right, tolerance]"
            self.problems.error(node.spot, "INVALID_CONDITION", found=node.shown(), allowed=allowed)
            return None
        tolerance = items[3] if len(items) == 4 else None
        return self._read(Parts(whole=node, left=items[0], op=items[1], right=items[2], tolerance=tolerance))

    def from_mapping(self, node: Node) -> Condition | None:
        """`{lhs, op, rhs, tolerance}`; None after a report."""
        fields = Fields(node, self.problems)
        left, op, right = (fields.require(key, "{lhs, op, rhs}") for key in ("lhs", "op", "rhs"))
        tolerance = fields.node.fields.get("tolerance") if fields.has("tolerance") else None
        fields.finish()
        if op is None or not self._known(op, node.path) or left is None or right is None:
            return None
        return self._read(Parts(whole=node, left=left, op=op, right=right, tolerance=tolerance))

    def _known(self, op: Node, path: str) -> bool:
        if op.broken:
            return False
        if op.text in OPERATORS:
            return True
        text = op.text or ""
        hint = f"did you mean {_FOREIGN[text]}?" if text in _FOREIGN else did_you_mean(text, OPERATORS)
        if text in ARITHMETIC:
            hint = "arithmetic is no condition: compare it with something"
        found = f"Unknown operator '{text or op.shown()}'"
        self.problems.error(op.spot.of(path), "UNKNOWN_OPERATOR", found=found, allowed=listed(OPERATORS), hint=hint)
        return False

    def _read(self, parts: Parts) -> Condition | None:
        op = str(parts.op.text)
        if parts.tolerance is not None and op not in _NEAR:
            found, allowed = f"a tolerance with {op}", "a tolerance only with near_abs, near_pct"
            bounds = f"[{parts.right.shown()}, {parts.tolerance.shown()}]"
            hint = f"write {bounds}" if op == "between" and not (parts.right.items or parts.right.fields) else ""
            self.problems.error(parts.tolerance.spot, "INVALID_TOLERANCE", found=found, allowed=allowed, hint=hint)
            return None
        left = self.operands.left(parts.left, parts.whole.path)
        if op in ("==", "!=", "in"):
            return None if left is None else Equality(self.operands, parts.whole.path).read(left, op, parts.right)
        if left is not None and not self._numeric(left, op, parts.left, parts.whole.path):
            left = None
        if op == "between":
            return self._between(left, parts)
        right = self._bound(parts.right, op, parts.whole.path)
        tolerance = self._tolerance(parts, op) if op in _NEAR else 0.0
        if left is None or right is None or tolerance is None:
            return None
        return _condition(op, left, right, tolerance)

    def _numeric(self, term: Term, op: str, node: Node, path: str) -> bool:
        if term.kind in ("INT", "FLOAT"):
            return True
        self._report_kind(op, term.name, term.kind, node, path)
        return False

    def _report_kind(self, op: str, name: str, kind: str, node: Node, path: str) -> None:
        found, hint = f"{name} ({kind}) with {op}", "compare it with == or in"
        self.problems.error(
            node.spot.of(path), "TYPE_MISMATCH", found=found, allowed="INT or FLOAT on both sides", hint=hint
        )

    def _bound(self, node: Node, op: str, path: str) -> Term | None:
        """A numeric operand on the right; None after a report."""
        if isinstance(node.value, bool) and not node.broken:
            self._report_kind(op, node.shown(), "BOOL", node, path)
            return None
        term = self.operands.operand(node, path)
        return term if term is not None and self._numeric(term, op, node, path) else None

    def _tolerance(self, parts: Parts, op: str) -> float | None:
        if parts.tolerance is None:
            hint = f"operator '{op}' requires a tolerance value"
            self.problems.error(
                parts.whole.spot, "INVALID_TOLERANCE", found="no tolerance", allowed="a number >= 0", hint=hint
            )
            return None
        return number_of(parts.tolerance, self.problems, NOT_NEGATIVE, _TOLERANCE)

    def _between(self, left: Term | None, parts: Parts) -> Condition | None:
        bounds = self._bounds(parts.right, parts.whole.path)
        if bounds is None:
            return None
        low, high = (self._bound(node, "between", parts.whole.path) for node in bounds)
        if left is None or low is None or high is None:
            return None
        if _are_reversed(low.operand, high.operand):
            hint = f"low ({low.name}) must be <= high ({high.name})"
            spot = parts.right.spot.of(parts.whole.path)
            self.problems.error(spot, "INVALID_CONDITION", found=parts.right.shown(), hint=hint)
            return None
        return Between(left.operand, low.operand, high.operand)

    def _bounds(self, node: Node, path: str) -> tuple[Node, Node] | None:
        """Low and high of `between`; None after a report."""
        if node.broken:
            return None
        if len(node.items) == 2:
            return node.items[0], node.items[1]
        if node.is_mapping and ("low" in node.fields or "high" in node.fields):
            fields = Fields(node, self.problems)
            low, high = fields.require("low"), fields.require("high")
            fields.finish()
            return None if low is None or high is None else (low, high)
        allowed = "[low, high] or {low: .., high: ..}"
        self.problems.error(node.spot.of(path), "INVALID_CONDITION", found=node.shown(), allowed=allowed)
        return None


def _are_reversed(low: Operand, high: Operand) -> bool:
    return isinstance(low, Constant) and isinstance(high, Constant) and low.value > high.value


def _condition(op: str, left: Term, right: Term, tolerance: float) -> Condition:
    if op in _ORDERING:
        return Comparison(op, left.operand, right.operand)
    if op in _NEAR:
        return Near(op, left.operand, right.operand, tolerance)
    return Crossing("cross_above" if op == "cross_above" else "cross_below", left.operand, right.operand)
