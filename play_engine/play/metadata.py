"""The metadata of an intent: what is stored with its order, constants and values read at the decision."""

from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.model import Note
from play_engine.play.operands import fits_a_number
from play_engine.play.references import References
from play_engine.rules.expression import Reference


def read_metadata(fields: Fields, references: References) -> tuple[Note, ...]:
    """The entries under `metadata`; those with a problem are left out after a report. Any name may be given."""
    section = fields.mapping("metadata")
    if section is None:
        return ()
    notes = (_read_note(name, node, references) for name, node in section.node.fields.items())
    return tuple(note for note in notes if note is not None)


def _read_note(name: str, node: Node, references: References) -> Note | None:
    if node.broken:
        return None
    if node.is_mapping:
        term = references.read(node, node.path)
        if term is None or not isinstance(term.operand, Reference):
            return None
        return Note(name=name, value=term.operand, labels=term.labels)
    problems = references.names.problems
    if isinstance(node.value, list | dict):
        allowed = "text, a number, true, false, null, or {feature_id, field, offset}"
        problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=allowed)
        return None
    if node.number is not None and not fits_a_number(node.number):
        allowed = "a finite number of at most 64 bits"
        problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed=allowed)
        return None
    return Note(name=name, value=node.value)
