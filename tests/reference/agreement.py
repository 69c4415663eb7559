"""Runs a Play in the engine and in the reference, and says where they differ."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from play_engine.bars import BarSeries
from play_engine.play.model import Play
from play_engine.warmup import Window as Stretch
from tests.reference.document import Document, Intent
from tests.reference.kleene import Truth
from tests.reference.market import Market, Value
from tests.reference.observed import Emitted, emitted, observe
from tests.reference.rules import Rules

# Which of the evaluation instants are compared.
Chosen = Callable[[Sequence[int]], Sequence[int]]
# Intents of other kinds are never acted upon, and the engine does not pass them on.
_ACTIONABLE = ("entry_long", "entry_short", "exit_long", "exit_short", "exit_all")
_MOST_SHOWN = 12


@attrs.define(kw_only=True)
class Agreement:
    """What was compared: the differences in words, the truths seen of each case, and the actions seen."""

    differences: list[str] = attrs.field(factory=list)
    truths: list[set[Truth]]
    actions: set[str] = attrs.field(factory=set)
    evaluations: int = 0

    def differ(self, instant: int, what: str, found: object, expected: object) -> None:
        """Note a difference; after a dozen they are only the same again."""
        if len(self.differences) < _MOST_SHOWN:
            self.differences.append(f"at {instant}: {what}: the engine has {found}, the reference {expected}")


def everything(instants: Sequence[int]) -> Sequence[int]:
    """All instants."""
    return instants


def compare(
    play: Play,
    document: Document,
    bars: BarSeries,
    market: Market,
    *,
    chosen: Chosen = everything,
    window: Stretch | None = None,
    chunk_rows: int = 16_384,
) -> Agreement:
    """Compare bars, truths and intents of a Play over the same minutes.

    `market` holds the minutes of `bars`; features and structures are taken from the engine.
    """
    observed = observe(play, bars, chunk_rows=chunk_rows)
    rules = Rules(document, market.with_columns(observed.columns))
    cases = [case.when for block in document.blocks for case in block.cases]
    agreement = Agreement(truths=[set() for _ in cases])
    for interval_ms, closes in observed.closes.items():
        if closes != market.closes(interval_ms):
            agreement.differ(0, f"closes of {interval_ms} ms bars", len(closes), len(market.closes(interval_ms)))
    if list(observed.truths) != rules.instants:
        agreement.differ(0, "number of instants", len(observed.truths), len(rules.instants))
        return agreement
    intents = emitted(play, bars, window)
    inside = set(rules.instants if window is None else rules.decided(window.start_ms, window.end_ms))
    for instant in chosen(rules.instants):
        _compare_truths(agreement, instant, cases, observed.truths[instant], rules)
        _compare_intents(agreement, instant, intents.get(instant, []), rules, decided=instant in inside)
    return agreement


def _compare_truths(agreement: Agreement, instant: int, cases: list[Any], found: list[Truth], rules: Rules) -> None:
    for case, seen, truth in zip(cases, agreement.truths, found, strict=True):
        expected = rules.truth(case, instant)
        seen.add(expected)
        agreement.evaluations += 1
        if truth is not expected:
            agreement.differ(instant, str(case), truth, expected)


def _compare_intents(agreement: Agreement, instant: int, found: list[Emitted], rules: Rules, *, decided: bool) -> None:
    intents = [intent for intent in rules.emitted(instant) if intent.action in _ACTIONABLE] if decided else []
    expected = [_as_emitted(intent, rules, instant) for intent in intents]
    agreement.actions |= {intent.action for intent in intents}
    if found != expected:
        agreement.differ(instant, "intents", found, expected)


def _as_emitted(intent: Intent, rules: Rules, instant: int) -> Emitted:
    metadata: dict[str, Value] = rules.metadata(intent.metadata, instant)
    return intent.action, intent.percent, metadata
