"""Scalars of a Play as the types that a key wants: number, integer, flag, text, one of several words.

Each function returns the value, or None after a report. It also puts the value back into the document as the type that
is meant (`3` becomes `3.0` where a float is wanted), so that the resolved document is canonical.
"""

from collections.abc import Sequence

import attrs

from play_engine.play.document import Node, as_yaml_number, looks_like_number
from play_engine.play.problems import Problems, did_you_mean, listed
from play_engine.play.ranges import ANY, Range


@attrs.frozen(kw_only=True)
class Codes:
    """The error codes of a section: of a wrong YAML type, and of a value outside what is allowed."""

    type: str = "INVALID_TYPE"
    value: str = "INVALID_VALUE"

    @classmethod
    def both(cls, code: str) -> "Codes":
        """One code for either fault."""
        return cls(type=code, value=code)


PLAIN = Codes()


def number_of(node: Node, problems: Problems, within: Range = ANY, codes: Codes = PLAIN) -> float | None:
    """A finite number as float."""
    if node.broken:
        return None
    if node.number is None:
        _wrong_type(node, problems, f"a number {within.text()}" if within != ANY else "a number", codes)
        return None
    try:
        value = float(node.number)
    except OverflowError:
        value = float("inf")
    if not within.contains(value):
        allowed = "a finite number" if within == ANY else f"a number {within.text()}"
        problems.error(node.spot, codes.value, found=node.shown(), allowed=allowed)
        return None
    node.value = value
    return value


def integer_of(node: Node, problems: Problems, within: Range = ANY, codes: Codes = PLAIN) -> int | None:
    """An integer; an integral float is one."""
    if node.broken:
        return None
    allowed = f"an integer {within.text()}" if within != ANY else "an integer"
    number = node.number
    if number is None:
        _wrong_type(node, problems, allowed, codes)
        return None
    if isinstance(number, float) and not number.is_integer():
        problems.error(node.spot, codes.type, found=node.shown(), allowed=allowed)
        return None
    if abs(number) >= 2**63 or not within.contains(float(number)):
        problems.error(node.spot, codes.value, found=node.shown(), allowed=allowed)
        return None
    node.value = int(number)
    return node.value


def flag_of(node: Node, problems: Problems, codes: Codes = PLAIN) -> bool | None:
    """`true` or `false`; a number is not a flag."""
    if node.broken:
        return None
    if not isinstance(node.value, bool):
        _wrong_type(node, problems, "true or false", codes)
        return None
    return node.value


def text_of(node: Node, problems: Problems, codes: Codes = PLAIN) -> str | None:
    """Text that is not empty."""
    if node.broken:
        return None
    if node.text is None:
        scalar = node.value is not None and not node.is_mapping and not node.is_list
        quote = f'quote it: "{node.shown()}"' if scalar else ""
        problems.error(node.spot, codes.type, found=node.shown(), allowed="text", hint=quote)
        return None
    if not node.text.strip():
        problems.error(node.spot, codes.value, found=node.shown(), allowed="text that is not empty")
        return None
    return node.text


def choice_of(
    node: Node, problems: Problems, choices: Sequence[str], codes: Codes = PLAIN, *, any_case: bool = False
) -> str | None:
    """One of several words; with `any_case` letter case does not count."""
    if node.broken:
        return None
    text = node.text
    if text is None:
        problems.error(node.spot, codes.type, found=node.shown(), allowed=listed(choices))
        return None
    for choice in choices:
        if text == choice or (any_case and text.lower() == choice.lower()):
            node.value = choice
            return choice
    hint = did_you_mean(text, choices)
    problems.error(node.spot, codes.value, found=node.shown(), allowed=listed(choices), hint=hint)
    return None


def _wrong_type(node: Node, problems: Problems, allowed: str, codes: Codes) -> None:
    """Reports a value of a wrong type; text that looks like a number gets the number as advice."""
    numeric = node.text is not None and looks_like_number(node.text)
    hint = f"write {as_yaml_number(node.text)} without quotes" if numeric and node.text is not None else ""
    if numeric and node.text is not None and "e" in node.text.lower():
        hint = f"write {as_yaml_number(node.text)}: YAML 1.1 reads {node.text} as text"
    problems.error(node.spot, codes.type, found=node.shown(), allowed=allowed, hint=hint)
