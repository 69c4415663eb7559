"""What the program prints, on a terminal and off it."""

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from commands import presentation, progress_display, result_tables
from commands.presentation import count_problems, number, percent, show_problems
from commands.progress_display import ProgressDisplay
from play_engine.errors import Problem

ERROR = Problem(
    file="plays/[a].yml",
    line=8,
    column=5,
    code="UNKNOWN_KEY",
    path="account.max_leverge",
    found="max_leverge: 3",
    allowed="starting_equity_usdt, " + "x" * 200,
    hint="did you mean max_leverage?",
)
WARNING = Problem(file="plays/[a].yml", line=9, column=1, code="INERT_KEY", severity="warning")


class Screen:
    """A terminal of some width; `text` is what was written to it."""

    def __init__(self, width: int) -> None:
        self.file = io.StringIO()
        self.width = width

    def console(self, *, stderr: bool) -> Console:  # noqa: ARG002
        """In place of the program's own consoles."""
        return Console(
            file=self.file,
            width=self.width,
            force_terminal=True,
            color_system="standard",
            markup=False,
            highlight=False,
        )

    @property
    def text(self) -> str:
        """What was written so far."""
        return self.file.getvalue()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A terminal of 80 columns for both streams."""
    made = Screen(80)
    for module in (presentation, progress_display):
        monkeypatch.setattr(module, "console", made.console)
    return made


def test_problems_off_a_terminal_are_laid_out_as_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_problems([ERROR, WARNING])
    printed = capsys.readouterr()
    assert printed.err == f"{ERROR.text()}\n{WARNING.text()}\n1 error, 1 warning\n"
    assert printed.out == ""


def test_problems_on_a_terminal_have_colour(screen: Screen) -> None:
    show_problems([ERROR])
    assert "\x1b[1;31m error UNKNOWN_KEY" in screen.text
    assert "\x1b[36m" in screen.text
    # Paths that look like markup stay as they are, and long lines are not broken.
    assert "plays/[a].yml:8:5" in screen.text
    assert "x" * 200 in screen.text


def test_counts() -> None:
    assert count_problems([ERROR, ERROR, WARNING]) == "2 errors, 1 warning"
    assert count_problems([WARNING]) == "1 warning"


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0123, "+1.23 %"), (-1.0, "-100.00 %"), (0.0, "+0.00 %")])
def test_percent(value: float | None, shown: str) -> None:
    assert percent(value, sign="+") == shown


def test_number() -> None:
    assert (number(1234567.891), number(-0.5, sign="+"), number(None)) == ("1,234,567.89", "-0.50", "–")


class Report:
    """A report of progress."""

    def __init__(self, until_ms: int) -> None:
        self.account, self.start_ms, self.end_ms, self.until_ms, self.bars = "a", 1_000, 5_000, until_ms, 12


def test_progress_off_a_terminal_is_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressDisplay(["a"]) as display:
        for until_ms in (500, 1_000, 1_900, 2_000, 2_100, 4_000, 4_500, 5_000):
            display(Report(until_ms))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == ["a: 25 % done", "a: 75 % done"]


def test_progress_on_a_terminal_ends_full(screen: Screen) -> None:
    with ProgressDisplay(["a", "b"]) as display:
        display(Report(500))
        display(Report(5_000))
    assert "100%" in screen.text
    assert "1970-01-01T00:00:05Z" in screen.text


ROW = [
    "btc-ema",
    "backtest",
    "12",
    "50.00 %",
    "+1,234.50",
    "+12.35 %",
    "3.10 %",
    "1.20",
    "55.00",
    "11,234.50",
    "completed",
]
ROW += ["0123456789ab", "runs/ema_cross/0123456789ab/001"]


def test_wide_screens_get_a_row_for_each_instance(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.width = 160
    monkeypatch.setattr(result_tables, "_outcome_row", lambda _: ROW)
    result_tables.show_outcomes([None, None])
    lines = [line for line in screen.text.splitlines() if "btc-ema" in line]
    assert len(lines) == 2
    assert all(cell in lines[0] for cell in ROW)


@pytest.mark.parametrize("count", [2, 9])
def test_narrow_screens_get_a_column_for_each_instance(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(result_tables, "_outcome_row", lambda _: ROW)
    result_tables.show_outcomes([None] * count)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", screen.text).splitlines()
    assert all(any(cell in line for line in lines) for cell in ROW)
    assert max(map(len, lines)) <= 80
    assert sum(line.count("+1,234.50") for line in lines) == count
