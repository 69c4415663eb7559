from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from play_engine.structures.zone import ZONE
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.examples import TABLE_A, assert_rows, swing_rows


def _zone(atr: NDArray[Any] | None = TABLE_A["atr"], **params: Any) -> NDArray[Any]:
    swing = swing_rows(TABLE_A, left=1, right=1)
    return run_structure(ZONE, {"width_atr": 0.5, **params}, TABLE_A, atr=atr, uses={"swing": swing}).rows


def test_a_demand_zone_is_broken_and_replaced() -> None:
    assert_rows(
        ZONE,
        _zone(zone_type="demand"),
        """
        state       · · · · · active active active active active active active broken broken active
        upper       – – – – – 10 10 10 10 10 12.5 12.5 12.5 12.5 9
        lower       – – – – – 9 9 9 9 9 11.5 11.5 11.5 11.5 8
        anchor_idx  -1 -1 -1 -1 -1 4 4 4 4 4 9 9 9 9 13
        version     0 0 0 0 0 1 1 1 1 1 2 2 3 3 4
        age_bars    -1 -1 -1 -1 -1 1 2 3 4 5 1 2 3 4 1
        """,
    )


def test_a_supply_zone_stands_on_a_high() -> None:
    assert_rows(
        ZONE,
        _zone(zone_type="supply"),
        """
        state       · · · active active active active broken active active active active active active active
        lower       – – – 14 14 14 14 14 17 17 17 17 16 16 16
        upper       – – – 15 15 15 15 15 18 18 18 18 17 17 17
        version     0 0 0 1 1 1 1 2 3 3 3 3 4 4 4
        """,
    )


@pytest.mark.parametrize("unusable", [np.nan, 0.0, -1.0])
def test_a_pivot_waits_for_an_atr_and_the_old_zone_is_tested_meanwhile(unusable: float) -> None:
    # The high of 17 is known on bar 8; the zone of 14 … 15 broke on bar 7.
    atr = TABLE_A["atr"].copy()
    atr[4:10] = unusable
    assert_rows(
        ZONE,
        _zone(atr, zone_type="supply"),
        """
        state       · · · active active active active broken broken broken active active active active active
        anchor_idx  -1 -1 -1 2 2 2 2 2 2 2 7 7 11 11 11
        """,
    )


def test_without_atr_there_is_no_zone() -> None:
    assert not _zone(None, zone_type="demand")["version"].any()
