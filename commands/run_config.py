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
from commands.instances import make_accounts, open_feeds, open_plays, plan_lines, venue_plans
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
    venues = venue_plans(config)
    sessions = [account for account in accounts if account.name in venues]
    backtests = [account for account in accounts if account.name not in venues]
    say(f"{file}: {_counted(backtests, sessions)}, results go to {config.runs_dir}")
    for account in (*backtests, *sessions):
        for line in plan_lines(account, venues.get(account.name)):
            say(line)
    announce_compiling()
    outcomes: list[Outcome] = []
    with ProgressDisplay([account.name for account in accounts]) as progress:
        common: dict[str, Any] = {"runs_dir": config.runs_dir, "on_progress": progress, "stop_on_signals": True}
        if backtests:
            outcomes += run_prepared(backtests, feeds, **common)
        if sessions and _exit_code(outcomes) != INTERRUPTED:
            # The venue and its server are loaded only where one is wanted.
            from actors.session import run_sessions

            outcomes += run_sessions(sessions, feeds, venues, **common)
    accounts = [*backtests, *sessions][: len(outcomes)]
    if as_json:
        print_json({"accounts": [_document(*one) for one in zip(accounts, outcomes, strict=True)]})
    else:
        show_outcomes(outcomes)
    for outcome in outcomes:
        if outcome.error:
            say(f"{outcome.account} failed: {outcome.error}", "bold red")
    return _exit_code(outcomes)


def _counted(backtests: Sequence[PreparedAccount], sessions: Sequence[PreparedAccount]) -> str:
    counts = ((len(backtests), "backtest"), (len(sessions), "demo session"))
    return " and ".join(f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)


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
