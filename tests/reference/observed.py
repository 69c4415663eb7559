"""What the engine says about a Play and bars: its columns, the truth of every case, and the intents."""

from collections.abc import Mapping

import attrs

from play_engine.bars import BAR_COLUMNS, BarSeries
from play_engine.declaration import Output
from play_engine.engine import Engine
from play_engine.intents import ACTION_CODES, IntentBatch
from play_engine.market import MarketSlice
from play_engine.play.model import Note, Play
from play_engine.rules.expression import Reference
from play_engine.rules.walk import metadata_references
from play_engine.structures import STRUCTURES
from play_engine.warmup import Window as Stretch
from tests.play_engine.plays import watching
from tests.reference.kleene import Truth
from tests.reference.market import Bar, Column, Value

_TRUTHS: tuple[Truth, ...] = (False, None, True)
_NAMES = {code: name for name, code in ACTION_CODES.items()}

# Action, percent, and the metadata by name.
Emitted = tuple[str, float, dict[str, Value]]


@attrs.frozen(kw_only=True)
class Observed:
    """Truths of the cases of all blocks, case after case, by instant; columns and the closes of their intervals."""

    truths: dict[int, list[Truth]]
    columns: dict[tuple[str, str], Column]
    closes: dict[int, list[int]]


def minutes_of(bars: BarSeries) -> list[Bar]:
    """Bars as tuples."""
    return [Bar(*row) for row in zip(*(getattr(bars, name).tolist() for name in ("ts", *BAR_COLUMNS)), strict=True)]


def observe(play: Play, bars: BarSeries, *, chunk_rows: int = 16_384) -> Observed:
    """Run the engine and keep what it computed."""
    conditions = [case.when for block in play.blocks for case in block.cases]
    engine = Engine(attrs.evolve(play, blocks=watching(*conditions)), base_ms=bars.interval_ms, chunk_rows=chunk_rows)
    outputs = _outputs(play)
    values: dict[tuple[str, str], list[Value]] = {name: [] for name in outputs}
    closes: dict[int, list[int]] = {interval_ms: [] for interval_ms in engine.frames}
    truths: dict[int, list[Truth]] = {}
    for piece in engine.chunks(MarketSlice(bars=bars)):
        engine.advance(piece)
        for interval_ms, frame in engine.frames.items():
            closes[interval_ms] += frame.closes().tolist()
        for name, (interval_ms, output) in outputs.items():
            frame = engine.frames[interval_ms]
            rows = slice(frame.table.start, frame.table.stop)
            values[name] += [_typed(value, output) for value in frame.columns[name][rows].tolist()]
        truths |= _judged(engine)
    columns = {
        name: Column(interval_ms=interval_ms, values=values[name], labels=output.labels, primary=output.primary)
        for name, (interval_ms, output) in outputs.items()
    }
    return Observed(truths=truths, columns=columns, closes=closes)


def emitted(play: Play, bars: BarSeries, window: Stretch | None = None) -> dict[int, list[Emitted]]:
    """What the engine emits at each of its instants, the metadata read there included."""
    engine = Engine(play, base_ms=bars.interval_ms, window=window)
    return _by_instant(play, engine.process(MarketSlice(bars=bars)))


def _by_instant(play: Play, batch: IntentBatch) -> dict[int, list[Emitted]]:
    references = metadata_references(play)
    found: dict[int, list[Emitted]] = {}
    for row, instant in enumerate(batch.ts.tolist()):
        read = dict(zip(references, batch.noted[row].tolist(), strict=True))
        found[instant] = [
            (
                _NAMES[int(batch.action[entry])],
                float(batch.percent[entry]),
                {note.name: _noted(note, read) for note in play.intents[int(batch.intent[entry])].metadata},
            )
            for entry in range(int(batch.first[row]), int(batch.first[row + 1]))
        ]
    return found


def _noted(note: Note, read: Mapping[Reference, float]) -> Value:
    """An entry of the metadata as it is stored."""
    if not isinstance(note.value, Reference):
        return note.value
    return _typed(read[note.value], Output(name=note.name, kind=note.value.kind, labels=note.labels))


def _judged(engine: Engine) -> dict[int, list[Truth]]:
    table = engine.timeline.table
    instants = engine.timeline.ts[table.start : table.stop].tolist()
    found = [block.verdict(table.start, table.stop).tolist() for block in engine.blocks]
    return {instant: [_TRUTHS[column[row]] for column in found] for row, instant in enumerate(instants)}


def _outputs(play: Play) -> dict[tuple[str, str], tuple[int, Output]]:
    """Every output that a rule may name, with the interval that it lives on."""
    features = {
        (spec.id, output.name): (spec.interval_ms, output)
        for spec in play.features
        for output in spec.indicator.outputs
    }
    structures = {
        (spec.key, output.name): (spec.interval_ms, output)
        for spec in play.structures
        for output in STRUCTURES[spec.type].columns(spec.params)
    }
    return features | structures


def _typed(value: float, output: Output) -> Value:
    """A stored number as the value that a rule sees."""
    if value != value:
        return None
    if output.kind == "ENUM":
        return output.labels[int(value)]
    if output.kind == "BOOL":
        return bool(value)
    return int(value) if output.kind == "INT" else value
