"""The venue's state in a file: where the market stands, and every account to the last order.

A file has one line that says what it is, with the SHA-256 of the rest, and then the rest, a JSON document. It is
replaced as a whole: whoever stops the program at any moment leaves the file before or the file after.
"""

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from play_engine.errors import DataError

_HEAD = re.compile(rb"playhouse-venue-state (?P<version>\d{1,9}) (?P<digest>[0-9a-f]{64})")
_VERSION = 1


@attrs.frozen(kw_only=True)
class VenueState:
    """`market_ms` is the end of the last step that was played; `accounts` has the snapshot of each account by its name.

    `tape` says what is being replayed; a state goes on only over the same.
    """

    tape: str
    market_ms: int
    accounts: Mapping[str, bytes]


def write_state(path: Path, state: VenueState) -> None:
    """Put the state into the file, in place of what it had. Raises OSError."""
    document = {
        "tape": state.tape,
        "market_ms": state.market_ms,
        "accounts": {name: base64.b64encode(data).decode() for name, data in state.accounts.items()},
    }
    body = json.dumps(document, separators=(",", ":")).encode()
    beside = path.with_name(f"{path.name}.partial")
    with beside.open("wb") as file:
        file.write(b"playhouse-venue-state %d %s\n" % (_VERSION, hashlib.sha256(body).hexdigest().encode()))
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_state(path: Path) -> VenueState:
    """The state in the file. Raises DataError for one that is damaged, or of a version that we do not know."""
    head, _, body = path.read_bytes().partition(b"\n")
    found = _HEAD.fullmatch(head)
    if found is None:
        raise DataError(f"{path}: found no state of a venue; allowed: a file that --state wrote. Name another file.")
    if int(found["version"]) != _VERSION:
        raise DataError(
            f"{path}: found a state of version {int(found['version'])}; allowed: {_VERSION}. Delete the file, and the "
            "venue begins anew."
        )
    if hashlib.sha256(body).hexdigest() != found["digest"].decode():
        raise _damaged(path, "its bytes are not those that were written")
    try:
        return _state_of(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise _damaged(path, str(error)) from None


def _state_of(document: Any) -> VenueState:
    accounts = {str(name): base64.b64decode(data, validate=True) for name, data in document["accounts"].items()}
    return VenueState(tape=str(document["tape"]), market_ms=int(document["market_ms"]), accounts=accounts)


def _damaged(path: Path, what: str) -> DataError:
    return DataError(f"{path}: the state of the venue is damaged: {what}. Delete the file, and the venue begins anew.")
