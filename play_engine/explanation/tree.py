"""The rules of a Play as trees of lines: what each line says, and the condition that it is."""

from collections.abc import Mapping
from typing import Any

import attrs

from play_engine.explanation.wording import Wording, is_comparison
from play_engine.play.model import Block, Play
from play_engine.rules.expression import (
    All,
    AnchoredWindow,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
    DurationWindow,
    Near,
    Not,
    OneOf,
    Operand,
    Window,
)
from play_engine.rules.walk import references_in


@attrs.frozen(kw_only=True)
class RuleNode:
    """One line of a rule. `setups` are the names of the setups that stand here, outermost first; `operands` what a
    comparison reads, constants left out."""

    text: str
    condition: Condition
    setups: tuple[str, ...] = ()
    operands: tuple[Operand, ...] = ()
    children: tuple["RuleNode", ...] = ()


def block_rules(play: Play, block: Block) -> tuple[RuleNode, ...]:
    """The condition of each case of a block, in order."""
    written = play.resolved["actions"]
    if isinstance(written, dict):
        conditions = [written[block.id]]
    else:
        cases = next(one for one in written if one["id"] == block.id)["cases"]
        conditions = [case["when"] for case in cases]
    reader = _Reader(Wording.of(play), play.resolved.get("setups") or {})
    return tuple(reader.read(one, case.when) for one, case in zip(conditions, block.cases, strict=True))


@attrs.frozen
class _Reader:
    """Walks a rule as it is written beside the condition that was made of it."""

    wording: Wording
    setups: Mapping[str, Any]

    def read(self, written: Any, condition: Condition, names: tuple[str, ...] = ()) -> RuleNode:
        if isinstance(written, list):
            if is_comparison(written):
                tolerance = written[3] if len(written) > 3 else None
                return self._leaf((written[0], written[1], written[2], tolerance), condition, names)
            return self._all(written, condition, names)
        if "lhs" in written:
            parts = (written["lhs"], written["op"], written["rhs"], written.get("tolerance"))
            return self._leaf(parts, condition, names)
        ((key, body),) = written.items()
        if key == "setup":
            return self.read(self.setups[body], condition, (*names, body))
        return self._logic(key, body, condition, names)

    def _all(self, written: list[Any], condition: Condition, names: tuple[str, ...]) -> RuleNode:
        """A list of conditions; one alone is that condition itself."""
        if len(written) == 1:
            return self.read(written[0], condition, names)
        return self._node("all of", condition, names, written)

    def _logic(self, key: str, body: Any, condition: Condition, names: tuple[str, ...]) -> RuleNode:
        match condition:
            case All() | AnyOf() if key in ("all", "any"):
                return self._node(f"{key} of", condition, names, body)
            case Not(child=child):
                return RuleNode(text="not", condition=condition, setups=names, children=(self.read(body, child),))
            case Window(child=child) | AnchoredWindow(child=child) | DurationWindow(child=child):
                anchor = condition.interval_ms if isinstance(condition, AnchoredWindow) else None
                text = self.wording.window(key, body, anchor)
                inner = self.read(body["expr"], child)
                return RuleNode(text=text, condition=condition, setups=names, children=(inner,))
            case _:
                raise TypeError(f"{key} was read as {type(condition).__name__}")

    def _node(self, text: str, condition: Condition, names: tuple[str, ...], written: list[Any]) -> RuleNode:
        if not isinstance(condition, All | AnyOf):
            raise TypeError(f"{text} was read as {type(condition).__name__}")
        pairs = zip(written, condition.children, strict=True)
        children = tuple(self.read(one, child) for one, child in pairs)
        return RuleNode(text=text, condition=condition, setups=names, children=children)

    def _leaf(self, parts: tuple[Any, str, Any, Any], condition: Condition, names: tuple[str, ...]) -> RuleNode:
        return RuleNode(
            text=self.wording.comparison(*parts),
            condition=condition,
            setups=names,
            operands=tuple(dict.fromkeys(_operands(condition))),
        )


def _operands(condition: Condition) -> list[Operand]:
    """What a comparison reads: its sides, and the references inside arithmetic."""
    match condition:
        case Comparison(left=left, right=right) | Crossing(left=left, right=right) | Near(left=left, right=right):
            sides: tuple[Operand, ...] = (left, right)
        case Between(left=left, low=low, high=high):
            sides = (left, low, high)
        case OneOf(left=left):
            sides = (left,)
        case _:
            sides = tuple(references_in(condition))
    found: list[Operand] = []
    for side in sides:
        found += [] if isinstance(side, Constant) else [side]
        found += references_in(side) if isinstance(side, Arithmetic) else []
    return found
