"""The YAML text of a Play as a tree in which every value knows its place in the file."""

import math
from collections.abc import Iterator

import attrs

from play_engine.play.problems import Spot

Scalar = str | int | float | bool | None
# Long values are cut in reports.
_SHOWN_CHARACTERS = 60


@attrs.define(kw_only=True, eq=False)
class Node:
    """A scalar, list or mapping and where it stands.

    `value` may be replaced while the document is read: variables are put in, and a reader that wants a number turns
    `3` into `3.0`. `written` is the text of a placeholder that was replaced. A `broken` node has been reported
    already, so whoever meets it says nothing. A mapping `lacks_entries` if a key of it was reported and left out.
    """

    value: "Scalar | list[Node] | dict[str, Node]"
    path: str
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    written: str = ""
    broken: bool = False
    lacks_entries: bool = False

    @property
    def spot(self) -> Spot:
        """Where the value begins."""
        return Spot(self.line, self.column, self.path)

    @property
    def key_spot(self) -> Spot:
        """Where the key of the value begins; for what has no key, the value itself."""
        return Spot(self.key_line, self.key_column, self.path) if self.key_line else self.spot

    @property
    def items(self) -> "list[Node]":
        """The elements of a list, nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def fields(self) -> "dict[str, Node]":
        """The entries of a mapping, nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    @property
    def text(self) -> str | None:
        """The value of a text scalar, None for anything else."""
        return self.value if isinstance(self.value, str) else None

    @property
    def number(self) -> int | float | None:
        """The value of a number, None for anything else; a flag is not a number."""
        return None if isinstance(self.value, bool) or not isinstance(self.value, int | float) else self.value

    def child_path(self, key: str | int) -> str:
        """The key path of an entry or element."""
        if isinstance(key, int):
            return f"{self.path}[{key}]"
        return f"{self.path}.{key}" if self.path else key

    def walk(self) -> "Iterator[Node]":
        """This node and all below it, in file order."""
        yield self
        for child in (*self.items, *self.fields.values()):
            yield from child.walk()

    def plain(self) -> object:
        """The value as Python's own lists, dicts and scalars; a number that is not finite becomes text."""
        if self.is_list:
            return [child.plain() for child in self.items]
        if self.is_mapping:
            return {key: child.plain() for key, child in self.fields.items()}
        return (
            scalar_text(self.value) if isinstance(self.value, float) and not math.isfinite(self.value) else self.value
        )

    def shown(self) -> str:
        """The value as a report shows it: on one line, with the placeholder that it came from."""
        text = _flow(self)
        text = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
        return f"{self.written} = {text}" if self.written else text


def scalar_text(value: object) -> str:
    """A scalar as YAML writes it, without quotes."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool | float) else str(value)


def looks_like_number(text: str) -> bool:
    """Whether a user who wrote this text probably meant a number (`1e3` is text to YAML 1.1)."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def as_yaml_number(text: str) -> str:
    """How to write the number in `text` so that YAML reads it as one: `1e3` becomes `1.0e+3`."""
    mantissa, mark, exponent = text.strip().lower().partition("e")
    if not mark:
        return mantissa
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{exponent if exponent[:1] in ('+', '-') else '+' + exponent}"


def _flow(node: Node) -> str:
    if node.is_list:
        return f"[{', '.join(_flow(child) for child in node.items)}]"
    if node.is_mapping:
        return f"{{{', '.join(f'{key}: {_flow(child)}' for key, child in node.fields.items())}}}"
    text = scalar_text(node.value)
    needs_quotes = node.text is not None and (not text or text in ("true", "false", "null") or looks_like_number(text))
    return f'"{text}"' if needs_quotes else " ".join(text.split())
