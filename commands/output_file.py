"""The file that a command writes: whether it may be written."""

from pathlib import Path

import click


def check_output(out: Path, candles: Path, *, force: bool) -> None:
    """Raise BadParameter if `out` cannot be written, is the file of candles, or exists without `force`."""
    if out.is_dir() or not out.parent.is_dir():
        reason = "is a folder; name a file" if out.is_dir() else f"cannot be written: there is no folder {out.parent}"
        raise click.BadParameter(f"{out} {reason}", param_hint="--out")
    if out.exists() and candles.exists() and out.samefile(candles):
        raise click.BadParameter(f"{out} is the file of candles itself; name another one", param_hint="--out")
    if out.exists() and not force:
        raise click.BadParameter(f"{out} exists; --force replaces it", param_hint="--out")
