"""The reference page of the indicators."""

from collections.abc import Mapping

from commands.reference_markdown import code, output_kind, page, parameters_table, table, words
from play_engine.declaration import Indicator, Params, Surroundings
from play_engine.intervals import INTERVALS
from play_engine.play.model import PRICE_SOURCES

_INTRODUCTION = (
    "A feature is declared as `id: {indicator, params, tf, source}`. First bar and warm-up are given for the default "
    "parameters and the default source: the number of the first bar, counted from 0, that has a value, and the bars "
    "after which it no longer matters where the data began. **Bold** is the output that a bare id means."
)
# Inputs that are no price.
_OTHER_INPUTS = {"ts": "the bar's time", "bar": "the bar's number", "swing": "a swing of the same timeframe"}
_EXAMPLE_INTERVAL = "1h"


def indicators_page(indicators: Mapping[str, Indicator]) -> str:
    """All indicators in alphabetical order, after a table of them."""
    ordered = [indicators[name] for name in sorted(indicators)]
    index = table(("indicator", "what it is"), ((f"[{one.name}](#{one.name})", one.summary) for one in ordered))
    return page("Indicators", _INTRODUCTION, [index, *map(_section, ordered)])


def _section(indicator: Indicator) -> str:
    rules = [rule.text for rule in (*indicator.constraints, *indicator.timeframe_rules)]
    parts = [
        f"## {indicator.name}",
        f"{indicator.summary}. After: {indicator.formula}.",
        f"Reads {_inputs(indicator)}.",
        parameters_table(indicator.parameters),
        f"Must hold: {'; '.join(rules)}." if rules else "",
        _outputs(indicator),
        _preroll(indicator),
    ]
    return "\n\n".join(part for part in parts if part)


def _inputs(indicator: Indicator) -> str:
    names = [_input(indicator, name) for name in indicator.inputs]
    return ", ".join(dict.fromkeys(names))


def _input(indicator: Indicator, name: str) -> str:
    if name == "x":
        others = words(field for field in PRICE_SOURCES if field != indicator.source)
        return f"{code(indicator.source)} (`source`: or {others}, or another feature)"
    return _OTHER_INPUTS.get(name) or code(name)


def _outputs(indicator: Indicator) -> str:
    params: Params = {one.name: one.default for one in indicator.parameters}
    first, warmup = indicator.first(params, 0), indicator.warmup(params, 0)
    rows = [
        (
            f"**{code(one.name)}**" if one is indicator.primary else code(one.name),
            output_kind(one),
            str(first[one.name]),
            str(warmup[one.name]),
            one.meaning,
        )
        for one in indicator.outputs
    ]
    return table(("output", "type", "first bar", "warm-up", "meaning"), rows)


def _preroll(indicator: Indicator) -> str:
    """What a memory that is not a number of bars adds to the warm-up."""
    if indicator.preroll is None:
        return ""
    if "swing" in indicator.inputs:
        return "The swing that it is anchored to adds to the warm-up what it needs itself, and so does an anchor time."
    params: Params = {one.name: one.default for one in indicator.parameters}
    more = indicator.preroll(params, Surroundings(interval_ms=INTERVALS[_EXAMPLE_INTERVAL]))
    bars = ", ".join(f"{code(name)} {count}" for name, count in more.items())
    return f"Whole sessions add to the warm-up; on {_EXAMPLE_INTERVAL} so many bars: {bars}."
