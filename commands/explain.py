"""The command `explain`: what a Play does, in plain words; with candles and an instant, what its rules were there."""

from collections.abc import Iterable
from pathlib import Path

import attrs
import click
from rich.text import Text

from commands.exit_codes import SUCCESS
from commands.explain_facts import declarations, facts, value_text, variables_of
from commands.explain_instant import run_explain_at
from commands.explain_rules import INDENT, rule_documents, rule_lines
from commands.failure import print_json
from commands.play_summary import play_summary
from commands.plays import open_play
from commands.presentation import show, show_problems
from play_engine.play.composing import read_scalar
from play_engine.play.model import Play

_LABEL_CHARACTERS = 13


def run_explain(
    play_name: str,
    assignments: Iterable[tuple[str, str]],
    candles: Path | None,
    at_ms: int | None,
    *,
    as_json: bool,
) -> int:
    """Explain the Play, or with `candles` and `at_ms` its rules at that instant; return the exit code.

    Raises ConfigError, DataError or a usage error for what cannot be explained.
    """
    if (candles is None) != (at_ms is None):
        raise click.UsageError("--candles and --at belong together: write both, or neither")
    assignments = list(assignments)
    play = open_play(play_name, assignments)
    if candles is not None and at_ms is not None:
        return run_explain_at(play, candles, at_ms, as_json=as_json)
    variables = variables_of(play, {name: read_scalar(text) for name, text in assignments})
    if as_json:
        print_json(_document(play, variables))
        return SUCCESS
    for line in _lines(play, variables):
        show(line)
    show_problems(play.warnings, stderr=False)
    return SUCCESS


def _lines(play: Play, variables: dict[str, object]) -> Iterable[Text]:
    yield Text.assemble((play.id, "bold"), f"  {play.symbol}")
    for line in play.description.strip().splitlines():
        yield Text(f"{INDENT}{line}".rstrip())
    yield Text()
    for name, text in facts(play).items():
        yield _fact(name, text)
    if variables:
        yield _fact("variables", ", ".join(f"{name} {value_text(value)}" for name, value in variables.items()))
    for section, declared in declarations(play).items():
        if declared:
            yield Text(f"\n{section}", style="bold")
            width = max(map(len, declared))
            yield from (Text(f"{INDENT}{name:<{width}}  {text}") for name, text in declared.items())
    yield Text("\nrules", style="bold")
    yield from (Text(f"{INDENT}{line}", style="" if line.startswith(" ") else "cyan") for line in rule_lines(play))


def _fact(name: str, text: str) -> Text:
    return Text.assemble((f"{name:<{_LABEL_CHARACTERS}}", "bold"), text)


def _document(play: Play, variables: dict[str, object]) -> dict[str, object]:
    rules = {"stop": play.stop, "target": play.target, "trailing": play.trailing, "break_even": play.break_even}
    return {
        **{name: value for name, value in play_summary(play).items() if name != "blocks"},
        "name": play.name,
        "description": play.description,
        "variables": variables,
        "facts": facts(play),
        "rules": rule_documents(play),
        "account": attrs.asdict(play.account),
        "leverage": play.leverage,
        "starting_equity_usdt": play.starting_equity_usdt,
        "policy": attrs.asdict(play.policy),
        "sizing": attrs.asdict(play.sizing),
        "entry": attrs.asdict(play.entry),
        "risk": {name: None if rule is None else attrs.asdict(rule) for name, rule in rules.items()},
        "problems": [attrs.asdict(problem) for problem in play.warnings],
    }
