"""The lines of a chart: each column with its pane, form and colour, chosen by what the Play declares."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from charts.colours import DOWN, LINES, UP
from charts.placement import PLACEMENTS, Form, Place, Placement
from play_engine.declaration import Output
from play_engine.inspection import series_name
from play_engine.play.model import FeatureSpec, Play, StructureSpec
from play_engine.rules.walk import references_of
from play_engine.timeframe import in_order

PRICE_PANE, VOLUME_PANE = "price", "volume"
# Outputs that are the side of a position, whatever the feature's colour.
_SIDES = {"long": UP, "short": DOWN, "dmp": UP, "dmn": DOWN, "vip": UP, "vim": DOWN, "up": UP, "down": DOWN}

Columns = Mapping[str, NDArray[Any]]


@attrs.frozen(kw_only=True)
class Series:
    """A column that is drawn: `pane` is price, volume, or the name of a pane of its own; `group` the feature or
    structure that it belongs to."""

    name: str
    group: str
    pane: str
    form: Form
    colour: str
    is_main: bool = True


@attrs.frozen(kw_only=True)
class Pane:
    """What is special about a pane: levels ruled in it, and its range where that is known."""

    guides: tuple[float, ...] = ()
    scale: tuple[float, float] | None = None


@attrs.frozen(kw_only=True)
class Lines:
    """Everything that is drawn as a line. `bands` are pairs of columns with a tint between them, by group; `left_out`
    are the columns of which only the value is shown."""

    series: tuple[Series, ...]
    panes: Mapping[str, Pane]
    bands: Mapping[str, tuple[str, str]]
    left_out: tuple[str, ...]


def choose_lines(play: Play, chosen: frozenset[str], columns: Columns) -> Lines:
    """Place every output of the chosen features and the values of the chosen rolling windows."""
    chooser = _Chooser(play=play, columns=columns)
    for spec in in_order(play.features, play.structures):
        if isinstance(spec, FeatureSpec) and spec.id in chosen:
            chooser.place(spec)
    windows = [spec for spec in play.structures if spec.type == "rolling_window" and spec.key in chosen]
    ids = [*(spec.id for spec in play.features), *(spec.key for spec in windows)]
    series = [*chooser.series.values(), *_rolling_windows(windows)]
    return Lines(
        series=tuple(sorted(series, key=lambda one: ids.index(one.group))),
        panes=dict(sorted(chooser.panes.items(), key=lambda item: ids.index(item[0].split(".")[0]))),
        bands=chooser.bands,
        left_out=tuple(chooser.left_out),
    )


@attrs.define(kw_only=True)
class _Chooser:
    """Places features one after the other, each after its source."""

    play: Play
    columns: Columns
    series: dict[str, Series] = attrs.field(factory=dict[str, Series])
    panes: dict[str, Pane] = attrs.field(factory=dict[str, Pane])
    bands: dict[str, tuple[str, str]] = attrs.field(factory=dict[str, tuple[str, str]])
    left_out: list[str] = attrs.field(factory=list[str])

    def place(self, spec: FeatureSpec) -> None:
        """Place the outputs of a feature."""
        placement = PLACEMENTS.get(spec.indicator.name) or _placed_by_values(spec, self.columns)
        first = self.play.features.index(spec)
        for rank, output in enumerate(_main_first(spec)):
            has_own = placement.is_motley or placement.places.get(output.name) in ("own", "read")
            colour = _SIDES.get(output.name) or LINES[(first + rank * has_own) % len(LINES)]
            self._place_output(spec, output, placement, colour, is_main=rank == 0)
        if placement.band is not None:
            lower, upper = (series_name(spec.id, edge) for edge in placement.band)
            if lower in self.series and upper in self.series:
                self.bands[spec.id] = lower, upper

    def _place_output(
        self, spec: FeatureSpec, output: Output, placement: Placement, colour: str, *, is_main: bool
    ) -> None:
        name = series_name(spec.id, output.name)
        pane = self._pane_of(spec, output, placement.places.get(output.name, "none"))
        if pane is None:
            self.left_out.append(name)
            return
        if pane == spec.id:
            self.panes[pane] = Pane(guides=placement.guides, scale=placement.scale)
        elif pane not in (PRICE_PANE, VOLUME_PANE):
            self.panes.setdefault(pane, Pane())
        form = _form(spec, placement, output, self.play.exec_ms)
        self.series[name] = Series(name=name, group=spec.id, pane=pane, form=form, colour=colour, is_main=is_main)

    def _pane_of(self, spec: FeatureSpec, output: Output, place: Place) -> str | None:
        """The pane of an output; None for one that is not drawn."""
        match place:
            case "price":
                return PRICE_PANE
            case "own":
                return spec.id
            case "read":
                return f"{spec.id}.{output.name}" if self._is_read(spec.id, output.name) else None
            case "source":
                return self._pane_of_source(spec)
            case "none":
                return None

    def _is_read(self, id_: str, output: str) -> bool:
        return any((one.series, one.field) == (id_, output) for one in references_of(self.play))

    def _pane_of_source(self, spec: FeatureSpec) -> str:
        if spec.source_output is not None:
            source = self.series.get(series_name(str(spec.source), spec.source_output))
            return spec.id if source is None else source.pane
        return VOLUME_PANE if spec.source == "volume" else PRICE_PANE


def _main_first(spec: FeatureSpec) -> list[Output]:
    """The outputs in their declared order, but the primary one first."""
    return sorted(spec.indicator.outputs, key=lambda output: output is not spec.indicator.primary)


def _form(spec: FeatureSpec, placement: Placement, output: Output, exec_ms: int) -> Form:
    """Values of slower timeframes are carried forward, so a line becomes steps."""
    form = placement.forms.get(output.name, "line")
    return "step" if form == "line" and spec.interval_ms > exec_ms else form


def _placed_by_values(spec: FeatureSpec, columns: Columns) -> Placement:
    """Over the candles if all numbers mostly lie where prices do, else in a pane of its own; whole numbers nowhere."""
    floats = [output.name for output in spec.indicator.outputs if output.kind == "FLOAT"]
    like_prices = all(_lies_with_prices(columns[series_name(spec.id, name)], columns) for name in floats)
    place: Place = "price" if like_prices else "own"
    return Placement(
        places={output.name: place if output.name in floats else "none" for output in spec.indicator.outputs}
    )


def _lies_with_prices(values: NDArray[Any], columns: Columns) -> bool:
    known = values[~np.isnan(values)]
    if not len(known):
        return False
    low, high = float(columns["low"].min()), float(columns["high"].max())
    margin = high - low
    return bool(low - margin <= np.median(known) <= high + margin)


def _rolling_windows(windows: Iterable[StructureSpec]) -> Iterator[Series]:
    for number, spec in enumerate(windows):
        yield Series(
            name=f"{spec.key}.value",
            group=spec.key,
            pane=VOLUME_PANE if spec.params["source"] == "volume" else PRICE_PANE,
            form="step",
            colour=LINES[-1 - number % len(LINES)],
            is_main=False,
        )
