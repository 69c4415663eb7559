"""`python -m benchmarks [WHAT …]`: what the program costs, beside references that are measured in the same run."""

import tempfile
from pathlib import Path

import click
from rich.console import Console

from benchmarks.account_speed import account_speed
from benchmarks.indicator_speed import indicator_speed
from benchmarks.rule_cost import rule_cost
from benchmarks.store_speed import store_speed
from benchmarks.structure_speed import structure_speed
from benchmarks.venue_speed import venue_speed
from benchmarks.whole_path import processes, speed

SECTIONS = ("path", "processes", "rules", "indicators", "structures", "store", "simulator", "venue")


@click.command()
@click.argument("what", nargs=-1, type=click.Choice(SECTIONS))
@click.option("--repeats", default=5, show_default=True, help="Runs per measurement; the median counts.")
@click.option("--years", default="1,10", show_default=True, help="Lengths, in years, at which memory is measured.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=None, help="Where generated stores are kept for reuse."
)
@click.option(
    "--plays", type=click.Path(path_type=Path, exists=True), default=None, help="More Plays whose rules are measured."
)
def main(what: tuple[str, ...], repeats: int, years: str, folder: Path | None, plays: Path | None) -> None:
    """Measure WHAT, by default everything: whole path, fresh processes, rules, indicators, structures, candle store,
    simulator, trading at a venue."""
    console = Console(width=110)
    wanted = what or SECTIONS
    with tempfile.TemporaryDirectory() as temporary:
        kept = folder or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        if "path" in wanted:
            speed(kept, repeats, console)
        if "processes" in wanted:
            processes(kept, tuple(int(year) for year in years.split(",")), console)
        if "rules" in wanted:
            rule_cost(kept, plays, repeats, console)
        if "indicators" in wanted:
            indicator_speed(kept, repeats, console)
        if "structures" in wanted:
            structure_speed(kept, repeats, console)
        if "store" in wanted:
            store_speed(kept, repeats, console)
        if "simulator" in wanted:
            account_speed(kept, repeats, console)
        if "venue" in wanted:
            venue_speed(console)


if __name__ == "__main__":
    main()
