"""Where each output goes: over the candles, to its source, into a pane of its own, or nowhere."""

from pathlib import Path

import attrs
import numpy as np

from charts.placement import PLACEMENTS
from charts.series import Lines, Series, choose_lines
from charts.structure_styles import STYLES
from charts.structures import DRAWINGS
from play_engine.declaration import Indicator, Output
from play_engine.indicators import INDICATORS
from play_engine.play import load_play
from play_engine.play.model import Play
from play_engine.structures import STRUCTURES
from tests.commands.inputs import PLAY, write_play

FEATURES = """\
features:
  rsi: {indicator: rsi}
  rsi_avg: {indicator: sma, params: {length: 9}, source: rsi}
  busy: {indicator: sma, params: {length: 9}, source: volume}
  bands: {indicator: bbands}
  st: {indicator: supertrend}
  slow_hour: {indicator: ema, params: {length: 20}, tf: med_tf}
  macd: {indicator: macd}
  day: {indicator: session_levels}
"""
STRUCTURE = """\
structures:
  exec:
    - {type: rolling_window, key: top, params: {size: 20, source: high, mode: max}}
    - {type: rolling_window, key: most, params: {size: 20, source: volume, mode: max}}
"""


def loaded(folder: Path) -> Play:
    text = PLAY.replace("features:\n", FEATURES).replace("actions:", f"{STRUCTURE}actions:")
    text = text.replace('["quick", "cross_above", "slow"]', '["bands.percent_b", ">", 0.5]')
    return load_play(write_play(folder, text))


def lines_of(play: Play) -> Lines:
    every = frozenset([*(spec.id for spec in play.features), *(spec.key for spec in play.structures)])
    return choose_lines(play, every, {})


def by_name(lines: Lines) -> dict[str, Series]:
    return {one.name: one for one in lines.series}


def test_every_indicator_and_structure_has_its_place() -> None:
    assert set(PLACEMENTS) == set(INDICATORS)
    for name, placement in PLACEMENTS.items():
        outputs = {output.name for output in INDICATORS[name].outputs}
        assert set(placement.places) == outputs, name
        assert set(placement.forms) <= outputs
        assert set(placement.band or ()) <= outputs
    assert set(STYLES) == set(DRAWINGS) == set(STRUCTURES) - {"rolling_window"}


def test_panes(tmp_path: Path) -> None:
    lines = lines_of(loaded(tmp_path))
    panes = {name: one.pane for name, one in by_name(lines).items()}
    assert panes["quick"] == panes["bands.upper"] == panes["st.long"] == panes["top.value"] == "price"
    assert panes["rsi"] == panes["rsi_avg"] == "rsi"
    assert panes["busy"] == panes["most.value"] == "volume"
    assert panes["bands.percent_b"] == "bands.percent_b"
    assert list(lines.panes) == ["rsi", "bands.percent_b", "macd"]
    assert lines.panes["rsi"].scale == (0.0, 100.0)
    assert lines.bands == {"bands": ("bands.lower", "bands.upper")}


def test_what_no_rule_reads_is_left_out(tmp_path: Path) -> None:
    assert set(lines_of(loaded(tmp_path)).left_out) == {"bands.bandwidth", "st.trend", "st.direction"}


def test_forms(tmp_path: Path) -> None:
    series = by_name(lines_of(loaded(tmp_path)))
    assert series["slow_hour"].form == "step"
    assert series["quick"].form == "line"
    assert series["macd.histogram"].form == "columns"
    assert series["day.prev_day_high"].form == "level"


def test_only_the_chosen_ones(tmp_path: Path) -> None:
    lines = choose_lines(loaded(tmp_path), frozenset(["rsi_avg", "macd"]), {})
    assert {one.group for one in lines.series} == {"rsi_avg", "macd"}
    assert by_name(lines)["rsi_avg"].pane == "rsi_avg"


def test_an_indicator_of_ones_own_is_placed_by_its_values(tmp_path: Path) -> None:
    play = loaded(tmp_path)
    outputs = (Output(name="value"), Output(name="side", kind="INT"))
    own: Indicator = attrs.evolve(INDICATORS["ema"], name="own", outputs=outputs)
    spec = attrs.evolve(play.features[0], id="own", indicator=own, source=None)
    play = attrs.evolve(play, features=(spec,), structures=())
    bars = {"low": np.array([90.0, 95.0]), "high": np.array([100.0, 110.0])}
    for values, pane in (
        (np.array([np.nan, 97.0]), "price"),
        (np.array([0.1, 0.2]), "own"),
        (np.full(2, np.nan), "own"),
    ):
        lines = choose_lines(play, frozenset(["own"]), {**bars, "own": values})
        assert [(one.name, one.pane) for one in lines.series] == [("own", pane)]
        assert lines.left_out == ("own.side",)
