"""What the metadata of intents read at their decisions, as text that the rows of orders, fills and trades refer to."""

import math
from collections.abc import Mapping, Sequence

from exchange.canonical import canonical_json
from exchange.simulated.records import Rows
from play_engine.bars import Floats
from play_engine.intents import IntentBatch
from play_engine.play.model import Note, Play
from play_engine.rules.expression import Reference
from play_engine.rules.walk import metadata_references


class Notebook:
    """Notes by their numbers, kept for as long as something that is alive may still refer to them."""

    def __init__(self, plays: Sequence[Play]) -> None:
        """A notebook for the Plays of an account, in the order of their codes."""
        self._intents = [[intent.metadata for intent in play.intents] for play in plays]
        self._columns = [
            {reference: column for column, reference in enumerate(metadata_references(play))} for play in plays
        ]
        self._texts: dict[int, str] = {}

    def write(self, taken: Rows, batches: Sequence[IntentBatch]) -> None:
        """Write down the notes `taken` (rows of NOTE) from what the metadata columns of each Play's batch hold."""
        for number, seat, row, intent in taken.tolist():
            wanted, noted = self._intents[seat][intent], batches[seat].noted
            if wanted:
                values = {note.name: self._value(note, self._columns[seat], noted[row]) for note in wanted}
                self._texts[number] = canonical_json(values).decode()

    def texts(self) -> dict[int, str]:
        """All notes, as canonical JSON by number."""
        return dict(self._texts)

    def keep(self, referred: set[int]) -> None:
        """Forget all notes but these."""
        self._texts = {number: self._texts[number] for number in sorted(referred & self._texts.keys())}

    def _value(self, note: Note, columns: Mapping[Reference, int], noted: Floats) -> object:
        if not isinstance(note.value, Reference):
            return note.value
        return plain_value(note.value, note.labels, float(noted[columns[note.value]]))


def plain_value(reference: Reference, labels: tuple[str, ...], read: float) -> object:
    """What a reference read, as JSON has it: a label, true or false, an integer, a float, or null for missing."""
    if not math.isfinite(read):
        return None
    if labels:
        return labels[int(read)]
    if reference.kind == "BOOL":
        return bool(read)
    return int(read) if reference.kind == "INT" else read
