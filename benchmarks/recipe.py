"""How TA-Lib computes an indicator: a few statements over bar columns, that run and that a page can show."""

from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import attrs
import numpy as np
import talib
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.intervals import DAY_MS

Columns = Mapping[str, NDArray[Any]]


def _compiled(recipe: "Recipe") -> CodeType:
    return compile(recipe.program, "<recipe>", "exec")


@attrs.frozen(kw_only=True)
class Recipe:
    """Statements that assign outputs of an indicator, named as the indicator names them.

    They may call every function of TA-Lib, in capitals, and those of NumPy in `_NUMPY`, and read every bar column.
    `params` are the indicator's parameters where they are not the defaults. `pieces` says that TA-Lib has no function
    with this definition and that it is put together here. `why` says what is different where values differ.
    """

    program: str
    params: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    pieces: bool = False
    why: str = ""
    _code: CodeType = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_compiled, takes_self=True))

    def computed(self, columns: Columns) -> dict[str, Any]:
        """Everything that the statements assign, and what they could read, by name."""
        names: dict[str, Any] = {**_TA_LIB, **_NUMPY, **columns}
        names["back"] = _back
        names["each_day"] = _each_day(columns)
        with np.errstate(all="ignore"):
            exec(self._code, names)  # noqa: S102 - the statements are ours, and a page shows what is run
        return names


_TA_LIB = {name: getattr(talib, name) for name in talib.get_functions()}
_NUMPY = {name: getattr(np, name) for name in ("abs", "isnan", "log10", "nan", "sign", "sqrt", "where")}


def _back(x: Floats, bars: int) -> Floats:
    """The value so many bars ago."""
    return np.concatenate([np.full(bars, np.nan), x[:-bars]])


def _each_day(columns: Columns) -> Callable[..., Floats]:
    """Calls a function of TA-Lib for every day by itself, UTC: its functions know no time."""

    def call(function: Callable[..., Floats], *inputs: Floats) -> Floats:
        borders = np.flatnonzero(np.diff(columns["ts"] // DAY_MS)) + 1
        days = zip(*(np.split(column, borders) for column in inputs), strict=True)
        return np.concatenate([function(*day) for day in days])

    return call
