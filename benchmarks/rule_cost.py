"""What rules cost per bar: in chunks of one, as live trading has them, and in chunks of 65,536."""

from pathlib import Path

import attrs
from rich.console import Console
from rich.table import Table

from actors.clock import Stopwatch
from benchmarks.market import in_memory, stored_market
from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.errors import ConfigError
from play_engine.market import MarketSlice
from play_engine.play import load_play
from play_engine.play.model import Play

ROOT = Path(__file__).parents[1]
CHUNK_ROWS = 65_536
SINGLE_BARS = 3_000


@attrs.frozen(kw_only=True)
class Cost:
    """Time per bar of the finest interval, µs: of the whole engine and of its rules alone."""

    engine_us: float
    rules_us: float
    instants: int


def rule_cost(folder: Path, plays: Path | None, repeats: int, console: Console) -> None:
    """Cost of the Play with the most rule columns: of those that ship, and of those in the folder `plays`."""
    bars = in_memory(stored_market(folder, 365))
    table = Table(
        "Play", "rule columns", "chunks of", "engine, µs a bar", "rules, µs an instant", title="Cost of rules"
    )
    for place in (ROOT / "plays", plays):
        if place is None:
            continue
        play = max(_loadable(place), key=_size)
        for rows in (1, CHUNK_ROWS):
            cost = min((_cost(play, bars, rows) for _ in range(repeats)), key=lambda found: found.rules_us)
            table.add_row(play.id, str(_size(play)), f"{rows:,}", f"{cost.engine_us:.3f}", f"{cost.rules_us:.3f}")
    console.print(table)


def _loadable(folder: Path) -> list[Play]:
    found: list[Play] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            found.append(load_play(path))
        except ConfigError:
            continue
    return found


def _size(play: Play) -> int:
    """How many columns the rules of a Play take."""
    columns = Engine(play, base_ms=60_000, chunk_rows=1).rules.values()
    return sum(len(of.values) + len(of.verdicts) for of in columns)


def _cost(play: Play, bars: BarSeries, chunk_rows: int) -> Cost:
    engine = Engine(play, base_ms=bars.interval_ms, chunk_rows=max(chunk_rows, 4_096))
    settled = len(bars) // 4
    engine.process(MarketSlice(bars=bars.rows(0, settled)))
    stop = settled + SINGLE_BARS if chunk_rows == 1 else len(bars)
    rules_s, instants = 0.0, 0
    whole = Stopwatch()
    for start in range(settled, stop, chunk_rows):
        piece = MarketSlice(bars=bars.rows(start, min(start + chunk_rows, stop)))
        engine.extend(piece)
        rules = Stopwatch()
        engine.evaluate()
        rules_s += rules.elapsed_s()
        instants += engine.timeline.table.stop - engine.timeline.table.start
    return Cost(
        engine_us=whole.elapsed_s() * 1e6 / (stop - settled), rules_us=rules_s * 1e6 / instants, instants=instants
    )
