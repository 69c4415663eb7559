"""The adapter without a wire: what the contract of adapters does not say."""

import pytest
import trio

from exchange.adapter import ExchangeAdapter
from exchange.bybit.errors import Refused
from exchange.orders import NewOrder, TradingStop
from exchange.reports import Accepted, OrderReport, Rejected
from exchange.venue.accounts.direct import DirectAdapter
from tests.exchange.venue.account_scene import SYMBOL, AccountScene


async def test_orders_wait_while_the_clock_stands() -> None:
    stands = True
    scene = AccountScene()
    adapter: ExchangeAdapter = DirectAdapter(scene.account, at_once=lambda: not stands)
    assert isinstance(await adapter.submit(SYMBOL, NewOrder(side=1, qty=1.0)), Accepted)
    assert (await adapter.position(SYMBOL)).side == 0
    scene.play((100.0, 101.0, 99.0, 100.0))
    assert (await adapter.position(SYMBOL)).side == 1
    stands = False
    await adapter.submit(SYMBOL, NewOrder(side=1, qty=1.0))
    assert (await adapter.position(SYMBOL)).qty == 2.0


async def test_other_symbols_are_refused() -> None:
    adapter = DirectAdapter(AccountScene().account)
    for answer in (
        await adapter.submit("XUSDT", NewOrder(side=1, qty=1.0)),
        await adapter.set_leverage("XUSDT", 5.0),
        await adapter.set_trading_stop("XUSDT", TradingStop(stop_loss=1.0)),
        await adapter.cancel_all("XUSDT"),
    ):
        assert isinstance(answer, Rejected)
        assert answer.code == 10001
    for read in (adapter.position, adapter.open_orders, adapter.instrument):
        with pytest.raises(Refused, match="XUSDT is not traded"):
            await read("XUSDT")


async def test_a_reader_who_is_too_slow_finds_the_channel_closed() -> None:
    scene = AccountScene()
    adapter = DirectAdapter(scene.account, most_reports=2)
    scene.enter()
    assert [type(adapter.reports.receive_nowait()).__name__ for _ in range(2)] == ["OrderReport", "ExecutionReport"]
    with pytest.raises(trio.EndOfChannel):
        adapter.reports.receive_nowait()
    # The account does not care.
    scene.submit("rest", type="Limit", price=90.0)


async def test_a_closed_adapter_hears_nothing_more() -> None:
    scene = AccountScene()
    adapter = DirectAdapter(scene.account)
    scene.submit("rest", type="Limit", price=90.0)
    adapter.close()
    scene.submit("more", type="Limit", price=90.0)
    heard = [report async for report in adapter.reports]
    assert [report.link_id for report in heard if isinstance(report, OrderReport)] == ["rest"]
