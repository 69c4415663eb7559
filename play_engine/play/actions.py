"""The section `actions`: blocks of cases, and the intents that they emit."""

import attrs

from play_engine.play.conditions import Conditions
from play_engine.play.declared import is_id
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.intents import WrittenIntent, check_action, read_intent
from play_engine.play.model import Block, Case, IntentSpec
from play_engine.play.problems import Problems
from play_engine.rules.expression import Condition

_SHAPE = "a mapping of action to condition, or a list of blocks {id, cases, else}"


@attrs.define(kw_only=True, eq=False)
class Actions:
    """The blocks of a Play and their intents, numbered in file order.

    `is_complete` is False once an intent could not be read, so that nobody concludes from what is not there.
    """

    conditions: Conditions
    blocks: list[Block] = attrs.field(factory=list, init=False)
    written: list[WrittenIntent] = attrs.field(factory=list, init=False)
    is_complete: bool = attrs.field(default=True, init=False)

    @property
    def problems(self) -> Problems:
        """The collector of the file."""
        return self.conditions.problems

    @property
    def intents(self) -> tuple[IntentSpec, ...]:
        """Every intent, in file order."""
        return tuple(intent.spec for intent in self.written)

    def emits(self, *actions: str) -> WrittenIntent | None:
        """The first intent of one of these actions; None where there is none."""
        return next((intent for intent in self.written if intent.spec.action in actions), None)

    def read(self, root: Fields) -> None:
        """Reads the section in either form."""
        node = root.require("actions", allowed=_SHAPE)
        self.is_complete = node is not None and bool(node.items or node.fields)
        if node is None:
            return
        if node.value in (None, [], {}):
            root.missing("actions", allowed=_SHAPE, hint="actions may not be empty")
        elif node.is_mapping:
            for name, condition in node.fields.items():
                self._read_entry(name, condition)
        elif node.is_list:
            for block in node.items:
                self._read_block(block)
        else:
            self.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=_SHAPE)

    def _read_entry(self, name: str, node: Node) -> None:
        """`action: condition`, a block of one case."""
        if not check_action(name, node.key_spot, self.problems):
            self.is_complete = False
            return
        number = self._add(WrittenIntent(spec=IntentSpec(block=name, action=name), spot=node.key_spot))
        when = self.conditions.read(node)
        if when is not None:
            self.blocks.append(Block(id=name, cases=(Case(when=when, emit=(number,)),)))

    def _read_block(self, node: Node) -> None:
        if not node.is_mapping:
            self.is_complete = False
        if node.broken:
            return
        if not node.is_mapping:
            self.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed="a block {id, cases, else}")
            return
        fields = Fields(node, self.problems)
        block = self._read_id(fields)
        cases = self._read_cases(fields, block)
        otherwise = self._read_else(fields, block)
        fields.finish()
        if cases is not None:
            self.blocks.append(Block(id=block, cases=cases, otherwise=otherwise))

    def _read_id(self, fields: Fields) -> str:
        """The id of a block; empty after a report."""
        node = fields.require("id", allowed="an id")
        block = fields.text("id", "")
        if node is None or not block or not is_id(node.spot, block, self.problems):
            return ""
        if block in {other.id for other in self.blocks} | {intent.spec.block for intent in self.written}:
            allowed, hint = "each block id once", f"Duplicate block ID: '{block}'"
            self.problems.error(node.spot, "DUPLICATE_ID", found=block, allowed=allowed, hint=hint)
            return ""
        return block

    def _read_cases(self, fields: Fields, block: str) -> tuple[Case, ...] | None:
        cases = [self._read_case(node, block) for node in required_list(fields, "cases", "a list of cases")]
        usable = tuple(case for case in cases if case is not None)
        self.is_complete = self.is_complete and bool(cases)
        return usable if cases and len(usable) == len(cases) else None

    def _read_case(self, node: Node, block: str) -> Case | None:
        if not node.is_mapping:
            self.is_complete = False
        if node.broken:
            return None
        if not node.is_mapping:
            self.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed="a case {when, emit}")
            return None
        fields = Fields(node, self.problems)
        when = fields.require("when", allowed="a condition")
        condition: Condition | None = None if when is None else self.conditions.read(when)
        emit = self._read_emit(fields, block)
        fields.finish()
        return None if condition is None else Case(when=condition, emit=emit)

    def _read_else(self, fields: Fields, block: str) -> tuple[int, ...]:
        section = fields.mapping("else")
        if section is None:
            self.is_complete = self.is_complete and not fields.written("else")
            return ()
        emit = self._read_emit(section, block)
        section.finish()
        return emit

    def _read_emit(self, fields: Fields, block: str) -> tuple[int, ...]:
        """The numbers of the intents under `emit`."""
        nodes = required_list(fields, "emit", "a list of intents")
        intents = [read_intent(node, block, self.conditions) for node in nodes]
        usable = [intent for intent in intents if intent is not None]
        if not nodes or len(usable) < len(intents):
            self.is_complete = False
        return tuple(self._add(intent) for intent in usable)

    def _add(self, intent: WrittenIntent) -> int:
        self.written.append(intent)
        return len(self.written) - 1


def required_list(fields: Fields, name: str, allowed: str) -> list[Node]:
    """The elements of a list that must be written and not be empty; none after a report."""
    node = fields.require(name, allowed=allowed)
    if node is None:
        return []
    if node.value is None or node.value == []:
        fields.missing(name, allowed=allowed, hint=f"{name} may not be empty")
    elif not node.is_list:
        fields.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed)
    return node.items
