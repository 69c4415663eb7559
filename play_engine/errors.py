"""The few families of errors that users and callers meet.

`ConfigError` is the user's file, `DataError` the market data, `InternalError` ourselves. Each family is caught
where somebody can act on it, and nowhere else.
"""

import attrs


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong, or odd, in a file that a user wrote.

    `line` and `column` count from 1; 0 means that the place is the file as a whole. `path` is the key path inside
    the file (`actions.entry_long[2]`). `hint` says what to do, or names the nearest valid name.
    """

    file: str
    line: int
    column: int
    code: str
    path: str = ""
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: str = "error"

    def text(self) -> str:
        """The problem as the lines that a terminal shows."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        at = f" at {self.path}" if self.path else ""
        lines = [f"{place} {self.severity} {self.code}{at}"]
        lines += [f"  found    {self.found}"] if self.found else []
        lines += [f"  allowed  {self.allowed}"] if self.allowed else []
        lines += [f"  {self.hint}"] if self.hint else []
        return "\n".join(lines)


class PlayhouseError(Exception):
    """Any error that this project raises on purpose."""


class ConfigError(PlayhouseError):
    """A Play, an instance file or a command line that cannot be run; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.text() for problem in problems))
        self.problems = problems


class DataError(PlayhouseError):
    """Market data that cannot be used: says which file or series, which row, what was found and what to do."""


class Gap(DataError):
    """Bars that should exist are missing."""


class InternalError(PlayhouseError):
    """A law of the system does not hold; a defect of the program, never of its user."""
