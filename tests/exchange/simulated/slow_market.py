"""A minute of the slow exchange: what arrives at the open, the jump, and the path with its events in order."""

import math
from collections.abc import Iterator
from typing import Any

import attrs

from tests.exchange.simulated.slow_arrivals import SlowArrivals
from tests.exchange.simulated.slow_desk import Desk
from tests.exchange.simulated.slow_values import NAN, Order


@attrs.define(eq=False)
class Request:
    """Something that is asked of the exchange, by the name of its method; a Play's own requests have no id."""

    id: int
    desk: Desk
    arrival: int
    name: str
    of: dict[str, Any]


@attrs.define
class Event:
    """What would happen next: where on the leg, and in which order among others there."""

    share: float
    rank: int
    desk: int
    order: int
    what: Any
    price: float = NAN
    mark: float = NAN

    @property
    def key(self) -> tuple[float, int, int, int, int]:
        entry_last = 0
        if self.rank == 2 and isinstance(self.what, Order):
            entry_last = 1 if self.what.reduce_only and not self.what.direction else 2
        return self.share, self.rank, self.desk, entry_last, self.order


class SlowMarket(SlowArrivals):
    """An account in front of a market. `funding` are the rates that are still to be settled, by desk."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.requests: list[Request] = []
        self.funding: dict[int, list[tuple[int, float]]] = {desk.id: [] for desk in self.desks}

    def play_minute(self, opened: int, ended: int, bars: dict[int, tuple[Any, Any, float]]) -> None:
        """`bars` are (last, mark, volume) by desk, last and mark as (open, high, low, close)."""
        self.now = self.minute = opened
        self.length = ended - opened
        for desk in self.desks:
            desk.playing = desk.id in bars
            if desk.playing:
                self.open_bar(desk, *bars[desk.id])
        self.settle_tiers()
        if self.settings.funding == "on":
            for desk in self.playing():
                self.settle_due(desk)
        while self.event_at_open():
            self.settle()
        for desk in self.playing():
            desk.see(desk.last)
            desk.path = self.choose_path(desk, *bars[desk.id])
        for leg in range(3):
            self.walk(leg)
        self.now = ended
        for desk in self.playing():
            self.move_trails(desk)

    def playing(self) -> list[Desk]:
        return [desk for desk in self.desks if desk.playing]

    def open_bar(self, desk: Desk, last: Any, mark: Any, volume: float) -> None:
        desk.prev_last, desk.prev_mark = desk.last, desk.mark
        desk.last, desk.mark = last[0], mark[0]
        rate = desk.settings.participation_rate
        desk.budget = math.inf if rate is None else desk.lot(rate * volume)

    def settle_due(self, desk: Desk) -> None:
        while self.funding[desk.id] and self.funding[desk.id][0][0] <= self.minute:
            ts, rate = self.funding[desk.id].pop(0)
            self.fund(desk, rate, desk.mark if ts == self.minute else desk.prev_mark)

    # The open.

    def event_at_open(self) -> bool:
        """Whether something happens: a takeover, an arrival, or the jump."""
        if self.held_taken_over():
            return True
        if arrivals := [event for event in self.arrivals() if self.arrival_of(event.what) <= self.minute]:
            self.handle(min(arrivals, key=lambda event: (*event.key[1:4], self.waited(event), event.order)).what)
            return True
        if met := [(*key, order) for desk in self.playing() for key, order in self.jumped(desk)]:
            self.meet_in_jump(min(met, key=lambda row: row[:-1])[-1])
            return True
        return False

    def held_taken_over(self) -> bool:
        """Takes over what cannot be held at the marks of this instant."""
        if self.cross:
            held = [desk for desk in self.desks if desk.side]
            if held and self.balance() <= 0.0:
                self.take_over_all()
                return True
            return False
        for desk in self.playing():
            if desk.side and desk.side * (desk.mark - desk.liquidation()) <= 0.0:
                self.take_over(desk)
                return True
        return False

    def balance(self) -> float:
        """What is above maintenance, in cross margin."""
        return self.wallet + self.profit() - sum(desk.maintenance() for desk in self.desks)

    def arrival_of(self, what: Any) -> int:
        return what.arrival

    def waited(self, event: Event) -> int:
        """Requests that wait for the same open come in the order of their arrival."""
        return event.what.arrival if isinstance(event.what, Request) else 0

    def arrivals(self) -> Iterator[Event]:
        """What is on its way to instruments that trade now."""
        for request in self.requests:
            if request.desk.playing:
                yield Event(0.0, 2, request.desk.id, request.id, request)
        for desk in self.playing():
            for order in desk.orders:
                if order.state == "coming":
                    yield Event(0.0, 2, desk.id, order.id, order)

    def handle(self, what: Any) -> None:
        if isinstance(what, Order):
            self.arrive(what)
            return
        self.requests.remove(what)
        reason = getattr(self, what.name)(what.desk, **what.of)
        if what.id:
            self.answers.append((what.id, self.now, reason))

    def jumped(self, desk: Desk) -> Iterator[tuple[tuple[int, int, float, int], Order]]:
        """Orders that the jump from the close before to the open meets."""
        for order in desk.orders:
            if order.state == "coming" or order.since == self.minute or order.blocked == self.minute:
                continue
            if order.state == "working":
                yield (order.rank, desk.id, 0.0, order.id), order
                continue
            level = desk.level(order)
            by_mark = order.source == "Mark" and order.state == "Untriggered"
            before, opened = (desk.prev_mark, desk.mark) if by_mark else (desk.prev_last, desk.last)
            if order.state == "New":
                met = order.side * (level - opened) >= 0.0
            elif order.direction == 1:
                met = max(before, opened) >= level
            else:
                met = min(before, opened) <= level
            if met:
                yield (order.rank, desk.id, abs(level - before), order.id), order

    def meet_in_jump(self, order: Order) -> None:
        desk = order.desk
        if order.state == "New":
            self.stand_and_fill(order)
        elif order.state == "working":
            self.work(order, desk.last)
        else:
            at_level = order.kind == "take_profit" and order.type == "Market"
            at_level = at_level and order.source == "Last" and desk.settings.tp_gap_fill == "level"
            self.trigger(order, order.trigger if at_level else desk.last)

    def stand_and_fill(self, order: Order) -> None:
        """A standing limit is met."""
        order.blocked = self.minute
        self.cut(order)
        qty = min(order.leaves, order.desk.budget)
        if qty > 0.0:
            self.fill(order, qty, order.price, order.price, maker=True)

    # The path.

    def choose_path(self, desk: Desk, last: Any, mark: Any, _volume: float) -> list[tuple[float, float]]:
        opened, high, low, _ = last
        if desk.side and desk.settings.intrabar_path == "adverse":
            high_first = desk.side < 0
        else:
            high_first = abs(opened - high) < abs(opened - low)
        turn = (1, 2) if high_first else (2, 1)
        return [(last[k], mark[k]) for k in (0, *turn, 3)]

    def walk(self, leg: int) -> None:
        share = 0.0
        while True:
            due = [event for event in self.events(leg, share) if event.share <= 1.0]
            if not due:
                break
            event = min(due, key=lambda event: event.key)
            if event.share > share:
                share = event.share
                self.place(leg, share)
            if not math.isnan(event.price):
                self.desks[event.desk].last = event.price
            if not math.isnan(event.mark):
                self.desks[event.desk].mark = event.mark
            self.happen(event)
            self.settle()
        self.place(leg, 1.0)
        for desk in self.playing():
            desk.see(desk.last)
        self.settle_tiers()

    def place(self, leg: int, share: float) -> None:
        """All prices of this point of the path, and its time."""
        elapsed = math.floor((leg + share) / 3.0 * self.length + 0.001)
        self.now = self.minute + min(elapsed, self.length - 1)
        for desk in self.playing():
            (last, mark), (next_last, next_mark) = desk.path[leg], desk.path[leg + 1]
            desk.last = next_last if share == 1.0 else last + (next_last - last) * share
            desk.mark = next_mark if share == 1.0 else mark + (next_mark - mark) * share

    def events(self, leg: int, share: float) -> Iterator[Event]:
        yield from self.timed_events(leg, share)
        if self.cross:
            yield from self.cross_takeover(leg, share)
        for desk in self.playing():
            (start, mark_start), (end, mark_end) = desk.path[leg], desk.path[leg + 1]
            if desk.side and not self.cross:
                price = desk.liquidation()
                at = _reached(desk.mark, mark_start, mark_end, price, -desk.side, share)
                if at is not None:
                    crossing = at > share
                    last = price if crossing and (start, end) == (mark_start, mark_end) else NAN
                    yield Event(at, 1, desk.id, 0, desk, last, price if crossing else NAN)
            for order in desk.orders:
                if order.blocked != self.minute and order.state in ("New", "Untriggered"):
                    yield from self.order_event(leg, share, order)

    def order_event(self, leg: int, share: float, order: Order) -> Iterator[Event]:
        desk = order.desk
        (start, mark_start), (end, mark_end) = desk.path[leg], desk.path[leg + 1]
        level = desk.level(order)
        if math.isnan(level):
            return
        if order.state == "New":
            if order.side * (end - start) < 0.0:
                at = _reached(desk.last, start, end, level, -order.side, share)
                if at is not None:
                    yield Event(at, order.rank, desk.id, order.id, order, level if at > share else NAN)
            return
        up = 1 if order.direction == 1 else -1
        by_mark = order.source == "Mark"
        ends = (desk.mark, mark_start, mark_end) if by_mark else (desk.last, start, end)
        at = _reached(*ends, level, up, share)
        if at is not None:
            prices = (NAN, level) if by_mark else (level, NAN)
            yield Event(at, order.rank, desk.id, order.id, order, *(prices if at > share else ()))

    def timed_events(self, leg: int, share: float) -> Iterator[Event]:
        """Arrivals and funding between the open and the close."""
        timed = [(event.what.arrival, event) for event in self.arrivals()]
        for desk in self.playing() if self.settings.funding == "on" else []:
            timed += [(ts, Event(0.0, 0, desk.id, 0, (ts, rate))) for ts, rate in self.funding[desk.id]]
        for ts, event in timed:
            if ts < self.minute + self.length:
                at = 3.0 * (ts - self.minute) / self.length - leg
                if at <= 1.0:
                    yield attrs.evolve(event, share=max(share, at))

    def cross_takeover(self, leg: int, share: float) -> Iterator[Event]:
        if not any(desk.side for desk in self.desks):
            return
        now = self.balance()
        marks = [desk.mark for desk in self.desks]
        for desk in self.playing():
            desk.mark = desk.path[leg + 1][1]
        then = self.balance()
        for desk, mark in zip(self.desks, marks, strict=True):
            desk.mark = mark
        if now <= 0.0:
            yield Event(share, 1, 0, 0, None)
        elif then <= 0.0:
            yield Event(share + (1.0 - share) * now / (now - then), 1, 0, 0, None)

    def happen(self, event: Event) -> None:
        what = event.what
        if event.rank == 0:
            desk = self.desks[event.desk]
            self.funding[desk.id].remove(what)
            self.fund(desk, what[1], desk.mark)
        elif event.rank == 1:
            self.take_over_all() if what is None else self.take_over(what)
        elif event.rank == 2:
            self.desks[event.desk].see(self.desks[event.desk].last)
            self.handle(what)
        elif what.state == "New":
            self.stand_and_fill(what)
        else:
            self.trigger(what, what.desk.last)

    def move_trails(self, desk: Desk) -> None:
        trail = desk.trail
        if trail is None or desk.side == 0:
            return
        if not trail.on and desk.side * (trail.extreme - trail.activation) >= 0.0:
            trail.on = True
        if trail.on:
            self.move_trail(desk, -1)


def _reached(now: float, start: float, end: float, level: float, up: int, share: float) -> float | None:
    """Where on the leg from `start` to `end`, from `share` on, the price is at or beyond the level; None if nowhere."""
    if up * (now - level) >= 0.0:
        return share
    if up * (end - level) < 0.0:
        return None
    return max(share, (level - start) / (end - start))
