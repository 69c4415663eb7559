"""The books of an account: made new, drained of their rows, and read as bytes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from exchange.policy import policy_rules
from exchange.simulated.setup import Listing, Seat
from exchange.simulated.state import (
    BOOKS,
    BUFFER_ROWS,
    BUFFERS,
    CLIENT,
    DRAIN_ROWS,
    MOST_DESKS,
    MOST_SEATS,
    NEVER_MS,
    NO_FILL,
    NO_TIME_MS,
    Books,
)

_SEAT_STATE = ("entry_working", "closing", "halted", "drawn_down", "cash", "peak", "refusals")
_POSITION_NOTES = ("note", "exit_note", "rest_note")
_ABSENT_OF_POSITION = ("limit_target", "sent_stop", "trail_distance", "trail_activation", "trail_extreme")


def new_books(
    listings: Sequence[Listing], seats: Sequence[Seat], *, start_ms: int, deposit_usdt: float, drain_rows: int
) -> Books:
    """One record of BOOKS: an account at `start_ms`, before its first deposit.

    Raises ValueError for more instruments or Plays than an account takes, and for impossible `drain_rows`.
    """
    if not 1 <= len(listings) <= MOST_DESKS or len(seats) > MOST_SEATS:
        raise ValueError(
            f"{len(listings)} instruments and {len(seats)} Plays on one account; allowed are 1 to {MOST_DESKS} "
            f"instruments and at most {MOST_SEATS} Plays"
        )
    if not 1 <= drain_rows <= DRAIN_ROWS:
        raise ValueError(f"buffers drained at {drain_rows} rows; allowed are 1 to {DRAIN_ROWS}")
    books = np.zeros(1, dtype=BOOKS)[0]
    books["desk_count"], books["seat_count"], books["drain_rows"] = len(listings), len(seats), drain_rows
    books["settings"] = listings[0].settings.to_record()[0]
    _open_account(books, start_ms, deposit_usdt)
    for number, listing in enumerate(listings):
        _open_desk(books["desks"][number], number, listing, start_ms)
    symbols = [listing.instrument.symbol for listing in listings]
    finest_ms = min((seat.play.exec_ms for seat in seats), default=0)
    for number, seat in enumerate(seats):
        _take_seat(books["seats"][number], number, seat, symbols.index(seat.symbol), finest_ms)
    client = books["seats"][CLIENT]
    client["id"] = CLIENT
    client["settings"] = books["settings"]
    books["fill_rows"][NO_FILL]["price"] = np.nan
    books["fill_rows"][NO_FILL]["play"] = CLIENT
    books["tally"]["closest_liquidation"] = np.inf
    return books


def _open_account(books: Books, start_ms: int, deposit_usdt: float) -> None:
    account = books["account"]
    for name in ("next_order", "next_fill", "next_trade", "next_entry", "next_note", "next_request"):
        account[name] = 1
    account["minute_ms"] = NEVER_MS
    account["due_ms"] = NO_TIME_MS
    account["clock_ms"] = account["start_ms"] = start_ms
    account["deposits"] = account["peak_equity"] = deposit_usdt
    account["equity_low"], account["equity_high"] = np.inf, -np.inf


def _open_desk(desk: Any, number: int, listing: Listing, start_ms: int) -> None:
    desk["id"] = number
    desk["instrument"] = listing.instrument.to_record()[0]
    desk["settings"] = listing.settings.to_record()[0]
    market = desk["market"]
    market["next_bar_ms"] = start_ms
    market["below"], market["above"] = -np.inf, np.inf
    market["mark_below"], market["mark_above"] = -np.inf, np.inf
    for name in _ABSENT_OF_POSITION:
        desk["position"][name] = np.nan
    desk["position"]["seat"] = CLIENT
    for name in ("price", "trigger", "level", "stop", "target"):
        desk["orders"][name] = np.nan


def _take_seat(place: Any, number: int, seat: Seat, desk: int, finest_ms: int) -> None:
    place["id"], place["desk"] = number, desk
    place["marks"] = seat.play.exec_ms == finest_ms
    place["cash"] = place["peak"] = seat.settings.capital_usdt
    place["rules"] = policy_rules(seat.play)[0]
    place["settings"] = seat.settings.to_record()[0]


def drain(books: Books) -> dict[str, bytes]:
    """The rows in the output buffers by table, which are empty afterwards; the equity curve is not buffered.

    As bytes, because NumPy copies structured rows field by field, many times more slowly.
    """
    used = books["used"]
    rows: dict[str, bytes] = {}
    for table, (buffer, _) in BUFFERS.items():
        rows[table] = books[buffer][: used[table]].tobytes()
        used[table] = 0
    return rows


def state_bytes(books: Books) -> bytes:
    """The state proper, without buffers and without what a run is set up with."""
    parts = [books["account"].tobytes(), books["tally"].tobytes()]
    for seat in (*books["seats"][: books["seat_count"]], books["seats"][CLIENT]):
        parts += [seat[name].tobytes() for name in _SEAT_STATE]
    for desk in books["desks"][: books["desk_count"]]:
        parts += [desk[name].tobytes() for name in ("slots", "request_count", "reserve", "market", "position")]
        # A change of leverage is state, too.
        parts.append(desk["settings"].tobytes())
        parts.append(desk["orders"][: desk["slots"]].tobytes())
        parts.append(desk["requests"][: desk["request_count"]].tobytes())
    return b"".join(parts)


def live_notes(books: Books) -> set[int]:
    """The notes that live orders and open positions refer to."""
    numbers: list[int] = []
    for desk in books["desks"][: books["desk_count"]]:
        numbers += desk["orders"]["note"][: desk["slots"]].tolist()
        numbers += [int(desk["position"][name]) for name in _POSITION_NOTES]
    return set(numbers)


def rows_of(pieces: Sequence[dict[str, bytes]], table: str) -> Any:
    """Drained rows of one table as one array."""
    return np.frombuffer(bytearray().join(piece[table] for piece in pieces), dtype=BUFFERS[table][1])


assert BUFFER_ROWS > DRAIN_ROWS  # noqa: S101 - buffers are drained before they are full
