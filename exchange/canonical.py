"""Canonical JSON: one text for one value, so that its hash says whether two runs had the same inputs."""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """The one JSON text of `value`, UTF-8: keys sorted by code point, no spaces, floats by shortest round-trip text.

    A float stays a float (1.0, never 1). Raises ValueError for NaN and infinity, and TypeError for values that JSON
    does not know.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def canonical_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
