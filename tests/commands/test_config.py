"""Every mistake in a config file is found, with its line, all at once."""

from pathlib import Path

import attrs
import pytest

from commands.config import load_config
from commands.config_feeds import FileFeedConfig, StoreFeedConfig, SyntheticFeedConfig, VenueFeedConfig
from commands.config_venues import VenueConfig
from play_engine.errors import ConfigError, Problem
from tests.commands.config_mistakes import GOOD, MISTAKES, OMISSIONS

DAY_MS = 86_400_000
START_2024_MS = 1_704_067_200_000


def problems_of(tmp_path: Path, text: str | bytes) -> list[Problem]:
    file = tmp_path / "instances.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert {problem.file for problem in caught.value.problems} == {str(file)}
    return caught.value.problems


def test_good_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "instances.toml"
    file.write_text(GOOD)
    config = load_config(file)
    assert config.runs_dir == tmp_path / "out"
    assert config.feeds == {
        "made_up": SyntheticFeedConfig(seed=7, start_ms=START_2024_MS, days=30),
        "history": StoreFeedConfig(history=tmp_path / "data/candles", venue="bybit", interval_ms=60_000),
        "one": FileFeedConfig(path=tmp_path / "btc.parquet", funding=tmp_path / "funding.csv"),
        "stream": VenueFeedConfig(venue="here"),
    }
    window_ms = (START_2024_MS + 60 * DAY_MS, START_2024_MS + 64 * DAY_MS)
    assert config.venues == {"here": VenueConfig(feed="history", window_ms=window_ms, speed=60.0)}
    first, second, third = config.instances
    assert (third.mode, third.account, third.venue, third.feed) == ("demo", "paper", "here", "stream")
    assert attrs.asdict(first, filter=lambda field, _: field.name != "spots") == {
        "id": "first",
        "mode": "backtest",
        "venue": "",
        "play": tmp_path / "plays/a.yml",
        "feed": "made_up",
        "account": "",
        "accept_unsettled": False,
        "accept_gaps": False,
        "window_ms": (START_2024_MS + DAY_MS, START_2024_MS + 19 * DAY_MS),
        "variables": {"fast": 12, "names": ["x", "y"]},
        "overrides": {"capital_usdt": 5000.0, "max_drawdown_pct": 20.5, "on_drawdown": "flatten", "leverage": 3},
    }
    assert first.spots["variables.names"].line == 29
    assert (second.window_ms, second.variables, second.overrides) == (None, {}, {"latency_ms": 250})
    assert (second.account, second.accept_unsettled, second.spots["latency_ms"].line) == ("both", True, 21)


def test_defaults(tmp_path: Path) -> None:
    file = tmp_path / "instances.toml"
    file.write_text(GOOD.replace("[supervisor]", "").replace('runs_dir = "out"', "").replace("seed = 7", ""))
    config = load_config(file)
    assert config.runs_dir == tmp_path / "runs"
    assert config.feeds["made_up"] == SyntheticFeedConfig(seed=0, start_ms=START_2024_MS, days=30)


@pytest.mark.parametrize(("line", "spoiled", "code", "text"), MISTAKES)
def test_each_mistake_names_its_line(tmp_path: Path, line: str, spoiled: str, code: str, text: str) -> None:
    assert line in GOOD
    bad = GOOD.replace(line, spoiled, 1)
    if spoiled.startswith("window = [ {"):
        bad = bad.replace("2024-01-20 }", "2024-01-20 } ]")
    (problem,) = problems_of(tmp_path, bad)
    wanted = GOOD[: GOOD.index(line)].count("\n") + 1 + spoiled.count("\n")
    assert (problem.code, problem.line) == (code, wanted)
    assert text in problem.text()


@pytest.mark.parametrize(
    ("good", "spoiled", "code", "path", "text"),
    [
        ('mode = "demo"', 'mode = "backtest"', "INVALID_VALUE", "instances[2].account", "for a backtest"),
        ('mode = "backtest"', 'mode = "demo"', "MISSING_REQUIRED_FIELD", "instances[0].account", "give it a venue"),
        ('feed = "made_up"', 'feed = "stream"', "INVALID_VALUE", "instances[0].feed", "for a backtest"),
        ('feed = "stream"', 'feed = "one"', "INVALID_VALUE", "instances[2].feed", 'venue = "here"'),
        ('mode = "demo"', 'mode = "demo"\nwindow = { start = 2024-03-01, end = 2024-03-02 }', "INVALID_VALUE",
         "instances[2].window", "as long as its venue"),
        ('[accounts.paper]\nvenue = "here"', "[accounts.paper]", "MISSING_REQUIRED_FIELD", "instances[2].account",
         "give it a venue"),
        ('source = "venue"\nvenue = "here"', 'source = "venue"\nvenue = "hear"', "UNDECLARED_VENUE",
         "feeds.stream.venue", "did you mean here?"),
    ],
)  # fmt: skip
def test_what_a_mode_needs_and_cannot_have(
    tmp_path: Path, good: str, spoiled: str, code: str, path: str, text: str
) -> None:
    assert good in GOOD
    problem = problems_of(tmp_path, GOOD.replace(good, spoiled, 1))[0]
    assert (problem.code, problem.path) == (code, path)
    assert text in problem.text()


@pytest.mark.parametrize(("line", "table_line"), OMISSIONS)
def test_each_omission_names_its_table(tmp_path: Path, line: str, table_line: int) -> None:
    (problem,) = problems_of(tmp_path, GOOD.replace(line, "", 1))
    assert (problem.code, problem.line) == ("MISSING_REQUIRED_FIELD", table_line)
    assert f"add {line.split(maxsplit=1)[0]}" in problem.text()


def test_all_problems_at_once_in_file_order(tmp_path: Path) -> None:
    text = GOOD.replace("days = 30", "days = 0").replace('mode = "backtest"', 'mode = "live"').replace("seed", "sed")
    lines = [problem.line for problem in problems_of(tmp_path, text)]
    assert lines == [6, 8, 26, 38]


def test_a_broken_feed_does_not_make_its_users_dangle(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, GOOD.replace('path = "btc.parquet"', "path = 1"))
    assert problem.path == "feeds.one.path"


def test_no_instances(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, GOOD[: GOOD.index("[[instances]]")])
    assert (problem.code, problem.path) == ("MISSING_REQUIRED_FIELD", "instances")


def test_instances_that_are_one_table(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index('[[instances]]\nid = "second"')].replace("[[instances]]", "[instances]")
    (problem,) = problems_of(tmp_path, text)
    assert (problem.code, problem.line) == ("INVALID_TYPE", 23)
    assert "write [[instances]]" in problem.text()


def test_value_of_an_unknown_key_is_not_shown(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, GOOD.replace("capital_usdt = 5000", 'api_secret = "hush-hush"'))
    assert problem.code == "UNKNOWN_KEY"
    assert "hush-hush" not in problem.text()


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a = 1\nb = [1,\n", 3, ""),
        ("a = 1\nb == 2\n", 2, "Invalid value"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        (b"a = '\xff'\n", 0, "byte 5 is not UTF-8"),
        ("", 0, "no instance"),
    ],
)
def test_text_that_is_no_config(tmp_path: Path, text: str | bytes, line: int, found: str) -> None:
    (problem,) = problems_of(tmp_path, text)
    assert problem.line == line
    assert found in problem.found


@pytest.mark.parametrize(("text", "line"), [(GOOD, 2), (GOOD.replace('[supervisor]\nruns_dir = "out"', ""), 0)])
def test_runs_folder_that_is_a_file(tmp_path: Path, text: str, line: int) -> None:
    for name in ("out", "runs"):
        (tmp_path / name).write_text("")
    (problem,) = problems_of(tmp_path, text)
    assert (problem.code, problem.line) == ("INVALID_VALUE", line)
    assert "is a file" in problem.found


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "none.toml")
    assert "No such file" in str(caught.value)
    assert "none.toml" in str(caught.value)
