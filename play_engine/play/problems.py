"""The list of everything that is wrong, or odd, in one file: all of it in one run, in file order."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from play_engine.errors import ConfigError, Problem

# A list of names on one line of a report; what is longer is read better in the documentation.
_LONGEST_LIST = 60
NO_FORMER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@attrs.frozen
class Spot:
    """A place in the file: line and column count from 1, 0 means the file as a whole; `path` is the key path."""

    line: int
    column: int
    path: str

    def of(self, path: str) -> "Spot":
        """The same place, named by another key path."""
        return Spot(self.line, self.column, path)


@attrs.define(eq=False)
class Problems:
    """Collects problems of one file. A second report of the same cause at the same place is dropped."""

    file: str
    _found: dict[tuple[int, int, str, str, str], Problem] = attrs.field(factory=dict, init=False)

    def error(self, spot: Spot, code: str, *, found: str = "", allowed: str = "", hint: str = "") -> None:
        """Something that the Play cannot be loaded with."""
        self._add(spot, code, found, allowed, hint, "error")

    def warn(self, spot: Spot, code: str, *, found: str = "", allowed: str = "", hint: str = "") -> None:
        """Something odd; the Play runs."""
        self._add(spot, code, found, allowed, hint, "warning")

    def not_built(self, spot: Spot, found: str, sentence: str) -> None:
        """Something that the language knows and this version of the program cannot do."""
        self._add(spot, "NOT_SUPPORTED_YET", found, "", sentence, "error")

    def in_order(self) -> list[Problem]:
        """Every problem, by line and column."""
        return sorted(self._found.values(), key=lambda problem: (problem.line, problem.column))

    def raise_errors(self) -> None:
        """Raises ConfigError with all problems, warnings included, if one of them is an error."""
        if any(problem.severity == "error" for problem in self._found.values()):
            raise ConfigError(self.in_order())

    def _add(self, spot: Spot, code: str, found: str, allowed: str, hint: str, severity: str) -> None:
        problem = Problem(
            file=self.file,
            line=spot.line,
            column=spot.column,
            code=code,
            path=spot.path,
            found=found,
            allowed=allowed,
            hint=hint,
            severity=severity,
        )
        # An aliased block is read once for each use; its path differs, its cause does not. What has no line has only
        # its path to tell causes apart.
        cause = (spot.line, spot.column, code, found if spot.line else spot.path, allowed)
        self._found.setdefault(cause, problem)


def listed(names: Iterable[str]) -> str:
    """Names as a report shows them."""
    names = list(names)
    rest = ", ..." if len(names) > _LONGEST_LIST else ""
    return ", ".join(names[:_LONGEST_LIST]) + rest


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name that was probably meant; letter case does not count."""
    by_lower_case = {candidate.lower(): candidate for candidate in names}
    close = difflib.get_close_matches(name.lower(), by_lower_case, n=1)
    return by_lower_case[close[0]] if close else None


def did_you_mean(name: str, names: Iterable[str], former: Mapping[str, tuple[str, ...]] = NO_FORMER_NAMES) -> str:
    """The hint that names the nearest valid name; empty where none is near.

    `former` are names that other systems use for valid ones: for these it is known what is meant.
    """
    if name.lower() in former:
        return f"did you mean {listed(former[name.lower()])}?"
    near = nearest(name, names)
    return f"did you mean {near}?" if near else ""
