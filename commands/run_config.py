"""Running a config file: every account to its end, side by side, and a table of what came of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actors.account import PreparedAccount
from actors.messages import Outcome
from actors.performance import run_prepared
from commands.config import load_config
from commands.exit_codes import FAILED, INTERRUPTED, SUCCESS
from commands.failure import print_json
from commands.instances import make_accounts, open_feeds, open_plays, plan_lines
from commands.presentation import announce_compiling, say, show_problems
from commands.progress_display import ProgressDisplay
from commands.result_tables import show_outcomes


def run_config(file: Path, *, as_json: bool) -> int:
    """Run the instances of a config file, show the results, and return the exit code.

    Raises ConfigError with every problem of the file, its Plays and its data before anything starts.
    """
    config = load_config(file)
    plays = open_plays(config)
    feeds = open_feeds(config, plays)
    accounts = make_accounts(config, plays, feeds)
    show_problems(list(dict.fromkeys(problem for play in plays for problem in play.warnings)))
    say(f"{file}: {len(accounts)} backtest{'s' if len(accounts) > 1 else ''}, results go to {config.runs_dir}")
    for account in accounts:
        for line in plan_lines(account):
            say(line)
    announce_compiling()
    with ProgressDisplay([account.name for account in accounts]) as progress:
        outcomes = run_prepared(
            accounts,
            feeds,
            runs_dir=config.runs_dir,
            on_progress=progress,
            stop_on_signals=True,
        )
    if as_json:
        print_json({"accounts": [_document(*one) for one in zip(accounts, outcomes, strict=True)]})
    else:
        show_outcomes(outcomes)
    for outcome in outcomes:
        if outcome.error:
            say(f"{outcome.account} failed: {outcome.error}", "bold red")
    return _exit_code(outcomes)


def _document(account: PreparedAccount, outcome: Outcome) -> Mapping[str, Any]:
    return {
        "account": outcome.account,
        "instances": [one.id for one in account.instances],
        "error": outcome.error or None,
        "result": outcome.result.to_dict() if outcome.result is not None else None,
    }


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.result is not None and outcome.result.stop_reason == "halted" for outcome in outcomes):
        return INTERRUPTED
    return FAILED if any(outcome.error or outcome.result is None for outcome in outcomes) else SUCCESS
