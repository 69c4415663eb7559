"""What a venue tells of an account: it looks at the simulator after every step, and reports what has changed."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from exchange.instruments import Instrument
from exchange.orders import NewOrder, OrderName
from exchange.reports import FINAL_STATUSES, ExecutionReport, OrderReport, PositionReport, Report, WalletReport
from exchange.simulated.records import Records
from exchange.simulated.served import ServedExchange
from exchange.venue.accounts.cash import executed, transferred
from exchange.venue.accounts.changes import Change, Seen, changes
from exchange.venue.accounts.executions import plain_rows
from exchange.venue.accounts.history import MOST_LINKS, History, keep
from exchange.venue.accounts.ids import Names
from exchange.venue.accounts.orders import CREATED, OrderState, first_report, live_state, moved
from exchange.venue.accounts.positions import Holding

_NAN = float("nan")


@attrs.frozen(kw_only=True)
class _Told:
    """A change as it is told; an execution has the position after it."""

    number: int
    report: OrderReport | ExecutionReport
    position: PositionReport | None = None


class AccountReports:
    """The live orders of an account by number, its positions and its past; every change goes to the listeners."""

    def __init__(self, uid: int, instruments: Mapping[str, Instrument], exchange: ServedExchange) -> None:
        self.exchange = exchange
        self.history = History()
        self.holdings = {symbol: Holding(symbol=symbol) for symbol in instruments}
        self.seen: dict[int, Seen] = {}
        # Names that owners gave their orders → numbers of the orders, and the other way about.
        self.links: dict[str, int] = {}
        self.link_of: dict[int, str] = {}
        self.names = Names(uid=uid, symbols=tuple(instruments), links=self.link_of)
        self.listeners: list[Callable[[Report], None]] = []
        self._money = self._bound_money()

    def expect(self, symbol: str, number: int, order: NewOrder) -> OrderReport:
        """An order has been sent and is not there yet; how it will be known."""
        if order.link_id:
            keep(self.links, order.link_id, number, MOST_LINKS)
            keep(self.link_of, number, order.link_id, MOST_LINKS)
        state = next(state for state in self._live(symbol) if state.id == number)
        report = first_report(state, self.names)
        self.seen[number] = Seen(report=report, told=False, arrival_ms=self.exchange.clock_ms)
        return report

    def forget(self, number: int) -> None:
        """An order was refused at once: it has never been."""
        del self.seen[number]
        self.links.pop(self.link_of.pop(number, ""), None)

    def tell(self, records: Records, *, cancel_type: str = "") -> list[OrderReport]:
        """Report what the rows and the live orders say, in the order in which it happened; the orders that have ended.

        A `cancel_type` stands in place of that of a user's cancel.
        """
        after = [state for symbol in self.names.symbols for state in self._live(symbol)]
        found = changes(self.seen, after, records, self.names, self.exchange.clock_ms)
        found = [_cancelled_by(cancel_type, change) for change in found] if cancel_type else found
        for row in plain_rows(records.ledger):
            transaction = transferred(row, self.names)
            if transaction is not None:
                self.history.transactions.append(transaction)
        told = self._book(found)
        latest = {one.number: one.report for one in told if isinstance(one.report, OrderReport)}
        self._look(after, latest)
        self._tell_changes(told)
        self._tell_wallet()
        return [report for report in latest.values() if report.status in FINAL_STATUSES]

    def number_of(self, symbol: str, name: OrderName) -> int:
        """The number of a live order of the symbol, 0 if there is none of this name."""
        for number, seen in self.seen.items():
            if seen.report.symbol == symbol and _is_named(seen.report, name):
                return number
        return 0

    def find(self, symbol: str, name: OrderName) -> OrderReport | None:
        """An order of this name, live or ended."""
        number = self.number_of(symbol, name)
        if number:
            return self.seen[number].report
        order_id = name.order_id or self.names.order(self.links.get(name.link_id, 0))
        ended = self.history.orders.get(order_id)
        return ended if ended is not None and ended.symbol == symbol else None

    def open_orders(self, symbol: str) -> list[OrderReport]:
        """Live orders, those on their way included, oldest first; of all symbols if none is given."""
        reports = [self.seen[number].report for number in sorted(self.seen)]
        return [report for report in reports if symbol in ("", report.symbol)]

    def position(self, symbol: str) -> PositionReport:
        """A position as it stands."""
        held, holding = self.exchange.position(symbol), self.holdings[symbol]
        levels = {seen.report.stop_order_type: seen.report for seen in self.seen.values() if _is_of(seen, symbol)}
        stop, target = levels.get("StopLoss"), levels.get("TakeProfit")
        return PositionReport(
            symbol=symbol,
            side=held.side,
            qty=held.qty,
            value=held.value,
            entry_price=held.entry_price,
            leverage=held.leverage,
            margin=held.margin,
            liquidation=held.liquidation if held.side and held.liquidation > 0.0 else _NAN,
            mark=held.mark,
            unrealised_pnl=held.side * (held.qty * held.mark - held.value),
            realised_pnl=holding.realised,
            stop_loss=_NAN if stop is None else stop.trigger,
            take_profit=_NAN if target is None else target.trigger,
            trailing=held.trail_distance if held.side else _NAN,
            seq=holding.seq,
            updated_ms=holding.updated_ms,
        )

    def wallet(self) -> WalletReport:
        """The account's money as it stands."""
        money = self.exchange.balances()
        return WalletReport(
            wallet=money.wallet,
            equity=money.equity,
            available=max(0.0, money.available),
            position_margin=money.position_margin,
            order_margin=money.order_reserve,
            unrealised_pnl=money.unrealised_pnl,
            updated_ms=self.exchange.clock_ms,
        )

    def settle(self) -> None:
        """Take the money as it stands for told, after a restart."""
        self._money = self._bound_money()

    def publish(self, report: Report) -> None:
        """Hand a report to every listener."""
        for listener in tuple(self.listeners):
            listener(report)

    def _live(self, symbol: str) -> list[OrderState]:
        instrument = self.names.symbols.index(symbol)
        return [live_state(instrument, shown) for shown in self.exchange.open_orders(symbol)]

    def _look(self, after: Sequence[OrderState], latest: Mapping[int, object]) -> None:
        """Remember the live orders as they are told now."""
        seen: dict[int, Seen] = {}
        for order in after:
            before, report = self.seen.get(order.id), latest.get(order.id)
            if before is not None and order.state == CREATED:
                changed = moved(before.report, order, self.exchange.clock_ms)
                seen[order.id] = attrs.evolve(before, report=changed)
            elif isinstance(report, OrderReport):
                seen[order.id] = Seen(report=report, told=True, arrival_ms=order.created_ms)
            elif before is not None:
                seen[order.id] = attrs.evolve(before, told=True)
        self.seen = seen

    def _book(self, found: Sequence[Change]) -> list[_Told]:
        """Book every execution on its position and in the histories; the same changes with what follows from that."""
        told: list[_Told] = []
        for change in found:
            report = change.report
            if isinstance(report, OrderReport):
                told.append(_Told(number=change.number, report=self._with_result(report)))
                continue
            leverage = self.exchange.position(report.symbol).leverage
            holding = self.holdings[report.symbol]
            if report.exec_type == "Funding":
                report = holding.pay(report)
            else:
                # An order's own report comes right before its execution.
                order = told[-1].report
                assert isinstance(order, OrderReport)  # noqa: S101 - as said
                closed = holding.trade(report, order, self.history.closed.get(report.order_id), leverage)
                if closed is not None:
                    self.history.close(closed)
                    told[-1] = attrs.evolve(told[-1], report=self._with_result(order))
            self.history.executions.append(report)
            self.history.transactions.append(executed(report, change.fill, holding.qty, self.names.uid))
            position = holding.report(report.mark_price, leverage)
            told.append(_Told(number=change.number, report=report, position=position))
        return told

    def _with_result(self, order: OrderReport) -> OrderReport:
        closed = self.history.closed.get(order.order_id)
        return order if closed is None else attrs.evolve(order, closed_pnl=closed.closed_pnl)

    def _tell_changes(self, told: Sequence[_Told]) -> None:
        """Every change, each execution with the position after it; the last one of a symbol with all of it."""
        last_fill = {one.report.symbol: place for place, one in enumerate(told) if one.position is not None}
        for place, one in enumerate(told):
            report = one.report
            if isinstance(report, OrderReport) and report.status in FINAL_STATUSES:
                self.history.end_order(report)
            self.publish(report)
            if one.position is not None:
                is_last = place == last_fill[report.symbol]
                self.publish(self.position(report.symbol) if is_last else one.position)
        for symbol in dict.fromkeys(one.report.symbol for one in told):
            if symbol not in last_fill:
                self.publish(self.position(symbol))

    def _bound_money(self) -> tuple[float, ...]:
        """The wallet, and what positions and orders bind of it, without what follows from the mark price alone."""
        positions = [self.exchange.position(symbol) for symbol in self.names.symbols]
        held = [amount for at in positions for amount in (at.value, at.extra, at.leverage if at.side else 0.0)]
        money = self.exchange.balances()
        return money.wallet, money.order_reserve, *held

    def _tell_wallet(self) -> None:
        """Movements of the mark price alone are not told."""
        before, self._money = self._money, self._bound_money()
        if self._money != before:
            self.publish(self.wallet())


def _is_named(report: OrderReport, name: OrderName) -> bool:
    return report.order_id == name.order_id if name.order_id else bool(name.link_id) and report.link_id == name.link_id


def _is_of(seen: Seen, symbol: str) -> bool:
    return seen.report.symbol == symbol


def _cancelled_by(cancel_type: str, change: Change) -> Change:
    report = change.report
    if isinstance(report, OrderReport) and report.cancel_type == "CancelByUser":
        return attrs.evolve(change, report=attrs.evolve(report, cancel_type=cancel_type))
    return change
