"""What the venue replays of one instrument, and what its listing says beside the filters."""

import attrs
import numpy as np

from exchange.instruments import Instrument
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.market import NO_READINGS, Readings

_QUOTE = "USDT"


@attrs.frozen(kw_only=True)
class WireFacts:
    """What a listing says and the simulator does not need.

    Funding is settled every `funding_interval_min` minutes from 00:00 UTC, at rates within ± `funding_cap`. A limit
    price may leave the mark price by the fraction `price_limit_x`.
    """

    symbol_id: int = 0
    launch_ms: int = 1_585_526_400_000
    funding_interval_min: int = attrs.field(default=480, validator=attrs.validators.ge(1))
    funding_cap: float = 0.00375
    price_limit_x: float = 0.01
    price_limit_y: float = 0.02


def _check_bars(tape: "Tape", _attribute: object, bars: BarSeries) -> None:
    if bars.symbol != tape.instrument.symbol:
        raise DataError(f"the bars of {bars.symbol} came with the instrument {tape.instrument.symbol}")
    if not len(bars):
        raise DataError(f"{bars.symbol}: there are no bars to replay; give a series that has some")


def _check_mark(tape: "Tape", _attribute: object, mark: BarSeries | None) -> None:
    if mark is not None and not np.array_equal(mark.ts, tape.bars.ts):
        raise DataError(
            f"{mark.symbol}: {len(mark)} mark bars do not stand beside {len(tape.bars)} bars; "
            "give a mark bar for each bar, or none at all"
        )


@attrs.frozen(kw_only=True, eq=False)
class Tape:
    """One instrument's past: bars of the last price, and a mark bar for each of them where the mark price is known.

    Without `mark` the last price stands for it. `funding` has settled rates, `open_interest` base units. Raises
    DataError when the parts do not belong together.
    """

    instrument: Instrument
    bars: BarSeries = attrs.field(validator=_check_bars)
    mark: BarSeries | None = attrs.field(default=None, validator=_check_mark)
    funding: Readings = NO_READINGS
    open_interest: Readings = NO_READINGS
    facts: WireFacts = WireFacts()

    @property
    def symbol(self) -> str:
        """The symbol of the instrument."""
        return self.instrument.symbol

    @property
    def base_coin(self) -> str:
        """What is traded."""
        return self.symbol.removesuffix(_QUOTE)

    @property
    def quote_coin(self) -> str:
        """What it is paid in."""
        return _QUOTE
