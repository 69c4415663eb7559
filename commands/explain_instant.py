"""The rules of a Play at one instant, shown: the verdict of every line, with the values that it read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.text import Text

from actors.run_window import check_interval, earliest_start
from commands.exit_codes import SUCCESS
from commands.explain_rules import INDENT, action_text, titled
from commands.explain_run import BlockAt, PlayAt, play_at
from commands.failure import print_json
from commands.presentation import announce_compiling, say, show
from commands.times import show_instant, show_span
from feeds.candle_file import CandleFile
from play_engine.errors import DataError
from play_engine.explanation.reading import OperandReading, RuleReading, Value
from play_engine.play.model import IntentSpec, Play

# The word and style of each verdict, and those of a line that was not evaluated.
_VERDICTS = {True: ("true", "green"), False: ("false", "red"), None: ("unknown", "yellow")}
_ABSENT = ("-", "dim")
_VERDICT_CHARACTERS = 9
# Lines longer than this do not push the values of all other lines to the right.
_LONGEST_ALIGNED = 72
_LEVEL_NAMES = {"stop_long": "stop reads", "stop_short": "short stop", "target": "target reads"}


def run_explain_at(play: Play, candles: Path, at_ms: int, *, as_json: bool) -> int:
    """Show the rules at `at_ms` and return the exit code. Raises DataError if the candles do not reach there."""
    feed = CandleFile(candles, play.symbol)
    coverage = feed.coverage(play.symbol)
    check_interval(play, coverage)
    if not coverage.start_ms < at_ms <= coverage.end_ms:
        covered = show_span(coverage.start_ms, coverage.end_ms)
        raise DataError(f"--at {show_instant(at_ms)} lies outside the data; {candles} covers {covered}")
    announce_compiling()
    found = play_at(play, feed, coverage, at_ms)
    settled_ms = earliest_start(play, coverage.start_ms)
    if found.instant_ms <= settled_ms:
        say(f"still warming up: a run over these candles begins to decide after {show_instant(settled_ms)}", "yellow")
    if as_json:
        print_json(_document(found))
    else:
        for line in _lines(found):
            show(line)
    return SUCCESS


def _lines(found: PlayAt) -> Iterator[Text]:
    asked = f", the last evaluation before {show_instant(found.asked_ms)}"
    late = "" if found.asked_ms == found.instant_ms else asked
    yield Text.assemble((found.play.id, "bold"), f"  {found.play.symbol} at {show_instant(found.instant_ms)}{late}")
    yield Text(f"price {_shown(found.price)}")
    width = max(len(text) for block in found.blocks for text in _texts(block) if len(text) <= _LONGEST_ALIGNED)
    for block in found.blocks:
        many = ", the first true case counts" if len(block.cases) > 1 else ""
        yield Text.assemble((f"\nblock {block.id}", "bold"), many)
        for case in block.cases:
            yield from _case_lines(case.when, case.emit, found.instant_ms, width)
        if block.otherwise:
            fires = all(case.when.verdict is False for case in block.cases)
            yield _line(_VERDICTS[fires], f"{_joined(block.otherwise)} when every case is false", "", width)
    yield Text()
    for name, level in found.levels.items():
        if name != "stop_short" or level != found.levels["stop_long"]:
            yield _fact(_LEVEL_NAMES[name], f"{level[0]} {_shown(level[1])}")
    yield _fact("emitted", _joined(found.emitted) or "nothing")
    for name, intent in found.decided.items():
        yield _fact(f"if {name}", "nothing" if intent is None else action_text(intent))


def _texts(block: BlockAt) -> Iterator[str]:
    yield ""
    for case in block.cases:
        yield from (text for _, text in _indented(case.when, 1))


def _case_lines(when: RuleReading, emit: Iterable[IntentSpec], instant_ms: int, width: int) -> Iterator[Text]:
    yield _line(_VERDICTS[when.verdict], f"{_joined(emit)} when", "", width)
    said = ""
    for reading, text in _indented(when, 1):
        # What holds for all lines of a branch is said at the first of them.
        values = _values(reading, instant_ms) if reading.absent != said or not said else ""
        said = reading.absent
        yield _line(_ABSENT if reading.absent else _VERDICTS[reading.verdict], text, values, width)


def _indented(reading: RuleReading, depth: int) -> Iterator[tuple[RuleReading, str]]:
    yield reading, INDENT * depth + titled(reading.setups, reading.text)
    for child in reading.children:
        yield from _indented(child, depth + 1)


def _line(verdict: tuple[str, str], text: str, values: str, width: int) -> Text:
    word, style = verdict
    padded = f"{text:<{width}}{INDENT}" if values else text
    return Text.assemble((f"{word:<{_VERDICT_CHARACTERS}}", style), padded, (values, "dim"))


def _values(reading: RuleReading, instant_ms: int) -> str:
    if reading.instant_ms is None:
        return reading.absent
    parts = [_operand(one) for one in reading.operands]
    if reading.shifts is not None:
        parts.append(f"{reading.true_shifts} of {reading.shifts} true")
    if reading.instant_ms != instant_ms and (reading.operands or reading.shifts):
        parts.append(f"at {show_instant(reading.instant_ms)}")
    return ", ".join(parts)


def _operand(operand: OperandReading) -> str:
    before = f" (before {_shown(operand.previous)})" if operand.has_previous else ""
    return f"{operand.text} {_shown(operand.value)}{before}"


def _shown(value: Value) -> str:
    """A value as a reader wants it: eight digits of a number are enough, JSON has them all."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _joined(intents: Iterable[IntentSpec]) -> str:
    return ", ".join(action_text(intent) for intent in intents)


def _fact(name: str, text: str) -> Text:
    return Text.assemble((f"{name:<13}", "bold"), text)


def _document(found: PlayAt) -> dict[str, Any]:
    return {
        "id": found.play.id,
        "symbol": found.play.symbol,
        "asked_ms": found.asked_ms,
        "instant_ms": found.instant_ms,
        "price": found.price,
        "blocks": [
            {
                "id": block.id,
                "cases": [
                    {"when": _reading(case.when), "emit": [intent.action for intent in case.emit]}
                    for case in block.cases
                ],
                "else": [intent.action for intent in block.otherwise],
            }
            for block in found.blocks
        ],
        "levels": {name: {"reference": text, "value": value} for name, (text, value) in found.levels.items()},
        "emitted": [_intent(intent) for intent in found.emitted],
        "decided": {name: None if one is None else _intent(one) for name, one in found.decided.items()},
    }


def _intent(intent: IntentSpec) -> dict[str, Any]:
    return {"block": intent.block, "action": intent.action, "percent": intent.percent}


def _reading(reading: RuleReading) -> dict[str, Any]:
    document: dict[str, Any] = {"text": reading.text.removesuffix(":"), "verdict": reading.verdict}
    if reading.absent:
        document["absent"] = reading.absent
    if reading.setups:
        document["setups"] = list(reading.setups)
    if reading.operands:
        document["operands"] = [_operand_document(one) for one in reading.operands]
    if reading.shifts is not None:
        document |= {"true_shifts": reading.true_shifts, "shifts": reading.shifts}
    if reading.children:
        document["children"] = [_reading(child) for child in reading.children]
    return document | {"instant_ms": reading.instant_ms}


def _operand_document(operand: OperandReading) -> dict[str, Any]:
    previous = {"previous": operand.previous} if operand.has_previous else {}
    return {"text": operand.text, "value": operand.value, **previous}
