import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from play_engine.bars import Floats
from play_engine.structures.rolling_window import ROLLING_WINDOW
from tests.play_engine.columns import run_structure
from tests.play_engine.market import bars, cuts
from tests.play_engine.structures.examples import TABLE_A, assert_rows


def test_lowest_low_of_three_bars() -> None:
    rows = run_structure(ROLLING_WINDOW, {"size": 3, "source": "low", "mode": "min"}, TABLE_A).rows
    assert_rows(ROLLING_WINDOW, rows, "value 9 9 9 10 10 10 10 10.5 12 12.5 12.5 12.5 10.5 9 9")


def _slow(x: Floats, size: int, mode: str) -> Floats:
    extreme = np.min if mode == "min" else np.max
    return np.array([extreme(x[max(0, i - size + 1) : i + 1]) for i in range(len(x))])


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("source", ["open", "high", "low", "close", "volume"])
@settings(deadline=None, max_examples=15)
@given(data=st.data(), size=st.integers(1, 12))
def test_extremes_of_any_window_in_any_chunks(source: str, mode: str, data: st.DataObject, size: int) -> None:
    market = data.draw(bars(40))
    params = {"size": size, "source": source, "mode": mode}
    borders = cuts(data.draw, len(market["close"]))
    found = run_structure(ROLLING_WINDOW, params, market, cuts=borders).rows["value"]
    np.testing.assert_array_equal(found, _slow(market[source], size, mode))


def test_it_looks_back_and_settles_over_its_size() -> None:
    assert (ROLLING_WINDOW.lookback({"size": 20}), ROLLING_WINDOW.warmup({"size": 20}, {})) == (19, 20)
