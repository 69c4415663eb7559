"""Declared features and structures before it is known what they build on."""

from typing import Any

import attrs

from play_engine.declaration import Indicator, Structure
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Spot


@attrs.frozen(kw_only=True)
class FeatureDraft:
    """A feature as it is written; `params` and `interval_ms` are None after a report."""

    id: str
    indicator: Indicator
    params: dict[str, Any] | None
    interval_ms: int | None
    fields: Fields


@attrs.frozen(kw_only=True)
class StructureDraft:
    """A structure as it is written; `params` and `interval_ms` are None after a report."""

    key: str
    structure: Structure
    params: dict[str, Any] | None
    interval_ms: int | None
    fields: Fields


@attrs.frozen
class Need:
    """Something declared that another declaration reads, and where the file says so."""

    id: str
    spot: Spot


def parameter_node(owner: Fields, name: str) -> Node | None:
    """The value written for a parameter; None for none, and for `null`."""
    params = owner.node.fields.get("params")
    node = params.fields.get(name) if params is not None else None
    return node if node is not None and (node.broken or node.value is not None) else None
