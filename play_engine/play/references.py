"""References to outputs: `id`, `id.field`, `id.name[x].sub`, `{feature_id, field, offset}`."""

import re
from collections.abc import Mapping

import attrs

from play_engine.declaration import Output
from play_engine.play.declared import MINUTE_NAMES, Declared, Names
from play_engine.play.document import Node, as_yaml_number, looks_like_number
from play_engine.play.field_names import find_output, lacking_level
from play_engine.play.fields import Fields
from play_engine.play.former_names import former_outputs
from play_engine.play.problems import did_you_mean, listed, nearest
from play_engine.play.scalars import integer_of
from play_engine.rules.expression import Kind, Operand, Reference

# Bars of a series that a rule may look back; each column of the timeframe is kept that long.
MAX_OFFSET = 100_000
MAP_KEYS = ("feature_id", "field", "offset")
_SIDE = r"([\w-]+(?:\[[^\[\]]*\])?(?:\.[\w-]+(?:\[[^\[\]]*\])?)*)"
# An id may have a dash in it: only one with blanks beside it is a minus.
_ARITHMETIC = re.compile(rf"\s*{_SIDE}(?:\s*([*/+%])\s*|\s+(-)\s+){_SIDE}\s*")


@attrs.frozen(kw_only=True)
class Term:
    """An operand with what its checks need: kind, labels of an ENUM output, and the name that the user wrote."""

    operand: Operand
    kind: Kind
    name: str
    labels: tuple[str, ...] = ()


@attrs.frozen
class Found:
    """What a text names: a declaration and its output. `output` is None where the declaration has none such;
    `assumed` says that a bare id was written and the primary output is what it may mean."""

    declared: Declared
    output: Output | None
    assumed: bool = False


def split_reference(text: str, names: Mapping[str, Declared], *, joined: bool = False) -> Found | None:
    """What `text` names among `names`; None for an id that is not declared. `joined` also allows `id_output`."""
    name, dot, field = text.partition(".")
    declared = names.get(name)
    if declared is not None:
        outputs = declared.outputs or ()
        output = find_output(outputs, field if dot else "value", declared.numbers)
        bare = output is None and not dot
        return Found(declared, declared.primary if bare else output, bare)
    for name in sorted(names, key=len, reverse=True) if joined else ():
        declared, rest = names[name], text.removeprefix(f"{name}_")
        if rest != text:
            output = find_output(declared.outputs or (), rest, declared.numbers)
            if output is not None or declared.outputs is None:
                return Found(declared, output)
    return None


@attrs.define(eq=False)
class References:
    """Resolves the references of one Play, and notes whether one of them asks for evaluation at each minute."""

    names: Names
    minute_mode: bool = attrs.field(default=False, init=False)

    def in_condition(self, node: Node, path: str, *, bare: bool) -> Term | None:
        """A reference in a rule; None after a report. With `bare` an id alone may mean the primary output."""
        term = self.read(node, path, bare=bare)
        if term is not None and isinstance(term.operand, Reference) and term.operand.series in MINUTE_NAMES:
            self.minute_mode = True
        return term

    def read(self, node: Node, path: str, *, bare: bool = True, joined: bool = False) -> Term | None:
        """A reference as text or mapping; None after a report. `joined` also allows `id_output`."""
        if node.broken:
            return None
        if node.is_mapping:
            return self._read_map(node, path, bare=bare, joined=joined)
        if node.text is None:
            allowed = "a reference: id, id.field, or {feature_id, field, offset}"
            self.names.problems.error(node.spot.of(path), "INVALID_TYPE", found=node.shown(), allowed=allowed)
            return None
        return self._resolve(node, node.text, path, bare=bare, joined=joined)

    def _read_map(self, node: Node, path: str, *, bare: bool, joined: bool) -> Term | None:
        fields = Fields(node, self.names.problems)
        id_node = fields.require("feature_id", allowed="an id")
        fields.has("feature_id")
        feature_id, field = fields.text("feature_id", None), fields.text("field", None)
        offset = self._offset(fields)
        fields.finish()
        unusable = field is None and fields.has("field")
        if id_node is None or feature_id is None or offset is None or unusable:
            return None
        if "." in feature_id:
            name, _, rest = feature_id.partition(".")
            hint = f"write feature_id: {name}, field: {rest}"
            self.names.problems.error(
                id_node.spot.of(path), "UNDECLARED_FEATURE", found=id_node.shown(), allowed="an id", hint=hint
            )
            return None
        spot_node = fields.node.fields["field"] if field is not None else id_node
        text = f"{feature_id}.{field}" if field is not None else feature_id
        return self._resolve(spot_node, text, path, bare=bare, joined=joined, offset=offset)

    def _offset(self, fields: Fields) -> int | None:
        node = fields.get("offset")
        if node is None:
            return None if fields.has("offset") else 0
        offset = integer_of(node, fields.problems)
        if offset is not None and not 0 <= offset <= MAX_OFFSET:
            hint = "a negative offset looks ahead" if offset < 0 else "the engine keeps that many bars in memory"
            allowed = f"an integer from 0 to {MAX_OFFSET}"
            fields.problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed=allowed, hint=hint)
            return None
        return offset

    def _resolve(self, node: Node, text: str, path: str, *, bare: bool, joined: bool, offset: int = 0) -> Term | None:
        found = split_reference(text, self.names.usable, joined=joined)
        if found is None:
            self._report_undeclared(node, text, path)
            return None
        declared, output = found.declared, found.output
        if declared.outputs is None:
            return None
        if output is None or (found.assumed and not bare):
            self._report_field(node, text, path, declared)
            return None
        if found.assumed:
            hint = f"{declared.id}.{output.name} is meant: write the field"
            self.names.problems.warn(node.spot.of(path), "PRIMARY_OUTPUT_ASSUMED", found=text, hint=hint)
        reference = Reference(declared.id, output.name, output.kind, offset)
        return Term(operand=reference, kind=output.kind, name=text, labels=output.labels)

    def _report_undeclared(self, node: Node, text: str, path: str) -> None:
        usable = self.names.usable
        if not self.names.is_complete:
            return
        hint = did_you_mean(text.partition(".")[0], usable)
        joined = split_reference(text, usable, joined=True)
        if joined is not None and joined.output is not None:
            hint = f"did you mean {joined.declared.id}.{joined.output.name}?"
        if looks_like_number(text):
            hint = f"if a number is meant write {as_yaml_number(text)}"
        hint = _as_arithmetic(text) or hint
        self.names.problems.error(
            node.spot.of(path), "UNDECLARED_FEATURE", found=node.shown(), allowed=listed(usable), hint=hint
        )

    def _report_field(self, node: Node, text: str, path: str, declared: Declared) -> None:
        fields = [output.name for output in declared.outputs or ()]
        name, dot, field = text.partition(".")
        if dot or name != declared.id:
            former = former_outputs(declared.type).get(field, ())
            near = listed(f"{declared.id}.{output}" for output in former)
            nearest_field = nearest(field, fields)
            near = near or (f"{declared.id}.{nearest_field}" if nearest_field else "")
            hint = f"did you mean {near}?" if near else ""
            ratio = lacking_level(declared.outputs or (), field)
            hint = f"add {ratio} to levels of {declared.id}" if ratio is not None else hint
            hint = _as_arithmetic(text) or hint
        else:
            hint = f"{declared.id} has no field 'value'; fields: {listed(fields)}"
            hint += f"; did you mean {declared.id}.{declared.primary.name}?" if declared.primary else ""
        allowed = listed(f"{declared.id}.{field}" for field in fields)
        self.names.problems.error(node.spot.of(path), "UNKNOWN_FIELD", found=text, allowed=allowed, hint=hint)


def _as_arithmetic(text: str) -> str:
    """How to write a text that looks like arithmetic; empty for any other text."""
    match = _ARITHMETIC.fullmatch(text)
    return "" if match is None else f'write [{match[1]}, "{match[2] or match[3]}", {match[4]}]'
