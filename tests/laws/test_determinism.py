"""The same inputs give the same result hash: in another process, under another hash seed, and as stored here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.market import performable

ROOT = Path(__file__).parents[2]
# Hashes of reference runs. They change only when a result changes; the commit that changes one says why.
STORED = json.loads((Path(__file__).parent / "reference_hashes.json").read_text())

SCRIPT = """
import json, sys
from pathlib import Path
from actors.harness import backtest
from tests.laws.market import market, play_of
hashes = {}
for path in map(Path, sys.argv[1:]):
    play = play_of(path)
    hashes[path.stem] = backtest(play, market(play.symbol)).result_hash
print(json.dumps(hashes))
"""


def hashes_in_a_process(hash_seed: str) -> dict[str, str]:
    """Result hashes of the Plays, computed by a fresh interpreter."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, performable())],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def first() -> dict[str, str]:
    return hashes_in_a_process("1")


def test_another_process_with_another_hash_seed_agrees(first: dict[str, str]) -> None:
    assert len(first) == len(performable())
    assert hashes_in_a_process("2") == first


def test_the_results_are_those_stored(first: dict[str, str]) -> None:
    assert first == STORED
