"""The parts of a page that hold data: everything in a store, of which the browser draws what is in view.

Bokeh draws every element of a source each time that the view moves, in view or not. So glyphs read from a small source,
and a callback (`charts.browser`) fills it from the store.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs
import numpy as np
from bokeh.models import ColumnDataSource

# What is left out. spans: those too narrow to be seen; points: all, where very many are in view; labels: all, once the
# view is too wide to read them; nothing: none.
Rule = Literal["spans", "points", "labels", "nothing"]


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """Elements that reach from the column `left` to the column `right` (ms; the same one for points)."""

    store: ColumnDataSource
    view: ColumnDataSource
    left: str
    right: str
    rule: Rule


def make_part(columns: Mapping[str, Any], left: str, right: str, rule: Rule) -> Part:
    """A part with all its columns in store and none in view."""
    view = {name: values[:0] for name, values in columns.items()}
    return Part(store=ColumnDataSource(dict(columns)), view=ColumnDataSource(view), left=left, right=right, rule=rule)


@attrs.frozen(kw_only=True, eq=False)
class Bars:
    """The bars and the columns of features, a row for each bar; in view zoomed out, a row for several.

    `x` is the middle of the bar. What is in view has more: `middle` and `height` of the body, `width` (ms), `rises`.
    `signs` are columns that are drawn in two colours, by their signs: of column `c` that is `c rises`.
    """

    store: ColumnDataSource
    view: ColumnDataSource
    interval_ms: int
    signs: tuple[str, ...]


def make_bars(columns: Mapping[str, Any], names: tuple[str, ...], signs: tuple[str, ...], interval_ms: int) -> Bars:
    """Bars with `names` as columns of features."""
    stored = {"x": columns["ts"] + interval_ms / 2.0}
    stored |= {name: columns[name].astype(np.float64) for name in ("open", "high", "low", "close", "volume", *names)}
    nothing = np.zeros(0)
    view = dict.fromkeys((*stored, "middle", "height", "width", "rises", *(f"{name} rises" for name in signs)), nothing)
    return Bars(store=ColumnDataSource(stored), view=ColumnDataSource(view), interval_ms=interval_ms, signs=signs)
