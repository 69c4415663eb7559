"""The command `data sync`, against a local venue."""

import json
import sys
from pathlib import Path

import attrs
import pytest
import trio

from commands.data_sync import show_report
from commands.sync_display import SyncDisplay
from exchange.listed_instruments import instrument_from_document
from feeds.bybit.client import ClientStatistics
from feeds.bybit.reports import AuditReport, Difference, RefusedWindow, SeriesReport, SyncProgress, SyncReport
from feeds.bybit.spans import Span
from feeds.store import CandleStore
from play_engine.intervals import MINUTE_MS
from play_engine.play.model import Account
from tests.commands.inputs import ROOT, program
from tests.feeds.bybit.truth import market
from tests.feeds.bybit.venue import Venue
from tests.feeds.candles import START_MS

MARKET = market(rows=300, hole=(100, 103))
HOLE_MS = START_MS + 100 * MINUTE_MS
HOLE = Span(HOLE_MS, HOLE_MS + 3 * MINUTE_MS)


async def test_it_fetches_fills_and_audits_and_tells_of_failures(nursery: trio.Nursery, tmp_path: Path) -> None:
    venue = Venue(MARKET)
    await venue.serve(nursery)
    store = CandleStore(tmp_path)
    bar = MARKET.bars["last"].rows(5, 6)
    store.add([attrs.evolve(bar, volume=bar.volume + 1)], venue="bybit", symbol="BTCUSDT", interval_ms=MINUTE_MS)
    # It takes signals, so it wants a process of its own.
    arguments = ["BTCUSDT", "NOPEUSDT", "--kinds", "last,instrument", "--audit", "2", "--fill-gaps", "--json"]
    places = ["--start", "2023-01-01", "--store", str(tmp_path), "--base-url", venue.url]
    command = [sys.executable, str(ROOT / "supervisor.py"), "data", "sync", *arguments, *places]
    done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["sound"], report["interrupted"], report["new_instruments"]) == (False, False, ["BTCUSDT"])
    series = {one["series"]: one for one in report["series"]}
    assert "10001" in series["bybit/NOPEUSDT/instrument"]["failure"]
    last = series["bybit/BTCUSDT/1m"]
    assert (last["rows"], last["synthetic_rows"], last["gaps"]) == (296, 3, [attrs.asdict(HOLE)])
    (difference,) = last["audit"]["differences"]
    assert (difference["ts_ms"], difference["column"]) == (START_MS + 5 * MINUTE_MS, "volume")
    assert difference["stored"] == difference["venue"] + 1
    document = store.instrument("bybit", "BTCUSDT")
    assert document is not None
    instrument = instrument_from_document(document, Account(), "store")
    assert [tier.deduction for tier in instrument.tiers] == [0.0, 10_000.0]


def test_a_report_names_what_is_amiss(capsys: pytest.CaptureFixture[str]) -> None:
    differences = tuple(Difference(ts_ms=START_MS, column="close", stored=2.5, venue=venue) for venue in (2.0, None))
    series = SeriesReport(
        series="bybit/BTCUSDT/1m",
        span=HOLE,
        held=Span(START_MS, HOLE.end_ms),
        rows=1_234,
        gaps=tuple(Span(HOLE_MS + row, HOLE_MS + row) for row in range(7)),
        refused=(RefusedWindow(span=HOLE, reason="upside down"),),
        audit=AuditReport(rows=9, differences=differences),
        failure="the line was cut",
    )
    statistics = ClientStatistics(questions=7, failures=1, wrong=2, throttles=3)
    report = SyncReport(series=(series,), new_instruments=("BTCUSDT",), statistics=statistics, interrupted=True)
    show_report(report, Path("here"))
    printed = capsys.readouterr()
    assert "bybit/BTCUSDT/1m  2023-01-01T00:00Z  2023-01-01T01:43Z  1,234" in printed.out
    for said in (
        "gap: 2023-01-01T01:40Z to",
        "and 2 more of these",
        "not stored: 2023-01-01T01:40Z to 2023-01-01T01:43Z: upside down",
        "close: the store has 2.5 and keeps it, the venue now has 2.0",
        "close: the store has 2.5 and keeps it, the venue now has –",
        "broke off: the line was cut",
        "BTCUSDT: filters and risk tiers are new",
        "7 questions (1 without an answer, 2 wrong, 3 too fast); the store is here",
        "interrupted: what had been fetched is stored",
    ):
        assert said in printed.err


def test_progress_off_a_terminal_is_a_line_for_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    with SyncDisplay() as display:
        for done in range(1, 41):
            eta_s = 3.0 * (40 - done)
            display(SyncProgress(series="a", stage="fetch", done=done, total=40, rows=done, eta_s=eta_s))
            display(SyncProgress(series="short", stage="fetch", done=done, total=19, rows=done, eta_s=None))
        display(SyncProgress(series="b", stage="audit", done=39, total=40, rows=1, eta_s=3_723.0))
    assert capsys.readouterr().err.splitlines() == [
        "a: 25 % done, 10 rows, 1:30 left",
        "a: 50 % done, 20 rows, 1:00 left",
        "a: 75 % done, 30 rows, 0:30 left",
        "a: 100 % done, 40 rows, 0:00 left",
        "b, audit: 75 % done, 1 rows, 1:02:03 left",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'SYMBOL...'"),
        (["BTCUSDT", "--interval", "7m"], "'7m' is not an interval"),
        (
            ["BTCUSDT", "--kinds", "last,price"],
            "kinds price: allowed are last, mark, funding, open_interest, instrument",
        ),
        (["BTCUSDT", "--kinds", ","], "kinds none"),
        (["BTCUSDT", "--start", "2024-02-01", "--end", "2024-01-01"], "lies before --start"),
        (["../BTCUSDT"], "symbol '../BTCUSDT'"),
        (["BTCUSDT", "--base-url", "http://api.bybit.com"], "base_url 'http://api.bybit.com': allowed are https://"),
        (["BTCUSDT", "--source", "archive", "--interval", "1h"], "the archive has trades"),
        (["BTCUSDT", "--audit", "-1"], "--audit"),
    ],
)
def test_what_cannot_be_asked_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    printed = program(capsys, "data", "sync", *arguments, "--store", tmp_path / "store")
    assert printed.code == 2
    assert said in printed.err
    assert not (tmp_path / "store").exists()
