"""The names that an account's orders, executions and transactions go by.

They are functions of their cause, so that a restart and a repetition of the same market give the same ones.
"""

import hashlib
from collections.abc import Mapping, Sequence

import attrs


def id_of(*cause: object) -> str:
    """An id in the shape of a UUID, made from its cause."""
    digits = hashlib.sha256(":".join(map(str, cause)).encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


@attrs.frozen(kw_only=True)
class Names:
    """Names on one account: `symbols` by the number of the instrument, `links` by the number of the order."""

    uid: int
    symbols: Sequence[str]
    links: Mapping[int, str]

    def order(self, number: int) -> str:
        """The id of an order."""
        return id_of(self.uid, "order", number)

    def takeover(self, fill: int) -> str:
        """The id of the order with which the venue takes over a position: nobody has sent it."""
        return id_of(self.uid, "takeover", fill)

    def execution(self, fill: int) -> str:
        """The id of a fill."""
        return id_of(self.uid, "execution", fill)

    def entry(self, number: int) -> str:
        """The id of a movement of money that no fill has caused."""
        return id_of(self.uid, "entry", number)

    def link(self, number: int) -> str:
        """The name that its owner gave an order; empty for none."""
        return self.links.get(number, "")
