"""Fault injection: a Faults that plays a plan, takes commands while it runs, and knows of maintenance."""

from collections.abc import Callable, Mapping, Sequence

from exchange.venue.faults.draws import RuleDraws
from exchange.venue.faults.faults import TRADE, Asked, Delivery, Fate, Socket
from exchange.venue.faults.frames import concerns, disturbed, facts_of
from exchange.venue.faults.maintenance import Maintenance, MaintenancePlan
from exchange.venue.faults.requests import changed_answer, fate_by, fate_in, is_trading
from exchange.venue.faults.rules import ANSWER, MOST_RULES, REQUEST, FaultPlan, FaultRule

# Answers that are kept in order to be given again.
_KEPT_ANSWERS = 256


class InjectedFaults:
    """Plays the rules of a plan. Rules are tried in their order, and all that hit add up.

    `now_ms` is the server's time. Rules that will never hit again are forgotten when room is needed for others.
    """

    def __init__(self, plan: FaultPlan, now_ms: Callable[[], int]) -> None:
        self._seed = plan.seed
        self._now_ms = now_ms
        self._rules: list[RuleDraws] = []
        self._made = 0
        self._hits: dict[str, int] = {}
        self._maintenance = MaintenancePlan()
        self._sockets: dict[int, Socket] = {}
        self._answers: dict[tuple[str, str, str], bytes] = {}
        self.command(plan.rules)

    def command(self, rules: Sequence[FaultRule]) -> None:
        """Play these too, behind the others. Raises ValueError beyond MOST_RULES at once; then none is played."""
        going = [one for one in self._rules if not one.over]
        if len(going) + len(rules) > MOST_RULES:
            raise ValueError(f"found {len(going) + len(rules)} fault rules; allowed: {MOST_RULES}. Clear some first.")
        self._rules = going
        for rule in rules:
            self._rules.append(RuleDraws(rule, self._made, self._seed))
            self._made += 1

    def clear(self) -> None:
        """No rule is played from now on; maintenance stays as it is."""
        self._rules = []
        self._answers = {}

    def maintain(self, window: Maintenance) -> None:
        """Plan maintenance; sockets that it has taken away already are cut."""
        self._maintenance.add(window, self._now_ms())
        for kind in window.parts:
            if window.covers(self._now_ms()):
                self.cut(kind)

    def end_maintenance(self) -> None:
        """Everything is back, and none is planned."""
        self._maintenance.end_all(self._now_ms())

    def cut(self, kind: str = "", account: str = "") -> int:
        """Cut every socket of a kind and an account (empty: of all); returns how many."""
        chosen = [one for one in self._sockets.values() if kind in ("", one.kind) and account in ("", one.account)]
        for socket in chosen:
            socket.close()
        return len(chosen)

    def maintenance(self) -> Sequence[Maintenance]:
        """All maintenance, told of or not, oldest first."""
        return self._maintenance.windows()

    def rules(self) -> Sequence[tuple[FaultRule, int]]:
        """The rules that are played, each with how often it has hit."""
        return tuple((one.rule, one.hits) for one in self._rules)

    def statistics(self) -> Mapping[str, int]:
        """How often each kind of fault has hit since the start."""
        return dict(self._hits)

    def sockets(self) -> Sequence[Socket]:
        """The WebSockets that are open, oldest first."""
        return tuple(self._sockets.values())

    def request(self, asked: Asked) -> Fate:
        """See Faults."""
        now_ms = self._now_ms()
        parts = ["trading"] if is_trading(asked) else []
        parts.append("rest" if asked.method != "WS" else TRADE)
        for part in parts:
            if window := self._maintenance.away(part, now_ms):
                return fate_in(window, asked)
        fate = Fate(body=asked.body)
        for one in self._rules:
            if one.rule.meets_request(REQUEST, asked.path, asked.method, asked.account) and self._hits_now(one, asked):
                fate = fate_by(one.rule, fate)
        return fate

    def answer(self, asked: Asked, body: bytes) -> bytes:
        """See Faults."""
        name = (asked.account, asked.path, asked.query)
        given = body
        for one in self._rules:
            if not one.rule.meets_request(ANSWER, asked.path, asked.method, asked.account) or one.over:
                continue
            changed = changed_answer(one.rule, asked, given, self._answers.get(name))
            if changed is not None and self._hits_now(one, asked):
                given = changed
        if asked.method == "GET" and any(one.rule.kind == "stale_answer" for one in self._rules):
            self._remember(name, body)
        return given

    def admits(self, kind: str) -> bool:
        """See Faults."""
        return self._maintenance.away(kind, self._now_ms()) is None

    def opened(self, socket: Socket) -> None:
        """See Faults."""
        self._sockets[id(socket)] = socket

    def closed(self, socket: Socket) -> None:
        """See Faults."""
        self._sockets.pop(id(socket), None)

    def frame(self, socket: Socket, frame: str) -> Sequence[Delivery]:
        """See Faults."""
        if self._maintenance.away(socket.kind, self._now_ms()) is not None:
            socket.close()
            return ()
        deliveries: Sequence[Delivery] = (Delivery(frame=frame),)
        if not self._rules:
            return deliveries
        facts = facts_of(frame)
        stream = f"{socket.kind}|{socket.account}|{facts.topic}"
        for one in self._rules:
            if not deliveries:
                break
            meets = one.rule.meets_frame(socket.kind, facts.topic, socket.account) and concerns(one.rule, facts)
            if meets and self._drawn(one, stream):
                deliveries = disturbed(one.rule, deliveries, socket)
        return deliveries

    def announced(self) -> Sequence[Maintenance]:
        """See Faults."""
        return [one for one in self._maintenance.windows() if one.announced]

    def _hits_now(self, one: RuleDraws, asked: Asked) -> bool:
        return self._drawn(one, f"{asked.account}|{asked.method} {asked.path}")

    def _drawn(self, one: RuleDraws, stream: str) -> bool:
        hit = one.hits_now(stream)
        if hit:
            self._hits[one.rule.kind] = self._hits.get(one.rule.kind, 0) + 1
        return hit

    def _remember(self, name: tuple[str, str, str], body: bytes) -> None:
        if name not in self._answers and len(self._answers) >= _KEPT_ANSWERS:
            del self._answers[next(iter(self._answers))]
        self._answers.setdefault(name, body)
