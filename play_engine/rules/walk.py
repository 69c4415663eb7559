"""Walking rule trees: what a Play reads, and how far back."""

from collections.abc import Iterator

from play_engine.play.model import Play
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
    Reference,
    Window,
)


def references_in(node: Condition | Operand) -> Iterator[Reference]:
    """Every reference of a tree, left to right, repeats included."""
    if isinstance(node, Reference):
        yield node
    for child in _children(node):
        yield from references_in(child)


def _children(node: Condition | Operand) -> tuple[Condition | Operand, ...]:
    match node:
        case All(children=children) | AnyOf(children=children):
            return children
        case Not(child=child) | Window(child=child) | AnchoredWindow(child=child) | DurationWindow(child=child):
            return (child,)
        case Between(left=left, low=low, high=high):
            return left, low, high
        case OneOf(left=left):
            return (left,)
        case Arithmetic(left=left, right=right):
            return left, right
        case Comparison(left=left, right=right) | Crossing(left=left, right=right) | Near(left=left, right=right):
            return left, right
        case Constant() | Reference():
            return ()


def level_references(play: Play) -> dict[str, Reference | None]:
    """What the stop and target rules read at a decision, named as in `IntentBatch`."""
    stop, target = play.stop, play.target
    return {
        "stop_long": (stop.level_long or stop.atr) if stop else None,
        "stop_short": (stop.level_short or stop.atr) if stop else None,
        "target": target.atr if target else None,
    }


def metadata_references(play: Play) -> tuple[Reference, ...]:
    """Every reference that the metadata of intents read, each once, in the order of the Play."""
    notes = (note.value for intent in play.intents for note in intent.metadata)
    return tuple(dict.fromkeys(value for value in notes if isinstance(value, Reference)))


def conditions_of(play: Play) -> Iterator[Condition]:
    """The condition of every case."""
    for block in play.blocks:
        yield from (case.when for case in block.cases)


def references_of(play: Play) -> Iterator[Reference]:
    """Every reference that a Play reads: in its rules, stop, target, trailing stop and metadata."""
    for condition in conditions_of(play):
        yield from references_in(condition)
    yield from (reference for reference in level_references(play).values() if reference is not None)
    if play.trailing is not None and play.trailing.atr is not None:
        yield play.trailing.atr
    yield from metadata_references(play)


def intervals_of(play: Play) -> set[int]:
    """Every interval (ms) whose bars a Play reads: exec, features, structures, and what windows step along."""
    intervals = {play.exec_ms, *(spec.interval_ms for spec in (*play.features, *play.structures))}
    for condition in conditions_of(play):
        intervals |= lookbacks(condition, play.exec_ms).keys()
    return intervals


def lookbacks(condition: Condition, step_ms: int) -> dict[int, int]:
    """How many earlier instants a condition reads, by the interval (ms) of the timeline: `step_ms` is its own.

    1 for crossings, the bars of a window; what is inside an anchored window counts for the timeline that it is on.
    """
    match condition:
        case Window(bars=bars, child=child):
            return _longest({step_ms: bars}, lookbacks(child, step_ms))
        case DurationWindow(duration_ms=duration_ms, child=child):
            return _longest({step_ms: -(-duration_ms // step_ms)}, lookbacks(child, step_ms))
        case AnchoredWindow(interval_ms=interval_ms, bars=bars, child=child):
            return _longest({step_ms: 1, interval_ms: bars}, lookbacks(child, interval_ms))
        case All(children=children) | AnyOf(children=children):
            return _longest(*(lookbacks(child, step_ms) for child in children))
        case Not(child=child):
            return lookbacks(child, step_ms)
        case _:
            return {step_ms: 1}


def _longest(*found: dict[int, int]) -> dict[int, int]:
    return {
        step_ms: max(one.get(step_ms, 1) for one in found) for step_ms in {key: None for one in found for key in one}
    }
