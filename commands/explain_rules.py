"""The rules of a Play for a reader: lines of indented English, and the same as plain values."""

from collections.abc import Iterable, Iterator
from typing import Any

from play_engine.explanation.outputs import operand_text
from play_engine.explanation.tree import RuleNode, block_rules
from play_engine.explanation.wording import Wording, number_text
from play_engine.play.model import Block, IntentSpec, Note, Play
from play_engine.rules.expression import Reference

_ACTIONS = {
    "entry_long": "enter long",
    "entry_short": "enter short",
    "exit_long": "exit long",
    "exit_short": "exit short",
    "exit_all": "exit",
    "no_action": "do nothing",
}
INDENT = "  "
# Longer texts are not repeated among the rules.
_LONGEST_NOTE = 40


def rule_lines(play: Play) -> Iterator[str]:
    """Every block of the Play, in order."""
    for block in play.blocks:
        yield from _block_lines(play, block)


def rule_documents(play: Play) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            "block": block.id,
            "cases": [
                {"when": _document(rule), "emit": [_intent(play.intents[number]) for number in case.emit]}
                for rule, case in zip(block_rules(play, block), block.cases, strict=True)
            ],
            "else": [_intent(play.intents[number]) for number in block.otherwise],
        }
        for block in play.blocks
    ]


def action_text(intent: IntentSpec) -> str:
    """`enter long`, `exit 50 % of the long position`."""
    words = _ACTIONS.get(intent.action, f"{intent.action} (without effect)")
    if intent.percent == 100.0:
        return words
    side = {"exit_long": "long ", "exit_short": "short "}.get(intent.action, "")
    return f"exit {intent.percent:g} % of the {side}position"


def titled(setups: tuple[str, ...], text: str) -> str:
    """A line with the names of the setups that stand there."""
    return "".join(f"setup {name}: " for name in setups) + text


def _block_lines(play: Play, block: Block) -> Iterator[str]:
    rules = block_rules(play, block)
    is_named = block.id != play.intents[block.cases[0].emit[0]].action or len(block.cases) > 1
    depth = 1 if is_named else 0
    if is_named:
        many = ", the first true case counts" if len(rules) > 1 else ""
        yield f"block {block.id}{many}"
    for case, rule in zip(block.cases, rules, strict=True):
        yield f"{INDENT * depth}{_emitted(play, case.emit)} when"
        yield from _lines(rule, depth + 1)
    if block.otherwise:
        yield f"{INDENT * depth}{_emitted(play, block.otherwise)} when every case is false"


def _emitted(play: Play, numbers: Iterable[int]) -> str:
    return ", ".join(action_text(play.intents[number]) + _notes(play, play.intents[number]) for number in numbers)


def _notes(play: Play, intent: IntentSpec) -> str:
    if not intent.metadata:
        return ""
    return f" (noting {', '.join(note.name + _read(play, note) for note in intent.metadata)})"


def _read(play: Play, note: Note) -> str:
    value = note.value
    if isinstance(value, Reference):
        return f" = {operand_text(value, Wording.of(play))}"
    text = number_text(value)
    return f" = {text}" if len(text) <= _LONGEST_NOTE else ""


def _lines(node: RuleNode, depth: int) -> Iterator[str]:
    """A rule; what holds one comparison stands on one line with it."""
    text = titled(node.setups, node.text)
    only = node.children[0] if len(node.children) == 1 and not node.children[0].children else None
    if only is not None:
        colon = "" if text.endswith(":") else ":"
        yield f"{INDENT * depth}{text}{colon} {titled(only.setups, only.text)}"
        return
    yield f"{INDENT * depth}{text}"
    for child in node.children:
        yield from _lines(child, depth + 1)


def _document(node: RuleNode) -> dict[str, Any]:
    document: dict[str, Any] = {"text": node.text.removesuffix(":")}
    if node.setups:
        document["setups"] = list(node.setups)
    if node.children:
        document["children"] = [_document(child) for child in node.children]
    return document


def _intent(intent: IntentSpec) -> dict[str, Any]:
    names = [note.name for note in intent.metadata]
    return {"action": intent.action, "percent": intent.percent, **({"metadata": names} if names else {})}
