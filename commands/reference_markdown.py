"""What the pages of the reference are made of: headings, tables, and parameters as rows of one."""

from collections.abc import Iterable, Sequence
from typing import Any

from play_engine.declaration import Output, Parameter
from play_engine.play.ranges import ANY, Range

_MADE_BY = "Made by `python supervisor.py reference`: change the declarations, not this page."
_KINDS = {
    "int": "integer",
    "number": "number",
    "flag": "`true`, `false`",
    "text": "text",
    "key": "id",
    "instant": "ISO 8601 text, or ms since the epoch, UTC",
}


def page(title: str, introduction: str, sections: Iterable[str]) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", _MADE_BY, introduction, *sections]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars in cells are escaped, line ends become spaces."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def code(value: object) -> str:
    """A value as it is written in a Play."""
    return f"`{plain(value)}`"


def plain(value: Any) -> str:
    """A value as YAML writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(plain(item) for item in value)}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def words(values: Iterable[object]) -> str:
    """Values, each as code."""
    return ", ".join(code(value) for value in values)


def parameters_table(parameters: Sequence[Parameter]) -> str:
    """The parameters of a type; a sentence where there are none."""
    if not parameters:
        return "No parameters."
    rows = [(code(one.name), _value_text(one), _default_text(one), f"{one.meaning}") for one in parameters]
    return table(("parameter", "value", "default", "meaning"), rows)


def range_text(within: Range) -> str:
    """A range as it follows the word for its numbers; empty for all of them."""
    return "" if within == ANY else f" {within.text()}"


def output_kind(output: Output) -> str:
    """The type of an output, with the words that an ENUM may hold."""
    return f"{output.kind}: {words(output.labels)}" if output.labels else output.kind


def _value_text(parameter: Parameter) -> str:
    if parameter.choices:
        return words(parameter.choices) + (", `null`" if parameter.nullable else "")
    low = ANY.low if parameter.minimum is None else parameter.minimum
    high = ANY.high if parameter.maximum is None else parameter.maximum
    within = range_text(Range(low, high, parameter.open_minimum, parameter.open_maximum))
    null = ", or `null`" if parameter.nullable else ""
    if parameter.kind == "numbers":
        return f"list of 1 to {parameter.most} numbers{', each' + within if within else ''}{null}"
    return f"{_KINDS[parameter.kind]}{within}{null}"


def _default_text(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    return "–" if parameter.default is None else code(parameter.default)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
