import numpy as np

from play_engine.structures.hashes import fold, mix, pair_hash, quantum, zone_hash


def test_mix_is_the_finaliser_of_splitmix64() -> None:
    assert mix(np.uint64(1)) == 6238072747940578789


def test_fold_of_three_words() -> None:
    assert fold((1, 2, 3)) == 15020427595393229491


def test_pair_hash_of_a_bullish_pair() -> None:
    assert pair_hash(7, 17.0, 4, 10.0, 1) == 5013778852775404


def test_pair_hash_depends_on_the_direction_and_fits_a_float64() -> None:
    bearish = pair_hash(7, 17.0, 4, 10.0, -1)
    assert bearish != 5013778852775404
    assert 0 < bearish < 2**53
    assert int(float(bearish)) == bearish


def test_zone_hash_of_ratios_of_both_signs() -> None:
    assert zone_hash(1, 2, 4, 0.5, 0) == 2371775636
    assert zone_hash(1, 2, 4, -0.272, 0) == 2816858508


def test_quantum_rounds_halves_to_even() -> None:
    assert [quantum(x, 1.0) for x in (0.5, 1.5, 2.5, -0.5, -1.5)] == [0, 2, 2, 0, -2]
