"""The section `setups`: named conditions, put in wherever they are referred to."""

from collections.abc import Mapping

from play_engine.play.conditions import Conditions
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.ordering import chain_text, in_order_of_need
from play_engine.rules.expression import Condition

# Setups within setups: the tree that an action becomes must not exhaust the stack, or the patience, of who walks it.
_DEEPEST = 100
_LARGEST = 10_000


def setup_nodes(root: Fields) -> dict[str, Node]:
    """The declared setups as they are written."""
    section = root.mapping("setups")
    return {} if section is None else dict(section.node.fields)


def knows_setups(root: Fields) -> bool:
    """Whether the section tells which setups there are; what was wrong with it has been reported otherwise."""
    if not root.written("setups"):
        return True
    section = root.node.fields["setups"]
    return section.is_mapping and not section.lacks_entries


def read_setups(nodes: Mapping[str, Node], conditions: Conditions, setups: dict[str, Condition | None]) -> None:
    """Fills `setups`, which `conditions` reads from: one entry for each node, None for a setup with a problem."""
    setups.update(dict.fromkeys(nodes))
    needs = {name: [child.text or "" for child in setup_references(node)] for name, node in nodes.items()}
    order, cycles = in_order_of_need(needs)
    for cycle in cycles:
        _report_cycle(cycle, nodes, conditions)
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for name in order:
        depths[name] = _depth(nodes[name]) + max((depths.get(need, 0) for need in needs[name]), default=0)
        sizes[name] = sum(1 for _ in nodes[name].walk()) + sum(sizes.get(need, 0) for need in needs[name])
        if depths[name] > _DEEPEST or sizes[name] > _LARGEST:
            found = f"{name} with all its setups: {sizes[name]} values, {depths[name]} levels"
            allowed = f"at most {_LARGEST} values in {_DEEPEST} levels"
            conditions.problems.error(nodes[name].key_spot, "INVALID_CONDITION", found=found, allowed=allowed)
            depths[name] = sizes[name] = 0
        else:
            setups[name] = conditions.read(nodes[name])
    # Members of a cycle are read for their other problems; they stay unusable.
    for name in (name for cycle in cycles for name in cycle[1:]):
        conditions.read(nodes[name])


def _depth(node: Node) -> int:
    """Levels of a value: 1 for a scalar."""
    return 1 + max((_depth(child) for child in (*node.items, *node.fields.values())), default=0)


def warn_of_unused(nodes: Mapping[str, Node], actions: Node | None, conditions: Conditions) -> None:
    """Warns of every setup that no action reaches; of none where a part of the actions could not be read."""
    if actions is None or not (actions.items or actions.fields):
        return
    reached: set[str] = set()
    waiting = [actions]
    while waiting:
        node = waiting.pop()
        if any(child.broken or child.lacks_entries for child in node.walk()):
            return
        for reference in setup_references(node):
            name = reference.text or ""
            if name in nodes and name not in reached:
                reached.add(name)
                waiting.append(nodes[name])
    for name, node in nodes.items():
        if name not in reached:
            conditions.problems.warn(node.key_spot, "UNUSED_SETUP", found=name, hint="no action reaches it")


def setup_references(node: Node) -> list[Node]:
    """The ids in every `{setup: id}` below a node."""
    found = (child.fields.get("setup") for child in node.walk())
    return [reference for reference in found if reference is not None and reference.text is not None]


def _report_cycle(cycle: list[str], nodes: Mapping[str, Node], conditions: Conditions) -> None:
    """One report for a cycle, at the reference that closes it."""
    last, first = cycle[-2], cycle[0]
    spot = next(child.spot for child in setup_references(nodes[last]) if child.text == first)
    found = f"circular setup reference: {chain_text(cycle)}"
    conditions.problems.error(spot, "CIRCULAR_SETUP", found=found, allowed="setups that do not name themselves")
