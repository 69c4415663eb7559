"""Indicators that a user wrote: a Python file beside the Play that declares them.

Such a file is code that runs with the rights of whoever runs the Play.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from play_engine.declaration import Indicator

# What a file that is wrong may raise while it is read. Anything else is not about the file, and is not ours to judge.
MISTAKES = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)


def own_indicators(path: Path) -> tuple[Indicator, ...]:
    """Every indicator that stands at the top level of the file, imported ones included.

    Runs the file. Raises one of MISTAKES, whichever the file raises.
    """
    name = f"playhouse_own_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    # Compiled code that is kept names its module, so the module must be found there.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return tuple(value for value in vars(module).values() if isinstance(value, Indicator))
