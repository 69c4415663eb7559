"""The gateway actor of an account at a venue: intents become requests, and the venue's reports become the account."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs
import trio

from actors.common_time import CommonTime, Stretch
from actors.gateway import inside, run_ended
from actors.looking_up import outcome_of
from actors.messages import AccountChanged, ActorFailed, GatewayMessage, Intents, MarketEnded, MarketMoved, Report
from exchange.adapter import ExchangeAdapter
from exchange.bybit.errors import Refused
from exchange.reports import Answer, Rejected, Unknown
from exchange.trading.account import TradingAccount
from exchange.trading.commands import AmendOrder, CancelOrder, Command, MoveStop, SubmitOrder
from play_engine.warmup import Window


@attrs.frozen(kw_only=True, eq=False)
class VenueAccount:
    """An account at a venue: what it is called, when it begins to trade, how the venue is reached, and what it leads.

    `follow` is told each instant up to which the account has done all it wanted; a venue that replays waits for it.
    """

    name: str
    window: Window
    open_adapter: Callable[[], AbstractAsyncContextManager[ExchangeAdapter]]
    trading: TradingAccount
    leverage: dict[str, float]
    follow: Callable[[int], None]


async def run_venue_gateway(
    account: VenueAccount,
    time: CommonTime,
    mailbox: trio.MemoryReceiveChannel[GatewayMessage],
    persistence: trio.MemorySendChannel[Report],
) -> None:
    """Decide at the closes of the market what the account wants, ask its venue for it, and report what came of that.

    Before each decision everything that the venue has reported is taken in. Ends when the market ends, when
    every Play is halted and flat, or when an actor that the run needs has failed; its end is then reported, once, and
    what is open at the venue stays there. Cancelled, it leaves everything at the venue as it is.
    """
    ended, error = "", "an actor of the account went away"
    async with mailbox, persistence, _connected(account) as adapter:
        async for message in mailbox:
            match message:
                case MarketMoved(market=market):
                    time.add_market(market)
                case Intents(instance=instance, batch=batch):
                    time.add_intents(instance, batch)
                case MarketEnded(symbol=symbol, reason=why):
                    time.end(symbol, whole=why == "completed")
                    ended = why if ended in ("", "completed") else ended
                case ActorFailed(error=text):
                    error = text
                    break
            for stretch in time.stretches():
                await persistence.send(await _follow(account, adapter, stretch))
                if account.trading.stopped:
                    break
            if account.trading.stopped or time.is_over:
                ended, error = ended or account.trading.stop_reason, ""
                break
        all_given = ended == "completed" and time.is_over and time.is_empty
        await persistence.send(
            run_ended(account.name, account.trading, "failed" if error else ended, error, all_given=all_given)
        )


@asynccontextmanager
async def _connected(account: VenueAccount) -> AsyncGenerator[ExchangeAdapter]:
    """The adapter with its reports flowing into the account, and its symbols set up. Raises Refused if it cannot be."""
    async with account.open_adapter() as adapter, trio.open_nursery() as nursery:
        nursery.start_soon(_take_reports, adapter, account.trading)
        for symbol, leverage in account.leverage.items():
            answer = await adapter.set_leverage(symbol, leverage)
            if isinstance(answer, Rejected):
                raise Refused(answer.code, f"{symbol}: the venue refuses leverage {leverage:g}: {answer.message}")
        yield adapter
        nursery.cancel_scope.cancel()


async def _take_reports(adapter: ExchangeAdapter, trading: TradingAccount) -> None:
    async for report in adapter.reports:
        trading.take(report)


async def _follow(account: VenueAccount, adapter: ExchangeAdapter, stretch: Stretch) -> AccountChanged:
    """Work off a stretch of the market: decide, ask, and tell the venue that nothing more will come."""
    given = tuple(stretch.market.values())
    if stretch.until_ms <= account.window.start_ms:
        account.follow(stretch.until_ms)
        return AccountChanged(account=account.name, until_ms=stretch.until_ms, given=given)
    await _catch_up(adapter)
    market = {symbol: inside(account.window, piece) for symbol, piece in stretch.market.items()}
    commands = account.trading.close_stretch(market, stretch.intents)
    await _carry_out(account.trading, adapter, commands)
    account.follow(stretch.until_ms)
    return AccountChanged(
        account=account.name,
        until_ms=stretch.until_ms,
        given=given,
        played=tuple(piece.bars for piece in market.values()),
        records=account.trading.records(),
    )


async def _catch_up(adapter: ExchangeAdapter) -> None:
    """Everything that the venue has reported so far has been taken in."""
    await adapter.caught_up()
    while True:
        waiting = adapter.reports.statistics()
        if waiting.current_buffer_used == 0 and waiting.tasks_waiting_receive:
            return
        await trio.lowlevel.checkpoint()


async def _carry_out(trading: TradingAccount, adapter: ExchangeAdapter, commands: Sequence[Command]) -> None:
    """Send requests one after the other, each after the answer to the one before; what that calls for comes first."""
    due = deque(commands)
    while due:
        command = due.popleft()
        answer = await _ask(adapter, command)
        if isinstance(answer, Unknown):
            answer = await outcome_of(adapter, command, answer)
        due.extendleft(reversed(trading.answered(command, answer)))


async def _ask(adapter: ExchangeAdapter, command: Command) -> Answer:
    match command:
        case SubmitOrder():
            return await adapter.submit(command.symbol, command.order)
        case CancelOrder():
            return await adapter.cancel(command.symbol, command.name)
        case AmendOrder():
            return await adapter.amend(command.symbol, command.name, command.changes)
        case MoveStop():
            return await adapter.set_trading_stop(command.symbol, command.stop)
