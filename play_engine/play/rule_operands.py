"""What stop and target rules read: a number by its key, or a reference to a numeric output."""

from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.ranges import Range
from play_engine.play.references import References
from play_engine.rules.expression import Reference

ATR_KEY = "atr_feature_id"


def required_number(fields: Fields, name: str, kind: str, within: Range, default: float | None = None) -> float | None:
    """A number that a rule of type `kind` must have unless there is a default; None after a report."""
    if not fields.has(name) and default is None:
        fields.missing(name, f"a number {within.text()}", f"{name} is required when type={kind}")
    unwritten = None if fields.has(name) else default
    return fields.number(name, unwritten, within)


def required_atr(fields: Fields, kind: str, references: References) -> Reference | None:
    """The feature output whose value is the A of a rule of type `kind`; None after a report."""
    if not fields.has(ATR_KEY):
        allowed = "a numeric output: id, id.output or id_output"
        fields.missing(ATR_KEY, allowed, f"{ATR_KEY} is required when type={kind}")
    node = fields.get(ATR_KEY)
    return None if node is None else numeric_reference(node, references)


def numeric_reference(node: Node, references: References, *, joined: bool = True) -> Reference | None:
    """A reference to an INT or FLOAT output on any timeframe; None after a report. `joined` also allows `id_output`."""
    term = references.read(node, node.path, joined=joined)
    if term is None or not isinstance(term.operand, Reference):
        return None
    if term.kind not in ("INT", "FLOAT"):
        found = f"{term.name} ({term.kind})"
        references.names.problems.error(node.spot, "INVALID_RISK", found=found, allowed="an INT or FLOAT output")
        return None
    return term.operand


def read_type(fields: Fields, kinds: tuple[str, ...], default: str | None) -> str | None:
    """The type of a rule; None after a report."""
    if not fields.has("type"):
        if default is None:
            fields.missing("type", allowed=", ".join(kinds))
        return default
    return fields.choice("type", kinds, None)


def warn_of_ignored(fields: Fields, kind: str, *names: str) -> None:
    """Warns of those keys that are accepted beside a type that does not read them."""
    for name in names:
        if fields.has(name):
            node = fields.node.fields[name]
            hint = f"no effect when type={kind}"
            fields.problems.warn(node.key_spot, "INERT_KEY", found=f"{name}: {node.shown()}", hint=hint)
