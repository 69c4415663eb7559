"""Canonical JSON: the published text and hash, and what it refuses."""

import pytest

from exchange.canonical import canonical_hash, canonical_json


def test_published_hash():
    value = {"c": "é", "b": [True, None], "a": 1.0}
    assert canonical_json(value) == '{"a":1.0,"b":[true,null],"c":"é"}'.encode()
    assert canonical_hash(value) == "038d383c8675d23974c19b70d137919143f8d6f209bb16bd13245efaa204a82c"


def test_floats_are_the_shortest_text_that_comes_back():
    assert canonical_json([1.0, 0.1, 1e21, 5, -0.0]) == b"[1.0,0.1,1e+21,5,-0.0]"


def test_a_float_is_not_an_int():
    assert canonical_hash({"slippage_bps": 2.0}) != canonical_hash({"slippage_bps": 2})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(ValueError):
        canonical_json(value)
