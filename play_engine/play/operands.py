"""Operands of a comparison: numbers, references and arithmetic."""

import math
from typing import Literal, cast

import attrs

from play_engine.play.document import Node
from play_engine.play.references import MAP_KEYS, References, Term
from play_engine.rules.expression import Arithmetic, Constant, Kind

ARITHMETIC = ("+", "-", "*", "/", "%")
_LARGEST_INT = 2**63 - 1
_Operator = Literal["+", "-", "*", "/", "%"]


@attrs.define(eq=False)
class Operands:
    """Reads operands; `path` is the key path of the condition that they stand in, under which they are reported."""

    references: References

    @property
    def problems(self):
        """The collector of the file."""
        return self.references.names.problems

    def left(self, node: Node, path: str) -> Term | None:
        """The left side of a comparison: a reference or arithmetic; None after a report."""
        if node.number is not None and not node.broken:
            hint = "swap the sides"
            allowed = "a reference or arithmetic on the left"
            self.problems.error(node.spot.of(path), "INVALID_CONDITION", found=node.shown(), allowed=allowed, hint=hint)
            return None
        return self._read(node, path, bare=False)

    def operand(self, node: Node, path: str) -> Term | None:
        """A number, reference or arithmetic; None after a report."""
        return self._read(node, path, bare=True)

    def _read(self, node: Node, path: str, *, bare: bool) -> Term | None:
        if node.broken:
            return None
        if node.number is not None:
            return self._constant(node, node.number, path)
        parts = _arithmetic_parts(node)
        if parts is not None:
            return self._arithmetic(*parts, path)
        if node.text is not None or any(key in node.fields for key in MAP_KEYS):
            return self.references.in_condition(node, path, bare=bare)
        self._report_no_operand(node, path)
        return None

    def _constant(self, node: Node, number: float, path: str) -> Term | None:
        if not fits_a_number(number):
            allowed = "a finite number of at most 64 bits"
            self.problems.error(node.spot.of(path), "INVALID_VALUE", found=node.shown(), allowed=allowed)
            return None
        kind: Kind = "INT" if isinstance(number, int) else "FLOAT"
        return Term(operand=Constant(number, kind), kind=kind, name=node.shown())

    def _arithmetic(self, left: Node, op: str, right: Node, path: str) -> Term | None:
        terms = [self._numeric(node, path) for node in (left, right)]
        first, second = terms
        if first is None or second is None:
            return None
        whole = op != "/" and first.kind == second.kind == "INT"
        kind: Kind = "INT" if whole else "FLOAT"
        operand = Arithmetic(cast(_Operator, op), first.operand, second.operand, kind)
        return Term(operand=operand, kind=kind, name=f"{first.name} {op} {second.name}")

    def _numeric(self, node: Node, path: str) -> Term | None:
        """An operand of arithmetic: INT or FLOAT."""
        if isinstance(node.value, bool) and not node.broken:
            self._report_not_numeric(node, node.shown(), "BOOL", path)
            return None
        term = self.operand(node, path)
        if term is not None and term.kind not in ("INT", "FLOAT"):
            self._report_not_numeric(node, term.name, term.kind, path)
            return None
        return term

    def _report_not_numeric(self, node: Node, name: str, kind: str, path: str) -> None:
        found = f"{name} ({kind}) in arithmetic"
        self.problems.error(node.spot.of(path), "TYPE_MISMATCH", found=found, allowed="INT or FLOAT operands")

    def _report_no_operand(self, node: Node, path: str) -> None:
        allowed = "a number, a reference, or arithmetic: [a, op, b] or {op: [a, b]} with op one of + - * / %"
        self.problems.error(node.spot.of(path), "INVALID_CONDITION", found=node.shown(), allowed=allowed)


def fits_a_number(number: float) -> bool:
    """Whether a column can hold the number: finite, and an integer of at most 64 bits."""
    return math.isfinite(number) if isinstance(number, float) else abs(number) <= _LARGEST_INT


def _arithmetic_parts(node: Node) -> tuple[Node, str, Node] | None:
    """Left operand, operator and right operand of either spelling; None for anything else."""
    items = node.items
    if len(items) == 3 and items[1].text in ARITHMETIC:
        return items[0], str(items[1].text), items[2]
    if len(node.fields) == 1:
        op, pair = next(iter(node.fields.items()))
        if op in ARITHMETIC and len(pair.items) == 2:
            return pair.items[0], op, pair.items[1]
    return None
