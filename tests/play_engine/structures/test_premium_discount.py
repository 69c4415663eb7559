import numpy as np

from play_engine.structures.premium_discount import PREMIUM_DISCOUNT
from play_engine.structures.swing import SWING
from tests.play_engine.columns import run_structure
from tests.play_engine.structures.examples import TABLE_A, assert_rows, swing_rows


def test_quarters_of_the_range_of_the_latest_pair() -> None:
    swing = swing_rows(TABLE_A, left=1, right=1)
    assert_rows(
        PREMIUM_DISCOUNT,
        run_structure(PREMIUM_DISCOUNT, {}, TABLE_A, uses={"swing": swing}).rows,
        """
        equilibrium     – – – – – 12 12 12 13.5 13.5 14.75 14.75 14.25 14.25 12.5
        premium_level   – – – – – 13 13 13 15.25 15.25 15.875 15.875 15.125 15.125 14.25
        discount_level  – – – – – 11 11 11 11.75 11.75 13.625 13.625 13.375 13.375 10.75
        zone            · · · · · equilibrium premium premium equilibrium equilibrium equilibrium equilibrium discount discount discount
        depth_pct       – – – – – 0.5 1 1 0.5 0.428571 0.444444 0.555556 0 0 0.214286
        version         0 0 0 0 0 1 2 2 3 3 3 3 4 4 4
        """,  # noqa: E501  the words of one line are one row
    )


def test_the_borders_belong_to_premium_and_discount() -> None:
    swing = np.repeat(SWING.initial_row(), 5)
    swing["pair_version"], swing["pair_low_level"], swing["pair_high_level"] = 1, 100.0, 104.0
    close = np.array([103.0, 102.75, 101.0, 101.25, 90.0])
    market = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    assert_rows(
        PREMIUM_DISCOUNT,
        run_structure(PREMIUM_DISCOUNT, {}, market, uses={"swing": swing}).rows,
        """
        zone       premium equilibrium discount equilibrium discount
        depth_pct  0.75 0.6875 0.25 0.3125 0
        """,
    )
