"""The state file: what is read is what was written, and damage is found."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.venue.control.state_file import VenueState, read_state, write_state
from play_engine.errors import DataError

STATE = VenueState(tape="BTCUSDT", market_ms=1_700_000_000_000, accounts={"one": b"\x00\xff", "two": b""})


def test_a_state_reads_back_and_replaces_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "venue.state"
    write_state(file, VenueState(tape="old", market_ms=0, accounts={}))
    write_state(file, STATE)
    assert read_state(file) == STATE
    assert [one.name for one in tmp_path.iterdir()] == ["venue.state"]


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, at: int, change: int) -> None:
    file = tmp_path_factory.mktemp("state") / "venue.state"
    write_state(file, STATE)
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= change
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"venue\.state"):
        read_state(file)


def test_a_torn_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / "venue.state"
    write_state(file, STATE)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(DataError, match="is damaged: its bytes are not those that were written"):
        read_state(file)


def test_a_newer_version_and_other_files_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "venue.state"
    write_state(file, STATE)
    file.write_bytes(file.read_bytes().replace(b"state 1 ", b"state 2 "))
    with pytest.raises(DataError, match="found a state of version 2; allowed: 1"):
        read_state(file)
    file.write_bytes(b"ts,open\n")
    with pytest.raises(DataError, match="found no state of a venue"):
        read_state(file)
