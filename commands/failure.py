"""How a run that cannot go on is reported: one message on stderr, or one JSON document on stdout."""

from typing import Any

import attrs
import click

from commands.exit_codes import BAD_INPUT, FAILED
from play_engine.errors import ConfigError, DataError, InternalError


def report_failure(error: Exception, *, as_json: bool) -> int:
    """Say what is wrong and return the exit code that it means."""
    if as_json:
        print_json(failure_document(error))
    elif isinstance(error, ConfigError):
        from commands.presentation import show_problems

        show_problems(error.problems)
    elif isinstance(error, click.ClickException):
        error.show()
    else:
        label = "internal error" if isinstance(error, InternalError) else "error"
        click.echo(f"{label}: {_message(error)}", err=True)
    return BAD_INPUT if isinstance(error, ConfigError | DataError | click.ClickException) else FAILED


def report_interruption(*, as_json: bool) -> None:
    """Say that the program was stopped before all runs had come to their ends."""
    message = "interrupted at once: finished runs are in their folders, of others there is at most a .partial folder"
    if as_json:
        print_json({"error": {"kind": "interrupted", "message": message, "problems": []}})
    else:
        click.echo(message, err=True)


def failure_document(error: Exception) -> dict[str, Any]:
    """An error as `--json` prints it."""
    problems = error.problems if isinstance(error, ConfigError) else []
    body = {"kind": _kind(error), "message": _message(error), "problems": [attrs.asdict(item) for item in problems]}
    return {"error": body}


def print_json(document: object) -> None:
    """One document on stdout. Numbers that JSON does not have are a defect of whoever made it, and raise ValueError."""
    import json

    click.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def _kind(error: Exception) -> str:
    if isinstance(error, ConfigError):
        return "config"
    if isinstance(error, click.ClickException):
        return "usage"
    if isinstance(error, DataError):
        return "data"
    if isinstance(error, OSError):
        return "system"
    return "internal error" if isinstance(error, InternalError) else "failed"


def _message(error: Exception) -> str:
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
