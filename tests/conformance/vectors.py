"""Where the conformance vectors lie, and how a test without them says so."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("PLAYHOUSE_SHARED", Path(__file__).parents[2].parent / "shared"))


def vectors(kind: str) -> Path:
    """The folder of one kind of vectors."""
    return SHARED / "conformance" / kind


def index(kind: str, name: str = "index.json") -> dict[str, Any]:
    """The list of what the folder holds; empty without the folder, so that tests can be collected."""
    path = vectors(kind) / name
    return json.loads(path.read_text()) if path.exists() else {}


def needs(kind: str) -> pytest.MarkDecorator:
    """Skips a module whose vectors are absent."""
    reason = f"no conformance vectors in {vectors(kind)}; set PLAYHOUSE_SHARED to the folder that holds them"
    return pytest.mark.skipif(not vectors(kind).exists(), reason=reason)
