"""Every structure against stored columns, with its dependencies as they come out here and as they are stored."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from play_engine.bars import Floats
from play_engine.declaration import StructureOutputs
from play_engine.structures import STRUCTURES
from tests.conformance.vectors import index, needs, vectors
from tests.play_engine.columns import random_cuts, run_structure, with_defaults

pytestmark = needs("structures")

_INDEX = index("structures")
_FILES = {dataset["id"]: dataset["file"] for dataset in _INDEX.get("datasets", [])}
_CASES = {(case["dataset"], case["id"]): case for case in _INDEX.get("cases", [])}


@cache
def _bars(dataset: str) -> dict[str, Floats]:
    table = pq.read_table(vectors("structures") / _FILES[dataset])
    return {name: table[name].to_numpy() for name in table.column_names}


@cache
def _expected(dataset: str, case_id: str) -> StructureOutputs:
    """The stored columns in the form in which another structure uses them, labels as codes."""
    case = _CASES[dataset, case_id]
    structure = STRUCTURES[case["detector"]]
    params = with_defaults(structure, case["params"])
    table = pq.read_table(vectors("structures") / case["file"])
    outputs = structure.columns(params)
    assert sorted(table.column_names) == sorted(output.name for output in outputs)
    assert case["columns"] == {output.name: output.kind for output in outputs}
    slots = structure.initial_slots(params)
    out = StructureOutputs(
        rows=np.repeat(structure.initial_row(), len(table)), slots=np.repeat(slots, len(table), axis=0)
    )
    for output in outputs:
        column = table[output.name]
        stored = column.to_numpy()
        if output.kind == "ENUM":
            stored = np.array([output.labels.index(word) for word in column.to_pylist()])
        structure.column(params, out, output.name)[:] = stored
    return out


def _run(case: dict[str, Any], uses: dict[str, NDArray[Any]], cuts: list[int] | None = None) -> StructureOutputs:
    bars, structure = _bars(case["dataset"]), STRUCTURES[case["detector"]]
    key = case["params"].get("atr_key") or ("atr" if structure.atr == "default" else None)
    atr = None if key is None else bars.get(key)
    return run_structure(structure, case["params"], bars, atr=atr, uses=uses, cuts=cuts, seed=len(cuts or ()))


def _uses(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [_CASES[case["dataset"], used] for used in case["uses"]]


@cache
def _found(dataset: str, case_id: str) -> StructureOutputs:
    case = _CASES[dataset, case_id]
    return _run(case, {used["detector"]: _found(dataset, used["id"]).rows for used in _uses(case)})


CASES = [
    pytest.param(dataset, case_id, id=f"{dataset}-{case_id}")
    for (dataset, case_id), case in _CASES.items()
    if case["detector"] in STRUCTURES
]


def _compare(found: StructureOutputs, dataset: str, case_id: str) -> None:
    expected = _expected(dataset, case_id)
    assert len(found.rows) == len(expected.rows)
    for name, (value, wanted) in _columns(found, expected):
        if wanted.dtype.kind == "f":
            np.testing.assert_allclose(value, wanted, rtol=1e-12, atol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(value, wanted, err_msg=name)


def _columns(
    found: StructureOutputs, expected: StructureOutputs
) -> Iterator[tuple[str, tuple[NDArray[Any], NDArray[Any]]]]:
    """Each field of the rows and of the slots, found and expected."""
    for one, other in ((found.rows, expected.rows), (found.slots, expected.slots)):
        yield from ((name, (one[name], other[name])) for name in other.dtype.names or ())


@pytest.mark.parametrize(("dataset", "case_id"), CASES)
def test_columns_are_the_expected_ones(dataset: str, case_id: str) -> None:
    _compare(_found(dataset, case_id), dataset, case_id)
    case = _CASES[dataset, case_id]
    stored = {used["detector"]: _expected(dataset, used["id"]).rows for used in _uses(case)}
    _compare(_run(case, stored), dataset, case_id)


@pytest.mark.parametrize(("dataset", "case_id"), CASES)
def test_chunks_change_no_bit(dataset: str, case_id: str) -> None:
    case, found = _CASES[dataset, case_id], _found(dataset, case_id)
    cuts = random_cuts(np.random.default_rng(len(found.rows)), len(found.rows), 12)
    uses = {used["detector"]: _found(dataset, used["id"]).rows for used in _uses(case)}
    chunked = _run(case, uses, cuts)
    assert chunked.rows.tobytes() == found.rows.tobytes()
    assert chunked.slots.tobytes() == found.slots.tobytes()
