"""Where the run comes from: data, versions and hashes, so that it can be repeated."""

from collections.abc import Iterator, Mapping
from typing import Any

from charts.report import wording
from charts.report.markup import Row, folded, side_by_side, table
from play_engine.intervals import interval_name


def provenance(run: Mapping[str, Any]) -> list[Any]:
    """The series that were used, and everything that names the run."""
    facts = table(("what was run", ""), list(_facts(run)), left=(0, 1))
    hashes = [(wording.words(name), text) for name, text in _hashes(run["hashes"])]
    series = [_series(one) for one in run["series"]]
    used = table(("series", "step", "bars", "from", "to"), series, left=(0, 1, 3, 4)) if series else ""
    return [*side_by_side([facts], [used]), folded("every hash", table(("hash of", ""), hashes, left=(0, 1)))]


def _facts(run: Mapping[str, Any]) -> Iterator[Row]:
    yield "run", run["run_id"] or "in memory only"
    yield "result hash", run["hashes"]["result_hash"][:12]
    yield "input hash", run["hashes"]["input_hash"][:12]
    yield "instances", ", ".join(run["instances"])
    yield "bars from", run["data_source"] or "–"
    yield "code", run["code_version"]
    yield "made with", ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    for name, seconds in run["wall_s"].items():
        yield f"{wording.words(name)} took", f"{wording.ratio(seconds)} s"


def _series(one: Mapping[str, Any]) -> Row:
    step = interval_name(one["step_ms"]) if one["step_ms"] else "–"
    first, last = (wording.instant(one[name]) if one["rows"] else "–" for name in ("first_ts", "last_ts"))
    return f"{one['symbol']} {one['kind']}", step, wording.count(one["rows"]), first, last


def _hashes(hashes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in hashes.items():
        if isinstance(value, Mapping):
            yield from ((f"{name.removesuffix('_hash')} {key}", str(one)) for key, one in value.items())
        else:
            yield name.removesuffix("_hash"), str(value)
