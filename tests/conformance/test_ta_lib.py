"""TA-Lib itself beside our indicators: equal where the definitions are, and where not, as the page in docs says."""

import re
from functools import cache

import numpy as np
import pytest

from benchmarks.agreement_bars import OUTAGES, columns_of, moving_bars, with_outages
from benchmarks.agreement_measured import Agreement, agreements, computed_outputs
from benchmarks.agreement_page import agreement_page
from benchmarks.recipe import Columns, Recipe
from benchmarks.ta_lib import RECIPES, TA_LIB, WITHOUT
from play_engine.indicators import INDICATORS
from play_engine.indicators.trial import run_indicator
from tests.commands.inputs import ROOT
from tests.play_engine.columns import with_defaults

PAGE = ROOT / "docs" / "reference" / "ta-lib.md"
# What else than "equal" a recipe, by its place, may be on bars that move.
FROM_A_BAR_ON = r"equal( from bar \d+)?"
MOVING = {
    ("adx", 0): FROM_A_BAR_ON,
    ("dm", 0): FROM_A_BAR_ON,
    ("macd", 0): FROM_A_BAR_ON,
    ("supertrend", 0): FROM_A_BAR_ON,
    ("stoch", 0): "equal( from bar 17)?",
    ("obv", 0): "a constant apart",
    ("percentrank", 0): r"equal on 9\d % of the bars",
    ("cmo", 1): "never equal, .* 30 % apart",
    ("trix", 1): "never equal, .* 0.03 % apart",
    ("kc", 2): r"never equal, .* 0.00\d % apart",
}
# What outages do to the outputs of a recipe, where they do anything: the neutral values last as long as the window.
WITHIN = "differs within"
OUTAGE = {
    ("kama", 0, "value"): r"differs within and up to \d+ bars after",
    ("stoch", 0, "k"): "differs within and up to 2 bars after",
    ("stoch", 0, "d"): "differs within and up to 4 bars after",
    ("stoch", 1, "k"): "differs within and up to 2 bars after",
    ("stochrsi", 0, "k"): "differs within and up to 2 bars after",
    ("stochrsi", 0, "d"): "differs within and up to 4 bars after",
    ("bbands", 0, "percent_b"): WITHIN,
    **{(name, 0, "value"): WITHIN for name in ("chop", "cmf", "mfi", "uo", "vwap", "vwma", "willr", "zscore")},
}
CASES = [
    pytest.param(name, place, id=f"{name}-{place}") for name in sorted(RECIPES) for place in range(len(RECIPES[name]))
]


@cache
def _bars() -> tuple[Columns, Columns]:
    return columns_of(moving_bars()), columns_of(with_outages(moving_bars()))


def _agreements(name: str, recipe: Recipe) -> list[Agreement]:
    return list(agreements(name, recipe, *_bars()))


@pytest.mark.parametrize(("name", "place"), CASES)
def test_values_agree_as_the_definitions_do(name: str, place: int) -> None:
    for one in _agreements(name, RECIPES[name][place]):
        assert re.fullmatch(MOVING.get((name, place), "equal"), one.moving), (one.output, one.moving)
        if one.moving.startswith("equal") and name != "percentrank":
            expected = OUTAGE.get((name, place, one.output), "equal")
            assert re.fullmatch(expected, one.outages), (one.output, one.outages)


@pytest.mark.parametrize("name", ["adx", "dm", "macd", "supertrend"])
def test_another_start_has_worn_off_within_the_warmup(name: str) -> None:
    indicator = INDICATORS[name]
    warmup = indicator.warmup(with_defaults(indicator, {}), 0)
    for one in _agreements(name, RECIPES[name][0]):
        assert int(one.moving.removeprefix("equal from bar ")) <= warmup[one.output], one.output


@pytest.mark.parametrize("name", INDICATORS)
def test_every_output_has_a_recipe_or_no_counterpart(name: str) -> None:
    computed = {output for recipe in RECIPES.get(name, ()) for output in computed_outputs(name, recipe)}
    for output in INDICATORS[name].outputs:
        without = name in WITHOUT or f"{name}.{output.name}" in WITHOUT
        assert (output.name in computed) != without, output.name


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_reason_is_given_where_values_differ(name: str) -> None:
    found = [one for recipe in RECIPES[name] for one in _agreements(name, recipe)]
    differs = any((one.moving, one.outages) != ("equal", "equal") for one in found)
    # The start of the RSI in a flat market is in none of the outages.
    assert any(recipe.why for recipe in RECIPES[name]) == (differs or name == "rsi")


def test_a_market_flat_since_its_first_bar_is_in_the_middle_of_the_rsi() -> None:
    indicator, flat = INDICATORS["rsi"], np.full(40, 100.0)
    ours = run_indicator(indicator, with_defaults(indicator, {}), [flat])["value"]
    theirs = RECIPES["rsi"][0].computed({"close": flat, "ts": np.arange(40)})["value"]
    assert set(ours[14:]) == {50.0}
    assert set(theirs[14:]) == {0.0}


def test_the_outages_are_what_they_are_called() -> None:
    bars = with_outages(moving_bars())
    for outage in OUTAGES:
        rows = slice(outage.start, outage.stop)
        assert (bars.high[rows] == bars.low[rows]).all() == outage.flat
        assert (bars.volume[rows] == 0.0).all() == outage.silent


@pytest.mark.parametrize("name", TA_LIB)
def test_what_is_timed_computes_our_outputs(name: str) -> None:
    timed, missing = TA_LIB[name](_bars()[0]), [one.partition(".")[2] for one in WITHOUT if one.startswith(f"{name}.")]
    for output in INDICATORS[name].outputs:
        assert output.name in missing or len(timed[output.name]) == len(_bars()[0]["ts"])


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == agreement_page(), "ta-lib.md is stale: run python -m benchmarks.agreement"
