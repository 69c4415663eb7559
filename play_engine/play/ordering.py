"""Things that need one another: an order in which each comes after what it needs, and the cycles that have none."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def in_order_of_need(needs: Mapping[str, Iterable[str]]) -> tuple[list[str], list[list[str]]]:
    """The names of `needs` in an order that respects them, as near to the given one as levels allow, and the cycles.

    A cycle is the chain `[a, b, a]`: a needs b, b needs a. It begins with the member that comes first in `needs`.
    Its members are left out of the order. A need that is not itself a name of `needs` is ignored.
    """
    remaining = {name: [need for need in wanted if need in needs] for name, wanted in needs.items()}
    cycles: list[list[str]] = []
    while True:
        known = {name: [need for need in wanted if need in remaining] for name, wanted in remaining.items()}
        try:
            return list(TopologicalSorter(known).static_order()), cycles
        except CycleError as error:
            cycle = _as_chain(error.args[1], list(needs))
            cycles.append(cycle)
            remaining = {name: wanted for name, wanted in remaining.items() if name not in cycle}


def chain_text(cycle: Iterable[str]) -> str:
    """A cycle as a report shows it."""
    return " -> ".join(cycle)


def _as_chain(cycle: list[str], order: list[str]) -> list[str]:
    # graphlib lists predecessors first (`b` before `a` where a needs b); the last element repeats the first.
    members = cycle[:0:-1]
    start = min(range(len(members)), key=lambda i: order.index(members[i]))
    chain = members[start:] + members[:start]
    return [*chain, chain[0]]
