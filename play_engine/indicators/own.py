"""Indicators that a user wrote: a Python file beside the Play that declares them.

Such a file is code that runs with the rights of whoever runs the Play.
"""

import hashlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from play_engine.declaration import Indicator
from play_engine.indicators.mistakes import MISTAKES


def own_indicators(path: Path) -> tuple[Indicator, ...]:
    """Every indicator that stands at the top level of the file, imported ones included.

    Runs the file. Raises one of MISTAKES, whichever the file raises.
    """
    name = module_name(path)
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    # Compiled code that is kept names its module, so the module must be found there.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except MISTAKES:
        sys.modules.pop(name, None)
        raise
    return tuple(value for value in vars(module).values() if isinstance(value, Indicator))


def module_name(path: Path) -> str:
    """The name of the file as a module: files of the same name in two folders are two modules."""
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    return f"playhouse_own_{path.stem}_{place}"
