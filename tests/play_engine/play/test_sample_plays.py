"""Plays that users of other systems already have: each loads, or is refused for a reason that it has."""

import os
from pathlib import Path

import pytest

from play_engine.errors import ConfigError
from play_engine.play import load_play
from play_engine.play.known_types import KNOWN_INDICATORS, KNOWN_STRUCTURES

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED") or Path(__file__).parents[4] / "shared")
FOLDER = SHARED / "conformance" / "plays"
PLAYS = sorted(FOLDER.glob("*.yml"))
# These two name fields that their indicators do not have.
WRONG = {"RV_006_eth_accum_supertrend_adx": "adx_14", "RV_010_sol_accum_aroon_dm_vortex": "vortex_14"}

pytestmark = pytest.mark.skipif(not PLAYS, reason=f"no sample plays in {FOLDER}; set PLAYHOUSE_SHARED")


@pytest.mark.parametrize("path", PLAYS, ids=[path.stem for path in PLAYS])
def test_sample_loads_or_is_refused_for_what_is_not_built(path: Path) -> None:
    try:
        play = load_play(path)
    except ConfigError as error:
        errors = [problem for problem in error.problems if problem.severity == "error"]
        codes = {problem.code for problem in errors}
        assert codes <= {"NOT_SUPPORTED_YET", *(["UNKNOWN_FIELD"] if path.stem in WRONG else [])}
    else:
        assert path.stem not in WRONG
        assert play.blocks
        assert {spec.indicator for spec in play.features} <= KNOWN_INDICATORS
        assert {spec.type for spec in play.structures} <= KNOWN_STRUCTURES
