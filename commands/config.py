"""The file that says what runs: feeds, accounts and instances, read strictly from TOML."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from commands.config_accounts import (
    ID,
    ID_RULE,
    SETTINGS,
    AccountConfig,
    check_own_accounts,
    read_accounts,
    read_settings,
)
from commands.config_feeds import FeedConfig, read_feed
from commands.config_modes import BACKTEST, DEMO, check_mode, check_venue_feeds
from commands.config_places import Place, places_of
from commands.config_table import Table
from commands.config_venues import VenueConfig, read_venues, read_window
from commands.folders import RUNS, why_not_a_folder
from play_engine.errors import ConfigError, Problem
from play_engine.play.problems import Problems, Spot, did_you_mean, listed

_LATER_MODES = ("shadow", "live")
_INSTANCE_KEYS = (
    "id",
    "play",
    "mode",
    "feed",
    "account",
    "window",
    "accept_unsettled",
    "accept_gaps",
    "variables",
    *SETTINGS,
)
# Tables and keys that belong to trading with a venue.
_LATER_TABLES = ("notify",)
_LATER_KEYS = ("on_stop", "stop_required", "autostart", "notify")
_SYNTAX_PLACE = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)


@attrs.frozen(kw_only=True)
class InstanceConfig:
    """One run of a Play. `window_ms` is start and end in ms since the epoch, end exclusive; None means all there is.

    `mode` is `backtest` or `demo`. `overrides` are settings of the simulation by name, those of its account among them;
    `account` is empty for one of its own, `venue` is where that trades. `spots` says where its keys stand in the file.
    """

    id: str
    mode: str
    play: Path
    feed: str
    account: str
    venue: str
    window_ms: tuple[int, int] | None
    accept_unsettled: bool
    accept_gaps: bool
    variables: Mapping[str, object]
    overrides: Mapping[str, object]
    spots: Mapping[str, Spot] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Config:
    """A config file that is in order; all paths are resolved from its folder."""

    file: Path
    runs_dir: Path
    feeds: Mapping[str, FeedConfig]
    venues: Mapping[str, VenueConfig]
    instances: tuple[InstanceConfig, ...]


def load_config(file: Path) -> Config:
    """Read and check the file.

    Raises ConfigError with all of its problems at once; only text that is not TOML ends the collection early.
    """
    root = _read_toml(file)
    root.check_keys(("supervisor", "feeds", "venues", "accounts", "instances"), _LATER_TABLES)
    folder = file.parent
    supervisor = root.table("supervisor")
    runs_dir = str(RUNS)
    if supervisor is not None:
        supervisor.check_keys(("runs_dir",))
        runs_dir = supervisor.text("runs_dir", default=runs_dir)
    if reason := why_not_a_folder(folder / runs_dir):
        spot = supervisor.spot("runs_dir") if supervisor is not None else Spot(0, 0, "supervisor.runs_dir")
        root.problems.error(spot, "INVALID_VALUE", found=reason, allowed="a folder that can be written to")
    feeds = _read_feeds(root, folder)
    venues = read_venues(root, feeds)
    check_venue_feeds(root, feeds, venues)
    accounts = read_accounts(root, venues)
    tables = root.tables("instances")
    if "instances" not in root.values:
        nowhere = Spot(0, 0, "instances")
        root.problems.error(nowhere, "MISSING_REQUIRED_FIELD", found="no instance", hint="add [[instances]]")
    instances = tuple(_read_instance(table, folder, feeds, accounts) for table in tables)
    _check_ids(tables)
    check_own_accounts(tables)
    root.problems.raise_errors()
    return Config(file=file, runs_dir=folder / runs_dir, feeds=feeds, venues=venues, instances=instances)


def _read_toml(file: Path) -> Table:
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _unreadable(file, f"byte {error.start} is not UTF-8") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_problem(file, text, str(error))]) from None
    return Table(values, "", places_of(text.replace("\r\n", "\n")), Problems(str(file)))


def _unreadable(file: Path, reason: str) -> ConfigError:
    hint = "name a config file with --config"
    return ConfigError([Problem(file=str(file), line=0, column=0, code="UNREADABLE_FILE", found=reason, hint=hint)])


def _syntax_problem(file: Path, text: str, message: str) -> Problem:
    match = _SYNTAX_PLACE.fullmatch(message)
    place = Place(int(match["line"]), int(match["column"])) if match else Place(text.count("\n") + 1, 1)
    found = match["what"] if match else message
    return Problem(file=str(file), line=place.line, column=place.column, code="TOML_SYNTAX", found=found)


def _read_feeds(root: Table, folder: Path) -> dict[str, FeedConfig]:
    section = root.table("feeds")
    feeds: dict[str, FeedConfig] = {}
    for name in section.values if section is not None else ():
        table = section.table(name) if section is not None else None
        # A feed that is not a table has been reported; it still counts as declared.
        feeds[name] = read_feed(table, folder) if table is not None else FeedConfig()
    return feeds


def _read_instance(
    table: Table, folder: Path, feeds: Mapping[str, FeedConfig], accounts: Mapping[str, AccountConfig]
) -> InstanceConfig:
    table.check_keys(_INSTANCE_KEYS, _LATER_KEYS)
    id_ = table.text("id")
    if id_ and not ID.fullmatch(id_):
        table.invalid("id", "INVALID_VALUE", ID_RULE)
    play = table.text("play")
    mode = _read_mode(table)
    feed = table.text("feed")
    if feed and feed not in feeds:
        hint = did_you_mean(feed, feeds) or f"add [feeds.{feed}]"
        table.invalid("feed", "UNDECLARED_FEED", listed(feeds) or "no feed is declared", hint)
    name = table.text("account", default="")
    if name and not ID.fullmatch(name):
        table.invalid("account", "INVALID_VALUE", ID_RULE)
    account = accounts.get(name, AccountConfig())
    check_mode(table, mode, account, feeds.get(feed))
    overrides = read_settings(table)
    for key in account.overrides.keys() & overrides.keys():
        line = account.spots[key].line
        table.invalid(key, "DUPLICATE_SETTING", "each setting once", f"line {line} sets it for account {name} already")
    return InstanceConfig(
        id=id_,
        mode=mode,
        play=folder / play,
        feed=feed,
        account=name,
        venue=account.venue,
        window_ms=read_window(table),
        accept_unsettled=table.flag("accept_unsettled"),
        accept_gaps=table.flag("accept_gaps"),
        variables=_read_variables(table),
        overrides={**account.overrides, **overrides},
        spots={**account.spots, **_spots(table)},
    )


def _read_mode(table: Table) -> str:
    mode = table.text("mode", choices=(BACKTEST, DEMO, *_LATER_MODES))
    if mode in _LATER_MODES:
        found = f'mode = "{mode}"'
        table.problems.not_built(table.spot("mode"), found, f'write mode = "{BACKTEST}", or "{DEMO}" at a local venue')
    return mode


def _read_variables(table: Table) -> dict[str, object]:
    variables = table.table("variables")
    if variables is None:
        return {}
    for name, value in variables.values.items():
        items: list[Any] = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            variables.invalid(name, "INVALID_TYPE", "a number, a text, true or false, or a list of them")
    return dict(variables.values)


def _spots(table: Table) -> dict[str, Spot]:
    always = [name for name in _INSTANCE_KEYS if name not in SETTINGS]
    spots = {name: table.spot(name) for name in (*always, *table.values)}
    variables = table.table("variables")
    if variables is not None:
        spots |= {f"variables.{name}": variables.spot(name) for name in variables.values}
    return spots


def _check_ids(tables: list[Table]) -> None:
    ids = [table.values.get("id") for table in tables]
    counts = Counter(id_ for id_ in ids if isinstance(id_, str) and id_)
    for number, table in enumerate(tables):
        id_ = table.values.get("id")
        if isinstance(id_, str) and counts[id_] > 1 and ids.index(id_) < number:
            first = tables[ids.index(id_)].spot("id").line
            table.invalid("id", "DUPLICATE_ID", "each id once", f'line {first} has id = "{id_}" already')
