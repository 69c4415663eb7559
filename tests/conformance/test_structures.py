"""Every structure against stored columns, with its dependencies as they come out here and as they are stored."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.structures import STRUCTURES
from tests.conformance.vectors import index, needs, vectors
from tests.play_engine.columns import random_cuts, run_structure

pytestmark = needs("structures")

_INDEX = index("structures")
_FILES = {dataset["id"]: dataset["file"] for dataset in _INDEX.get("datasets", [])}
_CASES = {(case["dataset"], case["id"]): case for case in _INDEX.get("cases", [])}


@cache
def _bars(dataset: str) -> dict[str, Floats]:
    table = pq.read_table(vectors("structures") / _FILES[dataset])
    return {name: table[name].to_numpy() for name in table.column_names}


@cache
def _expected(dataset: str, case_id: str) -> NDArray[Any]:
    """The stored columns as output rows, labels as codes."""
    case = _CASES[dataset, case_id]
    structure = STRUCTURES[case["detector"]]
    table = pq.read_table(vectors("structures") / case["file"])
    assert sorted(table.column_names) == sorted(output.name for output in structure.outputs)
    assert case["columns"] == {output.name: output.kind for output in structure.outputs}
    rows = np.empty(len(table), structure.row)
    for output in structure.outputs:
        column = table[output.name]
        if output.kind == "ENUM":
            rows[output.name] = [output.labels.index(word) for word in column.to_pylist()]
        else:
            rows[output.name] = column.to_numpy()
    return rows


def _run(case: dict[str, Any], uses: dict[str, NDArray[Any]], cuts: list[int] | None = None) -> NDArray[Any]:
    bars, key = _bars(case["dataset"]), case["params"].get("atr_key")
    structure = STRUCTURES[case["detector"]]
    atr = None if key is None else bars[key]
    return run_structure(structure, case["params"], bars, atr=atr, uses=uses, cuts=cuts, seed=len(cuts or ()))


def _uses(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [_CASES[case["dataset"], used] for used in case["uses"]]


@cache
def _found(dataset: str, case_id: str) -> NDArray[Any]:
    case = _CASES[dataset, case_id]
    return _run(case, {used["detector"]: _found(dataset, used["id"]) for used in _uses(case)})


CASES = [
    pytest.param(dataset, case_id, id=f"{dataset}-{case_id}")
    for (dataset, case_id), case in _CASES.items()
    if case["detector"] in STRUCTURES
]


def _compare(found: NDArray[Any], dataset: str, case_id: str) -> None:
    expected = _expected(dataset, case_id)
    assert len(found) == len(expected)
    for name in expected.dtype.names or ():
        if expected.dtype[name].kind == "f":
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, atol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.mark.parametrize(("dataset", "case_id"), CASES)
def test_columns_are_the_expected_ones(dataset: str, case_id: str) -> None:
    _compare(_found(dataset, case_id), dataset, case_id)
    case = _CASES[dataset, case_id]
    stored = {used["detector"]: _expected(dataset, used["id"]) for used in _uses(case)}
    _compare(_run(case, stored), dataset, case_id)


@pytest.mark.parametrize(("dataset", "case_id"), CASES)
def test_chunks_change_no_bit(dataset: str, case_id: str) -> None:
    case, found = _CASES[dataset, case_id], _found(dataset, case_id)
    cuts = random_cuts(np.random.default_rng(len(found)), len(found), 12)
    uses = {used["detector"]: _found(dataset, used["id"]) for used in _uses(case)}
    assert _run(case, uses, cuts).tobytes() == found.tobytes()
