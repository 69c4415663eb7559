"""Functions that only compiled code calls, made callable for tests."""

from collections.abc import Callable
from typing import Any

from numba import njit


def from_python(function: Any) -> Callable[..., Any]:
    """`function`, with arguments and result passed from and to Python."""

    @njit
    def call(*arguments: Any) -> Any:
        return function(*arguments)

    return call
