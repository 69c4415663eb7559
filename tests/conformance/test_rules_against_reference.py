"""Every sample Play and every Play of ours, decided by the engine and by the reference over real minutes."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.errors import ConfigError
from play_engine.intervals import MINUTE_MS, WEEK_MS
from play_engine.play import load_play
from play_engine.play.model import Play
from tests.conformance.vectors import SHARED
from tests.reference.agreement import Agreement, Chosen, compare
from tests.reference.document import read_document
from tests.reference.market import Market
from tests.reference.observed import minutes_of

_SAMPLES = sorted((SHARED / "conformance" / "plays").glob("*.yml"))
_OURS = sorted((Path(__file__).parents[2] / "plays").glob("*.yml"))
# What is no output of their indicators; another test says that they are refused for it.
_WRONG = {
    "RV_006_eth_accum_supertrend_adx": "adx_14 is not an output",
    "RV_010_sol_accum_aroon_dm_vortex": "vortex_14.plus is not an output",
}
_DATA = SHARED / "data"
# The quick run has 43,198 minutes without a gap, the sweep a year and a half with one of 80 minutes.
_MONTH = ("binance_usdm_BTCUSDT_1m_2023-07.parquet",)
_YEARS = ("binance_spot_BTCUSDT_1m_2023.parquet", "binance_spot_BTCUSDT_1m_2024H1.parquet")
_SWEEP = 20_000

pytestmark = pytest.mark.skipif(
    not (_SAMPLES and _DATA.exists()), reason=f"no sample plays and candles in {SHARED}; set PLAYHOUSE_SHARED"
)


@lru_cache(maxsize=1)
def _minutes(files: tuple[str, ...], repeats: int) -> tuple[BarSeries, Market]:
    """The minutes of the files, for the engine and for the reference; again, some weeks later, if they are repeated."""
    tables = [pq.read_table(_DATA / file) for file in files]
    ts, *columns = (np.concatenate([table[name].to_numpy() for table in tables]) for name in ("ts", *BAR_COLUMNS))
    later = (int(ts[-1] - ts[0]) // WEEK_MS + 1) * WEEK_MS
    ts = np.concatenate([ts + repeat * later for repeat in range(repeats)])
    fields = {name: np.tile(column, repeats) for name, column in zip(BAR_COLUMNS, columns, strict=True)}
    bars = BarSeries(symbol="BTCUSDT", interval_ms=MINUTE_MS, ts=ts, **fields)
    return bars, Market(minutes_of(bars))


def _loaded(path: Path) -> Play:
    try:
        return load_play(path)
    except ConfigError as error:
        errors = [problem for problem in error.problems if problem.severity == "error"]
        missing = sorted(problem.found for problem in errors if problem.code == "NOT_SUPPORTED_YET")
        if missing or path.stem in _WRONG:
            pytest.skip(f"does not load: {missing or _WRONG[path.stem]}")
        raise


def _agreement(path: Path, files: tuple[str, ...], chosen: Chosen, needed: int = 0) -> Agreement:
    play, document = _loaded(path), read_document(path.read_text())
    bars, market = _minutes(files, 1)
    if len(market.closes(document.timeline_ms)) < needed:
        bars, market = _minutes(files, 2)
    return compare(play, document, bars, market, chosen=chosen)


def _some(instants: Sequence[int]) -> Sequence[int]:
    """The beginning, where much is missing, the end, and single instants from everywhere."""
    return sorted({*instants[:150], *instants[-250:], *instants[:: max(len(instants) // 200, 1)]})


def _stretches(instants: Sequence[int]) -> Sequence[int]:
    """At least as many instants as a sweep has, in ten stretches over all of the time."""
    if len(instants) <= _SWEEP:
        return instants
    step, length = len(instants) // 10, _SWEEP // 10
    return [instant for start in range(0, 10 * step, step) for instant in instants[start : start + length]]


@pytest.mark.parametrize("path", [*_SAMPLES, *_OURS], ids=lambda path: path.stem)
def test_engine_and_reference_agree(path: Path) -> None:
    found = _agreement(path, _MONTH, _some)
    assert found.differences == []
    assert found.evaluations > 400


@pytest.mark.slow
@pytest.mark.parametrize("path", [*_SAMPLES, *_OURS], ids=lambda path: path.stem)
def test_engine_and_reference_agree_over_years(path: Path) -> None:
    found = _agreement(path, _YEARS, _stretches, needed=_SWEEP)
    assert found.differences == []
    assert found.evaluations >= _SWEEP * len(found.truths)
