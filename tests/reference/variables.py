"""Placeholders of a Play, replaced by values."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

_PLACEHOLDER = re.compile(r"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)(?:\|([^}]*))?\}")
_LEFT_ALONE = ("version", "name", "id", "description", "variables")


def substituted(document: Mapping[str, Any], outside: Mapping[str, Any]) -> dict[str, Any]:
    """The root mapping with its placeholders replaced; a value from outside wins over the Play's own."""
    values = {**(document.get("variables") or {}), **outside}
    return {key: node if key in _LEFT_ALONE else _replace(node, values) for key, node in document.items()}


def _replace(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        return {key: _replace(child, values) for key, child in node.items()}
    if isinstance(node, list):
        return [_replace(child, values) for child in node]
    return _text(node, values) if isinstance(node, str) else node


def _text(text: str, values: Mapping[str, Any]) -> Any:
    whole = _PLACEHOLDER.fullmatch(text)
    if whole:
        return _value(whole, values)
    inserted = _PLACEHOLDER.sub(lambda match: _plain(_value(match, values)), text)
    return inserted.replace("$${", "${")


def _value(match: re.Match[str], values: Mapping[str, Any]) -> Any:
    name, default = match.groups()
    return values[name] if name in values else _scalar(default)


def _scalar(text: str) -> Any:
    """A default read as a YAML scalar; brackets and braces are text in it."""
    value = yaml.safe_load(text)
    return text if isinstance(value, list | dict) else value


def _plain(value: Any) -> str:
    """A value as YAML writes it."""
    return value if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True).split("\n")[0]
