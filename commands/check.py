"""The command `check`: what is wrong with a Play or a config, and what was understood of it. Nothing runs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from commands.config import load_config
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.instances import make_accounts, open_feeds, open_plays, plan_lines, venue_plans
from commands.play_summary import play_summary, summary_text
from commands.plays import open_play
from commands.presentation import show, show_problems
from play_engine.errors import Problem

_CONFIG_SUFFIX = ".toml"


def run_check(target: str, *, as_json: bool) -> int:
    """Check one Play, or a config (a path ending in .toml) with its Plays, data and windows; return the exit code.

    Raises ConfigError with every problem when there is an error among them.
    """
    if Path(target).suffix == _CONFIG_SUFFIX:
        _check_config(Path(target), as_json=as_json)
    else:
        _check_play(target, as_json=as_json)
    return SUCCESS


def _check_play(name: str, *, as_json: bool) -> None:
    play = open_play(name, list_defaults=True)
    if as_json:
        print_json({"play": play_summary(play), "problems": _documents(play.warnings)})
        return
    show_problems(play.warnings, stderr=False)
    show(summary_text(play))


def _check_config(file: Path, *, as_json: bool) -> None:
    config = load_config(file)
    plays = open_plays(config, list_defaults=True)
    accounts = make_accounts(config, plays, open_feeds(config, plays))
    venues = venue_plans(config)
    warnings = list(dict.fromkeys(problem for play in plays for problem in play.warnings))
    if as_json:
        instances = [
            {"instance": one.id, "account": account.name, "plan": line, "play": play_summary(one.play)}
            for account in accounts
            for one, line in zip(account.instances, plan_lines(account, venues.get(account.name)), strict=True)
        ]
        print_json({"instances": instances, "problems": _documents(warnings)})
        return
    show_problems(warnings, stderr=False)
    for account in accounts:
        for line in plan_lines(account, venues.get(account.name)):
            show(line)
    for text in dict.fromkeys(map(summary_text, plays)):
        show(text)


def _documents(problems: Iterable[Problem]) -> Sequence[dict[str, Any]]:
    return [attrs.asdict(problem) for problem in problems]
