"""The outputs that rules name: what they are called, and their values as a user reads them."""

import math

from play_engine.declaration import Output
from play_engine.explanation.wording import SIGNS, Wording, number_text
from play_engine.play.declared import BUILT_INS
from play_engine.play.model import Play
from play_engine.rules.expression import Arithmetic, Constant, Kind, Operand, Reference
from play_engine.structures import STRUCTURES


def output_of(play: Play, reference: Reference) -> Output:
    """The declaration of the output that a reference names."""
    if reference.series in BUILT_INS:
        return BUILT_INS[reference.series]
    outputs = next((one.indicator.outputs for one in play.features if one.id == reference.series), None)
    if outputs is None:
        spec = next(one for one in play.structures if one.key == reference.series)
        outputs = STRUCTURES[spec.type].columns(spec.params)
    return next(output for output in outputs if output.name == reference.field)


def shown_value(value: float, kind: Kind, labels: tuple[str, ...]) -> float | int | bool | str | None:
    """A value of a column as the type that its output has; None for missing."""
    if math.isnan(value):
        return None
    match kind:
        case "FLOAT":
            return value
        case "BOOL":
            return value != 0.0
        case "ENUM" if labels:
            return labels[int(value)]
        case _:
            return int(value)


def operand_text(operand: Operand, wording: Wording) -> str:
    """An operand in words: `close × 0.01`, `smooth 1 bar ago`."""
    match operand:
        case Constant(value=value):
            return number_text(value)
        case Reference(series=series, offset=offset):
            return _name(operand) + wording.ago(series, offset)
        case Arithmetic(op=op, left=left, right=right):
            sides = (
                f"({operand_text(side, wording)})" if isinstance(side, Arithmetic) else operand_text(side, wording)
                for side in (left, right)
            )
            return f" {SIGNS[op]} ".join(sides)


def _name(reference: Reference) -> str:
    """An output as a Play names it, without its offset."""
    return reference.series if reference.field == "value" else f"{reference.series}.{reference.field}"
