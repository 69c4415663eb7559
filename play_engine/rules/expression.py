"""The rule of a Play as a tree: immutable values that a loader builds and a compiler evaluates.

Every node is typed at load time, so nothing in a rule can fail at run time. A new operator or window is a new node
class here, its parsing in `play_engine/play/conditions.py` and its columns in `play_engine/rules/compiler.py`.
"""

from typing import Literal

import attrs

Kind = Literal["FLOAT", "INT", "BOOL", "ENUM", "TEXT"]


@attrs.frozen(cache_hash=True)
class Constant:
    """A number, a flag or a literal; an ENUM literal holds its integer code, so that comparing is arithmetic."""

    value: float | int | bool
    kind: Kind


@attrs.frozen(cache_hash=True)
class Reference:
    """Output `field` of series `series`, `offset` bars of that series' own timeframe before the visible one.

    `series` is the id of a feature or structure, or a built-in name (`close`, `last_price` …).
    """

    series: str
    field: str
    kind: Kind
    offset: int = 0


@attrs.frozen(cache_hash=True)
class Arithmetic:
    """`left op right`; kind INT only for `+ - * %` of two INT operands, else FLOAT."""

    op: Literal["+", "-", "*", "/", "%"]
    left: "Operand"
    right: "Operand"
    kind: Kind


Operand = Constant | Reference | Arithmetic


@attrs.frozen(cache_hash=True)
class Comparison:
    """Two operands and one of `> < >= <= == !=`."""

    op: Literal[">", "<", ">=", "<=", "==", "!="]
    left: Operand
    right: Operand


@attrs.frozen(cache_hash=True)
class Crossing:
    """`left` crosses `right` upwards or downwards between the previous instant of the timeline and this one."""

    op: Literal["cross_above", "cross_below"]
    left: Operand
    right: Operand


@attrs.frozen(cache_hash=True)
class Between:
    """low ≤ left ≤ high."""

    left: Operand
    low: Operand
    high: Operand


@attrs.frozen(cache_hash=True)
class Near:
    """|left − right| ≤ tolerance, or for `near_pct` ≤ tolerance percent of |right|."""

    op: Literal["near_abs", "near_pct"]
    left: Operand
    right: Operand
    tolerance: float


@attrs.frozen(cache_hash=True)
class OneOf:
    """`left` equals one of the constants."""

    left: Operand
    constants: tuple[Constant, ...]


@attrs.frozen(cache_hash=True)
class All:
    """Kleene conjunction."""

    children: tuple["Condition", ...]


@attrs.frozen(cache_hash=True)
class AnyOf:
    """Kleene disjunction."""

    children: tuple["Condition", ...]


@attrs.frozen(cache_hash=True)
class Not:
    """Kleene negation."""

    child: "Condition"


@attrs.frozen(cache_hash=True)
class Window:
    """`child` is true at `min_true` or more of the `bars` latest instants of the timeline, this one included.

    `holds_for` has min_true = bars, `occurred_within` min_true = 1. Never unknown.
    """

    bars: int
    min_true: int
    child: "Condition"


@attrs.frozen(cache_hash=True)
class AnchoredWindow:
    """`child`, evaluated at the closes of another interval (ms), is true at `min_true` or more of its `bars` latest
    closes at or before this instant. Crossings and windows inside `child` step along those closes, too. Never unknown.
    """

    interval_ms: int
    bars: int
    min_true: int
    child: "Condition"


@attrs.frozen(cache_hash=True)
class DurationWindow:
    """`child` is true at `min_true` or more of the instants s of the timeline with T − `duration_ms` < s ≤ T.

    `min_true` None asks for all of them, those that lie before the first instant included: they count as not true.
    Never unknown.
    """

    duration_ms: int
    min_true: int | None
    child: "Condition"


Condition = (
    Comparison | Crossing | Between | Near | OneOf | All | AnyOf | Not | Window | AnchoredWindow | DurationWindow
)
