"""The page about the agreement with TA-Lib: at a glance, bar for bar, the reasons, and what TA-Lib lacks."""

from collections.abc import Iterator, Mapping
from itertools import groupby

import talib

from benchmarks.agreement_bars import DAYS, OUTAGES, SEED, SYMBOL, columns_of, moving_bars, with_outages
from benchmarks.agreement_measured import EQUAL, TOLERANCE, Agreement, agreements
from benchmarks.recipe import Recipe
from benchmarks.ta_lib import RECIPES, WITHOUT
from commands.reference_markdown import code, plain, table

_MADE_BY = "Made by `python -m benchmarks.agreement`, which needs TA-Lib: change the recipes, not this page."
_BARS = (
    f"The indicators at their default parameters, beside the Python package TA-Lib {talib.__version__}, measured on "
    f"{DAYS} days of generated minutes ({SYMBOL}, seed {SEED}). The column *outages* is about the same bars with "
    f"{len(OUTAGES)} stretches in them that are flat, or have no volume, or both."
)
_CLOSEST = "Of several ways to compute an output with TA-Lib the closest one counts here."
_WORDS = (
    f"*Equal* means: a difference of at most {TOLERANCE:g} of the value, or of the output's median size where that is "
    "larger, and missing on the same bars, from the first bar on that our definition can have a value. *Equal from "
    "bar N*: TA-Lib starts in another way, and that has worn off by then. *Within*: on bars of a stretch. Bars are "
    "counted from 0."
)
_CALLS = (
    "Names in capitals are functions of TA-Lib, the others are columns and functions of NumPy; `back(x, n)` is the "
    "value n bars ago, `each_day` calls a function day by day. *Pieces*: TA-Lib has no function with this definition, "
    "and it is put together here."
)
_GLANCE = (
    "equal on every bar, outages included",
    "equal where bars move, other values in outages",
    "equal from a bar on, or on most bars",
    "no counterpart",
)
_Found = Mapping[str, list[tuple[Recipe, list[Agreement]]]]


def agreement_page() -> str:
    """The whole page; runs every recipe."""
    moving, outages = columns_of(moving_bars()), columns_of(with_outages(moving_bars()))
    found = {
        name: [(recipe, list(agreements(name, recipe, moving, outages))) for recipe in RECIPES[name]]
        for name in sorted(RECIPES)
    }
    reasons = ((_link(name), recipe.why) for name in found for recipe in RECIPES[name] if recipe.why)
    parts = (
        *("# Agreement with TA-Lib", _MADE_BY, _BARS),
        *("## At a glance", _CLOSEST, _glance(found)),
        *("## Bar for bar", _WORDS, _CALLS, _values(found)),
        *("## Why values differ", table(("indicator", "reason"), reasons)),
        *("## Without counterpart", table(("indicator", "TA-Lib"), ((_link(name), WITHOUT[name]) for name in WITHOUT))),
    )
    return "\n\n".join(parts) + "\n"


def _glance(found: _Found) -> str:
    ranks = {name: _rank(recipes) for name, recipes in found.items()}
    ranks |= {name: len(_GLANCE) - 1 for name in WITHOUT if "." not in name}
    rows = (
        (text, ", ".join(_link(name) for name in sorted(ranks) if ranks[name] == rank))
        for rank, text in enumerate(_GLANCE)
    )
    return table(("agreement", "indicators"), rows)


def _rank(recipes: list[tuple[Recipe, list[Agreement]]]) -> int:
    """The place in `_GLANCE`: that of the worst output, each as its best recipe has it."""
    best: dict[str, int] = {}
    for _, outputs in (pair for pair in recipes if not pair[0].params):
        for one in outputs:
            rank = 2 if one.moving != EQUAL else int(one.outages != EQUAL)
            best[one.output] = min(rank, best.get(one.output, rank))
    return max(best.values())


def _values(found: _Found) -> str:
    headings = ("indicator", "TA-Lib", "output", "first bar", "in TA-Lib", "values", "outages")
    return table(headings, (row for name, recipes in found.items() for row in _rows(name, recipes)))


def _rows(name: str, recipes: list[tuple[Recipe, list[Agreement]]]) -> Iterator[tuple[str, ...]]:
    """A row for outputs of a recipe that are alike; what stands in the row above is not repeated."""
    link = _link(name)
    for recipe, outputs in recipes:
        calls = _calls(recipe)
        alike = groupby(outputs, key=lambda one: (str(one.first), str(one.ta_lib_first), one.moving, one.outages))
        for columns, group in alike:
            yield link, calls, ", ".join(code(one.output) for one in group), *columns
            link = calls = ""


def _calls(recipe: Recipe) -> str:
    lines = "<br>".join(code(line.removeprefix("value = ")) for line in recipe.program.splitlines())
    given = ", ".join(code(f"{name}: {plain(value)}") for name, value in recipe.params.items())
    return f"{'pieces: ' if recipe.pieces else ''}{lines}{f' (with {given})' if given else ''}"


def _link(name: str) -> str:
    """The indicator with a link to its section; behind it the output, of `indicator.output`."""
    indicator, _, output = name.partition(".")
    return f"[{indicator}](indicators.md#{indicator}){f' {code(output)}' if output else ''}"
