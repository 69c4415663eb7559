"""Who a Play is: version, name, id, description, and the symbol that it trades."""

import re

import attrs

from play_engine.play.document import scalar_text
from play_engine.play.fields import Fields
from play_engine.play.scalars import text_of

_SYMBOL = re.compile(r"[A-Z0-9]+USDT")


@attrs.frozen(kw_only=True)
class Identity:
    """Name, id, description and symbol; empty after a report."""

    id: str
    name: str
    description: str
    symbol: str


def read_identity(root: Fields) -> Identity:
    """The keys at the root of the file that say who the Play is."""
    _check_version(root)
    name, play_id = root.text("name", ""), root.text("id", "")
    if not root.has("name") and not root.has("id"):
        root.missing("name", allowed="name or id")
    return Identity(id=play_id or name, name=name or play_id, description=_description(root), symbol=_symbol(root))


def _check_version(root: Fields) -> None:
    node = root.require("version", allowed='"3.0.0"')
    if node is None:
        return
    if node.text is None and node.number is None:
        root.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed='text or a number: "3.0.0"')
        return
    version = scalar_text(node.value).strip()
    if not version:
        root.problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed='a version: "3.0.0"')
    elif version.split(".")[0] != "3":
        hint = "the Play is read as version 3"
        root.problems.warn(node.spot, "VERSION", found=node.shown(), allowed="a version 3", hint=hint)


def _description(root: Fields) -> str:
    node = root.get("description")
    if node is None or node.value is None:
        return ""
    if node.is_mapping or node.is_list:
        root.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed="text")
    return node.text if node.text is not None else node.shown()


def _symbol(root: Fields) -> str:
    """The one symbol, upper-cased and without slash; empty after a report."""
    node = root.get("symbol")
    universe = root.get("symbol_universe")
    if not root.has("symbol") and not root.has("symbol_universe"):
        root.missing("symbol", allowed="a symbol such as BTCUSDT")
    if universe is not None:
        one = "one instance trades one symbol: start one per symbol"
        if root.has("symbol"):
            found = "symbol and symbol_universe"
            root.problems.error(universe.key_spot, "INVALID_VALUE", found=found, allowed="one of them")
        elif not universe.is_list:
            root.problems.error(universe.spot, "INVALID_TYPE", found=universe.shown(), allowed="a list of one symbol")
        elif len(universe.items) != 1:
            found = f"{len(universe.items)} symbols"
            root.problems.error(universe.spot, "INVALID_VALUE", found=found, allowed="exactly one symbol", hint=one)
        else:
            node = universe.items[0]
    text = None if node is None else text_of(node, root.problems)
    if node is None or text is None:
        return ""
    symbol = text.upper().replace("/", "")
    if not _SYMBOL.fullmatch(symbol):
        allowed = "letters and digits that end in USDT, such as BTCUSDT"
        root.problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed=allowed)
    node.value = symbol
    return symbol
