"""Accounts in a config file: their tables `[accounts.NAME]`, and the settings of the simulation that may be given."""

import re
from collections.abc import Collection, Mapping, Sequence

import attrs

from commands.config_table import Table
from exchange.settings import ACCOUNT_SETTINGS, RunSettings
from play_engine.play.problems import Spot, did_you_mean, listed

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
ID_RULE = "a-z, 0-9, _ and -, 32 characters at most, the first a letter or digit"
SETTINGS = tuple(attrs.fields_dict(RunSettings))
# What may stand in the table of an account: settings that its instances share, and one that they may share.
_SHARED_SETTINGS = (*ACCOUNT_SETTINGS, "drawdown_check")
# Keys that belong to trading with a venue.
_LATER_KEYS = (
    *("api_key_env", "api_secret_env", "env_file", "uid", "settle_coin", "max_leverage"),
    *("foreign", "dcp", "dcp_window_s", "risk"),
)


@attrs.frozen(kw_only=True)
class AccountConfig:
    """What the instances of an account share: settings of the simulation by name, and where they stand in the file.
    `venue` is where it trades; empty for an account of backtests."""

    venue: str = ""
    overrides: Mapping[str, object] = attrs.field(factory=dict)
    spots: Mapping[str, Spot] = attrs.field(factory=dict, repr=False)


def read_accounts(root: Table, venues: Collection[str]) -> dict[str, AccountConfig]:
    """The accounts by name; what is wrong is reported to the table's problems."""
    section = root.table("accounts")
    accounts: dict[str, AccountConfig] = {}
    for name in section.values if section is not None else ():
        table = section.table(name) if section is not None else None
        if table is None:
            continue
        if not ID.fullmatch(name):
            table.problems.error(table.spot(), "INVALID_ID", found=name, allowed=ID_RULE)
        table.check_keys((*_SHARED_SETTINGS, "venue"), _LATER_KEYS)
        given = [key for key in table.values if key in _SHARED_SETTINGS]
        accounts[name] = AccountConfig(
            venue=_read_venue(table, venues),
            overrides=read_settings(table),
            spots={key: table.spot(key) for key in given},
        )
    return accounts


def _read_venue(table: Table, venues: Collection[str]) -> str:
    venue = table.text("venue", default="")
    if venue and venue not in venues:
        hint = did_you_mean(venue, venues) or f"add [venues.{venue}]"
        table.invalid("venue", "UNDECLARED_VENUE", listed(venues) or "no venue is declared", hint)
        return ""
    return venue


def read_settings(table: Table) -> dict[str, object]:
    """The settings of the simulation that a table has; those that depend on a Play are checked with it, too."""
    overrides: dict[str, object] = {
        "capital_usdt": table.number("capital_usdt"),
        "max_drawdown_pct": table.number("max_drawdown_pct", maximum=100.0),
    }
    for name, field in attrs.fields_dict(RunSettings).items():
        if name in table.values and name not in overrides:
            value, allowed = table.values[name], field.metadata["allowed"]
            if allowed.accepts(value):
                overrides[name] = value
            else:
                table.invalid(name, "INVALID_VALUE", allowed.text())
    return {name: value for name, value in overrides.items() if value is not None}


def check_own_accounts(instances: Sequence[Table]) -> None:
    """Report instances that name an account which is another instance's own, because that names none."""
    own = {str(table.values.get("id")): table for table in instances if "account" not in table.values}
    for table in instances:
        name = table.values.get("account")
        if isinstance(name, str) and name in own:
            line = own[name].spot("id").line
            hint = f'line {line} has an instance of that name without one: write account = "{name}" there, too'
            table.invalid(
                "account", "AMBIGUOUS_ACCOUNT", "a name that no instance with an account of its own has", hint
            )
