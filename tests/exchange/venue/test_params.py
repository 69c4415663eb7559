"""Parameters of queries and bodies."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.venue.wire.params import Params
from exchange.venue.wire.refusal import VenueRefusal


def test_a_query_is_decoded() -> None:
    params = Params.of_query("symbol=BTCUSDT&cursor=a%3A1&empty=&limit=20")
    assert (params.text("symbol"), params.text("cursor"), params.whole("limit", 5)) == ("BTCUSDT", "a:1", 20)
    assert (params.text("empty", "usual"), params.whole("none", 5)) == ("usual", 5)


def test_a_body_may_hold_numbers_for_texts() -> None:
    params = Params.of_body(b'{"qty": 0.5, "price": "60000", "x": null, "yes": true, "no": "false"}')
    assert (params.number("qty"), params.number("price")) == (0.5, 60000.0)
    assert params.text("x") == ""
    assert (params.flag("yes"), params.flag("no"), params.flag("none")) == (True, False, False)
    assert Params.of_body(b"").values == {}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Params.of_body(b"{"),
        lambda: Params.of_body(b"[1]"),
        lambda: Params.of_body(b"[" * 100_000),
        lambda: Params.of_query("&".join(f"a{n}=1" for n in range(101))),
        lambda: Params({"a": True}).text("a"),
        lambda: Params({"a": ["x"]}).text("a"),
        lambda: Params({}).required("a"),
        lambda: Params({"a": "9" * 400}).number("a"),
        lambda: Params({"a": "1.2.3"}).number("a"),
        lambda: Params({"a": "Infinity"}).number("a"),
        lambda: Params({"a": "1.5"}).whole("a", 0),
        lambda: Params({"a": 1}).flag("a"),
        lambda: Params({"a": []}).objects("a", 2),
        lambda: Params({"a": [{}, {}, {}]}).objects("a", 2),
        lambda: Params({"a": ["x"]}).objects("a", 2),
        lambda: Params({"a": "x"}).one_of("a", {"y": 1}),
    ],
)
def test_what_is_wrong_is_refused(ask: Callable[[], Any]) -> None:
    with pytest.raises(VenueRefusal) as caught:
        ask()
    assert caught.value.code == 10001
