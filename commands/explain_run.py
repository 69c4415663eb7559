"""A Play at one instant: the engine run up to it, its rules read, and what would be decided there."""

import attrs

from exchange.policy import ENTRY_LONG, ENTRY_SHORT, may_enter, may_exit, policy_rules
from feeds.provider import Coverage, DataProvider
from play_engine.emission import emit
from play_engine.engine import Engine
from play_engine.errors import DataError
from play_engine.explanation.outputs import operand_text
from play_engine.explanation.reading import RuleReader, RuleReading, Value
from play_engine.explanation.tree import block_rules
from play_engine.explanation.wording import Wording
from play_engine.instants import iso
from play_engine.intents import ACTION_CODES
from play_engine.intervals import floor_to
from play_engine.market import MarketSlice
from play_engine.play.model import IntentSpec, Play
from play_engine.rules.expression import Reference
from play_engine.rules.walk import level_references

# Base bars read at a time: bounds the memory.
_CHUNK_BARS = 32_768
_SIDES = {"flat": 0, "long": 1, "short": -1}


@attrs.frozen(kw_only=True)
class CaseAt:
    """A case of a block at the instant, and the intents that it emits if it is true."""

    when: RuleReading
    emit: tuple[IntentSpec, ...]


@attrs.frozen(kw_only=True)
class BlockAt:
    """A block at the instant; `otherwise` are the intents that it emits if every case is false."""

    id: str
    cases: tuple[CaseAt, ...]
    otherwise: tuple[IntentSpec, ...]


@attrs.frozen(kw_only=True)
class PlayAt:
    """A Play at its evaluation instant `instant_ms`, the last one at or before `asked_ms`.

    `price` is that of the decision, USDT; `levels` what stop and target rules read, with its name in words. `emitted`
    are the intents that can be acted on, in order, `decided` the one of them that is taken, by the position held.
    """

    play: Play
    asked_ms: int
    instant_ms: int
    price: Value
    blocks: tuple[BlockAt, ...]
    levels: dict[str, tuple[str, Value]]
    emitted: tuple[IntentSpec, ...]
    decided: dict[str, IntentSpec | None]


def play_at(play: Play, feed: DataProvider, coverage: Coverage, asked_ms: int) -> PlayAt:
    """The Play over all bars that have closed by `asked_ms`. Raises DataError if none of them is evaluated."""
    engine = Engine(play, base_ms=coverage.interval_ms)
    nominal_ms = floor_to(asked_ms, engine.timeline.step_ms)
    _feed(engine, feed, coverage.start_ms, nominal_ms)
    if engine.timeline.ts[engine.timeline.table.stop - 1] != nominal_ms:
        # A bar that lacks its last minutes has closed all the same; it is known when a later one arrives.
        _feed(engine, feed, nominal_ms, asked_ms)
    reader = RuleReader(engine, asked_ms, Wording.of(play))
    if engine.timeline.table.count == 0:
        raise DataError(f"{play.symbol}: no bar of the exec timeframe has closed by {iso(asked_ms)}; name a later time")
    return _read(play, engine, reader)


def _feed(engine: Engine, feed: DataProvider, start_ms: int, closed_by_ms: int) -> None:
    """Give the engine the bars from `start_ms` on that have closed by `closed_by_ms`."""
    for bars in feed.bars(engine.play.symbol, start_ms, closed_by_ms - engine.base_ms + 1, _CHUNK_BARS):
        for piece in engine.chunks(MarketSlice(bars=bars)):
            engine.advance(piece)


def _read(play: Play, engine: Engine, reader: RuleReader) -> PlayAt:
    blocks = tuple(
        BlockAt(
            id=block.id,
            cases=tuple(
                CaseAt(when=reader.read(rule), emit=tuple(play.intents[number] for number in case.emit))
                for rule, case in zip(block_rules(play, block), block.cases, strict=True)
            ),
            otherwise=tuple(play.intents[number] for number in block.otherwise),
        )
        for block in play.blocks
    )
    row = reader.row
    _, numbers = emit(engine.blocks, play.intents, row, row + 1)
    emitted = tuple(play.intents[number] for number in numbers)
    price = Reference("last_price" if play.minute_mode else "close", "value", "FLOAT")
    return PlayAt(
        play=play,
        asked_ms=reader.instant_ms,
        instant_ms=int(engine.timeline.ts[row]),
        price=reader.values({"price": price})["price"],
        blocks=blocks,
        levels=_levels(play, reader),
        emitted=emitted,
        decided=_decided(play, emitted),
    )


def _levels(play: Play, reader: RuleReader) -> dict[str, tuple[str, Value]]:
    references = {name: one for name, one in level_references(play).items() if one is not None}
    values = reader.values(references)
    return {name: (operand_text(one, reader.wording), values[name]) for name, one in references.items()}


def _decided(play: Play, emitted: tuple[IntentSpec, ...]) -> dict[str, IntentSpec | None]:
    """The first intent that is actionable, for each position that there may be, with no order under way."""
    rules = policy_rules(play)[0]

    def is_actionable(intent: IntentSpec, side: int) -> bool:
        code = ACTION_CODES[intent.action]
        if code in (ENTRY_LONG, ENTRY_SHORT):
            return bool(may_enter(rules, code, side, 0, 0))
        return bool(may_exit(code, side, 0))

    held = {"long_only": ("flat", "long"), "short_only": ("flat", "short")}.get(play.policy.mode, tuple(_SIDES))
    return {name: next((one for one in emitted if is_actionable(one, _SIDES[name])), None) for name in held}
