"""Types of the options of `venue`."""

import math
import os
import re

import attrs
import click

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SYMBOL = re.compile(r"[A-Z0-9]{3,30}")
_MOST_DAYS = 3_660
_USDT = 10_000.0


@attrs.frozen(kw_only=True)
class AccountWish:
    """An account of the venue: its API key, its secret, which is never shown, and what it begins with."""

    api_key: str
    secret: str = attrs.field(repr=False)
    usdt: float = _USDT


class AccountOption(click.ParamType):
    """`KEY:SECRET` or `KEY:SECRET:USDT`; a secret of `@NAME` is the value of an environment variable."""

    name = "KEY:SECRET[:USDT]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> AccountWish:
        """Called by click. Fails without showing what was typed, because a secret is in it."""
        if isinstance(value, AccountWish):
            return value
        key, _, rest = str(value).partition(":")
        secret, _, usdt = rest.partition(":")
        if not _KEY.fullmatch(key) or not secret:
            self.fail("write KEY:SECRET or KEY:SECRET:USDT; a key has letters, digits, - and _, 64 at most", param, ctx)
        if secret.startswith("@"):
            name = secret[1:]
            secret = os.environ.get(name, "")
            if not secret:
                self.fail(f"account {key}: there is no environment variable {name}, or it is empty", param, ctx)
        try:
            amount = float(usdt) if usdt else _USDT
        except ValueError:
            amount = math.nan
        if not 0 < amount < 1e12:
            self.fail(f"account {key}: the third part is its money in USDT, a number above 0", param, ctx)
        return AccountWish(api_key=key, secret=secret, usdt=amount)


class SyntheticOption(click.ParamType):
    """`SYMBOL:DAYS`; becomes both."""

    name = "SYMBOL:DAYS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Called by click."""
        symbol, _, days = str(value).partition(":")
        if not _SYMBOL.fullmatch(symbol) or not days.isdecimal() or not 1 <= int(days) <= _MOST_DAYS:
            self.fail(f"{value!r} is not SYMBOL:DAYS, for example BTCUSDT:30; at most {_MOST_DAYS} days", param, ctx)
        return symbol, int(days)


class SpeedOption(click.ParamType):
    """Market seconds a second, `max`, or `wait`; becomes a number, infinity for `max`, or None for `wait`."""

    name = "NUMBER|max|wait"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        """Called by click."""
        if value == "wait":
            return None
        try:
            speed = math.inf if value == "max" else float(str(value))
        except ValueError:
            speed = math.nan
        if not speed > 0 or (speed == math.inf and value != "max"):
            self.fail(f"{value!r} is not a number above 0, max, or wait", param, ctx)
        return speed
