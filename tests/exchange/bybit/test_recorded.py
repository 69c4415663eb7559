"""Every recorded message of the venue is understood."""

import pytest

from exchange.bybit.answers import decode_envelope
from exchange.bybit.control_frames import Acknowledged, Pong
from exchange.bybit.market_events import UnknownTopic
from tests.conformance.vectors import needs
from tests.exchange.bybit.decoders import ANSWERS, frame_decoder, recorded_names
from tests.feeds.bybit.recorded import body, recorded

pytestmark = needs("bybit")

# Pushes without anything about us: of other categories, or of coins that are not ours.
_OF_OTHERS = {"ws_order_option_filled", "ws_order_partially_filled_rejected_spot", "ws_wallet"}


@pytest.mark.parametrize("name", recorded_names("rest_"))
def test_every_answer_has_an_envelope(name: str) -> None:
    message = recorded(name)
    envelope = decode_envelope(body(message))
    assert (envelope.code, envelope.time_ms) == (message["retCode"], message.get("time", 0))


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_that_a_client_reads(name: str) -> None:
    assert ANSWERS[name](body(recorded(name))) is not None


@pytest.mark.parametrize("name", recorded_names("ws"))
def test_every_frame(name: str) -> None:
    events = frame_decoder(name)(body(recorded(name)))
    assert bool(events) == (name not in _OF_OTHERS)
    assert not any(isinstance(event, UnknownTopic) for event in events)
    is_control = any(isinstance(event, Acknowledged | Pong) for event in events)
    assert is_control == any(word in name for word in ("auth", "pong", "subscribe"))
