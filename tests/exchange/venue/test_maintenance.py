"""Maintenance: which parts of the venue are away, and when."""

from typing import Any

import pytest

from exchange.venue.faults.faults import Asked
from exchange.venue.faults.maintenance import REMEMBERED, SERVICES, Maintenance
from tests.exchange.venue.injecting import NOW_MS, SetClock, StillSocket, injecting, order_frame, order_request

READ = Asked(method="GET", path="/v5/order/realtime")


def window(*parts: str, start_ms: int = NOW_MS, end_ms: int = NOW_MS + 1000, **rest: Any) -> Maintenance:
    return Maintenance(start_ms=start_ms, end_ms=end_ms, parts=frozenset(parts), **rest)


def test_requests_are_refused_from_start_to_end() -> None:
    clock = SetClock()
    faults = injecting(clock=clock)
    faults.maintain(window("rest", start_ms=NOW_MS + 10))
    refused: list[bool] = []
    for now_ms in (NOW_MS + 9, NOW_MS + 10, NOW_MS + 999, NOW_MS + 1000):
        clock.now_ms = now_ms
        refused.append(faults.request(READ).instead is not None)
    assert refused == [False, True, True, False]


def test_trading_takes_away_changes_alone() -> None:
    faults = injecting()
    faults.maintain(window("trading", status=503))
    assert faults.request(READ).instead is None
    refused = faults.request(order_request()).instead
    assert refused is not None
    assert refused.status == 503


def test_the_trade_socket_goes_with_trade_and_not_with_rest() -> None:
    over_socket = order_request(method="WS")
    faults = injecting()
    faults.maintain(window("rest"))
    assert faults.request(over_socket).instead is None
    faults.maintain(window("trade"))
    refused = faults.request(over_socket).instead
    assert refused is not None
    assert refused.code == 10016


def test_sockets_are_cut_and_not_admitted() -> None:
    faults, private, public = injecting(), StillSocket(), StillSocket(kind="public")
    faults.opened(private)
    faults.opened(public)
    faults.maintain(window("private"))
    assert (private.cuts, public.cuts) == (1, 0)
    assert (faults.admits("private"), faults.admits("public")) == (False, True)


def test_a_window_that_begins_later_cuts_at_the_next_frame() -> None:
    clock = SetClock()
    faults, socket = injecting(clock=clock), StillSocket()
    faults.opened(socket)
    faults.maintain(window("private", start_ms=NOW_MS + 10))
    assert len(faults.frame(socket, order_frame())) == 1
    clock.now_ms += 10
    assert faults.frame(socket, order_frame()) == ()
    assert socket.cuts == 1


def test_an_end_brings_everything_back() -> None:
    clock = SetClock()
    faults = injecting(clock=clock)
    faults.maintain(window(*SERVICES))
    faults.maintain(window("rest", start_ms=NOW_MS + 2000, end_ms=NOW_MS + 3000))
    clock.now_ms += 5
    faults.end_maintenance()
    assert faults.admits("public")
    assert faults.request(READ).instead is None
    assert [one.end_ms for one in faults.maintenance()] == [NOW_MS + 5]


def test_only_what_is_announced_is_told() -> None:
    faults = injecting()
    faults.maintain(window("rest"))
    faults.maintain(window("trade", announced=False))
    assert [sorted(one.parts) for one in faults.announced()] == [["rest"]]


def test_old_windows_are_forgotten() -> None:
    clock = SetClock()
    faults = injecting(clock=clock)
    for number in range(REMEMBERED + 10):
        clock.now_ms = NOW_MS + 10 * number
        faults.maintain(window("rest", start_ms=clock.now_ms, end_ms=clock.now_ms + 5))
    assert len(faults.maintenance()) == REMEMBERED + 1


def test_cutting_chooses_by_kind_and_account() -> None:
    faults = injecting()
    sockets = [StillSocket(), StillSocket(account="key-two"), StillSocket(kind="public", account="")]
    for socket in sockets:
        faults.opened(socket)
    assert faults.cut("private", "key-two") == 1
    assert faults.cut("public") == 1
    faults.closed(sockets[0])
    assert faults.cut() == 2
    assert [socket.cuts for socket in sockets] == [0, 2, 2]


def test_impossible_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="found spot; allowed: trading, rest, trade, private, public"):
        window("spot")
    with pytest.raises(ValueError, match="must end after its start"):
        window("rest", end_ms=NOW_MS)
