"""The library that draws charts and reports: whether it is installed."""

from importlib.util import find_spec

import click


def check_drawing_library(what: str) -> None:
    """Raise a usage error if `what` cannot be drawn, because Bokeh is not installed; it is an extra."""
    if find_spec("bokeh") is None:
        raise click.UsageError(
            f"{what} need the library Bokeh; install it with: pip install bokeh (or '.[charts]' in the checkout)"
        )
