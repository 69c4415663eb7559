"""`python -m benchmarks.agreement`: how the indicators agree with TA-Lib, as a page of the reference. Needs TA-Lib."""

from pathlib import Path

import click

from benchmarks.agreement_page import agreement_page
from commands.folders import REFERENCE


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=REFERENCE / "ta-lib.md",
    show_default=True,
    help="The file that is written.",
)
def main(out: Path) -> None:
    """Write the page about the agreement with TA-Lib."""
    out.write_text(agreement_page(), encoding="utf-8")
    click.echo(out)


if __name__ == "__main__":
    main()
