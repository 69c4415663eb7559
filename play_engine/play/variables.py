"""Variables: `${name}` and `${name|default}` in the text scalars of a Play become values."""

import re
from collections.abc import Mapping

import attrs

from play_engine.play.composing import read_scalar
from play_engine.play.document import Node, Scalar, scalar_text
from play_engine.play.problems import Problems, Spot, did_you_mean, listed

# Free text and names keep their dollar signs.
_NOT_SUBSTITUTED = ("version", "name", "id", "description", "variables")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACEHOLDER = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\|(?P<default>[^}]*))?\}|\$\{[^}]*\}?")

Value = Scalar | list[Scalar]


def substitute(root: Node, outside: Mapping[str, object], problems: Problems) -> None:
    """Replaces every placeholder below `root`, in place. An outside value goes before a declared one.

    A text whose placeholder has no value is reported and broken. A declared variable without use is a warning, an
    outside value that is neither declared nor used an error.
    """
    declared = _declared(root, problems)
    given = _outside_values(outside, problems)
    broken = {name for name, node in declared.items() if node.broken} | set(outside)
    values = {name: _value(node) for name, node in declared.items()} | given
    substitution = _Substitution(values=values, broken=broken - set(given), problems=problems)
    for key, node in root.fields.items():
        if key not in _NOT_SUBSTITUTED:
            substitution.apply(node)
    known = set(declared) | substitution.used
    for name, node in declared.items():
        if name not in substitution.used:
            problems.warn(node.key_spot, "UNUSED_VARIABLE", found=name, hint=f"write ${{{name}}} where it is meant")
    for name in outside:
        if name not in known:
            spot, hint = Spot(0, 0, f"variables.{name}"), did_you_mean(name, known)
            allowed = listed(sorted(known)) or "no variable"
            problems.error(spot, "UNKNOWN_VARIABLE", found=f"{name}, given from outside", allowed=allowed, hint=hint)


@attrs.define(kw_only=True, eq=False)
class _Substitution:
    values: Mapping[str, Value]
    broken: set[str]
    problems: Problems
    used: set[str] = attrs.field(factory=set)

    def apply(self, root: Node) -> None:
        for node in list(root.walk()):
            if node.text is not None and "${" in node.text:
                self._replace(node, node.text)

    def _replace(self, node: Node, text: str) -> None:
        whole = _PLACEHOLDER.fullmatch(text)
        if whole is not None and whole["name"]:
            self._assign(node, self._lookup(whole, node))
        else:
            self._assign(node, _PLACEHOLDER.sub(lambda match: self._inside(match, node), text))
        node.written = text

    def _assign(self, node: Node, value: Value) -> None:
        if not isinstance(value, list):
            node.value = value
            return
        node.value = [
            Node(value=item, path=node.child_path(i), line=node.line, column=node.column, broken=node.broken)
            for i, item in enumerate(value)
        ]

    def _inside(self, match: re.Match[str], node: Node) -> str:
        """What stands in a longer text in place of a placeholder."""
        if match[0] == "$${":
            return "${"
        value = self._lookup(match, node)
        if isinstance(value, list):
            found, hint = f"{match[0]}, a list, inside text", "a list can only stand alone"
            self._break(node, "INVALID_TYPE", found, hint)
            return ""
        return scalar_text(value)

    def _lookup(self, match: re.Match[str], node: Node) -> Value:
        name = match["name"]
        if not name:
            hint = "write ${name} or ${name|default}; $${ is a literal ${"
            self._break(node, "UNRESOLVED_VARIABLE", match[0], hint)
            return None
        self.used.add(name)
        if name in self.broken:
            node.broken = True
        elif name in self.values:
            return self.values[name]
        elif match["default"] is not None:
            return read_scalar(match["default"])
        else:
            hint = did_you_mean(name, self.values) or f"declare {name} under variables, or write ${{{name}|default}}"
            self._break(node, "UNRESOLVED_VARIABLE", match[0], hint)
        return None

    def _break(self, node: Node, code: str, found: str, hint: str) -> None:
        allowed = listed(self.values) if code == "UNRESOLVED_VARIABLE" else ""
        self.problems.error(node.spot, code, found=found, allowed=allowed, hint=hint)
        node.broken = True


def _declared(root: Node, problems: Problems) -> dict[str, Node]:
    """The section `variables`, checked; an unusable value is broken."""
    section = root.fields.get("variables")
    if section is None or section.broken or section.value is None:
        return {}
    if not section.is_mapping:
        problems.error(section.spot, "INVALID_TYPE", found=section.shown(), allowed="a mapping of name to value")
    for name, node in section.fields.items():
        if not _NAME.fullmatch(name):
            allowed = "letters, digits and _, not beginning with a digit"
            problems.error(node.key_spot, "INVALID_VALUE", found=name, allowed=allowed)
        elif node.is_mapping or any(item.is_mapping or item.is_list for item in node.items):
            problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed="a scalar or a list of scalars")
            node.broken = True
    return {name: node for name, node in section.fields.items() if _NAME.fullmatch(name)}


def _value(node: Node) -> Value:
    if node.is_list:
        return [None if isinstance(item.value, list | dict) else item.value for item in node.items]
    return None if isinstance(node.value, list | dict) else node.value


def _outside_values(outside: Mapping[str, object], problems: Problems) -> dict[str, Value]:
    """Values from the command line or an instance, those of a wrong type left out after a report."""
    values: dict[str, Value] = {}
    for name, value in outside.items():
        if isinstance(value, list | tuple):
            values[name] = [item if isinstance(item, Scalar) else str(item) for item in value]
        elif isinstance(value, Scalar):
            values[name] = value
        else:
            found, allowed = f"{name} = {value!r}, given from outside", "a scalar or a list of scalars"
            problems.error(Spot(0, 0, f"variables.{name}"), "INVALID_TYPE", found=found, allowed=allowed)
    return values
