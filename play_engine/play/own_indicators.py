"""The section `indicators`: Python files beside the Play that declare indicators of its own."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import attrs

from play_engine.declaration import Indicator
from play_engine.play.declared import is_id
from play_engine.play.document import Node
from play_engine.play.fields import Fields
from play_engine.play.problems import Problems, Spot

_ALLOWED = "a list of Python files, as paths from the folder of the Play"


@attrs.frozen(kw_only=True)
class KnownIndicators:
    """The indicators that a Play may use, by name: those that are built in, and those that its files declare.

    `is_complete` is False after a report: then an indicator that is not among them may be one of a file that failed.
    """

    by_name: Mapping[str, Indicator]
    is_complete: bool = True


def read_own_indicators(root: Fields, built_in: Mapping[str, Indicator]) -> KnownIndicators:
    """What the Play may use. Its files are run; they become part of what identifies it, by a hash of their text."""
    node = root.get("indicators")
    if node is None or node.value is None:
        return KnownIndicators(by_name=built_in, is_complete=node is not None or not root.has("indicators"))
    if not node.is_list:
        root.problems.error(node.spot, "INVALID_TYPE", found=node.shown(), allowed=_ALLOWED)
        return KnownIndicators(by_name=built_in, is_complete=False)
    known = dict(built_in)
    is_complete = True
    for item in node.items:
        spot, file = item.spot, item.shown()
        declared = _declared_in(item, built_in, root.problems)
        added = [_add(indicator, spot, file, known, root.problems) for indicator in declared]
        is_complete = is_complete and bool(added) and all(added)
    return KnownIndicators(by_name=known, is_complete=is_complete)


def _declared_in(node: Node, built_in: Mapping[str, Indicator], problems: Problems) -> list[Indicator]:
    """The indicators that one file declares; none after a report."""
    # Reading a file of the user's needs the compiler of kernels; most Plays have none.
    from play_engine.indicators.mistakes import MISTAKES
    from play_engine.indicators.own import own_indicators

    if node.broken:
        return []
    if node.text is None or not node.text.endswith(".py"):
        problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed="the path of a file that ends in .py")
        return []
    path = Path(problems.file).parent / node.text
    if not path.is_file():
        problems.error(node.spot, "INVALID_VALUE", found=node.shown(), allowed=f"a file; there is none at {path}")
        return []
    try:
        found = [one for one in own_indicators(path) if one not in built_in.values()]
    except MISTAKES as error:
        allowed = "a file that Python can run; see the line that it names"
        problems.error(node.spot, "INVALID_INDICATOR", found=f"{path}: {_text(error, path)}", allowed=allowed)
        return []
    if not found:
        allowed = "at least one Indicator(...) at the top level of the file"
        problems.error(node.spot, "INVALID_INDICATOR", found=f"{path} declares no indicator", allowed=allowed)
    # From here on the file is named together with what was in it.
    node.value = f"{node.text} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    return found


def _add(indicator: Indicator, spot: Spot, file: str, known: dict[str, Indicator], problems: Problems) -> bool:
    """Whether the indicator is known from here on; reports what is wrong with its declaration or its name."""
    from play_engine.indicators.declaration_faults import declaration_faults

    faults = declaration_faults(indicator)
    for fault in faults:
        found = f"{file}: the indicator {indicator.name}: {fault.found}"
        problems.error(spot, "INVALID_INDICATOR", found=found, allowed=fault.allowed)
    if faults or not is_id(spot, indicator.name, problems):
        return False
    if indicator.name != indicator.name.lower():
        allowed = f"a name in lower case: {indicator.name.lower()}"
        problems.error(spot, "INVALID_ID", found=f"{file}: the indicator {indicator.name}", allowed=allowed)
        return False
    if indicator.name in known:
        allowed = "a name that no other indicator has"
        problems.error(spot, "DUPLICATE_ID", found=f"{file}: the indicator {indicator.name}", allowed=allowed)
        return False
    known[indicator.name] = indicator
    return True


def _text(error: BaseException, path: Path) -> str:
    """What a file raised, and at which of its lines."""
    from play_engine.indicators.mistakes import mistake_text

    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    where = "" if line is None else f"line {line}: "
    return f"{where}{mistake_text(error)}"
