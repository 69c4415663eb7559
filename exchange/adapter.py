"""The seam between a gateway and whatever executes its orders."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from exchange.simulated.records import Records
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice


class ExchangeAdapter(Protocol):
    """Where intents become orders and fills."""

    @property
    def stopped(self) -> bool:
        """Whether the account has stopped on its own: halted and flat, or bankrupt."""
        ...

    @property
    def stop_reason(self) -> str:
        """Why the account has stopped; empty while it has not."""
        ...

    @property
    def stop_ms(self) -> int:
        """The instant up to which the account has been worked off."""
        ...

    def advance(self, market: Mapping[str, MarketSlice], intents: Sequence[IntentBatch]) -> Records:
        """Play a stretch of the market, given by symbol, and carry out each Play's intents of its instants, in the
        order of the Plays; what happened comes back."""
        ...

    def finish(self, stop_reason: str) -> Records:
        """End the run: close or leave what is open, as the reason demands, and account for it."""
        ...

    def counters(self) -> Mapping[str, float]:
        """Counts and sums that the metrics need beside the records."""
        ...

    def gate_refusals(self) -> Mapping[str, int]:
        """How often the policy refused an entry or dropped a close, by reason."""
        ...
