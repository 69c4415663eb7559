"""Runs an engine over bars in pieces and keeps what it computed at each instant."""

from collections.abc import Sequence

from play_engine.bars import BarSeries, Ints
from play_engine.engine import Engine
from play_engine.market import MarketSlice
from play_engine.play.model import Play
from play_engine.rules.expression import Operand
from tests.play_engine.minutes import pieces


def verdicts(
    play: Play, bars: BarSeries, cuts: Sequence[int] = (), *, chunk_rows: int = 64
) -> tuple[list[int], list[list[int]]]:
    """The instants of the timeline, and of each block of the Play its verdict at each of them."""
    engine = Engine(play, base_ms=bars.interval_ms, chunk_rows=chunk_rows)
    instants: list[int] = []
    found: list[list[int]] = [[] for _ in play.blocks]
    for whole in pieces(bars, cuts):
        for piece in engine.chunks(MarketSlice(bars=whole)):
            engine.advance(piece)
            table = engine.timeline.table
            instants += engine.timeline.ts[table.start : table.stop].tolist()
            for column, compiled in zip(found, engine.blocks, strict=True):
                column += compiled.verdict(table.start, table.stop).tolist()
    return instants, found


def values(
    play: Play, operand: Operand, bars: BarSeries, cuts: Sequence[int] = (), *, chunk_rows: int = 64
) -> dict[int, float]:
    """The value of an operand at each instant of the timeline, NaN for missing."""
    engine = Engine(play, base_ms=bars.interval_ms, chunk_rows=chunk_rows)
    rows = engine.timeline.read(operand)
    found: dict[int, float] = {}
    for whole in pieces(bars, cuts):
        for piece in engine.chunks(MarketSlice(bars=whole)):
            engine.advance(piece)
            table = engine.timeline.table
            instants: Ints = engine.timeline.ts[table.start : table.stop]
            found |= dict(zip(instants.tolist(), rows(table.start, table.stop).tolist(), strict=True))
    return found
