"""A chart as data: everything that the page shows, before it is drawn."""

from collections.abc import Mapping
from typing import Any

import attrs
from numpy.typing import NDArray

from charts.executions import Executions
from charts.series import Lines
from charts.shapes import Drawing


@attrs.frozen(kw_only=True)
class Sketch:
    """The shapes of one structure, under its key, with its type and the length of its bars."""

    key: str
    type: str
    interval_ms: int
    drawing: Drawing


@attrs.frozen(kw_only=True, eq=False)
class Chart:
    """`columns` has a row for each bar that is drawn (`ts` open time in ms, `open` … `volume`, columns of `lines`).

    `title` and `subtitle` stand on top; `notes` are sentences below about what is not drawn, and why.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...]
    interval_ms: int
    columns: Mapping[str, NDArray[Any]]
    lines: Lines
    sketches: tuple[Sketch, ...]
    executions: Executions
