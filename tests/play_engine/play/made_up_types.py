"""Indicators and structures that compute nothing: what the loader knows of a type, it knows from its declaration."""

from typing import Any

import numpy as np
import pytest

from play_engine.declaration import Indicator, Output, Structure
from play_engine.errors import ConfigError, Problem
from play_engine.play.loader import Registries, parse_with
from play_engine.play.model import Play
from tests.play_engine.play.documents import marked_place


def indicator(name: str, **declared: Any) -> Indicator:
    """An indicator that computes nothing."""
    contract: dict[str, Any] = {
        "inputs": ("x",),
        "source": "close",
        "outputs": (Output(name="value", primary=True),),
        "lookback": _zero,
        "first": _no_bars,
        "warmup": _no_bars,
        "kernel": _zero,
    }
    return Indicator(name=name, summary="", formula="", **(contract | declared))


def structure(name: str, **declared: Any) -> Structure:
    """A structure that detects nothing."""
    contract: dict[str, Any] = {
        "outputs": (Output(name="value"),),
        "uses": {},
        "lookback": _zero,
        "warmup": _zero,
        "initial_state": _no_state,
        "advance": _zero,
    }
    return Structure(name=name, summary="", formula="", **(contract | declared))


def registries(*declared: Indicator | Structure) -> Registries:
    """These types as all that there are."""
    return Registries(
        indicators={one.name: one for one in declared if isinstance(one, Indicator)},
        structures={one.name: one for one in declared if isinstance(one, Structure)},
    )


def load_with(known: Registries, text: str) -> Play:
    """The Play that the text is to a program with these types."""
    return parse_with(known, text.encode(), "play.yml")


def errors_with(known: Registries, text: str) -> list[Problem]:
    """The errors of the text to a program with these types."""
    with pytest.raises(ConfigError) as raised:
        load_with(known, text)
    return [problem for problem in raised.value.problems if problem.severity == "error"]


def error_with(known: Registries, marked: str) -> Problem:
    """The only error of a marked text; it must stand at the mark."""
    text, line, column = marked_place(marked)
    (error,) = errors_with(known, text)
    assert (error.line, error.column) == (line, column)
    return error


def _zero(*_: Any) -> int:
    return 0


def _no_bars(*_: Any) -> dict[str, int]:
    return {}


def _no_state(_: Any) -> np.ndarray[Any, Any]:
    return np.zeros(1)
