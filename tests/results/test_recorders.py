"""Both recorders: the same result from the same records; directories, attempts, crashes, determinism."""

import json
import shutil

import attrs
import numpy as np
import pyarrow.parquet as pq
import pytest

from exchange.simulated.records import Records
from play_engine.errors import DataError, InternalError
from results.artefacts import ArtefactRecorder
from results.attempt import DeterminismError, attempts
from results.recorder import MemoryRecorder
from results.result import open_result
from results.schema import TABLES
from results.summary import StagedPlay
from results.table_writer import ROW_GROUP_ROWS, TableWriter
from results.tables import SCHEMAS
from tests.results.rows import cut, equity, rows, run_records, simulated
from tests.results.runs import LABELS, TEXT, play, summary

FILES = {"run.json", "play.yaml", "metrics.json", *(f"{table}.parquet" for table in TABLES)}


def recorded(runs_dir, *chunks, **fields):
    recorder = ArtefactRecorder(runs_dir, "ema_cross", LABELS)
    for records in chunks:
        recorder.add(records)
    return recorder.finish(summary(**fields))


def remembered(*chunks):
    recorder = MemoryRecorder("ema_cross", LABELS)
    for records in chunks:
        recorder.add(records)
    return recorder.finish(summary())


def test_layout(tmp_path):
    result = recorded(tmp_path, simulated(100))
    assert result.path == tmp_path / "ema_cross" / result.input_hash[:12] / "001"
    assert {entry.name for entry in result.path.iterdir()} == FILES
    assert (result.path / "play.yaml").read_bytes() == TEXT
    assert [entry.name for entry in (tmp_path / "ema_cross").iterdir()] == [result.input_hash[:12]]


def test_run_json(tmp_path):
    result = recorded(tmp_path, simulated(100), wall_s={"run": 0.5}, warnings=("odd",))
    run = json.loads((result.path / "run.json").read_bytes())
    assert run["run_id"] == f"ema_cross/{result.input_hash[:12]}/001"
    assert run["hashes"]["result_hash"] == result.result_hash
    assert run["schema"] == 1
    assert run["settings"] == {"slippage_bps": 2.0}
    assert run["series"][0]["sha256"] == "ab"
    assert run["instruments"]["BTCUSDT"]["source"] == "built in"
    assert set(run["versions"]) == {"python", "numpy", "numba", "pyarrow"}
    assert run["wall_s"] == {"run": 0.5}
    assert json.loads((result.path / "metrics.json").read_bytes()) == result.metrics


def test_disk_and_memory_have_the_same_result(tmp_path):
    chunks = cut(simulated(300), 7)
    on_disk, in_memory = recorded(tmp_path, *chunks), remembered(*chunks)
    assert on_disk.hashes == in_memory.hashes
    assert on_disk.metrics == in_memory.metrics
    for table in TABLES:
        assert on_disk.tables.read(table).to_pylist() == in_memory.tables.read(table).to_pylist()


def test_chunks_do_not_show_in_files_or_hashes(tmp_path):
    whole = simulated(400)
    one, many = recorded(tmp_path / "one", whole), recorded(tmp_path / "many", *cut(whole, 90))
    assert one.hashes == many.hashes
    for name in FILES - {"run.json"}:
        assert (one.path / name).read_bytes() == (many.path / name).read_bytes(), name


def test_attempts_count_up_and_nothing_is_overwritten(tmp_path):
    first = recorded(tmp_path, simulated(50))
    before = (first.path / "run.json").read_bytes()
    second = recorded(tmp_path, simulated(50))
    assert (first.path.name, second.path.name) == ("001", "002")
    assert (first.path / "run.json").read_bytes() == before
    assert attempts(first.path.parent) == [first.path, second.path]


def test_the_first_free_number_is_taken(tmp_path):
    first = recorded(tmp_path, simulated(50))
    recorded(tmp_path, simulated(50))
    shutil.rmtree(first.path)
    assert recorded(tmp_path, simulated(50)).path == first.path


def test_another_result_of_the_same_inputs_is_an_error_and_both_are_kept(tmp_path):
    first = recorded(tmp_path, simulated(50, seed=1))
    with pytest.raises(DeterminismError, match="DETERMINISM") as raised:
        recorded(tmp_path, simulated(50, seed=2))
    second = raised.value.path
    assert raised.value.earlier == first.path
    assert str(first.path) in str(raised.value)
    assert str(second) in str(raised.value)
    assert {entry.name for entry in second.iterdir()} == FILES


def test_a_run_that_an_operator_halted_is_not_compared(tmp_path):
    recorded(tmp_path, simulated(50, seed=1), stop_reason="halted")
    recorded(tmp_path, simulated(50, seed=2), stop_reason="failed", error="disk full")
    assert recorded(tmp_path, simulated(50, seed=3)).path.name == "003"


def test_a_session_is_not_compared_with_anything(tmp_path):
    recorded(tmp_path, simulated(50, seed=1))
    recorded(tmp_path, simulated(50, seed=2), mode="demo")
    assert recorded(tmp_path, simulated(50, seed=3), mode="demo").path.name == "003"


def test_other_inputs_have_another_directory(tmp_path):
    first = recorded(tmp_path, simulated(50, seed=1))
    second = recorded(tmp_path, simulated(50, seed=2), settings={"slippage_bps": 0.0})
    assert first.path.parent != second.path.parent


def test_a_crash_leaves_a_partial_that_readers_pass_over(tmp_path):
    recorder = ArtefactRecorder(tmp_path, "ema_cross", LABELS)
    recorder.add(simulated(50))  # and then the power fails
    assert [entry.name for entry in (tmp_path / "ema_cross").iterdir()] == ["001.partial"]
    with pytest.raises(DataError, match="no finished run"):
        open_result(recorder.partial)
    result = recorded(tmp_path, simulated(50))
    assert result.path.name == "001"
    assert recorder.partial.is_dir()
    (result.path.parent / "002.partial").mkdir()
    assert attempts(result.path.parent) == [result.path]


def test_two_runs_at_a_time_do_not_meet(tmp_path):
    recorders = [ArtefactRecorder(tmp_path, "ema_cross", LABELS) for _ in range(2)]
    for recorder in recorders:
        recorder.add(simulated(50))
    assert [recorder.finish(summary()).path.name for recorder in recorders] == ["001", "002"]


def test_discard_leaves_no_trace(tmp_path):
    recorder = ArtefactRecorder(tmp_path, "ema_cross", LABELS)
    recorder.add(simulated(50))
    recorder.discard()
    assert list((tmp_path / "ema_cross").iterdir()) == []


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_recorder_knows_whether_there_is_something_to_finish(tmp_path, on_disk):
    recorder = ArtefactRecorder(tmp_path, "p", LABELS) if on_disk else MemoryRecorder("p", LABELS)
    assert not recorder.has_records
    with pytest.raises(InternalError, match="discard"):
        recorder.finish(summary())
    recorder.add(run_records(equity=equity([100])))
    assert recorder.has_records


def test_empty_tables_are_written_with_their_schema(tmp_path):
    result = recorded(tmp_path, run_records(equity=equity([100, 101])))
    for table in TABLES:
        stored = pq.read_table(result.path / f"{table}.parquet")
        assert stored.schema == SCHEMAS[table]
        assert len(stored) == (2 if table == "equity" else 0)


def test_several_plays_have_a_file_each(tmp_path):
    plays = tuple(StagedPlay(instance=name, play=play(text=name.encode())) for name in ("a", "b"))
    recorder = ArtefactRecorder(tmp_path, "shared", attrs.evolve(LABELS, plays=("a", "b")))
    recorder.add(simulated(50))
    result = recorder.finish(summary(plays=plays))
    assert (result.path / "play-a.yaml").read_bytes() == b"a"
    assert (result.path / "play-b.yaml").read_bytes() == b"b"
    assert not (result.path / "play.yaml").exists()


def test_a_result_is_opened_again(tmp_path):
    result = recorded(tmp_path, simulated(60))
    again = open_result(result.path)
    assert again.to_dict() == result.to_dict()
    assert again.trades.equals(result.trades)
    assert again.equity["equity"].to_numpy().tolist() == simulated(60).equity["equity"].tolist()


def test_a_play_id_is_a_plain_name(tmp_path):
    for name in ("../elsewhere", "a/b", "", ".."):
        with pytest.raises(ValueError, match="cannot name a directory"):
            ArtefactRecorder(tmp_path, name, LABELS)


def test_what_waits_in_memory_is_bounded(tmp_path):
    writer = TableWriter("equity", tmp_path, LABELS)
    chunk = equity(np.full(ROW_GROUP_ROWS // 4 + 1, 100.0))
    most = 0
    for _ in range(9):
        writer.add(chunk, {})
        most = max(most, writer.rows_waiting)
    writer.close()
    assert most < ROW_GROUP_ROWS
    groups = pq.ParquetFile(tmp_path / "equity.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [ROW_GROUP_ROWS] * 2 + [
        9 * len(chunk) - 2 * ROW_GROUP_ROWS
    ]


def test_the_recorder_keeps_copies_of_what_waits(tmp_path):
    records = simulated(50)
    expected = remembered(Records(**{table: getattr(records, table).copy() for table in TABLES}))
    recorder = ArtefactRecorder(tmp_path, "ema_cross", LABELS)
    recorder.add(records)
    records.equity["equity"] = 0.0
    assert recorder.finish(summary()).result_hash == expected.result_hash


def test_rows_that_wait_keep_their_notes(tmp_path):
    writer = TableWriter("fills", tmp_path, LABELS)
    for number in (1, 2, 3):
        writer.add(rows("fills", 1, metadata=number), {number: f"note {number}"})
    writer.close()
    table = pq.read_table(tmp_path / "fills.parquet")
    assert table["metadata"].to_pylist() == ["note 1", "note 2", "note 3"]
