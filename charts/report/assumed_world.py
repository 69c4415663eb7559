"""What a run takes for granted beside its settings: prices, gaps, the book, the instruments."""

from collections.abc import Iterator, Mapping
from typing import Any

from charts.report.assumed_settings import AGAINST, EITHER, IN_FAVOUR, NEITHER, Meaning
from charts.report.wording import count
from play_engine.intervals import MINUTE_MS, interval_name


def world(run: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Assumptions by name, from the document of run.json."""
    yield "fill bars", _fill_bars(run["fill_bar_ms"])
    yield "mark price", _mark(run["mark_source"])
    if run["settings"].get("funding") != "off" and not _has_series(run, "funding"):
        sentence = "The data have no rates, so no funding is paid. That usually flatters long positions."
        yield "funding rates", Meaning("none", sentence, EITHER)
    yield "gaps", Meaning("stay gaps", "Nothing happens without bars; the next one opens with a jump.", EITHER)
    yield (
        "book",
        Meaning("one price", "Bid and ask are the price itself: no depth, no own impact.", IN_FAVOUR),
    )
    yield (
        "rounding",
        Meaning("to the grid", "Prices and sizes are rounded to ticks and lots, never for gain.", AGAINST),
    )
    yield (
        "liquidation",
        Meaning("whole position", "All is taken over at once, though large ones go in steps.", AGAINST),
    )
    yield "end of the run", _end(run["stop_reason"])
    for symbol, used in run["instruments"].items():
        yield f"instrument {symbol}", _instrument(used)
    if warmup := run["warmup"]:
        bars = ", ".join(f"{count(length)} × {name}" for name, length in warmup.items())
        yield "warm-up", Meaning(bars, "Bars before the start that only settle the indicators.", NEITHER)


def _fill_bars(length_ms: int) -> Meaning:
    name = interval_name(length_ms)
    if length_ms <= MINUTE_MS:
        return Meaning(name, "The path within a bar is assumed; a minute leaves little to assume.", NEITHER)
    sentence = f"Within {name} the path is assumed: whether a stop or a target came first is often a guess."
    return Meaning(name, sentence, EITHER)


def _mark(source: str) -> Meaning:
    if source == "mark_kline":
        return Meaning("mark bars", "Liquidation and open PnL follow the exchange's mark price.", NEITHER)
    sentence = "There are no mark prices. The last price stands for them, and its spikes liquidate more often."
    return Meaning("last price" if source == "last" else source, sentence, AGAINST)


def _end(stop_reason: str) -> Meaning:
    if stop_reason == "failed":
        return Meaning("left open", "The run broke off; what was open was not closed, and is in the equity.", EITHER)
    return Meaning("closed", "What is still open is closed at the last price, with slippage and fee.", NEITHER)


def _instrument(used: Mapping[str, Any]) -> Meaning:
    record = used["record"]
    grid = f"tick {record.get('tick_size', '?')}, lot {record.get('qty_step', '?')}"
    sentence = f"From: {used['source']}. The same filters hold for the whole run, whatever they were at the time."
    return Meaning(grid, sentence, EITHER)


def _has_series(run: Mapping[str, Any], kind: str) -> bool:
    return any(series["kind"] == kind for series in run["series"])
