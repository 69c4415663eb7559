"""Whatever is done to a recorded message, decoding makes a typed value of it or raises ProtocolError."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.bybit.errors import ProtocolError
from tests.conformance.vectors import needs
from tests.exchange.bybit.decoders import ALL, ANSWERS, Decoder, frame_decoder, recorded_names
from tests.exchange.bybit.mutations import VALUES, drop, mutants, places, put
from tests.exchange.bybit.sanity import check
from tests.feeds.bybit.recorded import body, recorded

pytestmark = needs("bybit")

_FRAMES = recorded_names("ws")
_NAMES = [*_FRAMES, *ANSWERS]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def survives(decode: Decoder, message: bytes) -> bool:
    """Whether the message is understood. Fails for any error but ProtocolError, and for a value that must not exist."""
    with contextlib.suppress(ProtocolError):
        check(decode(message))
        return True
    return False


def decoder_of(name: str) -> Decoder:
    return ANSWERS[name] if name in ANSWERS else frame_decoder(name)


@pytest.mark.parametrize("name", _NAMES)
def test_every_field_in_every_way(name: str) -> None:
    decode = decoder_of(name)
    understood = [survives(decode, mutant) for mutant in mutants(_first_row_only(recorded(name)))]
    # Some mutations hit what we do not read, some hit what we need.
    assert any(understood)
    assert not all(understood)


@settings(max_examples=80)
@given(data=st.data())
def test_several_changes_at_once(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(_NAMES))
    message = recorded(name)
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from([*places(message)] or [()]))
        if not path:
            break
        message = drop(message, path) if data.draw(st.booleans()) else put(message, path, data.draw(_JSON))
    survives(decoder_of(name), json.dumps(message).encode())


@settings(max_examples=80)
@given(data=st.data())
def test_damaged_bytes(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(_NAMES))
    message = bytearray(body(recorded(name)))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    survives(decoder_of(name), bytes(message))


@settings(max_examples=50)
@given(_JSON, st.binary(max_size=40))
def test_messages_of_nobody(tree: Any, raw: bytes) -> None:
    for decode in ALL:
        survives(decode, json.dumps(tree).encode())
        survives(decode, raw)


@pytest.mark.parametrize("message", [b"[" * 100_000, b'{"topic":' * 50_000, b'{"data":' + b"[" * 100_000])
def test_depth_is_no_way_in(message: bytes) -> None:
    for decode in ALL:
        assert not survives(decode, message)


def _first_row_only(tree: Any) -> Any:
    """Lists with one element alone: what holds for the first row holds for the others."""
    if isinstance(tree, dict):
        return {key: _first_row_only(value) for key, value in tree.items()}
    return [_first_row_only(value) for value in tree[:1]] if isinstance(tree, list) else tree
