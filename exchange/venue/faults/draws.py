"""Whether a rule hits: counted and drawn for each rule by itself."""

from hashlib import blake2b

from exchange.venue.faults.rules import FaultRule

# Streams (an endpoint of an account, a topic of a socket) that are counted apart; those beyond are counted together.
_MOST_STREAMS = 4096
_OTHERS = "others"


class RuleDraws:
    """A rule at work.

    The n-th draw for a stream is a function of seed, rule and stream alone, so that what happens on one connection does
    not move the faults of another one.
    """

    def __init__(self, rule: FaultRule, number: int, seed: int) -> None:
        self.rule = rule
        self.hits = 0
        self._name = f"{seed}|{number}|{rule.kind}"
        self._met = 0
        self._drawn: dict[str, int] = {}

    @property
    def over(self) -> bool:
        """Whether it will never hit again."""
        return self.rule.count is not None and self.hits >= self.rule.count

    def hits_now(self, stream: str) -> bool:
        """Whether it hits what has just come by on `stream`, which it meets."""
        if self.over:
            return False
        self._met += 1
        if self._met <= self.rule.skip:
            return False
        hit = self.rule.chance >= 1.0 or self._fraction(stream) < self.rule.chance
        self.hits += hit
        return hit

    def _fraction(self, stream: str) -> float:
        if stream not in self._drawn and len(self._drawn) >= _MOST_STREAMS:
            stream = _OTHERS
        ordinal = self._drawn.get(stream, 0)
        self._drawn[stream] = ordinal + 1
        digest = blake2b(f"{self._name}|{stream}|{ordinal}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64
