"""Fault rules: which faults there are, and the values that say when one happens."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from exchange.venue.faults.faults import PRIVATE, PUBLIC, TRADE

# Stages of a request or frame at which a fault takes hold.
REQUEST, ANSWER, FRAME = "request", "answer", "frame"
_BOTH = f"{ANSWER} {FRAME}"
SOCKETS = (PUBLIC, PRIVATE, TRADE)
# Rules of a plan, those that were added while it ran included.
MOST_RULES = 200
_LONGEST_S = 86_400.0


@attrs.frozen(kw_only=True)
class FaultKind:
    """A fault: the stages at which it takes hold, what it does, and its `seconds` and `factor` where it has them."""

    stages: tuple[str, ...]
    meaning: str
    seconds: float | None = None
    factor: float | None = None


def _kind(stages: str, meaning: str, seconds: float | None = None, factor: float | None = None) -> FaultKind:
    return FaultKind(stages=tuple(stages.split()), meaning=meaning, seconds=seconds, factor=factor)


KINDS: Mapping[str, FaultKind] = MappingProxyType(
    {
        "lose_request": _kind(REQUEST, "the connection is closed before the request is carried out"),
        "late_request": _kind(REQUEST, "the request is carried out `seconds` after it came", seconds=1.0),
        "twice": _kind(REQUEST, "the request is carried out twice, as if somebody between had repeated it"),
        "refuse": _kind(REQUEST, "not carried out; answered with `code`, or with HTTP status `status`"),
        "deny": _kind(REQUEST, "carried out, yet answered with `code`, or with HTTP status `status`"),
        "strip_stop": _kind(REQUEST, "stop and target of the request are not seen"),
        "lose_answer": _kind(REQUEST, "carried out, and the connection is closed without an answer"),
        "late_answer": _kind(REQUEST, "carried out, and answered `seconds` later", seconds=10.0),
        "break_answer": _kind(REQUEST, "carried out, and the connection is closed after 20 bytes of the answer"),
        "cut_answer": _kind(ANSWER, "the answer is half of its JSON"),
        "empty_answer": _kind(ANSWER, "the list in the answer is empty"),
        "stale_answer": _kind(ANSWER, "the same read's answer of an earlier time is given again"),
        "drop_frame": _kind(FRAME, "the frame is not sent"),
        "double_frame": _kind(FRAME, "the frame is sent twice"),
        "delay_frame": _kind(FRAME, "the frame and those behind it wait for `seconds`", seconds=1.0),
        "reorder_frame": _kind(FRAME, "the frame waits for `seconds`, those behind it pass", seconds=0.2),
        "cut_frame": _kind(FRAME, "the frame is half of its JSON"),
        "text_in_number": _kind(FRAME, "a number in the frame is none"),
        "unknown_word": _kind(FRAME, "a word in the frame is one that nobody knows"),
        "jump_price": _kind(FRAME, "the prices of a ticker are multiplied by `factor`", factor=1.2),
        "disconnect": _kind(FRAME, "the socket is cut instead of sending the frame"),
        "alter_candle": _kind(
            f"{ANSWER} {FRAME}", "the close of a closed candle is multiplied by `factor`", factor=1.01
        ),
        "shift_candle": _kind(f"{ANSWER} {FRAME}", "a closed candle starts `seconds` later", seconds=1.0),
        "lose_candle": _kind(_BOTH, "a closed candle is missing"),
        "early_candle": _kind(FRAME, "an open candle says that it is closed"),
        "late_candle": _kind(FRAME, "a closed candle comes after `seconds`, others pass", seconds=5.0),
    }
)
_REQUEST_KEYS = ("path", "method")
_FRAME_KEYS = ("socket", "topic")


def _check_kind(_rule: object, _attribute: object, name: str) -> None:
    if name not in KINDS:
        raise ValueError(f"kind: found {name!r}; allowed: {', '.join(KINDS)}")


def _check_socket(_rule: object, _attribute: object, name: str) -> None:
    if name and name not in SOCKETS:
        raise ValueError(f"socket: found {name!r}; allowed: {', '.join(SOCKETS)}")


def _between(lowest: float, highest: float, *, above: bool = False) -> Callable[[Any, Any, Any], None]:
    def check(_rule: object, attribute: "attrs.Attribute[float | None]", value: float | None) -> None:
        if value is None or (lowest <= value <= highest and not (above and value == lowest)):
            return
        raise ValueError(f"{attribute.name}: found {value:g}; allowed: {'above ' * above}{lowest:g} to {highest:g}")

    return check


@attrs.frozen(kw_only=True)
class FaultRule:
    """A fault, what it may befall, and how often.

    `path` and `topic` are beginnings, `method` an HTTP method or WS (the trade socket), `account` an API key; empty is
    everything. `candle_ms` limits a fault of candles to the one that starts then. Of what matches, the first `skip`
    pass; of the others each is hit with probability `chance`, until `count` have been (None: without end). `code`,
    `message`, `status` and `reset_ms` (where the limit's reset header stands, from now) are those of `refuse` and
    `deny`; `seconds` and `factor` None are those of the kind.

    Raises ValueError that names the field, what was found and what is allowed.
    """

    kind: str = attrs.field(validator=_check_kind)
    chance: float = attrs.field(default=1.0, validator=_between(0.0, 1.0, above=True))
    count: int | None = attrs.field(default=None, validator=_between(1, 1_000_000))
    skip: int = attrs.field(default=0, validator=_between(0, 1_000_000))
    path: str = ""
    method: str = ""
    socket: str = attrs.field(default="", validator=_check_socket)
    topic: str = ""
    account: str = ""
    candle_ms: int | None = None
    seconds: float | None = attrs.field(default=None, validator=_between(0.0, _LONGEST_S))
    factor: float | None = attrs.field(default=None, validator=_between(0.0, 1000.0, above=True))
    code: int = 10016
    message: str = ""
    status: int = attrs.field(default=200, validator=_between(200, 599))
    reset_ms: int = attrs.field(default=1000, validator=_between(-60_000, 60_000))

    def __attrs_post_init__(self) -> None:
        stages = KINDS[self.kind].stages
        for stage, keys in ((FRAME, _FRAME_KEYS), (REQUEST, _REQUEST_KEYS)):
            wrong = [key for key in keys if getattr(self, key)]
            possible = stage in stages or (stage == REQUEST and ANSWER in stages)
            if wrong and not possible:
                raise ValueError(f"{wrong[0]}: found {getattr(self, wrong[0])!r}; {self.kind} is no fault of a {stage}")
        for key in ("seconds", "factor"):
            if getattr(self, key) is not None and getattr(KINDS[self.kind], key) is None:
                raise ValueError(f"{key}: found {getattr(self, key):g}; {self.kind} has none")

    @property
    def wait_s(self) -> float:
        """Its seconds, or those of its kind."""
        return self.seconds if self.seconds is not None else KINDS[self.kind].seconds or 0.0

    @property
    def times(self) -> float:
        """Its factor, or that of its kind."""
        return self.factor if self.factor is not None else KINDS[self.kind].factor or 1.0

    def meets_request(self, stage: str, path: str, method: str, account: str) -> bool:
        """Whether a request can be hit at this stage."""
        if stage not in KINDS[self.kind].stages or self.socket or self.topic:
            return False
        return path.startswith(self.path) and self.method in ("", method) and self.account in ("", account)

    def meets_frame(self, socket: str, topic: str, account: str) -> bool:
        """Whether a frame can be hit; the topic of a frame that has none is `op.` and its op."""
        if FRAME not in KINDS[self.kind].stages or self.path or self.method:
            return False
        return self.socket in ("", socket) and topic.startswith(self.topic) and self.account in ("", account)


@attrs.frozen(kw_only=True)
class FaultPlan:
    """What goes wrong in a whole run: the same seed and the same traffic give the same faults."""

    seed: int = 0
    rules: tuple[FaultRule, ...] = attrs.field(default=(), validator=attrs.validators.max_len(MOST_RULES))
