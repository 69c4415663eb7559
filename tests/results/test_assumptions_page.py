"""The page on assumptions: every setting stands on it with its default, and every count that makes a result unsure."""

import re

import pytest

from exchange.instruments import known_instrument
from exchange.settings import RunSettings, resolve_settings
from results.counters import honesty_metrics
from tests.commands.inputs import ROOT
from tests.results.runs import play

PAGE = (ROOT / "docs" / "assumptions.md").read_text()
DEFAULTS = {name: text.strip('"') for name, text in re.findall(r'`(\w+) = ("?[\w.]+"?)`', PAGE)}
WRITTEN = {"None": "none", "False": "false"}


def test_every_setting_is_explained() -> None:
    assert [name for name in RunSettings.__annotations__ if f"`{name}" not in PAGE] == []


@pytest.mark.parametrize("name", sorted(RunSettings.__annotations__.keys() & DEFAULTS.keys()))
def test_a_default_on_the_page_is_the_default(name: str) -> None:
    staged = play()
    value = getattr(resolve_settings(staged, known_instrument(staged.symbol, staged.account), {}), name)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    assert DEFAULTS[name] == WRITTEN.get(text, text)


def test_most_defaults_are_on_the_page() -> None:
    assert len(DEFAULTS) > 10


def test_every_count_of_honesty_is_explained() -> None:
    # What "warn" of a setting counts is told beside that setting.
    names = honesty_metrics({}).keys() - {"sl_beyond_liquidation_warnings", "ambiguous_minutes"}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
