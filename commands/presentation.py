"""How the program shows things in a terminal: problems in colour, messages on stderr, results on stdout.

User text is never read as markup. Off a terminal nothing is coloured, wrapped or cut.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from play_engine.compiled import compiled_before
from play_engine.errors import Problem

NOTHING = "–"
# Wider than any table here: off a terminal a table has its natural width.
_PIPE_WIDTH = 1_000
_STYLES = {"error": "bold red", "warning": "bold yellow"}


def console(*, stderr: bool) -> Console:
    """The console of results (stdout) or of messages (stderr)."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _PIPE_WIDTH
    return made


def say(message: str, style: str | None = None) -> None:
    """A message to whoever watches, on stderr."""
    console(stderr=True).print(Text(message, style=style or ""), soft_wrap=True)


def announce_compiling() -> None:
    """Say why the first run of a version takes its time; nothing on later ones."""
    if not compiled_before():
        say("compiling, once for this version of the program: about half a minute", "dim")


def show(result: RenderableType) -> None:
    """A part of the result, on stdout."""
    console(stderr=False).print(result, soft_wrap=isinstance(result, str | Text))


def show_problems(problems: Sequence[Problem], *, stderr: bool = True) -> None:
    """Each problem as `Problem.text()` lays it out, and a line that counts them."""
    target = console(stderr=stderr)
    for problem in problems:
        target.print(_coloured(problem), soft_wrap=True)
    if problems:
        target.print(Text(count_problems(problems), style="bold"), soft_wrap=True)


def count_problems(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    severities = [problem.severity for problem in problems]
    counts = [(severities.count(severity), severity) for severity in _STYLES]
    return ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count)


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, left: Sequence[str]) -> Table:
    """A table of texts without frame; columns are aligned to the right unless their heading is in `left`."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def fits(table: Table) -> bool:
    """Whether stdout is wide enough for the table without breaking its cells."""
    target = console(stderr=False)
    return target.measure(table, options=target.options.update(max_width=_PIPE_WIDTH)).maximum <= target.width


def percent(fraction: float | None, *, sign: str = "") -> str:
    """A fraction as percent with two digits."""
    return NOTHING if fraction is None else f"{fraction * 100:{sign}.2f} %"


def number(value: float | None, *, sign: str = "") -> str:
    """A number with two digits and thousands."""
    return NOTHING if value is None else f"{value:{sign},.2f}"


def _coloured(problem: Problem) -> Text:
    head, *details = problem.text().split("\n")
    text = Text(head, style="bold")
    text.highlight_words([f" {problem.severity} {problem.code}"], style=_STYLES.get(problem.severity, "bold"))
    for line in details:
        is_hint = bool(problem.hint) and line.strip() == problem.hint
        text.append(f"\n{line}", style="not bold cyan" if is_hint else "not bold")
    return text
