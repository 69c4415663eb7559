"""Runs on disk: found among foreign things, read back, and meant by a path or the first digits of a hash."""

import json
import os
import shutil

import pytest

from play_engine.errors import DataError
from results.archive import find_run, read_archive, read_kept
from tests.results.rows import simulated
from tests.results.runs import copies, kept


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Two runs of one Play, and one of another."""
    folder = tmp_path_factory.mktemp("runs")
    kept(folder, simulated(20))
    kept(folder, simulated(20), settings={"slippage_bps": 5.0})
    kept(folder, simulated(20, seed=1), play_id="rsi", start_ms=60_000)
    return folder


@pytest.fixture
def runs(template, tmp_path):
    """The same, as a copy of one's own; those of one Play in the order in which they were made."""
    return copies(template, tmp_path)


def paths(archive):
    return {kept.path for kept in archive.runs}


def spoil(result, name, **fields):
    document = json.loads((result.path / name).read_bytes())
    (result.path / name).write_text(json.dumps({**document, **fields}))


def test_every_run_is_found(runs, tmp_path):
    archive = read_archive(tmp_path)
    assert paths(archive) == {run.path for run in runs}
    assert (archive.unfinished, archive.not_read) == ((), ())
    first = next(one for one in archive.runs if one.path == runs[0].path)
    assert (first.run, first.metrics) == (runs[0].run, runs[0].metrics)
    assert first.made_ms == (first.path / "run.json").stat().st_mtime_ns // 1_000_000


def test_the_folder_of_a_play_or_of_a_run_will_do(runs, tmp_path):
    assert paths(read_archive(tmp_path / "rsi")) == {runs[2].path}
    assert paths(read_archive(runs[0].path)) == {runs[0].path}


def test_what_is_no_run_is_named_and_stops_nothing(runs, tmp_path):
    (tmp_path / "rsi" / "001.partial").mkdir()
    (runs[0].path.parent / "002.partial").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"")
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    archive = read_archive(tmp_path)
    assert paths(archive) == {run.path for run in runs}
    assert set(archive.unfinished) == {tmp_path / "rsi" / "001.partial", runs[0].path.parent / "002.partial"}
    assert {(one.path, one.why) for one in archive.not_read} == {
        (tmp_path / "pictures", "no run lies in it"),
        (tmp_path / "a" / "b" / "c", "no run lies in it"),
    }


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("run.json", b"{", "run.json is not JSON"),
        ("run.json", b"\xff\xfe", "run.json is not JSON"),
        ("run.json", b"[]", "run.json is not an object"),
        ("run.json", b"{}", "run.json has schema None; this version reads schema 1"),
        ("run.json", b'{"schema": 1}', "'play_id' is None, not str"),
        ("metrics.json", None, "metrics.json: No such file"),
        ("metrics.json", b'{"values": []}', "'values' is [], not dict"),
    ],
)
def test_a_damaged_run_says_what_is_wrong(runs, tmp_path, name, content, why):
    if content is None:
        (runs[0].path / name).unlink()
    else:
        (runs[0].path / name).write_bytes(content)
    archive = read_archive(tmp_path)
    assert paths(archive) == {runs[1].path, runs[2].path}
    ((path, text),) = [(one.path, one.why) for one in archive.not_read]
    assert path == runs[0].path
    assert why in text
    assert str(path) not in text


def test_a_foreign_document_of_the_same_shape_is_refused(runs):
    spoil(runs[0], "run.json", symbols=[1])
    with pytest.raises(DataError, match="1 is not a name"):
        read_kept(runs[0].path)
    spoil(runs[1], "metrics.json", values={"trades": "many"})
    with pytest.raises(DataError, match="'many' is not a number"):
        read_kept(runs[1].path)


def test_without_a_folder_there_is_nothing_to_read(tmp_path):
    with pytest.raises(DataError, match="--runs-dir"):
        read_archive(tmp_path / "none")


def test_a_run_is_meant_by_path_place_or_hash(runs, tmp_path, monkeypatch):
    run = runs[1]
    place = run.path.relative_to(tmp_path).as_posix()
    for name in (str(run.path), place, run.input_hash[:10], run.input_hash):
        assert find_run(tmp_path, name).path == run.path
    assert find_run(tmp_path, runs[2].result_hash[:10]).path == runs[2].path


def test_attempts_of_one_run_are_one_and_the_latest_is_meant(runs, tmp_path):
    second = kept(tmp_path, simulated(20, seed=1), play_id="rsi", start_ms=60_000)
    os.utime(runs[2].path / "run.json", (1e9, 1e9))
    assert find_run(tmp_path, second.result_hash[:8]).path == second.path


@pytest.mark.parametrize(("name", "why"), [("", "no finished run"), ("zz", "no such run"), ("ff" * 20, "begins so")])
def test_what_means_no_run_is_refused(runs, tmp_path, name, why):
    with pytest.raises(DataError, match=why):
        find_run(tmp_path, name)


def test_what_means_several_runs_is_refused(runs, tmp_path):
    # The first two did the same on different inputs.
    with pytest.raises(DataError, match=r"2 runs have a hash that begins so: .*give more digits, or a folder"):
        find_run(tmp_path, runs[0].result_hash)


def test_a_run_without_its_tables_is_still_listed(runs, tmp_path):
    shutil.copytree(runs[2].path, tmp_path / "copy", ignore=shutil.ignore_patterns("*.parquet"))
    assert tmp_path / "copy" in paths(read_archive(tmp_path))
