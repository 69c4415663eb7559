"""Walking rule trees: which references a Play reads."""

from collections.abc import Iterator

from play_engine.play.model import Play
from play_engine.rules.expression import (
    All,
    AnyOf,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Constant,
    Crossing,
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
        case Not(child=child) | Window(child=child):
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


def references_of(play: Play) -> Iterator[Reference]:
    """Every reference that a Play reads: in its rules, stop and target."""
    for block in play.blocks:
        for case in block.cases:
            yield from references_in(case.when)
    yield from (reference for reference in level_references(play).values() if reference is not None)
