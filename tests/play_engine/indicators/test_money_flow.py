import numpy as np

from tests.play_engine.indicators.worked import NAN, values


def test_mfi_is_the_share_of_the_money_that_flowed_in() -> None:
    found = values("mfi", [1, 2, 1, 3], [9, 5, 10, 10], length=2)
    np.testing.assert_array_equal(found, [NAN, NAN, 50, 75])


def test_mfi_takes_prices_that_are_equal_in_decimals_as_equal() -> None:
    np.testing.assert_array_equal(values("mfi", [0.3, 0.1 + 0.2], [1, 1], length=1), [NAN, 50])


def test_mfi_of_tiny_volumes_is_that_of_large_ones() -> None:
    x, volume = [1, 2, 1, 3], np.array([9, 5, 10, 10])
    np.testing.assert_allclose(values("mfi", x, volume * 1e-9, length=2), values("mfi", x, volume, length=2))


def test_kvo_counts_the_volume_of_an_unchanged_price_as_rising() -> None:
    price, volume = [5, 5, 4, 6], [7, 1, 2, 4]
    found = values("kvo", price, price, price, volume, fast=1, slow=2, signal=1)
    # Signed volumes 1, −2 and 4; the slow average is −0.5, then 2/3 of 4 and a third of it.
    np.testing.assert_allclose(found, [NAN, NAN, -2 + 0.5, 4 - (8 / 3 - 0.5 / 3)])
