"""The command `runs show`: an earlier run as it was shown when it was performed."""

from pathlib import Path

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.presentation import show
from commands.result_tables import show_last_trades
from results.archive import find_run
from results.result import open_result

_SHOWN_TRADES = 5


def run_show(runs_dir: Path, name: str, *, as_json: bool) -> int:
    """Show the run that `name` means and return the exit code. Raises DataError when there is none."""
    result = open_result(find_run(runs_dir, name).path)
    if as_json:
        print_json(result.to_dict())
    else:
        show(str(result))
        show_last_trades(result, _SHOWN_TRADES)
    return SUCCESS
