"""Functions that only compiled code calls, made callable for tests."""

from collections.abc import Callable
from typing import Any

from numba import njit

from play_engine.parts import WholeCompiler


def from_python(function: Any) -> Callable[..., Any]:
    """`function`, with arguments and result passed from and to Python."""

    @njit(pipeline_class=WholeCompiler)
    def call(*arguments: Any) -> Any:
        return function(*arguments)

    return call
