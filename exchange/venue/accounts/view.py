"""What can be asked of a client's account at the local venue."""

from collections.abc import Mapping

from exchange.instruments import Instrument
from exchange.orders import OrderName
from exchange.reports import ExecutionReport, OrderReport, PositionReport, WalletReport
from exchange.simulated.served import ServedExchange
from exchange.venue.accounts.history import FOREVER_MS
from exchange.venue.accounts.margin import break_even, maintenance_margin, risk_limit
from exchange.venue.accounts.reporting import AccountReports
from exchange.venue.accounts.values import AccountDetails, ClosedPnl, PositionDetails, Transaction


class AccountView:
    """Orders, positions, money and past of an account; no question changes anything."""

    def __init__(
        self, uid: int, instruments: Mapping[str, Instrument], exchange: ServedExchange, margin_mode: str
    ) -> None:
        self._uid, self._instruments, self._margin_mode = uid, dict(instruments), margin_mode
        self._exchange = exchange
        self._reports = AccountReports(uid, instruments, exchange)

    @property
    def uid(self) -> int:
        """The number of the account's owner."""
        return self._uid

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """What can be traded, by symbol."""
        return self._instruments

    @property
    def margin_mode(self) -> str:
        """`isolated` or `cross`."""
        return self._margin_mode

    @property
    def clock_ms(self) -> int:
        """The instant up to which the market has been played."""
        return self._exchange.clock_ms

    def position(self, symbol: str) -> PositionReport:
        """The position in a symbol, flat or not."""
        return self._reports.position(symbol)

    def positions(self) -> list[PositionReport]:
        """The positions in all symbols, flat ones included."""
        return [self._reports.position(symbol) for symbol in self._instruments]

    def wallet(self) -> WalletReport:
        """The account's money."""
        return self._reports.wallet()

    def details(self, symbol: str) -> PositionDetails:
        """The position in a symbol with everything that the venue shows of it."""
        report, instrument = self.position(symbol), self._instruments[symbol]
        held, holding = self._exchange.position(symbol), self._reports.holdings[symbol]
        return PositionDetails(
            report=report,
            initial_margin=held.margin,
            maintenance_margin=maintenance_margin(report, instrument),
            extra=held.extra,
            cumulative_pnl=holding.cumulative,
            break_even=break_even(report, holding.realised, instrument.taker),
            trailing_activation=held.trail_activation,
            last=held.last,
            risk_limit=risk_limit(report, instrument),
            created_ms=holding.created_ms,
            opened_ms=holding.opened_ms,
        )

    def account_details(self) -> AccountDetails:
        """The account's money with everything that the venue shows of it."""
        positions = [self.details(symbol) for symbol in self._instruments]
        return AccountDetails(
            report=self.wallet(),
            margin_mode=self._margin_mode,
            initial_margin=sum(at.initial_margin for at in positions),
            maintenance_margin=sum(at.maintenance_margin for at in positions),
            cumulative_pnl=round(sum(at.cumulative_pnl for at in positions), 8),
        )

    def open_orders(self, symbol: str = "") -> list[OrderReport]:
        """Live orders of a symbol (all symbols if empty), stops, targets and those on their way included, oldest
        first."""
        return self._reports.open_orders(symbol)

    def find_order(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order, live or ended; None if there is none of this name, or it is forgotten."""
        return self._reports.find(symbol, name)

    def order_history(self, symbol: str = "", since_ms: int = 0, until_ms: int = FOREVER_MS) -> list[OrderReport]:
        """Orders that have ended, by the time of their creation, in the order in which they ended."""
        return self._reports.history.find_orders(symbol, since_ms, until_ms)

    def executions(self, symbol: str = "", since_ms: int = 0, until_ms: int = FOREVER_MS) -> list[ExecutionReport]:
        """Executions, funding included, oldest first."""
        return self._reports.history.find_executions(symbol, since_ms, until_ms)

    def closed_pnl(self, symbol: str = "", since_ms: int = 0, until_ms: int = FOREVER_MS) -> list[ClosedPnl]:
        """What orders that reduced positions have made of them, oldest first."""
        return self._reports.history.find_closed(symbol, since_ms, until_ms)

    def transactions(self, symbol: str = "", since_ms: int = 0, until_ms: int = FOREVER_MS) -> list[Transaction]:
        """Movements of money, oldest first."""
        return self._reports.history.find_transactions(symbol, since_ms, until_ms)
