"""How kernels are compiled, and where the compiled code is kept.

Numba keeps compiled code beside a source file and forgets it when that file changes, but not when a function that it
calls in another file does. An old kernel would then go on computing old values. So the cache lies in a folder named
after a hash of all sources that hold kernels: any change of one of them is a change of the folder.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from numba import __version__ as numba_version
from numba import config as numba_config
from numba import njit

from play_engine.parts import PartCompiler, WholeCompiler

_ROOT = Path(__file__).parents[1]
# Where kernels live, as glob patterns below the project's root.
_KERNEL_SOURCES = ("play_engine/*.py", "play_engine/*/*.py", "exchange/*.py", "exchange/simulated/*.py")


def kernel_stamp() -> str:
    """What identifies the kernels: a hash of their sources and of the compiler's version, in 16 hex digits."""
    digest = hashlib.sha256(numba_version.encode())
    for pattern in _KERNEL_SOURCES:
        for source in sorted(_ROOT.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


# The compiler's settings are made at run time, and not all of its options declared: type checkers do not know them.
_config: Any = numba_config
_njit: Any = njit
_FOLDER = Path(_config.CACHE_DIR or _ROOT / "__pycache__") / f"playhouse-kernels-{kernel_stamp()}"


def compiled_before() -> bool:
    """Whether any kernel of this version has been compiled on this machine already."""
    return any(_FOLDER.rglob("*.nbi"))


def _kept(decorate: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """`decorate`, with compiled code kept in our folder; other users of the compiler in the process keep theirs."""

    def decorator(function: Callable[..., Any]) -> Any:
        theirs, _config.CACHE_DIR = _config.CACHE_DIR, str(_FOLDER)
        try:
            return decorate(function)
        finally:
            _config.CACHE_DIR = theirs

    return decorator


# A function that Python calls. It lets go of the interpreter while it works, so that worker threads read and write on.
compiled = _kept(_njit(cache=True, nogil=True, no_cfunc_wrapper=True, pipeline_class=WholeCompiler))
# A function that only compiled functions call: part of their code, so neither kept nor wrapped for Python by itself.
inner = _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=PartCompiler)


def constant(number: int) -> int:
    """`number` as a global of compiled code; a plain int would compile each function again for every value passed."""
    return cast(int, np.int64(number))
