"""Types of option values beyond those that click has."""

import re

import click

from commands.times import parse_instant

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Instant(click.ParamType):
    """A date or ISO time; becomes ms since the epoch."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Called by click; fails with the forms that are allowed."""
        try:
            return value if isinstance(value, int) else parse_instant(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Assignment(click.ParamType):
    """`NAME=VALUE`; becomes both as text."""

    name = "NAME=VALUE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Called by click; fails when there is no name or no `=`."""
        name, mark, text = str(value).partition("=")
        if not mark or not _NAME.fullmatch(name.strip()):
            self.fail(f"{value!r} is not NAME=VALUE, for example fast=12", param, ctx)
        return name.strip(), text
