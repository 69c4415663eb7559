"""Plays that users of other systems already have: each loads, but for two that name fields which do not exist."""

import os
from pathlib import Path

import pytest

from play_engine.errors import ConfigError
from play_engine.play import load_play

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED") or Path(__file__).parents[4] / "shared")
FOLDER = SHARED / "conformance" / "plays"
PLAYS = sorted(FOLDER.glob("*.yml"))
# What these two name, and the valid fields that the report must list.
WRONG = {
    "RV_006_eth_accum_supertrend_adx": ("adx_14", "adx_14.adx, adx_14.dmp, adx_14.dmn, adx_14.adxr"),
    "RV_010_sol_accum_aroon_dm_vortex": ("vortex_14.plus", "vortex_14.vip, vortex_14.vim"),
}

pytestmark = pytest.mark.skipif(not PLAYS, reason=f"no sample plays in {FOLDER}; set PLAYHOUSE_SHARED")


@pytest.mark.parametrize("path", [path for path in PLAYS if path.stem not in WRONG], ids=lambda path: path.stem)
def test_sample_loads(path: Path) -> None:
    play = load_play(path)
    assert play.blocks
    assert play.intents


@pytest.mark.parametrize("path", [path for path in PLAYS if path.stem in WRONG], ids=lambda path: path.stem)
def test_wrong_sample_is_refused_with_the_valid_fields(path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_play(path)
    errors = [problem for problem in raised.value.problems if problem.severity == "error"]
    found, allowed = WRONG[path.stem]
    assert {(error.code, error.found, error.allowed) for error in errors} >= {("UNKNOWN_FIELD", found, allowed)}
    assert {error.code for error in errors} == {"UNKNOWN_FIELD"}
