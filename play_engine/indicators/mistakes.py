"""What code that a user wrote may raise, and how a report says it."""

import re

from numba.core.errors import NumbaError

# Anything else is not about the user's code, and is not ours to judge. SystemExit is what `sys.exit` raises.
MISTAKES: tuple[type[BaseException], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    NumbaError,
    OSError,
    RuntimeError,
    SyntaxError,
    SystemExit,
    TypeError,
    ValueError,
)

# The compiler of kernels writes a page: what matters are its first lines, and the first place that it names.
_MOST_LINES = 3
_CHATTER = ("Failed in nopython mode", ">>>", "There are ", "- Of which", "During: ", "Overload of", "File: ")
_PLACE = 'File "'
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def mistake_text(error: BaseException) -> str:
    """The kind of the error and its first useful lines, as one line."""
    lines = [line.strip().rstrip(":") for line in _COLOURS.sub("", str(error)).splitlines()]
    told = [line for line in lines if line and not line.startswith((*_CHATTER, _PLACE))][:_MOST_LINES]
    if isinstance(error, NumbaError):
        told += [line for line in lines if line.startswith(_PLACE)][:1]
    message = "; ".join(told)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
