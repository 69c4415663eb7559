"""An account at the venue on a small stage: the simulator's test instrument, bars by hand, and what was reported."""

from typing import Any

import numpy as np

from exchange.orders import NewOrder
from exchange.reports import Accepted, Gone, OrderReport, Rejected, Report
from exchange.venue.accounts.account import VenueAccount
from exchange.venue.accounts.setup import listing_of
from play_engine.market import NO_READINGS, MarketSlice, Readings
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, candles

SYMBOL = INSTRUMENT.symbol
Bar = tuple[float, float, float, float]


class AccountScene:
    """An account with 10,000 USDT, leverage 10, whose symbol trades at 100."""

    def __init__(self, *, last: float = 100.0, usdt: float = 10_000.0, **listing: Any) -> None:
        prices = {SYMBOL: last} if last else {}
        listings = [listing_of(INSTRUMENT, **listing)]
        self._heard: list[Report] = []
        self.minute = 0
        self.account = VenueAccount(7, listings, 0, deposit_usdt=usdt, last=prices, publish=self._heard.append)

    def play(self, *bars: Bar, funding: float | None = None) -> list[Report]:
        """The next minutes, with a settlement at the first open if there is a rate; the reports of it."""
        self.account.advance(self.market(*bars, funding=funding))
        return self.heard()

    def market(self, *bars: Bar, funding: float | None = None) -> dict[str, MarketSlice]:
        """The next minutes of the market."""
        times = [(self.minute + place) * MINUTE for place in range(len(bars))]
        readings = NO_READINGS
        if funding is not None:
            readings = Readings(ts=np.array(times[:1]), values=np.array([funding]))
        self.minute += len(bars)
        return {SYMBOL: MarketSlice(bars=candles(*bars, ts=times), funding=readings)}

    def heard(self) -> list[Report]:
        """The reports since the last call."""
        reports = self._heard[:]
        self._heard.clear()
        return reports

    def submit(self, link: str = "", *, at_once: bool = True, **changes: Any) -> Accepted | Rejected:
        order = NewOrder(**({"side": 1, "qty": 1.0, "link_id": link} | changes))
        return self.account.submit(SYMBOL, order, at_once=at_once)

    def enter(self, **changes: Any) -> list[Report]:
        """A long of 1 at once."""
        assert isinstance(self.submit("entry", **changes), Accepted)
        return self.heard()


def orders(reports: list[Report]) -> list[tuple[str, str]]:
    """Name and state of each order that was reported; a stop order without a name by its kind."""
    found = [report for report in reports if isinstance(report, OrderReport)]
    return [(order.link_id or order.stop_order_type, order.status) for order in found]


def kinds(reports: list[Report]) -> list[str]:
    return [type(report).__name__.removesuffix("Report") for report in reports]


def code(answer: Accepted | Rejected | Gone) -> int:
    """The code of a refusal; 0 for none."""
    return 0 if isinstance(answer, Accepted) else answer.code
