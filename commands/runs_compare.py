"""The command `runs compare`: what differs between earlier runs, from their inputs to the trade at which they part."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from rich.text import Text

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.metric_texts import USUAL, difference_text, value_text
from commands.presentation import NOTHING, plain_table, show
from commands.times import show_instant
from results.archive import KeptRun, find_run
from results.comparison import (
    DECISIONS,
    Difference,
    Parting,
    first_parting,
    input_differences,
    metric_differences,
    not_determined,
)
from results.result import FileTables

_SHOWN_DIGITS = 12
_HEX_DIGITS = 64
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRADE_FACTS = ("symbol", "side", "entry_ts", "exit_ts", "qty", "entry_price", "exit_price", "net_pnl", "exit_reason")
_SIDES = {1: "long", -1: "short"}


def run_compare(runs_dir: Path, names: Sequence[str], *, every: bool, as_json: bool) -> int:
    """Compare the runs that `names` mean with the first of them and return the exit code.

    Raises DataError when a name means no run, or more than one.
    """
    runs = [find_run(runs_dir, name) for name in names]
    inputs, metrics = input_differences(runs), metric_differences(runs)
    first, *others = (FileTables(kept.path).read("trades") for kept in runs)
    partings = [(first_parting(first, other), first_parting(first, other, DECISIONS)) for other in others]
    if as_json:
        print_json(_document(runs, inputs, metrics, partings))
        return SUCCESS
    letters = [_letter(number) for number in range(len(runs))]
    for letter, kept in zip(letters, runs, strict=True):
        show(f"{letter}  {kept.path}  {kept.run['play_id']}, result {kept.hashes['result_hash'][:_SHOWN_DIGITS]}")
    _show_inputs(letters, runs, inputs)
    _show_metrics(letters, runs, metrics, every=every)
    for letter, kept, (parting, decided) in zip(letters[1:], runs[1:], partings, strict=True):
        _heading(f"A and {letter}")
        if parting is None:
            show(_same_trades(runs[0], kept, first.num_rows))
            continue
        _show_parting(letter, parting)
        if decided is None:
            show("sides, times and exit reasons are the same in all trades")
        elif decided.place > parting.place:
            show(f"sides, times and exit reasons are the same up to trade {decided.place:,}")
    return SUCCESS


def _show_inputs(letters: Sequence[str], runs: Sequence[KeptRun], inputs: Sequence[Difference]) -> None:
    for letter, kept in zip(letters[1:], runs[1:], strict=True):
        if not_determined(runs[0], kept):
            show(Text(f"A and {letter} had the same inputs and another result, which must not be", style="bold red"))
    if not inputs:
        _heading("inputs: the same")
        return
    _heading("inputs that differ")
    rows = [[one.name, *(_input_text(one.name, value) for value in one.values)] for one in inputs]
    show(plain_table(["input", *letters], rows, left=("input", *letters)))
    names = {one.name for one in inputs}
    if "play" in names and "text of play" not in names:
        show("the Play's text is the same; its variables have other values")


def _show_metrics(
    letters: Sequence[str], runs: Sequence[KeptRun], metrics: Sequence[Difference], *, every: bool
) -> None:
    if not metrics:
        _heading("metrics: the same")
        return
    differing = {one.name: one.values for one in metrics}
    names = [name for name in USUAL if any(name in kept.values for kept in runs)]
    if every:
        names += [name for name in differing if name not in USUAL]
    rows: list[list[str]] = []
    for name in names:
        first, *others = (kept.values.get(name) for kept in runs)
        cells = [text for value in others for text in (value_text(name, value), difference_text(name, first, value))]
        rows.append([name, value_text(name, first), *cells])
    columns = [heading for letter in letters[1:] for heading in (letter, f"{letter} − {letters[0]}")]
    _heading("metrics")
    show(plain_table(["metric", letters[0], *columns], rows, left=("metric",)))
    hidden = len([name for name in differing if name not in names])
    if hidden:
        show(f"{hidden} more metrics differ; --all shows them")


def _show_parting(letter: str, parting: Parting) -> None:
    ours, theirs = parting.rows
    if ours is None or theirs is None:
        longer = letter if ours is None else "A"
        show(f"{longer} goes on where the other ends, with trade {parting.place + 1:,}; all before it are the same:")
    else:
        show(f"trade {parting.place + 1:,} is the first that differs:")
    rows = [
        [name, _trade_text(name, ours), _trade_text(name, theirs), "≠" if name in parting.columns else ""]
        for name in _TRADE_FACTS
    ]
    show(plain_table(["trade", "A", letter, ""], rows, left=("trade", "A", letter)))


def _same_trades(first: KeptRun, kept: KeptRun, trades: int) -> str:
    if kept.hashes["result_hash"] == first.hashes["result_hash"]:
        return f"the same result: all {trades:,} trades, all fills, and the equity curve"
    apart = [name for name in ("fills", "equity") if kept.hashes[f"{name}_hash"] != first.hashes[f"{name}_hash"]]
    return f"all {trades:,} trades are the same; {' and '.join(apart) or 'their numbers'} differ"


def _heading(text: str) -> None:
    show(Text(f"\n{text}", style="bold"))


def _letter(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else str(number + 1)


def _input_text(name: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if name.endswith(("_ts", "start_ms", "end_ms")):
        return show_instant(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    return text[:_SHOWN_DIGITS] if len(text) == _HEX_DIGITS else text


def _trade_text(name: str, trade: Mapping[str, Any] | None) -> str:
    value = None if trade is None else trade[name]
    if value is None:
        return NOTHING
    if name == "side":
        return _SIDES[value]
    if name.endswith("_ts"):
        return show_instant(value)
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _document(
    runs: Sequence[KeptRun],
    inputs: Sequence[Difference],
    metrics: Sequence[Difference],
    partings: Sequence[tuple[Parting | None, Parting | None]],
) -> dict[str, Any]:
    return {
        "runs": [{"path": str(kept.path), "play_id": kept.run["play_id"], "hashes": kept.hashes} for kept in runs],
        "inputs": [attrs.asdict(one) for one in inputs],
        "metrics": [attrs.asdict(one) for one in metrics],
        "first_parting": [_parting(parting) for parting, _ in partings],
        "first_other_decision": [_parting(decided) for _, decided in partings],
    }


def _parting(parting: Parting | None) -> dict[str, Any] | None:
    return None if parting is None else attrs.asdict(parting)
