import math

import attrs
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.market.book import Book, Levels, Window
from tests.exchange.venue.market_scene import instrument


def book(seed: int = 1) -> Book:
    return Book(instrument(), 2.0, seed)


def after(levels: Levels, changes: Levels) -> dict[str, str]:
    """A side of a book after a delta; deleting a price that is not there is a mistake."""
    side = dict(map(tuple, levels))
    for price, size in changes:
        if size == "0":
            del side[price]
        else:
            side[price] = size
    return side


def test_the_best_quotes_stand_a_tick_from_the_last_price() -> None:
    window = book().window(60000.1, 2)
    assert [price for price, _ in book().levels(window.bids())] == ["60000.00", "59999.90"]
    assert [price for price, _ in book().levels(window.asks())] == ["60000.20", "60000.30"]


def test_around_a_price_off_the_grid_the_quotes_stand_a_tick_outside_its_neighbours() -> None:
    window = book().window(60000.14, 1)
    assert (window.bid, window.ask) == (600_000, 600_003)


def test_sizes_scatter_around_the_typical_one_on_the_grid_and_depend_on_the_seed() -> None:
    sizes = np.array([float(size) for _, size in book().levels(np.arange(1, 1001))])
    assert 0.4 <= sizes.min() < 0.5
    assert 3.5 < sizes.max() <= 3.6
    assert abs(sizes.mean() - 2.0) < 0.1
    assert book(1).levels(np.arange(1, 9)) == book(1).levels(np.arange(1, 9)) != book(2).levels(np.arange(1, 9))


def test_a_level_has_at_least_a_step() -> None:
    coarse = attrs.evolve(instrument(), qty_step="0.001")
    assert Book(coarse, 0.0, 1).levels(np.array([5]))[0][1] == "0.001"


def test_there_is_no_bid_at_zero() -> None:
    assert len(Window(3, 5, 50).bids()) == 3
    assert len(Window(0, 2, 50).bids()) == 0


@given(st.integers(100, 400), st.integers(-60, 60), st.sampled_from([1, 5, 50]))
def test_the_changes_make_one_book_the_other(ticks: int, moved: int, depth: int) -> None:
    made = book()
    before, now = made.window(ticks / 10.0, depth), made.window((ticks + moved) / 10.0, depth)
    for side in (Window.bids, Window.asks):
        changes = made.changed(side(before), side(now))
        assert after(made.levels(side(before)), changes) == dict(map(tuple, made.levels(side(now))))


def test_two_books_meet_where_they_share_levels() -> None:
    assert Window(100, 102, 5).meets(Window(104, 106, 5))
    assert not Window(100, 102, 5).meets(Window(105, 107, 5))


def test_a_price_is_never_between_its_quotes_and_itself() -> None:
    window = book().window(0.3, 10)
    assert math.isclose(window.bid * 0.1, 0.2)
    assert window.bids().tolist() == [2, 1]
