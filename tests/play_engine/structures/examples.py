"""Two small markets that can be followed by hand, and the reading of tables of expected columns."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import Output, Params, Structure, StructureOutputs
from play_engine.structures import STRUCTURES
from tests.play_engine.columns import run_structure, with_defaults


def _row(text: str) -> Floats:
    return np.array([np.nan if word == "–" else float(word) for word in text.split()])


# Swings of one bar on each side, among them two equal highs (bars 2 and 3).
TABLE_A = {
    "open": _row("10 10 12 13 12 10.5 12 15 16 13.5 13 14.5 15 11 9.5"),
    "high": _row("11 12 14 14 12.5 12 15 17 16.5 14 15 16 15.5 11.5 11"),
    "low": _row("9 10 11 12 10 10.5 12 14.5 13 12.5 13 14 10.5 9 9.2"),
    "close": _row("10 12 13 12 10.5 12 15 16 13.5 13 14.5 15 11 9.5 10.5"),
    "volume": np.full(15, 10.0),
    "atr": np.full(15, 2.0),
}

# Legs of a zig-zag with a threshold of 2; bars 5 and 6 have no ATR.
ZIGZAG_TABLE = {
    "open": _row("100 100.5 101.5 101.8 101 101.5 102.5 102 102.6 101 101.2"),
    "high": _row("101 102 104 102.5 102 102.9 102.9 102.85 102.7 102 102.2"),
    "low": _row("99.5 100 101 100.8 100.8 101.2 101.9 101.5 100.7 99.9 100.5"),
    "close": _row("100.5 101.5 101.8 101 101.5 102.5 102 102.6 101 101.2 102"),
    "volume": np.full(11, 10.0),
    "atr": _row("1 1 1 1 1 – – 1 1 1 1"),
}


def swing_rows(market: dict[str, Floats], **params: Any) -> NDArray[Any]:
    """Output rows of a swing on a market, with the market's ATR if it has one."""
    return run_structure(STRUCTURES["swing"], params, market, atr=market.get("atr")).rows


def assert_rows(structure: Structure, rows: NDArray[Any], expected: str) -> None:
    """Compare output rows with lines `output value value …`; · is false or `none`, – is NaN, words are labels.

    Values are compared as they are printed, to six significant digits.
    """
    _assert_lines(structure.outputs, rows.__getitem__, expected)


def assert_columns(structure: Structure, params: Params, out: StructureOutputs, expected: str) -> None:
    """The same for rows and slots, by the public names of the outputs."""
    values = with_defaults(structure, params)
    _assert_lines(structure.columns(values), lambda name: structure.column(values, out, name), expected)


def _assert_lines(declared: tuple[Output, ...], column: Callable[[str], NDArray[Any]], expected: str) -> None:
    outputs = {output.name: output for output in declared}
    for line in expected.strip().splitlines():
        name, *words = line.split()
        labels = outputs[name].labels or ("·",)
        words = ["none" if word == "·" and outputs[name].labels else word for word in words]
        codes = {label: code for code, label in enumerate(labels)}
        values = [float(codes[w]) if w in codes else np.nan if w == "–" else float(w) for w in words]
        found = [float(f"{value:.6g}") for value in column(name).tolist()]
        np.testing.assert_array_equal(found, values, err_msg=name)
