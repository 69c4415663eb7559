"""From verdicts to intents: which blocks fire at which instant, and what they emit."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Ints
from play_engine.intents import ACTION_CODES
from play_engine.play.model import Block, IntentSpec
from play_engine.rules.verdicts import FALSE, TRUE, Verdicts


@attrs.frozen(eq=False)
class CompiledBlock:
    """A block with the verdict column of each of its cases."""

    block: Block
    verdicts: tuple[Verdicts, ...]

    def fires(self, start: int, stop: int) -> Iterator[tuple[tuple[int, ...], Ints]]:
        """What the block emits (numbers of intents) and at which of the rows: each row falls to its first true case."""
        taken: NDArray[np.bool_] | None = None
        for case, column in zip(self.block.cases, self.verdicts, strict=True):
            true = column[start:stop] == TRUE
            yield case.emit, np.flatnonzero(true if taken is None else true & ~taken)
            taken = true if taken is None else true | taken
        if self.block.otherwise:
            yield self.block.otherwise, np.flatnonzero(self.verdict(start, stop) == FALSE)

    def verdict(self, start: int, stop: int) -> Verdicts:
        """The block as one verdict: true if a case is, else unknown if one is, else false."""
        return np.maximum.reduce([column[start:stop] for column in self.verdicts])


def emit(
    blocks: Sequence[CompiledBlock], intents: Sequence[IntentSpec], start: int, stop: int
) -> tuple[Ints, NDArray[np.int32]]:
    """The actionable intents of rows start … stop − 1, row by row and in the Play's order.

    Returns (first, numbers): row i emits `numbers[first[i]:first[i + 1]]`, numbers of intents of the Play.
    """
    rows: list[Ints] = []
    numbers: list[NDArray[np.int32]] = []
    for block in blocks:
        for emitted, where in block.fires(start, stop):
            wanted = [number for number in emitted if ACTION_CODES.get(intents[number].action, 0)]
            if wanted and len(where):
                rows.append(np.repeat(where, len(wanted)))
                numbers.append(np.tile(np.array(wanted, dtype=np.int32), len(where)))
    return in_row_order(rows, numbers, stop - start)


def in_row_order(rows: list[Ints], numbers: list[NDArray[np.int32]], count: int) -> tuple[Ints, NDArray[np.int32]]:
    """Merge emissions, given block after block, into one list sorted by row that keeps the blocks' order."""
    first = np.zeros(count + 1, dtype=np.int64)
    if not rows:
        return first, np.zeros(0, dtype=np.int32)
    row = np.concatenate(rows)
    first[1:] = np.cumsum(np.bincount(row, minlength=count))
    return first, np.concatenate(numbers)[np.argsort(row, kind="stable")]
