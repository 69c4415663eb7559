"""A simulated account that bars and intents go into and rows come out of."""

from typing import Any

import numpy as np

from exchange.canonical import canonical_json
from exchange.grid import step_ratio
from exchange.instruments import Instrument
from exchange.policy import REFUSALS
from exchange.settings import RunSettings
from exchange.simulated import kernel
from exchange.simulated.codes import EXIT_END_OF_DATA, EXIT_HALTED, STOP_BANKRUPT, STOP_REASONS
from exchange.simulated.identities import IDENTITIES
from exchange.simulated.market import count_off_grid, plain_column, playable_minutes
from exchange.simulated.notes import Notebook
from exchange.simulated.records import EQUITY, Records, Rows
from exchange.simulated.state import BUFFER_ROWS, BUFFERS, NOTE, TALLY, drain, live_notes, new_books, state_bytes
from play_engine.bars import BarSeries, Floats
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.play.model import Play

_INSTANT_TYPES = dict.fromkeys(kernel.Instants._fields, np.float64) | {
    "ts": np.int64,
    "is_exec_close": np.uint8,
    "first": np.int64,
    "action": np.int8,
    "intent": np.int32,
}

_NO_MINUTES = kernel.Minutes(np.zeros(0, dtype=np.int64), *(np.zeros(0) for _ in kernel.Minutes._fields[1:]))
_NO_INSTANTS = kernel.Instants(
    *(np.zeros(2 if name == "first" else 0, dtype=kind) for name, kind in _INSTANT_TYPES.items())
)

# What ends a run from outside stands above what had halted its entries before.
_OVERRULING = ("halted", "failed")


class SimulatedExchange:
    """One account that holds at most one position in one instrument, in isolated margin.

    Feed it bars and the decisions that belong to them with `advance`, then call `finish` once. The newest equity
    point is held back until the next one exists, because the closing cash of a run is part of its last point. So the
    rows of all calls, put together, are the tables of the run, and they do not depend on how the bars were cut.
    """

    def __init__(
        self,
        play: Play,
        instrument: Instrument,
        settings: RunSettings,
        start_ms: int,
        *,
        always_walk: bool = False,
        buffer_rows: int = BUFFER_ROWS,
    ) -> None:
        """An account with the capital of `settings` at `start_ms`.

        `always_walk` plays also those minutes in full in which nothing can happen, to the same result. `buffer_rows`
        bounds the memory for rows inside the compiled loop. Raises ValueError if that is less than one step may need.
        """
        self._instrument = instrument
        self._tick_num, self._tick_den = (float(part) for part in step_ratio(instrument.tick_size))
        self._always_walk = always_walk
        self._interval_ms = 0
        self._books = new_books(play, instrument, settings, start_ms, buffer_rows)
        self._finished_as = ""
        self._trails_by_atr = play.trailing is not None and play.trailing.atr is not None
        self._notebook = Notebook(play) if any(intent.metadata for intent in play.intents) else None
        # The newest equity point, in the form in which the loop goes on with it.
        self._held = np.zeros(1, dtype=EQUITY)
        self._run(self._held, _NO_MINUTES, _NO_INSTANTS)

    @property
    def stopped(self) -> bool:
        """Whether the run has ended early: every later bar is ignored, and `finish` is due."""
        return bool(self._books["account"]["stopped"])

    @property
    def stop_reason(self) -> str:
        """Why the run ended: what `finish` was told if that was `halted` or `failed`, else the reason of the last halt,
        else what `finish` was told; empty while the run goes on freely."""
        if self._finished_as in _OVERRULING:
            return self._finished_as
        return STOP_REASONS.get(int(self._books["account"]["stop_reason"]), self._finished_as)

    @property
    def stop_ms(self) -> int:
        """The instant at which the run stopped early or was finished; 0 while it goes on."""
        return int(self._books["account"]["stop_ms"])

    def advance(self, bars: BarSeries, intents: IntentBatch) -> Records:
        """Play `bars` and the instants of `intents`, and return the rows that this made.

        `intents` must hold every instant T ≤ `bars.end_ms` that has not been passed yet, and none after it. Bars
        after an early stop are ignored. Raises DataError for bars that cannot be, and InternalError if bars or
        instants do not follow on what was passed, or if a conservation identity breaks.
        """
        if self._finished_as:
            raise InternalError(f"the run was finished as {self._finished_as!r}; it takes no more bars")
        self._check_follows(bars, intents)
        minutes = playable_minutes(bars, self._trailing_atr(bars, intents))
        instants = kernel.Instants(
            *(plain_column(getattr(intents, name), kind) for name, kind in _INSTANT_TYPES.items())
        )
        curve = self._curve(len(intents))
        pieces: list[dict[str, bytes]] = []
        minute = row = 0
        status = kernel.OUT_FULL
        while status == kernel.OUT_FULL:
            minute, row, status = self._run(curve, minutes, instants, minute, row)
            pieces.append(drain(self._books))
            self._write_notes(pieces[-1], intents)
        off_grid = count_off_grid(minutes, self._tick_num, self._tick_den, minute)
        self._books["tally"]["off_grid_prices"] += off_grid
        points = int(self._books["used"]["equity"])
        self._held = curve[points - 1 : points].copy()
        self._books["used"]["equity"] = 1
        return self._joined(pieces, curve[: points - 1])

    def finish(self, stop_reason: str = "completed") -> Records:
        """End the run, and return its last rows: orders ended, position closed at market, last equity point.

        `stop_reason` is one of the names of STOP_REASONS. A `failed` run closes nothing. Raises InternalError when
        called again, for an unknown reason, or if a conservation identity breaks; then the run can still finish as
        `failed`.
        """
        if self._finished_as or stop_reason not in STOP_REASONS.values():
            done = f"finished as {self._finished_as!r}" if self._finished_as else "running"
            raise InternalError(f"cannot finish a run as {stop_reason!r}: it is {done}")
        account = self._books["account"]
        account["stop_ms"] = account["clock_ms"]
        failed = stop_reason == "failed"
        rows = self._joined([drain(self._books)], self._held) if failed else self._close_out(stop_reason)
        self._finished_as = stop_reason
        return rows

    def counters(self) -> dict[str, int | float]:
        """What was counted, by name.

        Times in ms; `leverage_sum` adds gross value / equity over the closes of all `minutes`, its maximum is
        `max_gross_exposure`; `max_margin_usage` is position margin / wallet; `closest_liquidation` the smallest
        distance of a held price to the liquidation price as a fraction of that price, inf if there was none.
        """
        tally = self._books["tally"]
        return {name: tally[name].item() for name in TALLY.names or () if name != "refusals"}

    def gate_refusals(self) -> dict[str, int]:
        """How often the policy refused an entry or dropped a close, by reason; reasons that occurred."""
        counts = self._books["tally"]["refusals"]
        return {name: int(counts[code]) for code, name in REFUSALS.items() if counts[code]}

    def state_bytes(self) -> bytes:
        """The whole state of the account, to compare or to store."""
        notes = b"" if self._notebook is None else canonical_json(self._notebook.texts())
        return state_bytes(self._books) + self._held.tobytes() + notes

    def _check_follows(self, bars: BarSeries, intents: IntentBatch) -> None:
        account = self._books["account"]
        self._interval_ms = self._interval_ms or bars.interval_ms
        if bars.symbol != self._instrument.symbol or bars.interval_ms != self._interval_ms:
            raise InternalError(
                f"bars of {bars.symbol}, {bars.interval_ms} ms, came to a run of {self._instrument.symbol}, "
                f"{self._interval_ms} ms"
            )
        if len(bars) and bars.ts[0] < account["next_bar_ms"]:
            raise InternalError(f"the bar at {bars.ts[0]} comes after {account['next_bar_ms']} has been reached")
        end_ms = max(bars.end_ms, int(account["next_bar_ms"]))
        if len(intents) and not account["clock_ms"] <= intents.ts[0] <= intents.ts[-1] <= end_ms:
            raise InternalError(
                f"instants {intents.ts[0]} to {intents.ts[-1]} do not lie in [{account['clock_ms']}, {end_ms}]"
            )

    def _close_out(self, stop_reason: str) -> Records:
        account = self._books["account"]
        early = stop_reason != "completed" or account["stop_reason"] == STOP_BANKRUPT
        curve = self._curve(1)
        if curve["ts"][0] == account["clock_ms"]:
            # The last point is made again with the closing cash, against the peak that stood before it.
            account["peak_equity"] = account["peak_before"]
            account["equity_low"], account["equity_high"] = curve[0]["equity_low"], curve[0]["equity_high"]
            self._books["used"]["equity"] = 0
        exit_reason = EXIT_HALTED if early else EXIT_END_OF_DATA
        self._run(curve, _NO_MINUTES, _NO_INSTANTS, exit_reason=int(exit_reason))
        return self._joined([drain(self._books)], curve[: self._books["used"]["equity"]])

    def _curve(self, points: int) -> Rows:
        """Room for `points` equity points behind the one that is held back."""
        curve = np.empty(1 + points, dtype=EQUITY)
        curve[0] = self._held[0]
        return curve

    def _run(
        self,
        curve: Rows,
        minutes: kernel.Minutes,
        instants: kernel.Instants,
        minute: int = 0,
        row: int = 0,
        exit_reason: int = 0,
    ) -> tuple[int, int, int]:
        """One call of the loop; raises InternalError when an identity breaks in it."""
        minute, row, status = kernel.advance(
            self._books, curve, minutes, instants, minute, row, self._interval_ms, self._always_walk, exit_reason
        )
        if status == kernel.BROKEN:
            account = self._books["account"]
            raise InternalError(
                f"conservation does not hold at {account['clock_ms']}, seq {account['seq']}: "
                f"{IDENTITIES[int(account['broken'])]}; wallet {account['wallet']}, ledger {account['ledger_sum']}"
            )
        return minute, row, status

    def _joined(self, pieces: list[dict[str, bytes]], equity: Rows) -> Records:
        """Drained rows as one, with the equity points beside them, and the notes that they refer to."""
        tables: dict[str, Any] = {
            table: np.frombuffer(bytearray().join(piece[table] for piece in pieces), dtype=row)
            for table, (_, row) in BUFFERS.items()
            if table != "notes"
        }
        if self._notebook is None:
            return Records(equity=equity, **tables)
        texts = self._notebook.texts()
        self._notebook.keep(live_notes(self._books))
        return Records(equity=equity, notes=texts, **tables)

    def _write_notes(self, piece: dict[str, bytes], intents: IntentBatch) -> None:
        if self._notebook is not None:
            self._notebook.write(np.frombuffer(piece["notes"], dtype=NOTE), intents.noted)

    def _trailing_atr(self, bars: BarSeries, intents: IntentBatch) -> Floats:
        """What the trailing stop reads at the close of each of the bars; nothing for a Play without an ATR in it."""
        if not self._trails_by_atr:
            return np.zeros(0)
        closes = bars.ts + bars.interval_ms
        rows = np.searchsorted(intents.trail_ts, closes)
        if len(bars) and (rows[-1] == len(intents.trail_ts) or (intents.trail_ts[rows] != closes).any()):
            raise InternalError(f"the ATR of the trailing stop is not there for every bar from {bars.ts[0]} on")
        return intents.trail_atr[rows]
