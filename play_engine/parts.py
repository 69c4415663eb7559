"""How a compiled function is put together from the inner functions that it calls.

Numba optimises every function, and makes machine code of it, together with all that it calls. In a deep tree of small
functions most of that is done in vain: what lies at the bottom is worked on again for each level above it. But an inner
function never runs by itself. So it is kept as it was translated, as a *part*; a function that Python calls, a *whole*,
takes in all parts below it, and they are worked on together. The code does the same, and compiles in half the time.

Only a whole knows how to take in parts: a function under Numba's own decorator cannot call an inner one.
"""

import functools
from typing import Any

from numba import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

_record: Any = types.Record
# The compiler asks again and again how a record type is written, and writing one of a thousand fields takes long.
_record.__repr__ = functools.cache(_record.__repr__)


class _Part(JITCodeLibrary):
    """The code of an inner function: calls to others are left open, and there is nothing that could be run."""

    # Name and content of what the code sees of Python; its place is known once a whole has been loaded.
    environment: tuple[str, Any]
    below: tuple[Any, ...]

    @property
    def codegen(self) -> Any:
        """Where the compiler leaves the environment; nobody else asks a part for it."""
        return self

    def set_env(self, name: str, content: Any) -> None:
        self.environment = name, content

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 (what numba calls it with)
        return 0

    def finalize(self) -> None:
        self.below = tuple(dict.fromkeys(self._linking_libraries))
        self._finalized = True

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = str(self._codegen.target_data)


class _Whole(JITCodeLibrary):
    """The code of a function that Python calls, with all parts below it."""

    def finalize(self) -> None:
        # Each once, in the order in which they are found, so that the same sources make the same code.
        found: dict[Any, None] = {}
        waiting = list(self._linking_libraries)
        while waiting:
            library = waiting.pop()
            if library not in found:
                found[library] = None
                waiting.extend(library.below if isinstance(library, _Part) else ())
        self._linking_libraries = list(found)
        super().finalize()
        codegen: Any = self._codegen
        for library in found:
            if isinstance(library, _Part):
                codegen.set_env(*library.environment)

    def _optimize_final_module(self) -> None:
        # Twice: functions that have taken in others are small enough only then to be taken in themselves.
        super()._optimize_final_module()
        super()._optimize_final_module()


class PartCompiler(Compiler):
    """Numba's compiler, for a function that only compiled functions call."""

    def define_pipelines(self) -> Any:
        self.state.library = _Part(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super().define_pipelines()


class WholeCompiler(Compiler):
    """Numba's compiler, for a function that Python calls."""

    def define_pipelines(self) -> Any:
        self.state.library = _Whole(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        return super().define_pipelines()
