"""Real messages of the venue, where this machine has them."""

import json
from typing import Any

import pytest

from tests.conformance.vectors import vectors

FOLDER = vectors("bybit")


def recorded(name: str) -> Any:
    """The payload of a recorded message. Skips the test where there are none."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"no recorded messages in {FOLDER}; set PLAYHOUSE_SHARED to the folder that holds them")
    return json.loads(path.read_text())["payload"]


def body(payload: Any) -> bytes:
    return json.dumps(payload).encode()
