"""Random changes to recorded messages, guided by coverage, into every decoder of the venue's messages.

Run by hand, as long as you like (here three minutes); it needs `pip install atheris`:

    python -m tests.fuzz.fuzz_frames -max_total_time=180 -timeout=5

It begins with the recorded messages, where this machine has them, and ends at the first input that raises anything but
ProtocolError, or makes a value that must not exist; that input is then in a file `crash-…` or `timeout-…`. To run one
again, give its path. The last line says how many inputs were tried. New inputs are kept in a temporary folder.
"""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["exchange.bybit"]):
    from tests.exchange.bybit.decoders import ALL

from exchange.bybit.errors import ProtocolError
from tests.exchange.bybit.decoders import recorded_names
from tests.exchange.bybit.mutations import VALUES, drop, places, put
from tests.exchange.bybit.sanity import check
from tests.feeds.bybit.recorded import body, recorded

# Of the inputs, so many are changed as bytes; the others keep the form of JSON.
_SHARE_OF_BYTES = 0.3


def try_input(raw: bytes) -> None:
    """One input for all decoders. Raises what a decoder must not raise."""
    for decode in ALL:
        with contextlib.suppress(ProtocolError):
            check(decode(raw))


def mutate(raw: bytes, max_size: int, seed: int) -> bytes:
    """The next input: one place of the message changed, or some bytes."""
    rng = np.random.default_rng(seed)
    with contextlib.suppress(ValueError, RecursionError):
        tree = json.loads(raw)
        paths = [*places(tree)]
        if paths and rng.random() > _SHARE_OF_BYTES:
            path = paths[int(rng.integers(len(paths)))]
            which = int(rng.integers(len(VALUES) + 1))
            changed = drop(tree, path) if which == len(VALUES) else put(tree, path, VALUES[which])
            return json.dumps(changed).encode()[:max_size]
    return atheris.Mutate(raw, max_size)


def main() -> None:
    """Fuzz from the recorded messages on; arguments are libFuzzer's. Ends the process."""
    folder = tempfile.mkdtemp()
    for name in [*recorded_names("ws"), *recorded_names("rest_")]:
        Path(folder, name).write_bytes(body(recorded(name)))
    atheris.Setup([*sys.argv, folder], try_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
