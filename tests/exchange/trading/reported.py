"""Reports of an exchange, by hand, with what does not matter left out."""

from typing import Any

from exchange.orders import NewOrder
from exchange.reports import Accepted, ExecutionReport, OrderReport
from exchange.simulated.setup import Listing, Seat
from exchange.trading.account import TradingAccount
from exchange.trading.commands import Command, SubmitOrder
from play_engine.market import MarketSlice
from play_engine.play.model import Play
from tests.exchange.simulated.sim_driver import FLAT, INSTRUMENT, MINUTE, At, batch, candles, play, settings

SYMBOL = INSTRUMENT.symbol
FEE_RATE = 0.00055
PLAIN = play(stop=5.0, target=20.0)


def account_of(*plays: Play, **overrides: Any) -> TradingAccount:
    """A trading account with a seat for each Play, all on the test instrument."""
    resolved = settings(plays[0], overrides)
    seats = [Seat(instance=f"play {n}", play=of, symbol=SYMBOL, settings=resolved) for n, of in enumerate(plays)]
    wallet = sum(seat.settings.capital_usdt for seat in seats)
    return TradingAccount([Listing(instrument=INSTRUMENT, settings=resolved)], seats, 0, wallet)


def close(account: TradingAccount, *instants: At, bar: Any = None, atr: Any = None, minute: int = 0) -> list[Command]:
    """Close a minute (or none) with the instants of each Play in turn; the commands that come of it."""
    rows = [] if bar is None else [bar]
    bars = candles(*rows, ts=[minute * 60_000] if rows else [])
    batches = [batch([at], bars if rows else None, atr) for at in instants]
    return account.close_stretch({SYMBOL: MarketSlice(bars=bars)}, batches)


def sent(commands: list[Command]) -> list[NewOrder]:
    """The orders among commands."""
    return [command.order for command in commands if isinstance(command, SubmitOrder)]


def order(link_id: str, status: str, **values: Any) -> OrderReport:
    """An order of ours as the exchange tells it."""
    told: dict[str, Any] = {
        "symbol": SYMBOL,
        "order_id": f"x-{link_id}",
        "link_id": link_id,
        "side": 1,
        "type": "Market",
        "tif": "IOC",
        "status": status,
        "qty": 10.0,
        "created_ms": 0,
        "updated_ms": 0,
    }
    return OrderReport(**(told | values))


def execution(exec_id: str, link_id: str, side: int, qty: float, price: float, **values: Any) -> ExecutionReport:
    """A fill, with a taker's fee."""
    told: dict[str, Any] = {
        "symbol": SYMBOL,
        "exec_id": exec_id,
        "order_id": f"x-{link_id}",
        "link_id": link_id,
        "side": side,
        "price": price,
        "qty": qty,
        "value": price * qty,
        "fee": price * qty * FEE_RATE,
        "fee_rate": FEE_RATE,
        "is_maker": False,
        "exec_type": "Trade",
        "closed_qty": 0.0,
        "realised_pnl": 0.0,
        "leaves_qty": 0.0,
        "order_qty": qty,
        "ts_ms": 0,
        "seq": 0,
    }
    return ExecutionReport(**(told | values))


def enter(account: TradingAccount, ts: int = 0) -> Any:
    """The order of an entry decided at `ts`, accepted."""
    command = close(account, At(ts, ("entry_long",)))[0]
    assert isinstance(command, SubmitOrder)
    assert account.answered(command, Accepted(order_id=f"x-{command.order.link_id}")) == []
    return command.order


def entered(of: Any = PLAIN, qty: float = 10.0) -> tuple[TradingAccount, str]:
    """An account with a long of `qty` at 100 and the name of its entry; the first minute has closed."""
    account = account_of(of)
    link = enter(account).link_id
    account.take(execution("e1", link, 1, qty, 100.0))
    account.take(order(link, "Filled", qty=qty, filled_qty=qty))
    assert close(account, At(MINUTE), bar=FLAT) == []
    return account, link
