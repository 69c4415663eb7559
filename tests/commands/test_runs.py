"""The commands `runs list`, `runs show` and `runs compare`, on runs that a recorder put on disk."""

import json
import os
from pathlib import Path

import pytest

from results.result import Result
from tests.commands.inputs import program
from tests.results.rows import equity, run_records, trades
from tests.results.runs import copies, kept


def performed(folder: Path, play_id: str, nets: list[float], made_s: float, **fields: object) -> Result:
    """A run on disk with these trades; `made_s` is when it was made."""
    levels = [10_000, 10_000 + nets[0], 10_000 + sum(nets)]
    result = kept(folder, run_records(equity=equity(levels), trades=trades(nets)), play_id, **fields)
    os.utime(result.path / "run.json", (made_s, made_s))
    return result


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs from the oldest to the newest: one, one with another slippage, one of another Play."""
    folder = tmp_path_factory.mktemp("runs")
    performed(folder, "ema_cross", [100, -50, 20], 1.7e9)
    performed(folder, "ema_cross", [100, -60, 20], 1.7e9 + 60, settings={"slippage_bps": 5.0})
    performed(folder, "rsi", [300, -10], 1.7e9 + 120, start_ms=60_000, stop_reason="max_drawdown")
    return folder


@pytest.fixture
def runs(template: Path, tmp_path: Path) -> list[Result]:
    """The same, as a copy of one's own."""
    return copies(template, tmp_path)


def hashes(text: str, runs: list[Result]) -> list[int]:
    """The places in `runs` of the results that are shown, in order."""
    known = {run.result_hash[:12]: place for place, run in enumerate(runs)}
    return [known[word] for word in text.split() if word in known]


def test_list_shows_the_newest_first(runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "runs", "list", "--runs-dir", tmp_path)
    assert (printed.code, printed.err) == (0, "")
    assert hashes(printed.out, runs) == [2, 1, 0]
    newest = printed.out.splitlines()[1]
    for cell in ("rsi", "BTCUSDT", "1970-01-01T00:01Z to 1970-01-11", "+2.90 %", "30.00", "max_drawdown"):
        assert cell in newest
    assert "2023-11-14T22:15Z" in newest
    assert str(runs[2].path) in newest


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--play", "ema_cross"), [1, 0]),
        (("--play", "ema"), [2, 1, 0]),  # the name of the instance
        (("--limit", "1"), [2]),
        (("--sort", "trades"), [1, 0, 2]),
        (("--sort", "total_return"), [2, 0, 1]),
        (("--sort", "gross_loss", "--limit", "2"), [2, 0]),
        (("--sort", "play", "--play", "rsi"), [2]),
        (("--play", "none"), []),
    ],
)
def test_list_can_be_narrowed_and_sorted(
    runs: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    shown: list[int],
) -> None:
    printed = program(capsys, "runs", "list", "--runs-dir", tmp_path, *options)
    assert hashes(printed.out, runs) == shown
    if options[1] == "gross_loss":
        assert printed.out.split()[1] == "gross_loss"
        assert "2 of 3 runs" in printed.err
    if not shown:
        assert f"no runs of none in {tmp_path}" in printed.err


def test_list_names_what_is_no_finished_run(
    runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rsi" / "001.partial").mkdir()
    (runs[0].path / "run.json").write_text("{")
    for number in range(7):
        (tmp_path / f"x{number}").mkdir()
        (tmp_path / f"x{number}" / "file").write_text("")
    printed = program(capsys, "runs", "list", "--runs-dir", tmp_path)
    assert (printed.code, hashes(printed.out, runs)) == (0, [2, 1])
    assert f"unfinished: {tmp_path}/rsi/001.partial" in printed.err
    assert f"not a run: {runs[0].path}: run.json is not JSON" in printed.err
    assert "and 3 more folders" in printed.err
    document = json.loads(program(capsys, "runs", "list", "--runs-dir", tmp_path, "--json").out)
    assert [run["path"] for run in document["runs"]] == [str(runs[2].path), str(runs[1].path)]
    assert document["runs"][0]["values"]["trades"] == 2
    assert document["unfinished"] == [str(tmp_path / "rsi" / "001.partial")]
    assert len(document["not_read"]) == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "--runs-dir", "none"), "there is no such folder"),
        (("list", "--sort", "sharp"), "did you mean sharpe?"),
        (("list", "--limit", "0"), "--limit"),
        (("show", "zz"), "no such run"),
        (("show", "ffffffffffff"), "begins so"),
        (("compare", "zz"), "RUN"),
        (("compare", "ema_cross", "zz"), "no finished run"),
    ],
)
def test_mistakes_end_with_2(
    runs: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    place = () if "none" in arguments else ("--runs-dir", tmp_path)
    printed = program(capsys, "runs", *arguments, *place)
    assert (printed.code, printed.out) == (2, "")
    assert message in printed.err
    document = json.loads(program(capsys, "runs", *arguments, *place, "--json").out)
    assert message in document["error"]["message"]


def test_show_prints_the_run_as_it_was(runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("runs", "show", runs[1].result_hash[:9], "--runs-dir", tmp_path)
    printed = program(capsys, *arguments)
    assert printed.code == 0
    assert str(runs[1]) in printed.out
    assert printed.out.count("signal") == 3
    assert json.loads(program(capsys, *arguments, "--json").out) == runs[1].to_dict()


def test_show_of_a_damaged_table(runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs[0].path / "trades.parquet").write_bytes(b"PAR1")
    printed = program(capsys, "runs", "show", runs[0].path)
    assert printed.code == 2
    assert "trades.parquet is damaged" in printed.err


def test_compare_shows_inputs_metrics_and_where_the_histories_part(
    runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = runs[0].path, runs[1].result_hash[:12]
    printed = program(capsys, "runs", "compare", first, second, "--runs-dir", tmp_path)
    assert (printed.code, printed.err) == (0, "")
    rows = [line.split() for line in printed.out.splitlines()]
    assert ["settings.slippage_bps", "2.0", "5.0"] in rows
    assert ["total_return", "0.70", "%", "0.60", "%", "-0.10", "%"] in rows
    assert ["trades", "3", "3"] in rows
    assert ["profit_factor", "2.40", "2.00", "-0.40"] in rows
    assert "trade 2 is the first that differs" in printed.out
    assert ["net_pnl", "-50", "-60", "≠"] in rows
    assert "sides, times and exit reasons are the same in all trades" in printed.out
    assert "more metrics differ; --all shows them" in printed.out
    every = program(capsys, "runs", "compare", first, second, "--runs-dir", tmp_path, "--all").out
    assert "largest_loss" in every
    assert "--all" not in every


def test_compare_of_several_runs_is_with_the_first(
    runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = performed(tmp_path, "ema_cross", [100, -50, 20], 1.8e9)
    names = [runs[0].path, again.path, runs[2].path]
    printed = program(capsys, "runs", "compare", *names)
    assert "the same result: all 3 trades, all fills, and the equity curve" in printed.out
    assert "trade 1 is the first that differs" in printed.out
    document = json.loads(program(capsys, "runs", "compare", *names, "--json").out)
    assert [run["path"] for run in document["runs"]] == [str(name) for name in names]
    assert {"name": "start_ms", "values": [0, 0, 60_000]} in document["inputs"]
    assert [one["values"] for one in document["metrics"] if one["name"] == "trades"] == [[3, 3, 2]]
    assert [parting and parting["place"] for parting in document["first_parting"]] == [None, 0]
    assert [parting and parting["place"] for parting in document["first_other_decision"]] == [None, 2]


def test_compare_of_a_run_with_itself(runs: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "runs", "compare", runs[0].path, runs[0].path)
    assert "inputs: the same" in printed.out
    assert "metrics: the same" in printed.out


def test_compare_tells_a_longer_history(runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    longer = performed(tmp_path, "ema_cross", [100, -50, 20, 5], 1.8e9, start_ms=120_000)
    printed = program(capsys, "runs", "compare", runs[0].path, longer.path)
    assert "B goes on where the other ends, with trade 4; all before it are the same" in printed.out


def test_compare_cries_out_when_the_same_inputs_gave_another_result(
    runs: list[Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = performed(tmp_path / "elsewhere", "ema_cross", [100, -51, 20], 1.8e9)
    printed = program(capsys, "runs", "compare", runs[0].path, other.path)
    assert "A and B had the same inputs and another result, which must not be" in printed.out
