"""The truth of conditions and the intents of blocks at an instant."""

from collections.abc import Mapping
from typing import Any

from tests.reference.comparisons import compare
from tests.reference.document import Block, Document, Intent
from tests.reference.kleene import Truth, every, opposite, some
from tests.reference.market import Market, Value
from tests.reference.references import References
from tests.reference.windows import WINDOWS, window_truth


class Rules:
    """Judges the rules of a Play over a market, each condition once for an instant and a timeline."""

    def __init__(self, document: Document, market: Market) -> None:
        self.document = document
        self.market = market
        self.references = References(market, document.exec_ms)
        self._known: dict[tuple[int, int, int], Truth] = {}

    @property
    def instants(self) -> list[int]:
        """The instants at which the rules are evaluated."""
        return self.market.closes(self.document.timeline_ms)

    def decided(self, start_ms: int, end_ms: int) -> list[int]:
        """Those of them whose bar opens at or after `start_ms` and closes at or before `end_ms`."""
        step_ms = self.document.timeline_ms
        return [instant for instant in self.instants if start_ms <= instant - step_ms and instant <= end_ms]

    def truth(self, condition: Any, instant: int, timeline_ms: int | None = None) -> Truth:
        """A condition at an instant, on the evaluation timeline or on the closes of another interval."""
        timeline_ms = self.document.timeline_ms if timeline_ms is None else timeline_ms
        key = (id(condition), instant, timeline_ms)
        if key not in self._known:
            self._known[key] = self._judge(condition, instant, timeline_ms)
        return self._known[key]

    def _judge(self, condition: Any, instant: int, timeline_ms: int) -> Truth:
        if isinstance(condition, list):
            if len(condition) > 1 and isinstance(condition[1], str):
                tolerance = condition[3] if len(condition) == 4 else None
                return self._compare(condition[0], condition[1], condition[2], tolerance, instant, timeline_ms)
            return every(self.truth(child, instant, timeline_ms) for child in condition)
        if "lhs" in condition:
            lhs, op, rhs = (condition[key] for key in ("lhs", "op", "rhs"))
            return self._compare(lhs, op, rhs, condition.get("tolerance"), instant, timeline_ms)
        (key, body), *_ = condition.items()
        if key in WINDOWS:
            return window_truth(key, body, self.document, self.market, self.truth, (instant, timeline_ms))
        if key == "setup":
            return self.truth(self.document.setups[body], instant, timeline_ms)
        if key == "not":
            return opposite(self.truth(body, instant, timeline_ms))
        connective = {"all": every, "any": some}[key]
        return connective(self.truth(child, instant, timeline_ms) for child in body)

    def _compare(self, left: Any, op: str, right: Any, tolerance: Any, instant: int, timeline_ms: int) -> Truth:
        before = self.market.previous(timeline_ms, instant)
        return compare(self.references, left, op, right, tolerance, instant, before)

    def verdicts(self, block: Block, instant: int) -> list[Truth]:
        """The truth of every case of a block."""
        return [self.truth(case.when, instant) for case in block.cases]

    def emitted(self, instant: int) -> list[Intent]:
        """What all blocks emit, in file order."""
        return [intent for block in self.document.blocks for intent in self._emitted_by(block, instant)]

    def _emitted_by(self, block: Block, instant: int) -> tuple[Intent, ...]:
        verdicts = self.verdicts(block, instant)
        for case, verdict in zip(block.cases, verdicts, strict=True):
            if verdict is True:
                return case.emit
        return block.otherwise if all(verdict is False for verdict in verdicts) else ()

    def metadata(self, written: Mapping[str, Any], instant: int) -> dict[str, Value]:
        """The metadata of an intent: constants as they are, references as they read at the instant."""
        return {
            name: self.references.value(self.references.parse(item), instant) if isinstance(item, dict) else item
            for name, item in written.items()
        }
